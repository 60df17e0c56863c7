"""Exercise 04.2: soft thresholding, the step that makes L1 give exact zeros."""

import numpy as np

from coursekit.exercises.engine.draws import sizes, strided, tenths, transposed
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property

SURE = [3.0, -3.0]  # always survive; the rest of a draw may fall on either side of t


def _mixed(rng, n):
    """n numbers: some beyond 3 on either side, some within 0.9, so that a threshold of 1 to 2 splits them."""
    large = tenths(rng, n, 2.5, 4) * rng.choice([-1, 1], n)
    small = tenths(rng, n, -0.9, 0.9)
    w = np.where(rng.random(n) < 0.5, large, small)
    w[:4] = [*SURE, 0.4, -0.7]
    return rng.permutation(w)


def _threshold(rng):
    return float(rng.choice([1.1, 1.3, 1.5, 1.9]))


def _survivors(rng):
    """All beyond the threshold, both signs."""
    large = tenths(rng, 5, 2.5, 5)
    large[:2] = SURE
    return [(large[:3], _threshold(rng)), (rng.permutation(large * rng.choice([-1, 1], 5)), _threshold(rng))]


def _vectors(rng):
    return [(_mixed(rng, n), _threshold(rng)) for n in (4, 9)]


def _awkward(rng):
    """Ties |w| = t, t = 0, matrices, whole numbers, views, one entry."""
    n, m = sizes(rng, low=3)
    W = _mixed(rng, n * m).reshape(n, m)
    return [
        (np.array([2.0, -2.0, 0.5, -0.5, 0.0]), 0.5),
        (_mixed(rng, 6), 0.0),
        (np.array([-5, -2, 0, 1, 3, 2]), 2),
        (np.array([[-4, 1], [3, 0], [-1, 2]]), 1.5),
        (transposed(W), _threshold(rng)),
        (strided(W), _threshold(rng)),
        (np.array([-3.5]), 1.0),
    ]


def soft_threshold(w, t):
    """The u that minimizes t·|u| + ½(w - u)², for each entry of w.

    w: an array of any shape; t: the threshold, at least 0
    Returns an array of w's shape.
    """
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)


