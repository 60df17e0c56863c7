"""Exercise 03.7: what an automatic differentiation has to know about tanh."""

import numpy as np

from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _numbers(rng):
    """Far enough from 0 that the slope of tanh and of other functions differ."""
    sizes = rng.permutation([3, 5, 8, 11, 14, 17])[:3] / 10
    return [(0.5,), *((float(size * sign),) for size, sign in zip(sizes, (1, -1, 1), strict=True))]


def _special(rng):
    return [(0.0,), (1,), (-2,), (float(rng.integers(30, 50)) / 10,)]


def tanh_operation(u):
    """The number a = tanh(u) and its local slope, the derivative of a with respect to u.

    u: a number
    Returns (a, slope).
    """
    a = np.tanh(u)
    return a, 1 - a**2


def _reference(u):
    return (np.exp(2 * u) - 1) / (np.exp(2 * u) + 1), 1 / np.cosh(u) ** 2


def _sigmoid(u):
    return 1 / (1 + np.exp(-u))


EXERCISE = Exercise(
    id="03.7",
    points=2,
    returns=("number", "slope"),
    solution=tanh_operation,
    reference=_reference,
    properties=(
        Property("the number tanh(u)", 0.5, _numbers, "number"),
        Property("the local slope", 1, _numbers, "slope"),
        Property("both at 0, at whole numbers and far from 0", 0.5, _special),
    ),
    misconceptions=(
        Misconception(
            "slope taken at u",
            lambda u: (np.tanh(u), 1 - u**2),
            "You compute 1 − u². The slope of tanh is one minus the square of its *output*: 1 − tanh²(u).",
        ),
        Misconception(
            "slope of the sigmoid",
            lambda u: (np.tanh(u), np.tanh(u) * (1 - np.tanh(u))),
            "a(1 − a) is the slope of the sigmoid. The slope of tanh is 1 − a².",
        ),
        Misconception(
            "sigmoid instead of tanh",
            lambda u: (_sigmoid(u), _sigmoid(u) * (1 - _sigmoid(u))),
            "That is the sigmoid, whose output lies between 0 and 1. tanh lies between −1 and 1.",
        ),
        Misconception(
            "slope without the square",
            lambda u: (np.tanh(u), 1 - np.tanh(u)),
            "You compute 1 − a. The output has to be squared: 1 − a².",
        ),
        Misconception(
            "slope with the opposite sign",
            lambda u: (np.tanh(u), np.tanh(u) ** 2 - 1),
            "Your slope is negative, but tanh rises everywhere: 1 − a².",
        ),
        Misconception(
            "slope first",
            lambda u: (1 - np.tanh(u) ** 2, np.tanh(u)),
            "The two results are in the wrong order: the number first, then its slope.",
        ),
        Misconception(
            "slope of 2f(u) − 1",
            lambda u: (2 * _sigmoid(u) - 1, 2 * _sigmoid(u) * (1 - _sigmoid(u))),
            "tanh(u) is 2f(2u) − 1, with 2u inside the sigmoid. The inner 2 also multiplies the slope.",
        ),
        Misconception(
            "forgets the inner derivative",
            lambda u: (np.tanh(u), 2 * _sigmoid(2 * u) * (1 - _sigmoid(2 * u))),
            "In 2f(2u) − 1 the chain rule gives a factor 2 for the inner 2u as well: the slope is 4f(2u)(1 − f(2u)).",
        ),
    ),
    hints=(
        "What does a `Value` store besides its number, and how is it used on the way back?",
        "tanh(u) = 2f(2u) − 1 with the sigmoid f. Differentiate, and write the result with a = tanh(u).",
        "`a = np.tanh(u)` and `return a, ___`",
    ),
    explanation=(
        "An operation is its formula and its local slopes. Reverse-mode differentiation multiplies and adds these slopes "
        "and needs to know nothing else, so two lines are enough for a new activation. At u = 0 the slope of tanh is 1, "
        "four times the slope of the sigmoid."
    ),
)
