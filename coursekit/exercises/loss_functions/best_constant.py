"""Exercise 02.3: the constant prediction that minimizes a loss."""

import numpy as np

from coursekit.exercises.engine.draws import tenths
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _skewed(rng, n):
    """n numbers, one far above the rest, unsorted; the middle one of the list is not the median."""
    y = np.append(tenths(rng, n - 1, -2, 4), 10.0 + rng.integers(0, 99) / 10)
    y = rng.permutation(y)
    while y[n // 2] == np.median(y):
        y = rng.permutation(np.append(tenths(rng, n - 1, -2, 4), y.max()))
    return y


def _asked(loss):
    def draw(rng):
        sizes = [5, 2 * int(rng.integers(3, 8)) + 1, 9]
        whole = rng.permutation([1, 2, 2, 4, 7, 11, 30])
        return [
            *((_skewed(rng, n), loss) for n in sizes),
            (whole, loss),
            (np.repeat(_skewed(rng, 7), 2)[::2], loss),
        ]

    return draw


def best_constant(y, loss):
    """The number c for which predicting c everywhere has the lowest cost.

    y: targets (N,), N odd; loss: "mse" or "mae"
    Returns a number.
    """
    if loss == "mse":
        return np.mean(y)
    return np.median(y)


EXERCISE = Exercise(
    id="02.3",
    points=2,
    returns="constant",
    solution=best_constant,
    reference=lambda y, loss: float(np.sum(y) / np.size(y) if loss == "mse" else np.sort(y)[np.size(y) // 2]),
    properties=(
        Property("the best constant for the mean squared error", 1, _asked("mse")),
        Property("the best constant for the mean absolute error", 1, _asked("mae")),
    ),
    misconceptions=(
        Misconception(
            "mean and median swapped",
            lambda y, loss: np.median(y) if loss == "mse" else np.mean(y),
            "It is the other way round. The squared errors are least at the mean, the absolute errors at the "
            "median, the value in the middle of the sorted targets.",
        ),
        Misconception(
            "the mean for both losses",
            lambda y, loss: np.mean(y),
            "For MAE each target pulls with the same force. Raising c helps as long as more targets lie above "
            "it than below: at which number does this end?",
        ),
        Misconception(
            "the median for both losses",
            lambda y, loss: np.median(y),
            "For MSE a target pulls in proportion to its distance. Set the derivative, Σ 2(c − y), to 0 "
            "and solve for c.",
        ),
        Misconception(
            "the middle of the range",
            (
                lambda y, loss: (np.min(y) + np.max(y)) / 2,
                lambda y, loss: np.mean(y) if loss == "mse" else (np.min(y) + np.max(y)) / 2,
                lambda y, loss: (np.min(y) + np.max(y)) / 2 if loss == "mse" else np.median(y),
            ),
            "The midpoint of smallest and largest minimizes the largest error, which neither loss asks for.",
        ),
        Misconception(
            "the middle of the list, unsorted",
            lambda y, loss: np.mean(y) if loss == "mse" else y[len(y) // 2],
            "The median is the middle one of the sorted targets: sort first, or use np.median.",
        ),
        Misconception(
            "off by one in the sorted list",
            (
                lambda y, loss: np.mean(y) if loss == "mse" else np.sort(y)[len(y) // 2 - 1],
                lambda y, loss: np.mean(y) if loss == "mse" else np.sort(y)[len(y) // 2 + 1],
            ),
            "With N odd and indices from 0, the middle of the sorted targets has the index N // 2.",
        ),
        Misconception(
            "the most frequent value",
            lambda y, loss: (
                np.mean(y) if loss == "mse" else np.unique(y)[np.argmax(np.unique(y, return_counts=True)[1])]
            ),
            "The mode minimizes the number of misses, the 0-1 loss. MAE also cares how far off the "
            "others are.",
        ),
        Misconception(
            "the least loss instead of the constant",
            (
                lambda y, loss: np.var(y) if loss == "mse" else np.mean(np.abs(y - np.median(y))),
                lambda y, loss: np.mean(y**2) if loss == "mse" else np.mean(np.abs(y)),
            ),
            "You return the value of the loss. The exercise asks where it is least: for the constant c.",
        ),
        Misconception(
            "divides the sum by another number than N",
            (
                lambda y, loss: np.sum(y) / (len(y) - 1) if loss == "mse" else np.median(y),
                lambda y, loss: np.sum(y) / (len(y) + 1) if loss == "mse" else np.median(y),
            ),
            "For MSE you divide the sum of the targets by N − 1 or N + 1. The mean divides by N.",
        ),
        Misconception(
            "cuts the mean to a whole number",
            lambda y, loss: int(np.mean(y)) if loss == "mse" else np.median(y),
            "For MSE your constant is the mean without its decimals. Remove `int(…)`.",
        ),
        Misconception(
            "the median of the absolute values",
            lambda y, loss: np.mean(y) if loss == "mse" else np.median(np.abs(y)),
            "For MAE you take the median of |y|. The constant is the median of y itself: the absolute value belongs to the errors, |c − y|.",
        ),
    ),
    hints=(
        "Write the loss of a constant c as a function of c. What is its derivative, and where does its sign change?",
        "MSE: Σ 2(c − y) = 0. MAE: Σ sign(c − y) is negative while more targets lie above c than below, then "
        "positive: the sign changes at the value in the middle of the sorted targets.",
        '`if loss == "mse": return np.mean(y)`, else the middle of `np.sort(___)`.',
    ),
    explanation=(
        "A loss decides what a model predicts when it cannot know: squared error asks for the mean, "
        "absolute error for the median. One outlier can move the mean anywhere; it moves the median at most "
        "to the neighbor. With inputs the same holds at every x: the conditional mean, the conditional "
        "median."
    ),
)
