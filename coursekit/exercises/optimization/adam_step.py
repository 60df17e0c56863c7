"""Exercise 06.6: a step of Adam."""

import numpy as np

from coursekit.exercises.engine.draws import sizes, strided, tenths, transposed
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.exercises.optimization.inputs import away_from_zero, rate, whole


def _case(rng, shape, t, beta1=0.9, beta2=0.99, eps=1e-8):
    """Moments as after t − 1 steps; v has the size of squared gradients."""
    g = away_from_zero(rng, shape, 5, 20)
    if t == 1:
        m = v = np.zeros(shape)
    else:
        m, v = away_from_zero(rng, shape, 2, 15), np.abs(away_from_zero(rng, shape, 2, 25))
    return tenths(rng, shape), m, v, t, g, rate(rng), beta1, beta2, eps


def _later(rng):
    """In the middle of a run, among the cases a coarse eps."""
    return [
        _case(rng, 2, 2),
        _case(rng, sizes(rng), 3, 0.8, 0.9),
        _case(rng, sizes(rng), 7, eps=0.1),
        _case(rng, sizes(rng), 1, 0.8, 0.95, 0.1),
    ]


def _awkward(rng):
    """The first step; a gradient of 0; whole numbers; views; a run so long that the correction is gone."""
    w, m, v, t, g, *rest = _case(rng, sizes(rng), 4)
    rest_at_zero = _case(rng, 3, 1)
    shape = (2, 3)
    return [
        _case(rng, 3, 1),
        _case(rng, sizes(rng), 1, 0.9, 0.999),
        (*rest_at_zero[:4], np.append(0.0, rest_at_zero[4][1:]), *rest_at_zero[5:]),
        (
            whole(rng, shape),
            0 * whole(rng, shape),
            0 * whole(rng, shape),
            1,
            whole(rng, shape),
            0.1,
            0.9,
            0.99,
            0.1,
        ),
        (strided(w), transposed(m), v, t, strided(g), *rest),
        _case(rng, (1, 1), 5000, eps=0.1),
    ]


