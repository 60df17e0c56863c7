"""Exercise 02.2: the mean absolute error."""

import numpy as np

from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.exercises.loss_functions.inputs import ordinary, with_ties
from coursekit.exercises.loss_functions.pairs import LOSS_AND_GRADIENT, pair_mistakes


def mae(p, y):
    """Mean absolute error and its gradient with respect to p.

    p, y: predictions and targets, both (B, n)
    Returns (loss, gradient): the mean of |p - y| over all entries, and an array (B, n),
    0 where p = y.
    """
    d = p - y
    return np.mean(np.abs(d)), np.sign(d) / d.size


EXERCISE = Exercise(
    id="02.2",
    points=3,
    returns=LOSS_AND_GRADIENT,
    solution=mae,
    reference=lambda p, y: (
        np.sum(np.maximum(p, y) - np.minimum(p, y)) / np.size(p),
        ((p > y).astype(float) - (p < y)) / np.size(p),
    ),
    properties=(
        Property("the loss is the mean of the absolute differences", 1, ordinary, "loss"),
        Property("the gradient is ±1/N, by the side the prediction is on", 1, ordinary, "gradient"),
        Property("both hold where p = y, for one sample, whole numbers and views", 1, with_ties),
    ),
    misconceptions=(
        Misconception(
            "forgets the absolute value",
            (
                lambda p, y: (np.mean(p - y), np.ones(p.shape) / p.size),
                lambda p, y: (np.mean(p - y), np.sign(p - y) / p.size),
                lambda p, y: (np.mean(y - p), np.sign(p - y) / p.size),
            ),
            "Errors of +5 and −5 cancel to 0 in your average. Take |p − y| of each difference before you "
            "average.",
        ),
        Misconception(
            "absolute value of the average",
            lambda p, y: (np.abs(np.mean(p - y)), np.sign(p - y) / p.size),
            "The differences cancel before you take the absolute value. Take it of each one, then average.",
        ),
        Misconception(
            "sums instead of averaging",
            (
                lambda p, y: (np.sum(np.abs(p - y)), np.sign(p - y)),
                lambda p, y: (np.sum(np.abs(p - y)), np.sign(p - y) / p.size),
            ),
            "Your loss is the sum of the absolute differences. Divide by the number of entries, `p.size`.",
        ),
        Misconception(
            "averages over samples only",
            (
                lambda p, y: (np.sum(np.abs(p - y)) / len(p), np.sign(p - y) / len(p)),
                lambda p, y: (np.mean(np.abs(p - y)), np.sign(p - y) / len(p)),
            ),
            "You divide by the number of rows, `len(p)`. The mean runs over all entries: B·n of them, "
            "`p.size`.",
        ),
        Misconception(
            "gradient without 1/N",
            lambda p, y: (np.mean(np.abs(p - y)), np.sign(p - y)),
            "The derivative of a mean keeps its factor 1/N: sign(p − y)/N.",
        ),
        Misconception(
            "gradient is not 0 where p = y",
            (
                lambda p, y: (np.mean(np.abs(p - y)), np.where(p >= y, 1, -1) / p.size),
                lambda p, y: (np.mean(np.abs(p - y)), np.where(p > y, 1, -1) / p.size),
            ),
            "|d| has a kink at d = 0. Any slope from −1 to 1 is a subgradient there; we take 0, as np.sign "
            "does: a prediction that is right should stay.",
        ),
        Misconception(
            "0/0 where p = y",
            lambda p, y: (np.mean(np.abs(p - y)), (p - y) / np.abs(p - y) / p.size),
            "d/|d| is nan where p = y. Use np.sign(d), which is 0 there.",
        ),
        Misconception(
            "gradient proportional to the error",
            (
                lambda p, y: (np.mean(np.abs(p - y)), (p - y) / p.size),
                lambda p, y: (np.mean(np.abs(p - y)), 2 * (p - y) / p.size),
                lambda p, y: (np.mean(np.abs(p - y)), np.abs(p - y) / p.size),
            ),
            "The slope of |d| does not depend on how large d is: it is +1 or −1. That is why outliers "
            "pull no harder than others.",
        ),
        Misconception(
            "squared instead of absolute differences",
            lambda p, y: (np.mean((p - y) ** 2), 2 * (p - y) / p.size),
            "That is the mean squared error, exercise 02.1. Here the absolute differences are averaged.",
        ),
        Misconception(
            "median instead of mean",
            lambda p, y: (np.median(np.abs(p - y)), np.sign(p - y) / p.size),
            "You take the median of the absolute differences. MAE is their mean.",
        ),
        Misconception(
            "one loss per sample",
            lambda p, y: (np.mean(np.abs(p - y), axis=1), np.sign(p - y) / p.size),
            "You average each row and return one number for each sample. The loss is a single number.",
        ),
        *pair_mistakes(mae),
        Misconception(
            "subtracts the absolute values",
            lambda p, y: (np.mean(np.abs(p) - np.abs(y)), np.sign(p - y) / p.size),
            "You take the absolute values of p and y before you subtract. Subtract first: |p − y| is not |p| − |y|.",
        ),
    ),
    hints=(
        "What happens to errors of +5 and −5 when you average them? And how fast does |d| grow at d = "
        "3, at d = −3?",
        "With d = p − y and N entries: loss = (1/N) Σ |d|, gradient = sign(d)/N, where sign(0) = 0.",
        "`d = p - y`, then `return np.mean(___), np.sign(d) / d.size`.",
    ),
    explanation=(
        "Every error pulls with the same force, 1/N, however large it is. So an outlier pulls no harder than "
        "any other point. The price: the gradient does not "
        "shrink near the target, and at p = y there is a kink, where 0 is our choice among the subgradients."
    ),
)
