"""Exercise 02.1: the mean squared error."""

import numpy as np

from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.exercises.loss_functions.inputs import awkward, ordinary
from coursekit.exercises.loss_functions.pairs import LOSS_AND_GRADIENT, pair_mistakes


def mse(p, y):
    """Mean squared error and its gradient with respect to p.

    p, y: predictions and targets, both (B, n)
    Returns (loss, gradient): the mean of (p - y)**2 over all entries, and an array (B, n).
    """
    d = p - y
    return np.mean(d**2), 2 * d / d.size


EXERCISE = Exercise(
    id="02.1",
    points=3,
    returns=LOSS_AND_GRADIENT,
    solution=mse,
    reference=lambda p, y: (np.linalg.norm(p - y) ** 2 / np.size(p), (p - y) / (np.size(p) / 2)),
    properties=(
        Property("the loss is the mean of the squared differences", 1, ordinary, "loss"),
        Property("the gradient is the derivative of that loss with respect to p", 1, ordinary, "gradient"),
        Property("both hold for one sample, one output, whole numbers and views", 1, awkward),
    ),
    misconceptions=(
        Misconception(
            "sums instead of averaging",
            (
                lambda p, y: (np.sum((p - y) ** 2), 2 * (p - y)),
                lambda p, y: (np.sum((p - y) ** 2), 2 * (p - y) / p.size),
            ),
            "Your loss is the sum of the squared differences. Divide by the number of entries, `p.size`, or "
            "more data means more loss.",
        ),
        Misconception(
            "averages over samples only",
            (
                lambda p, y: (np.sum((p - y) ** 2) / len(p), 2 * (p - y) / len(p)),
                lambda p, y: (np.mean((p - y) ** 2), 2 * (p - y) / len(p)),
            ),
            "You divide by the number of rows, `len(p)`. The mean runs over all entries: B·n of them, "
            "`p.size`.",
        ),
        Misconception(
            "averages over outputs only",
            lambda p, y: (np.sum((p - y) ** 2) / p.shape[1], 2 * (p - y) / p.shape[1]),
            "You divide by the number of columns. The mean runs over all entries: B·n of them, `p.size`.",
        ),
        Misconception(
            "gradient without 1/N",
            lambda p, y: (np.mean((p - y) ** 2), 2 * (p - y)),
            "The derivative of a mean keeps its factor 1/N: 2(p − y)/N.",
        ),
        Misconception(
            "factor 2 missing in the gradient",
            lambda p, y: (np.mean((p - y) ** 2), (p - y) / p.size),
            "The derivative of d² is 2d: the gradient is 2(p − y)/N.",
        ),
        Misconception(
            "halves the loss",
            (
                lambda p, y: (np.mean((p - y) ** 2) / 2, (p - y) / p.size),
                lambda p, y: (np.mean((p - y) ** 2) / 2, 2 * (p - y) / p.size),
            ),
            "You compute ½ of the mean. Some texts do so to get rid of the 2 in the gradient; here the "
            "loss is the mean itself.",
        ),
        Misconception(
            "gradient squared",
            lambda p, y: (np.mean((p - y) ** 2), 2 * (p - y) ** 2 / p.size),
            "The derivative of d² is 2d, not 2d²: squaring loses the sign that says which way to go.",
        ),
        Misconception(
            "takes the root",
            lambda p, y: (np.sqrt(np.mean((p - y) ** 2)), 2 * (p - y) / p.size),
            "That is the root mean squared error. MSE has no root; its unit is the square of y's.",
        ),
        Misconception(
            "absolute instead of squared differences",
            lambda p, y: (np.mean(np.abs(p - y)), np.sign(p - y) / p.size),
            "That is the mean absolute error, exercise 02.2. Here each difference is squared.",
        ),
        Misconception(
            "squares the mean instead of averaging the squares",
            lambda p, y: (np.mean(p - y) ** 2, 2 * (p - y) / p.size),
            "Differences of opposite sign cancel before you square. Square each one first, then average.",
        ),
        Misconception(
            "does not square",
            lambda p, y: (np.mean(p - y), 2 * (p - y) / p.size),
            "The differences are averaged with their signs, so they cancel. Square each one first.",
        ),
        Misconception(
            "compares every prediction with every target",
            lambda p, y: (
                np.mean((p.reshape(-1, 1) - y.reshape(1, -1)) ** 2),
                2 * np.mean(p.reshape(-1, 1) - y.reshape(1, -1), axis=1).reshape(p.shape) / p.size,
            ),
            "A column minus a row broadcasts to a whole table of differences. Subtract arrays of the "
            "same shape.",
        ),
        Misconception(
            "one loss per sample",
            lambda p, y: (np.mean((p - y) ** 2, axis=1), 2 * (p - y) / p.size),
            "You average each row and return one number for each sample. The loss is a single number.",
        ),
        *pair_mistakes(mse),
        Misconception(
            "subtracts the squares",
            lambda p, y: (np.mean(p**2 - y**2), 2 * (p - y) / p.size),
            "You square p and y before you subtract. Subtract first, then square the difference: (p − y)² is not p² − y².",
        ),
    ),
    hints=(
        "One prediction is off by 10, ten others by 1. Which costs more in all, if each difference is "
        "squared? And over how many numbers do you average in an array of B rows and n columns?",
        "With d = p − y of shape (B, n) and N = B·n: loss = (1/N) Σ d², gradient = 2d/N of shape (B, n).",
        "`d = p - y`, then `return np.mean(d**2), ___ * d / d.size`.",
    ),
    explanation=(
        "The loss charges large errors far more than small ones: twice as far off costs four times as much. "
        "So a single outlier can dominate the mean. The gradient 2(p − y)/N shrinks as the prediction gets close, "
        "which is why training with squared error settles smoothly."
    ),
)
