"""Exercise 03.2: the error term of an output unit."""

import numpy as np

from coursekit.exercises.backpropagation.inputs import outputs, sigmoid
from coursekit.exercises.engine.draws import sizes, strided, tenths, transposed
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _case(rng, shape):
    """Outputs, and targets in [0, 1] that differ from them in every entry."""
    o = outputs(rng, shape)
    t = tenths(rng, shape, 0, 1)
    return o, np.where(t == o, (rng.random(shape) < 0.5).astype(float), t)


def _one_example(rng):
    return [_case(rng, (n,)) for n in (3, *sizes(rng))]


def _awkward(rng):
    """Batches, one unit, saturated units, labels as whole numbers, views."""
    b, n = sizes(rng)
    o, t = _case(rng, (b, n))
    labels = rng.permutation([0, 1, 1, 0, 1, 0]).reshape(2, 3)
    saturated = np.array([1.0, 0.0, 0.999, 0.001, 0.3])
    return [
        _case(rng, (2, 3)),
        _case(rng, (5, 1)),
        (outputs(rng, (2, 3)), labels),
        (saturated, np.array([0.0, 1.0, 0.0, 1.0, 1.0])),
        (strided(o), transposed(t)),
    ]


def delta_output(o, t):
    """The error term of sigmoid output units for E = ½ Σ (t - o)²: Mitchell's δ = -∂E/∂net.

    o, t: outputs and targets, both (K,) or (B, K)
    Returns an array of the same shape, one error term per unit.
    """
    return o * (1 - o) * (t - o)


EXERCISE = Exercise(
    id="03.2",
    points=2,
    returns="error term",
    solution=delta_output,
    reference=lambda o, t: np.multiply(o - np.square(o), np.subtract(t, o)),
    properties=(
        Property("the error term of every output unit of one example", 1, _one_example),
        Property("batches, one unit, saturated units, whole-number labels and views", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "sign of the gradient",
            lambda o, t: o * (1 - o) * (o - t),
            "You have +∂E/∂net, the right value with the opposite sign. Mitchell's δ is minus that gradient: it points "
            "to where the error falls, and the update adds it. Look at the two differences, t − o and 1 − o.",
        ),
        Misconception(
            "forgets the slope of the sigmoid",
            lambda o, t: t - o,
            "t − o is −∂E/∂o: the derivative with respect to the output. δ is about net, the input of the sigmoid: one more "
            "factor of the chain rule, do/dnet. (Under cross-entropy that factor would cancel.)",
        ),
        Misconception(
            "the delta of cross-entropy",
            lambda o, t: o - t,
            "o − t is ∂C/∂net for cross-entropy. Here E is a squared error, so the slope of the sigmoid "
            "stays, and Mitchell's sign is minus the gradient.",
        ),
        Misconception(
            "sigmoid of the output",
            (
                lambda o, t: sigmoid(o) * (1 - sigmoid(o)) * (t - o),
                lambda o, t: o * (1 - o) * (t - sigmoid(o)),
                lambda o, t: sigmoid(o) * (1 - sigmoid(o)) * (t - sigmoid(o)),
            ),
            "o has already been through the sigmoid: o = σ(net). So σ′(net) is o(1 − o), without another σ.",
        ),
        Misconception(
            "slope at the target",
            (lambda o, t: t * (1 - t) * (t - o), lambda o, t: o * (1 - t) * (t - o)),
            "The slope of the sigmoid is taken where the unit is, at its output o, not at its target.",
        ),
        Misconception(
            "slope of tanh",
            lambda o, t: (1 - o**2) * (t - o),
            "1 − o² is the slope of tanh. The units here are sigmoids, whose slope is a different function of the output.",
        ),
        Misconception(
            "half of the slope",
            (lambda o, t: o * (t - o), lambda o, t: (1 - o) * (t - o)),
            "The slope of the sigmoid has two factors, o and 1 − o: it is flat at both ends.",
        ),
        Misconception(
            "the slope alone",
            lambda o, t: o * (1 - o) + 0 * t,
            "That is do/dnet only. What does the error say about the output? Multiply by −∂E/∂o.",
        ),
        Misconception(
            "no parentheses around 1 − o",
            lambda o, t: o * 1 - o * (t - o),
            "`o * 1 - o * (t - o)` is o − o(t − o). Multiplication binds first: write `(1 - o)`.",
        ),
        Misconception(
            "adds the two factors",
            lambda o, t: o * (1 - o) + (t - o),
            "The chain rule multiplies: −∂E/∂o times do/dnet.",
        ),
        Misconception(
            "forgets the ½ of E",
            lambda o, t: 2 * o * (1 - o) * (t - o),
            "E has a ½ in front of the square, which the 2 of the derivative cancels.",
        ),
        Misconception(
            "halves the derivative",
            lambda o, t: o * (1 - o) * (t - o) / 2,
            "The derivative of ½(t − o)² has no ½ left: the 2 that comes down cancels it.",
        ),
        Misconception(
            "squares the error",
            (
                lambda o, t: o * (1 - o) * (t - o) ** 2,
                lambda o, t: o * (1 - o) * (t - o) ** 2 / 2,
                lambda o, t: (t - o) ** 2 / 2,
            ),
            "The square is in E. Its derivative is of the first power, and keeps the sign: too high and too low "
            "are different errors.",
        ),
        Misconception(
            "loses the sign of the error",
            lambda o, t: o * (1 - o) * np.abs(t - o),
            "Your δ is never negative. An output that is too high has to come down: keep the sign of t − o.",
        ),
        Misconception(
            "one number for all units",
            (
                lambda o, t: np.sum(o * (1 - o) * (t - o)),
                lambda o, t: np.mean(o * (1 - o) * (t - o)),
                lambda o, t: np.dot(np.ravel(o * (1 - o)), np.ravel(t - o)),
            ),
            "You add up the error terms. Every output unit has its own δ: multiply entry by entry.",
        ),
        Misconception(
            "averages over the samples",
            (
                lambda o, t: o * (1 - o) * (t - o) / len(o),
                lambda o, t: np.mean(o * (1 - o) * (t - o), axis=0),
            ),
            "Each example has its own error terms, and E of one example is no average: no 1/B here.",
        ),
        Misconception(
            "error terms of whole numbers",
            lambda o, t: (o * (1 - o) * (t - o)).astype(t.dtype),
            "For whole-number targets your error terms are cut to whole numbers: `np.zeros_like(t)` takes over "
            "the integer dtype. Compute them as an expression.",
        ),
        Misconception(
            "no parentheses around the error",
            lambda o, t: t - o * o * (1 - o),
            "`t - o * o * (1 - o)` multiplies before it subtracts. The factor o(1 − o) belongs to the whole error: put t − o in parentheses.",
        ),
    ),
    hints=(
        "If net rises a little, how much does o = σ(net) rise? And if o rises, does E rise or fall?",
        "δ = −∂E/∂o · do/dnet, entry by entry, all (K,): the first factor is (t − o), the second is σ′(net) "
        "written with o.",
        "`return o * (1 - o) * (___)`",
    ),
    explanation=(
        "δ is the product of two factors: how far a unit's output is off, and how much that output still "
        "moves with its net input. A saturated unit, o near 0 or 1, has almost no slope: it hardly learns even where it is "
        "entirely wrong. Cross-entropy removes that factor; squared error keeps it."
    ),
)
