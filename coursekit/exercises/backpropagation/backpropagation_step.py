"""Exercise 03.4: one step of Mitchell's BACKPROPAGATION procedure."""

import numpy as np

from coursekit.exercises.backpropagation.inputs import nonzero, sigmoid
from coursekit.exercises.backpropagation.step_mistakes import with_
from coursekit.exercises.engine.draws import sizes, strided, transposed
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _case(rng, m, hidden, out):
    x = nonzero(rng, m)
    t = (np.arange(out) == rng.integers(out)).astype(float) if out > 1 else rng.integers(2, size=1) * 1.0
    W_hidden, b_hidden = nonzero(rng, (hidden, m), most=9), nonzero(rng, hidden, most=9)
    W_out, b_out = nonzero(rng, (out, hidden)), nonzero(rng, out, most=9)
    return x, t, W_hidden, b_hidden, W_out, b_out, float(rng.integers(10, 30)) / 10


def _ordinary(rng):
    m, h, k = sizes(rng, 3)
    return [_case(rng, 2, 3, 1), _case(rng, 3, 2, 4), _case(rng, m, h, k)]


def _awkward(rng):
    """One hidden unit, one input, whole numbers, views."""
    m, h, k = sizes(rng, 3)
    x, t, W_hidden, b_hidden, W_out, b_out, eta = _case(rng, m, h, k)
    whole = (
        np.array([1, 0, 1]),
        np.array([1]),
        np.array([[1, -1, 0], [-1, 2, 1]]),
        np.array([0, 1]),
        np.array([[2, -1]]),
        np.array([-1]),
        2,
    )
    return [
        whole,
        _case(rng, 3, 1, 2),
        _case(rng, 1, 3, 2),
        (strided(x), t, transposed(W_hidden), b_hidden, strided(W_out), strided(b_out), eta),
    ]