def adam_step(w, m, v, t, g, lr, beta1, beta2, eps):
    """One step of Adam.

    w, m, v, g: weights, first and second moment, gradient, all of one shape; t: the number of this
    step, 1 for the first; lr: the rate; beta1, beta2: how much of the old moments is kept
    Returns (w, m, v), new arrays: m and v are the new moments as they are, without bias correction;
    the step uses the corrected ones, and eps is added after the root.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)  # both moments started from 0
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def _reference(w, m, v, t, g, lr, beta1, beta2, eps):
    """With the corrections drawn into the rate and into eps, Kingma & Ba (2015), the end of section 2."""
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (np.square(g) - v)
    root = np.sqrt(1 - beta2**t)
    return w - lr * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root), m, v


def _step(c1=lambda b, t: 1 - b**t, c2=None, bottom=None, top=None, sign=-1.0):
    """A step with other corrections c(beta, t), another denominator (v_hat, eps) or numerator (m_hat, g)."""
    c2 = c2 or c1
    bottom = bottom or (lambda v_hat, eps: np.sqrt(v_hat) + eps)
    top = top or (lambda m_hat, g: m_hat)

    def wrong(w, m, v, t, g, lr, beta1, beta2, eps):
        _, m, v = _reference(w, m, v, t, g, lr, beta1, beta2, eps)
        m_hat, v_hat = m / c1(beta1, t), v / c2(beta2, t)
        return w + sign * lr * top(m_hat, g) / bottom(v_hat, eps), m, v

    return wrong


def _moments(new_m=None, new_v=None):
    """Other moments, functions of (old, g, beta), and the step that follows from them."""

    def wrong(w, m, v, t, g, lr, beta1, beta2, eps):
        _, right_m, right_v = _reference(w, m, v, t, g, lr, beta1, beta2, eps)
        m = new_m(m, g, beta1) if new_m else right_m
        v = new_v(v, g, beta2) if new_v else right_v
        return w - lr * m / (1 - beta1**t) / (np.sqrt(np.abs(v) / (1 - beta2**t)) + eps), m, v

    return wrong


def _right(b, t):
    return 1 - b**t


def _none(b, t):
    return 1.0


def _swapped_betas(w, m, v, t, g, lr, beta1, beta2, eps):
    return _reference(w, m, v, t, g, lr, beta2, beta1, eps)


def _corrected_moments(w, m, v, t, g, lr, beta1, beta2, eps):
    w, m, v = _reference(w, m, v, t, g, lr, beta1, beta2, eps)
    return w, m / (1 - beta1**t), v / (1 - beta2**t)


def _old_moments_step(w, m, v, t, g, lr, beta1, beta2, eps):
    _, new_m, new_v = _reference(w, m, v, t, g, lr, beta1, beta2, eps)
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), new_m, new_v


def _old_moments_returned(w, m, v, t, g, lr, beta1, beta2, eps):
    return _reference(w, m, v, t, g, lr, beta1, beta2, eps)[0], m, v


def _v_of_m(w, m, v, t, g, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * m**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def _beta_times_t(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1 * t), v / (1 - beta2 * t)
    return w - lr * m_hat / (np.sqrt(np.abs(v_hat)) + eps), m, v


EXERCISE = Exercise(
    id="06.6",
    points=4,
    returns=("w", "m", "v"),
    solution=adam_step,
    reference=_reference,
    properties=(
        Property("the first moment m", 1, _later, "m"),
        Property("the second moment v", 1, _later, "v"),
        Property("the new weights", 1, _later, "w"),
        Property("all three at the first step, for a gradient of 0, whole numbers and views", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "no bias correction",
            (
                lambda w, m, v, t, g, lr, beta1, beta2, eps: (
                    w - lr * (beta1 * m + (1 - beta1) * g) / (np.sqrt(beta2 * v + (1 - beta2) * g**2) + eps),
                    beta1 * m + (1 - beta1) * g,
                    beta2 * v + (1 - beta2) * g**2,
                ),
                _step(_none, _right),
                _step(_right, _none),
            ),
            "m and v start from 0 and are too small at first, by 1 − β₁ᵗ and 1 − β₂ᵗ. Divide each by its factor before "
            "the step. At t = 1 every weight then moves by lr, whatever its gradient.",
        ),
        Misconception(
            "multiplies by the correction",
            _step(lambda b, t: 1 / (1 - b**t)),
            "The moments are too small at first; multiplying by 1 − βᵗ, below 1, makes them smaller still. Divide.",
        ),
        Misconception(
            "corrects as if every step were the first",
            _step(lambda b, t: 1 - b),
            "You divide by 1 − β at every step. The start's influence fades: the factor is 1 − βᵗ.",
        ),
        Misconception(
            "counts steps from 0",
            (_step(lambda b, t: 1 - b ** (t - 1)), _step(lambda b, t: 1 - b ** (t + 1))),
            "t is already 1 at the first step: use βᵗ as it is. With t − 1 you would divide by 0 there.",
        ),
        Misconception(
            "β·t instead of βᵗ",
            (_step(lambda b, t: 1 - b * t), _beta_times_t),
            "The influence of the start shrinks by a factor β each step: beta**t, not beta*t.",
        ),
        Misconception(
            "ε inside the root",
            (
                _step(bottom=lambda v_hat, eps: np.sqrt(v_hat + eps)),
                _step(bottom=lambda v_hat, eps: np.sqrt(v_hat + eps**2)),
            ),
            "√(v̂ + ε) is RMSprop in some texts. Here, as in Kingma & Ba and in PyTorch, ε is added after the root.",
        ),
        Misconception(
            "ε before the correction",
            lambda w, m, v, t, g, lr, beta1, beta2, eps: _reference(
                w, m, v, t, g, lr, beta1, beta2, eps / np.sqrt(1 - beta2**t)
            ),
            "Your ε is added to √v before the correction, so it counts for more in the first steps. It is added to √v̂.",
        ),
        Misconception(
            "forgets ε",
            _step(bottom=lambda v_hat, eps: np.sqrt(v_hat)),
            "Where a weight has had no gradient yet, v is 0, and 0/0 is nan. ε in the denominator prevents that.",
        ),
        Misconception(
            "no root",
            _step(bottom=lambda v_hat, eps: v_hat + eps),
            "You divide by v̂, a squared size. Its root has the gradient's unit, so that the step does not depend "
            "on it.",
        ),
        Misconception(
            "the gradient not squared in v",
            (
                _moments(new_v=lambda v, g, b: b * v + (1 - b) * g),
                _moments(new_v=lambda v, g, b: b * v + (1 - b) * np.abs(g)),
            ),
            "v is the average of the squared gradients, g² entry by entry; with g itself it can be negative.",
        ),
        Misconception(
            "one second moment for all entries",
            (
                _moments(new_v=lambda v, g, b: b * v + (1 - b) * np.mean(g**2)),
                _moments(new_v=lambda v, g, b: b * v + (1 - b) * np.sum(g**2)),
            ),
            "You reduce g² to one number. Each weight has its own v: that is what gives each its own step size.",
        ),
        Misconception(
            "v averages m² instead of g²",
            _v_of_m,
            "The second moment averages the squared gradient, not the squared first moment.",
        ),
        Misconception(
            "adds gradients up",
            (
                _moments(lambda m, g, b: b * m + g),
                _moments(lambda m, g, b: b * m + g, lambda v, g, b: b * v + g**2),
                _moments(new_v=lambda v, g, b: b * v + g**2),
            ),
            "β·m + g grows to 1/(1 − β) gradients: the velocity of momentum. Adam's moments are averages: "
            "βm + (1 − β)g, and likewise v.",
        ),
        Misconception(
            "β and 1 − β swapped",
            (
                _moments(lambda m, g, b: (1 - b) * m + b * g, lambda v, g, b: (1 - b) * v + b * g**2),
                _moments(lambda m, g, b: (1 - b) * m + b * g),
                _moments(new_v=lambda v, g, b: (1 - b) * v + b * g**2),
            ),
            "β is the part of the old moment that is kept: βm + (1 − β)g.",
        ),
        Misconception(
            "beta1 and beta2 swapped",
            _swapped_betas,
            "beta1 belongs to m, beta2 to v.",
        ),
        Misconception(
            "steps with the gradient instead of m",
            (_step(top=lambda m_hat, g: g), _step(_none, _right, top=lambda m_hat, g: g)),
            "You divide the gradient itself by √v̂: RMSprop. Adam's numerator is the corrected first moment.",
        ),
        Misconception(
            "uphill",
            _step(sign=1.0),
            "m points uphill, like the gradients it averages. Subtract.",
        ),
        Misconception(
            "returns the corrected moments",
            _corrected_moments,
            "The moments you return are the corrected ones; the next step would correct them "
            "again. Keep m and v as they are, and correct copies for the step.",
        ),
        Misconception(
            "steps with the old moments",
            _old_moments_step,
            "The step uses the moments from before this gradient. Update m and v first.",
        ),
        Misconception(
            "returns the old moments",
            _old_moments_returned,
            "You return the moments you were given; the next step forgets this gradient.",
        ),
        Misconception(
            "returns only the weights",
            lambda w, m, v, t, g, lr, beta1, beta2, eps: _reference(w, m, v, t, g, lr, beta1, beta2, eps)[0],
            "Without its moments the next step starts from nothing: `return w, m, v`.",
        ),
        Misconception(
            "another order",
            (
                lambda *args: _reference(*args)[::-1],
                lambda *args: (_reference(*args)[1], _reference(*args)[2], _reference(*args)[0]),
            ),
            "The order is `return w, m, v`.",
        ),
    ),
    hints=(
        "What is m after the first step if it starts from 0 and β₁ = 0.9? By which factor is that too small?",
        "m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ), w ← w − lr·m̂/(√v̂ + ε), all of "
        "w's shape.",
        "Two lines for m and v, then `m_hat = m / (1 - beta1**t)`, `v_hat = ___`, and "
        "`return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v`.",
    ),
    explanation=(
        "Adam divides the average gradient of each weight by its typical size, so the size of the gradient cancels: at "
        "the first step every weight moves by lr, whether its gradient is 1000 or 0.001. As long as the gradients agree, "
        "the steps stay near lr. If they alternate, m̂ is small compared with √v̂, and the steps shrink. You still have "
        "to choose the rate."
    ),
)