EXERCISE = Exercise(
    id="04.2",
    points=3,
    returns="minimizer",
    solution=soft_threshold,
    reference=lambda w, t: np.subtract(w, np.minimum(np.maximum(w, -t), t)).astype(float),
    properties=(
        Property("entries beyond the threshold move toward 0 by t", 1, _survivors),
        Property("entries within it become exactly 0", 1, _vectors),
        Property("ties, t = 0, matrices, whole numbers and views", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "hard threshold",
            (
                lambda w, t: np.where(np.abs(w) > t, w, 0.0),
                lambda w, t: np.where(np.abs(w) >= t, w, 0.0),
                lambda w, t: np.where(w**2 / 2 > t, w, 0.0),
            ),
            "You set small entries to 0 and leave large ones alone. The term t|u| has slope ±t for large entries too, "
            "so they move toward 0 by t.",
        ),
        Misconception(
            "loses the sign",
            lambda w, t: np.maximum(np.abs(w) - t, 0),
            "Negative entries have become positive. Multiply the result by sign(w).",
        ),
        Misconception(
            "does not stop at 0",
            (lambda w, t: w - t * np.sign(w), lambda w, t: np.sign(w) * (np.abs(w) - t)),
            "Entries between −t and t jump over 0 to the other side. They must stop at 0, so use max(|w| − t, 0).",
        ),
        Misconception(
            "subtracts t from everything",
            lambda w, t: w - t,
            "You subtract t from all entries, so negative ones move away from 0. Every entry must move toward 0 "
            "and stop there.",
        ),
        Misconception(
            "positive side only",
            (lambda w, t: np.maximum(w - t, 0), lambda w, t: np.where(w > 0, np.maximum(w - t, 0), w)),
            "Your result is right only for positive entries. A negative entry must move up by t and stop at 0.",
        ),
        Misconception(
            "returns what was cut off",
            (lambda w, t: np.clip(w, -t, t), lambda w, t: np.minimum(np.abs(w), t) * np.sign(w)),
            "You limit the entries to ±t. The minimizer is w minus these limited values.",
        ),
        Misconception(
            "keeps the small entries",
            (lambda w, t: np.where(np.abs(w) < t, w, 0.0), lambda w, t: np.where(np.abs(w) <= t, w, 0.0)),
            "You keep the small entries. It is the other way round: entries between −t and t become 0, and the "
            "others move toward 0 by t.",
        ),
        Misconception(
            "shrinks in proportion, as L2",
            (lambda w, t: w / (1 + t), lambda w, t: (1 - t) * w),
            "You multiply every entry by the same factor, as a squared penalty would, so nothing becomes 0. The "
            "slope of t|u| is ±t however small u is, so every entry moves by t and stops at 0.",
        ),
        Misconception(
            "half the threshold",
            lambda w, t: np.sign(w) * np.maximum(np.abs(w) - t / 2, 0),
            "You use t/2. The derivative of ½(w − u)² is u − w, without a factor 2, so the threshold is t.",
        ),
        Misconception(
            "twice the threshold",
            lambda w, t: np.sign(w) * np.maximum(np.abs(w) - 2 * t, 0),
            "You use 2t. If the derivative is 0, then t·sign(u) + u − w = 0, so the step is t.",
        ),
        Misconception(
            "reflects small entries",
            lambda w, t: np.sign(w) * np.abs(np.abs(w) - t),
            "Below the threshold |w| − t is negative, and your absolute value makes it positive again. Replace a "
            "negative value by 0.",
        ),
        Misconception(
            "small entries stay",
            lambda w, t: np.where(np.abs(w) > t, w - t * np.sign(w), w),
            "Large entries are right, but you return small ones unchanged. Where |w| ≤ t the minimizer is 0.",
        ),
        Misconception(
            "shrinks away from 0",
            lambda w, t: np.where(np.abs(w) > t, w + t * np.sign(w), 0.0),
            "Large entries grow by t. The penalty makes them smaller, so subtract t from their size.",
        ),
        Misconception(
            "lifts small entries to the threshold",
            lambda w, t: np.sign(w) * np.maximum(np.abs(w), t),
            "You take max(|w|, t). First subtract t from |w|, then take the maximum with 0.",
        ),
        Misconception(
            "the least value instead of the minimizer",
            lambda w, t: (
                t * np.maximum(np.abs(w) - t, 0) + 0.5 * (w - np.sign(w) * np.maximum(np.abs(w) - t, 0)) ** 2
            ),
            "You return the lowest value of t|u| + ½(w − u)². Return the u at which it is lowest.",
        ),
        Misconception(
            "loses the shape",
            lambda w, t: (np.sign(w) * np.maximum(np.abs(w) - t, 0)).ravel(),
            "The values are right, but for a matrix you return one long row. Return an array of w's shape.",
        ),
        Misconception(
            "cut to whole numbers",
            lambda w, t: soft_threshold(w, t).astype(w.dtype),
            "For whole-number entries your result loses its decimals, because a copy of w has its integer dtype. "
            "Use a float dtype.",
        ),
        Misconception(
            "subtracts t from negative entries too",
            lambda w, t: np.where(np.abs(w) > t, w - t, 0.0),
            "You subtract t from negative entries too, so they move away from 0. Add t to them instead.",
        ),
        Misconception(
            "the shrinkage of the penalty t·u²",
            lambda w, t: w / (1 + 2 * t),
            "You divide by a constant, which is right for a penalty t·u². With t·|u| every entry moves toward 0 "
            "by t and stops there.",
        ),
    ),
    hints=(
        "Take w = 5 and t = 2. Where is 2|u| + ½(5 − u)² lowest? And for w = 1?",
        "For u ≠ 0: t·sign(u) + u − w = 0, so u = w − t·sign(u), if that has the sign of u; else u = 0. Together: "
        "sign(w)·max(|w| − t, 0), entry by entry.",
        "`return np.sign(w) * np.maximum(___, 0)`",
    ),
    explanation=(
        "Every entry moves toward 0 by the same amount t, and an entry within t of 0 becomes exactly 0. This is how L1 "
        "gives exact zeros. Gradient steps on |w| have a fixed size too, but they cannot stop at 0 and jump back and forth "
        "over it. A gradient step on the loss followed by this step is called ISTA."
    ),
)