def backpropagation_step(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    """One pass of the inner loop of BACKPROPAGATION for one example: T4.3, T4.4, T4.5.

    x (m,), t (K,): the example; eta: the learning rate
    W_hidden (H, m), b_hidden (H,), W_out (K, H), b_out (K,): of two layers of sigmoid units
    Returns the new (W_hidden, b_hidden, W_out, b_out); the given ones stay unchanged.
    """
    o_hidden = 1 / (1 + np.exp(-(W_hidden @ x + b_hidden)))
    o = 1 / (1 + np.exp(-(W_out @ o_hidden + b_out)))
    delta_k = o * (1 - o) * (t - o)
    delta_h = o_hidden * (1 - o_hidden) * (W_out.T @ delta_k)  # with the old W_out
    return (
        W_hidden + eta * np.outer(delta_h, x),
        b_hidden + eta * delta_h,
        W_out + eta * np.outer(delta_k, o_hidden),
        b_out + eta * delta_k,
    )


def _reference(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    """Gradient descent on E, the thresholds being weights from a constant input 1."""
    x1 = np.append(x, 1.0)
    V, U = np.column_stack([W_hidden, b_hidden]), np.column_stack([W_out, b_out])
    a1 = np.append(sigmoid(V @ x1), 1.0)
    o = sigmoid(U @ a1)
    dE_dnet = (o - t) * o * (1 - o)
    dE_da = dE_dnet @ U
    U = U - eta * dE_dnet[:, None] * a1
    V = V - eta * (dE_da * a1 * (1 - a1))[:-1, None] * x1
    return V[:, :-1], V[:, -1], U[:, :-1], U[:, -1]


def _updates_too_early(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    o_hidden = 1 / (1 + np.exp(-(W_hidden @ x + b_hidden)))
    o = 1 / (1 + np.exp(-(W_out @ o_hidden + b_out)))
    delta_k = o * (1 - o) * (t - o)
    W_out = W_out + eta * np.outer(delta_k, o_hidden)
    delta_h = o_hidden * (1 - o_hidden) * (W_out.T @ delta_k)
    W_hidden = W_hidden + eta * np.outer(delta_h, x)
    return W_hidden, b_hidden + eta * delta_h, W_out, b_out + eta * delta_k


EXERCISE = Exercise(
    id="03.4",
    points=5,
    returns=("W_hidden", "b_hidden", "W_out", "b_out"),
    solution=backpropagation_step,
    reference=_reference,
    properties=(
        Property("the new weights of the output layer", 1, _ordinary, "W_out"),
        Property("the new thresholds of the output layer", 1, _ordinary, "b_out"),
        Property("the new weights of the hidden layer", 1, _ordinary, "W_hidden"),
        Property("the new thresholds of the hidden layer", 1, _ordinary, "b_hidden"),
        Property("all four for one unit, one input, whole numbers and views", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "updates W_out too early",
            _updates_too_early,
            "Your δ_h uses the updated W_out. The hidden units are to blame for the output that was computed with "
            "the old weights: compute all δ first, then update.",
        ),
        Misconception(
            "subtracts the step",
            (with_(sign=-1), with_(delta_k=lambda s: s.o * (1 - s.o) * (s.o - s.t))),
            "Your step goes uphill: E grows. Mitchell's δ is −∂E/∂net, so the update adds η δ x.",
        ),
        Misconception(
            "hidden layer with the opposite sign",
            with_(sent_back=lambda s: -s.W_out.T @ s.delta_k),
            "Your hidden layer moves the opposite way. δ_h inherits its sign from δ_k: both layers add η δ x.",
        ),
        Misconception(
            "forgets the thresholds",
            (
                with_(b_hidden_step=lambda s: 0 * s.delta_h, b_out_step=lambda s: 0 * s.delta_k),
                with_(b_hidden_step=lambda s: 0 * s.delta_h),
                with_(b_out_step=lambda s: 0 * s.delta_k),
            ),
            "A threshold is a weight from the constant input x_0 = 1, and learns like the others: "
            "Δ = η δ · 1.",
        ),
        Misconception(
            "one step for all thresholds of a layer",
            (
                with_(b_hidden_step=lambda s: s.delta_h.sum() + 0 * s.b_hidden),
                with_(b_out_step=lambda s: s.delta_k.sum() + 0 * s.b_out),
                with_(
                    b_hidden_step=lambda s: s.delta_h.sum() + 0 * s.b_hidden,
                    b_out_step=lambda s: s.delta_k.sum() + 0 * s.b_out,
                ),
            ),
            "You add up the δ of a layer. Each unit has its own threshold and its own δ.",
        ),
        Misconception(
            "trains the output layer only",
            with_(sent_back=lambda s: 0 * s.b_hidden),
            "The hidden layer has not moved. Compute δ_h from δ_k and update it as well.",
        ),
        Misconception(
            "forgets eta",
            with_(rate=lambda s: 1.0),
            "Your step does not depend on eta. Δw_ji = η δ_j x_ji.",
        ),
        Misconception(
            "no slope at the output units",
            with_(delta_k=lambda s: s.t - s.o),
            "δ_k = t − o is the one of cross-entropy. For the squared error of sigmoid units it has the factor "
            "o(1 − o).",
        ),
        Misconception(
            "no slope at the hidden units",
            with_(delta_h=lambda s: s.sent_back),
            "δ_h lacks the slope of the hidden sigmoid, o_h(1 − o_h).",
        ),
        Misconception(
            "no slope at all",
            with_(delta_k=lambda s: s.t - s.o, delta_h=lambda s: s.sent_back),
            "Neither layer has the slope of its sigmoid, o(1 − o), in its δ.",
        ),
        Misconception(
            "slope at net instead of at the output",
            (
                with_(
                    delta_k=lambda s: s.net_k * (1 - s.net_k) * (s.t - s.o),
                    delta_h=lambda s: s.net_h * (1 - s.net_h) * s.sent_back,
                ),
                with_(delta_h=lambda s: s.net_h * (1 - s.net_h) * s.sent_back),
            ),
            "o(1 − o) is written with the output o = σ(net), not with net itself.",
        ),
        Misconception(
            "hidden units without their weights",
            with_(sent_back=lambda s: np.sum(s.delta_k) + 0 * s.b_hidden),
            "Every hidden unit gets the same sum of the δ_k. It is to blame for δ_k in proportion to w_kh.",
        ),
        Misconception(
            "reshapes instead of transposing",
            with_(sent_back=lambda s: s.W_out.reshape(s.W_out.shape[::-1]) @ s.delta_k),
            "`reshape` makes the shapes fit and scrambles which weight leads where. `W_out.T` transposes.",
        ),
        Misconception(
            "no sigmoid at the output",
            (
                with_(o=lambda s: s.net_k),
                with_(o=lambda s: s.net_k, delta_k=lambda s: s.t - s.o),
            ),
            "The output units are sigmoids as well: o_k = σ(net_k).",
        ),
        Misconception(
            "no sigmoid at the hidden units",
            (with_(o_h=lambda s: s.net_h), with_(o_h=lambda s: s.net_h, delta_h=lambda s: s.sent_back)),
            "The hidden units are sigmoids: o_h = σ(net_h). Yours pass on net_h itself.",
        ),
        Misconception(
            "errors instead of error terms go back",
            with_(sent_back=lambda s: s.W_out.T @ (s.t - s.o)),
            "You send t − o back to the hidden units. What travels back is δ_k, which has passed the slope of the "
            "output unit.",
        ),
        Misconception(
            "no thresholds in the forward pass",
            with_(net_h=lambda s: s.W_hidden @ s.x, net_k=lambda s: s.W_out @ s.o_h),
            "The outputs are computed without b_hidden and b_out: net = W x + b.",
        ),
        Misconception(
            "net input instead of the hidden output",
            with_(W_out_step=lambda s: np.outer(s.delta_k, s.net_h)),
            "What travels along w_kh is the output o_h = σ(net_h), so that is the x_ji of its update.",
        ),
        Misconception(
            "twice the step",
            with_(rate=lambda s: 2 * s.eta),
            "E has a ½ in front of its square, which cancels the 2 of the derivative.",
        ),
        Misconception(
            "averages over the output units",
            with_(delta_k=lambda s: s.o * (1 - s.o) * (s.t - s.o) / len(s.t)),
            "E sums over the output units: no 1/K.",
        ),
        Misconception(
            "returns the changes",
            with_(keep=0),
            "You return Δw. The exercise asks for the new weights, w + Δw.",
        ),
        Misconception(
            "returns the old weights",
            lambda *args: args[2:6],
            "The weights come back as they went in. Return the updated ones.",
        ),
        Misconception(
            "output layer first",
            lambda *args: backpropagation_step(*args)[2:] + backpropagation_step(*args)[:2],
            "The four arrays are in a different order: W_hidden, b_hidden, W_out, b_out.",
        ),
        Misconception(
            "weights first, then thresholds",
            lambda *args: tuple(backpropagation_step(*args)[i] for i in (0, 2, 1, 3)),
            "The four arrays are in a different order: W_hidden, b_hidden, W_out, b_out.",
        ),
        Misconception(
            "weights cut to whole numbers",
            lambda *args: tuple(
                new.astype(old.dtype) for new, old in zip(backpropagation_step(*args), args[2:6], strict=True)
            ),
            "Whole-number weights stay whole in your answer, since a copy keeps the integer dtype. Build the new "
            "ones as an expression, `W + …`.",
        ),
    ),
    hints=(
        "The output of a hidden unit was computed before any update. With which weights is it to blame for "
        "the error?",
        "net = W x + b, o = σ(net); δ_k = o(1 − o)(t − o) (K,); δ_h = o_h(1 − o_h)(W_outᵀ δ_k) (H,); "
        "then w_ji + η δ_j x_ji for all: an outer product.",
        "Four lines for o_hidden, o, delta_k, delta_h, then `return W_hidden + eta * np.outer(delta_h, ___), …`",
    ),
    explanation=(
        "This is the inner loop of BACKPROPAGATION: forward, the δ of the output, the δ of the hidden units with the "
        "old weights, and only then every weight by η δ_j x_ji. Each update needs what is known at its two ends: "
        "the δ of the unit it enters and the output of the unit it leaves. Back-propagation proper ends with the δ; the "
        "last line is gradient descent, and could be another rule."
    ),
    same_as=("stochastic_backprop",),
)
