"""Exercise 06.4: a step with momentum."""

import numpy as np

from coursekit.exercises.engine.draws import sizes, strided, tenths, transposed
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.exercises.optimization.inputs import away_from_zero, rate, whole


def _case(rng, shape, beta=None):
    beta = float(rng.choice([0.5, 0.8, 0.9])) if beta is None else beta
    return tenths(rng, shape), away_from_zero(rng, shape), away_from_zero(rng, shape), rate(rng), beta


def _moving(rng):
    """A velocity that is already there."""
    return [_case(rng, 2), _case(rng, sizes(rng)), _case(rng, sizes(rng))]


def _awkward(rng):
    """The first step, from rest; no memory; whole numbers; views; one weight."""
    w, v, g, lr, beta = _case(rng, sizes(rng))
    first = _case(rng, sizes(rng))
    return [
        (first[0], np.zeros_like(first[1]), *first[2:]),
        _case(rng, 3, beta=0.0),
        (*(whole(rng, (2, 3)) for _ in range(3)), 0.1, 0.9),
        (strided(w), transposed(v), g, lr, beta),
        _case(rng, (1, 1)),
    ]


def momentum_step(w, v, g, lr, beta):
    """One step of gradient descent with momentum.

    w, v, g: weights, velocity and gradient, all of one shape; lr: the rate; beta: how much of the
    velocity is kept, 0 <= beta < 1
    Returns (w, v), new arrays: v <- beta v + g, then w <- w - lr v.
    """
    v = beta * v + g
    return w - lr * v, v


def _reference(w, v, g, lr, beta):
    return w - lr * g - (lr * beta) * v, np.multiply(v, beta) + g


def _by(new_v, new_w=None):
    """Another velocity, a function of (v, g, lr, beta), and weights from (w, v, old v, g, lr, beta)."""

    def wrong(w, v, g, lr, beta):
        u = new_v(v, g, lr, beta)
        return (new_w(w, u, v, g, lr, beta) if new_w else w - lr * u), u

    return wrong


def _right_v(v, g, lr, beta):
    return beta * v + g


EXERCISE = Exercise(
    id="06.4",
    points=3,
    returns=("w", "v"),
    solution=momentum_step,
    reference=_reference,
    properties=(
        Property("the new velocity", 1, _moving, "v"),
        Property("the new weights", 1, _moving, "w"),
        Property("both at the first step, without memory, for whole numbers and views", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "averages the gradients",
            lambda w, v, g, lr, beta: (
                w - lr * (beta * v + (1 - beta) * g),
                beta * v + (1 - beta) * g,
            ),
            "With (1 − β)g the velocity is a moving average, and the steps are 1 − β times as long (a tenth for "
            "β = 0.9). Here gradients are added up: v ← βv + g, as in PyTorch. Adam's first moment is the average.",
        ),
        Misconception(
            "the rate inside the velocity",
            (
                _by(lambda v, g, lr, beta: beta * v + lr * g, lambda w, u, v, g, lr, beta: w - u),
                _by(lambda v, g, lr, beta: beta * v - lr * g, lambda w, u, v, g, lr, beta: w + u),
            ),
            "Your velocity holds lr·g. With a constant rate the weights go the same way, but once the rate changes, old "
            "gradients keep the old rate. Here the rate stays outside: v ← βv + g, w ← w − lr·v.",
        ),
        Misconception(
            "the rate twice",
            _by(lambda v, g, lr, beta: beta * v + lr * g),
            "lr multiplies the gradient when it enters the velocity, and again in the step. Once: in the step.",
        ),
        Misconception(
            "uphill",
            _by(_right_v, lambda w, u, v, g, lr, beta: w + lr * u),
            "The velocity is a sum of gradients and points uphill: subtract lr·v.",
        ),
        Misconception(
            "subtracts the gradient from the velocity",
            (
                _by(lambda v, g, lr, beta: beta * v - g),
                _by(lambda v, g, lr, beta: beta * v - g, lambda w, u, v, g, lr, beta: w + lr * u),
            ),
            "Here the velocity adds up gradients with their own sign, v ← βv + g, and the step subtracts it. Minus in "
            "both places would go uphill; plus in the second is another convention.",
        ),
        Misconception(
            "steps with the old velocity",
            _by(_right_v, lambda w, u, v, g, lr, beta: w - lr * v),
            "The step uses the velocity from before, so the first step goes nowhere. Update v first, then w with the "
            "new v.",
        ),
        Misconception(
            "steps without the velocity",
            _by(_right_v, lambda w, u, v, g, lr, beta: w - lr * g),
            "Your weights move by lr·g alone: plain gradient descent. The step uses v.",
        ),
        Misconception(
            "forgets the old velocity",
            _by(lambda v, g, lr, beta: g + 0 * v),
            "Your velocity is the gradient: nothing is remembered. Keep β of the old one.",
        ),
        Misconception(
            "keeps all of the old velocity",
            (_by(lambda v, g, lr, beta: v + g), _by(lambda v, g, lr, beta: v + beta * g)),
            "Without β before v nothing slows the velocity down; it grows with every gradient.",
        ),
        Misconception(
            "β and 1 − β swapped",
            (
                _by(lambda v, g, lr, beta: (1 - beta) * v + beta * g),
                _by(lambda v, g, lr, beta: (1 - beta) * v + g),
            ),
            "β is the part of the old velocity that is kept, near 1 for a long memory; you keep 1 − β.",
        ),
        Misconception(
            "Nesterov's step",
            _by(_right_v, lambda w, u, v, g, lr, beta: w - lr * (g + beta * u)),
            "w − lr·(g + βv) looks one step ahead: Nesterov's momentum. Here the step is lr·v.",
        ),
        Misconception(
            "returns the old velocity",
            lambda w, v, g, lr, beta: (momentum_step(w, v, g, lr, beta)[0], v),
            "The velocity you return is the old one, so the next step forgets this "
            "gradient. Return the new one.",
        ),
        Misconception(
            "shrinks the weights",
            _by(_right_v, lambda w, u, v, g, lr, beta: beta * w - lr * u),
            "β multiplies the velocity, not the weights. (A factor on w would be weight decay.)",
        ),
        Misconception(
            "returns only one of the two",
            (
                lambda w, v, g, lr, beta: momentum_step(w, v, g, lr, beta)[0],
                lambda w, v, g, lr, beta: momentum_step(w, v, g, lr, beta)[1],
            ),
            "Without the velocity the next step has no memory: `return w, v`.",
        ),
        Misconception(
            "velocity first",
            lambda w, v, g, lr, beta: momentum_step(w, v, g, lr, beta)[::-1],
            "The order is `return w, v`.",
        ),
    ),
    hints=(
        "What does the optimizer have to remember from one step to the next, and which of the two is updated first?",
        "v ← βv + g, then w ← w − lr·v, all of w's shape; the rate is outside the velocity.",
        "`v = ___ * v + g`, then `return w - lr * v, v`.",
    ),
    explanation=(
        "The velocity is a sum of past gradients, in which mainly the last 1/(1 − β) count. Along a ravine they agree and "
        "add up to 1/(1 − β) times one gradient; across it they alternate and cancel. So momentum lengthens the steps that "
        "were too short and shortens those that were too long. With β = 0.9 the rate acts as if it were ten times larger."
    ),
)
