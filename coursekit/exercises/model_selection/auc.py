"""Exercise 05.4: the area under the ROC curve."""

import numpy as np

from coursekit.exercises.engine.draws import strided, tenths
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.exercises.model_selection.inputs import distinct_scores, mixed_labels


def _distinct(rng):
    """All scores differ; among the cases a score worse than chance."""
    n = int(rng.integers(9, 13))
    worse = np.sort(distinct_scores(rng, n))
    label = np.repeat([1, 0], [4, n - 4])
    label[[1, 6]] = label[[6, 1]]
    return [
        (np.array([0.3, 0.9, 0.5, -0.2, 0.7]), np.array([0, 1, 1, 0, 0])),
        (distinct_scores(rng, n), mixed_labels(rng, n, 3)),
        (distinct_scores(rng, n), mixed_labels(rng, n, n - 4)),
        (worse, label),
    ]


def _tied(rng):
    """Positives and negatives share scores."""
    n = int(rng.integers(10, 14))
    few, label = tenths(rng, n, 0, 0.3), mixed_labels(rng, n, 4)
    few[:3], label[:3] = 0.2, [0, 1, 1]
    return [
        (np.array([0.5, 0.2, 0.5, 0.2, 0.8]), np.array([1, 0, 0, 1, 1])),
        (few, label),
        (few[::-1], label[::-1]),
        (np.full(7, 0.4), np.array([0, 1, 0, 0, 1, 0, 0])),
    ]


def _awkward(rng):
    """One class only, whole-number scores, one sample of each class, a view."""
    whole = rng.permutation([-7, -3, 0, 0, 2, 2, 5, 11])
    n = int(rng.integers(8, 12))
    return [
        (whole, np.array([1, 0, 0, 1, 1, 0, 0, 0])),
        (np.array([1.5, -0.5]), np.array([0, 1])),
        (strided(distinct_scores(rng, n)), mixed_labels(rng, n, 3)),
        (distinct_scores(rng, 4), np.ones(4, dtype=int)),
        (distinct_scores(rng, 5), np.zeros(5, dtype=int)),
    ]


def auc(score, label):
    """The area under the ROC curve: the probability that a positive scores above a negative.

    score: (N,), high means positive; label: (N,) of 0 and 1
    Returns a number: over all pairs of a positive and a negative, the fraction in which the
    positive scores higher, a tie counting half. ValueError if only one class is present.
    """
    positive, negative = score[label == 1], score[label == 0]
    if len(positive) == 0 or len(negative) == 0:
        raise ValueError("auc: both classes have to be present")
    above = positive[:, np.newaxis] > negative  # (P, N): every pair
    equal = positive[:, np.newaxis] == negative
    return np.mean(above + 0.5 * equal)


def _reference(score, label):
    positives = int(np.sum(label == 1))
    negatives = len(label) - positives
    if not positives or not negatives:
        raise ValueError("one class only")
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]  # ties share their mean rank
    return float((rank[label == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _pairs(score, label):
    return score[label == 1][:, np.newaxis], score[label == 0]


def _guarded(f):
    """f where both classes are present."""

    def wrong(score, label):
        _reference(score, label)
        return f(score, label)

    return wrong


def _curve(score, label):
    """fpr and tpr at inf and at each distinct score, descending."""
    called = score >= np.append(np.inf, np.unique(score)[::-1])[:, np.newaxis]
    return called[:, label == 0].mean(axis=1), called[:, label == 1].mean(axis=1)


def _one_by_one(ties):
    """The area under the curve that goes through tied samples one after another."""

    def wrong(score, label):
        label = label[np.lexsort((ties(label), -np.asarray(score, dtype=float)))]
        tpr = np.append(0, np.cumsum(label == 1)) / np.sum(label == 1)
        fpr = np.append(0, np.cumsum(label == 0)) / np.sum(label == 0)
        return np.trapezoid(tpr, fpr)

    return _guarded(wrong)


def _area(rule):
    """An area computed from (fpr, tpr) by another rule."""
    return _guarded(lambda score, label: rule(*_curve(score, label)))


def _alone(value):
    """The right area, and this value where only one class is present."""

    def wrong(score, label):
        return _reference(score, label) if 0 < np.sum(label == 1) < len(label) else value

    return wrong


def _changed(change):
    return lambda score, label: change(_reference(score, label))


def _average_precision(score, label):
    fpr, tpr = _curve(score, label)
    tp, fp = tpr[1:] * np.sum(label == 1), fpr[1:] * np.sum(label == 0)
    return np.sum(np.diff(tpr) * tp / (tp + fp))


EXERCISE = Exercise(
    id="05.4",
    points=3,
    returns="area",
    solution=auc,
    reference=_reference,
    properties=(
        Property("the area, all scores distinct", 1, _distinct),
        Property("the area, ties counting half", 1, _tied),
        Property("the area for whole numbers, two samples, views; ValueError for one class", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "ties count nothing",
            (
                lambda score, label: (
                    np.sum(score[label == 1][:, np.newaxis] > score[label == 0])
                    / (np.sum(label == 1) * np.sum(label == 0))
                ),
                _guarded(lambda score, label: np.mean(np.greater(*_pairs(score, label)))),
                _one_by_one(lambda label: label),
                _area(lambda fpr, tpr: np.sum(np.diff(fpr) * tpr[:-1])),
            ),
            "A positive and a negative of equal score are neither right nor wrong: such a pair counts half. With "
            "all scores equal the area has to be ½; yours is 0. (Under the curve: trapezoids, not rectangles of "
            "the lower height.)",
        ),
        Misconception(
            "ties count in full",
            (
                _guarded(lambda score, label: np.mean(np.greater_equal(*_pairs(score, label)))),
                _one_by_one(lambda label: -label),
                _area(lambda fpr, tpr: np.sum(np.diff(fpr) * tpr[1:])),
            ),
            "A positive and a negative of equal score are neither right nor wrong: such a pair counts half. With "
            "all scores equal the area has to be ½; yours is 1. (Under the curve: trapezoids, not rectangles of "
            "the upper height.)",
        ),
        Misconception(
            "treats tied scores one by one",
            (
                _one_by_one(lambda label: np.arange(len(label))),
                _one_by_one(lambda label: -np.arange(len(label))),
            ),
            "Your curve passes through tied samples one after another, in the order of the file: sorted "
            "otherwise, the same data give another area. Tied samples share a point of the curve; joining the "
            "points by straight lines counts each tied pair half.",
        ),
        Misconception(
            "the area above the curve",
            (_changed(lambda a: 1 - a), _changed(lambda a: -a)),
            "Yours is the probability that a negative scores above a positive, or the area with the wrong "
            "sign. Which score has to be the larger one? (If you integrate: does fpr run from 0 to 1?)",
        ),
        Misconception(
            "never below one half",
            _changed(lambda a: max(a, 1 - a)),
            "A score can be worse than chance, and its area is then below ½. If you reverse it, you hide a "
            "mistake: most often the label is coded the other way round.",
        ),
        Misconception(
            "the Gini coefficient",
            _changed(lambda a: 2 * a - 1),
            "2·AUC − 1 runs from −1 to 1. The area itself is ½ for scores without information.",
        ),
        Misconception(
            "no ValueError for one class",
            tuple(map(_alone, (float("nan"), 0.0, 0.5, 1.0, None))),
            "Without positives, or without negatives, there are no pairs to compare, so no number is right: "
            "raise a ValueError.",
        ),
        Misconception(
            "counts pairs",
            (
                _guarded(
                    lambda score, label: (
                        np.sum(np.greater(*_pairs(score, label)))
                        + 0.5 * np.sum(np.equal(*_pairs(score, label)))
                    )
                ),
                _guarded(lambda score, label: np.sum(np.greater(*_pairs(score, label)))),
            ),
            "You count the pairs in the right order. The probability divides by the number of pairs, positives "
            "times negatives.",
        ),
        Misconception(
            "divides by the wrong number of pairs",
            (
                _guarded(
                    lambda score, label: (
                        _reference(score, label) * np.sum(label == 1) * np.sum(label == 0) / len(label) ** 2
                    )
                ),
                _guarded(
                    lambda score, label: (
                        _reference(score, label)
                        * np.sum(label == 1)
                        * np.sum(label == 0)
                        / (len(label) * (len(label) - 1) / 2)
                    )
                ),
                _guarded(
                    lambda score, label: (
                        _reference(score, label) * np.sum(label == 1) * np.sum(label == 0) / len(label)
                    )
                ),
            ),
            "Only pairs of a positive and a negative are compared: P·N of them, not all pairs of samples.",
        ),
        Misconception(
            "starts without (0, 0)",
            _area(lambda fpr, tpr: np.trapezoid(tpr[1:], fpr[1:])),
            "Your curve begins at the highest score, so the area before it is missing. It must start at (0, "
            "0).",
        ),
        Misconception(
            "ends before (1, 1)",
            _area(lambda fpr, tpr: np.trapezoid(tpr[:-1], fpr[:-1])),
            "Your curve stops before the lowest score, so the area after it is missing. It must end at (1, "
            "1).",
        ),
        Misconception(
            "averages tpr over the thresholds",
            (_area(lambda fpr, tpr: np.mean(tpr)), _area(lambda fpr, tpr: np.mean(tpr[1:]))),
            "Thresholds are not evenly spaced along the horizontal axis. The area integrates tpr over fpr.",
        ),
        Misconception(
            "scores turned into guesses first",
            (
                _guarded(lambda score, label: _reference((score > 0.5).astype(float), label)),
                _guarded(lambda score, label: _reference((score > 0).astype(float), label)),
            ),
            "After score > threshold only one corner of the curve is left. The area is taken over all "
            "thresholds: use the scores as they are.",
        ),
        Misconception(
            "accuracy instead of the area",
            (
                _guarded(lambda score, label: np.mean((score > 0.5) == (label == 1))),
                _guarded(lambda score, label: np.mean((score >= 0.5) == (label == 1))),
                _guarded(lambda score, label: np.mean((score > 0) == (label == 1))),
            ),
            "That is the accuracy at one threshold. The area asks how well the scores order the samples.",
        ),
        Misconception(
            "the area under the precision-recall curve",
            _guarded(_average_precision),
            "That is the average precision. The ROC curve has the false positive rate on its horizontal axis.",
        ),
        Misconception(
            "compares the means",
            (
                _guarded(lambda score, label: np.mean(score[label == 1]) - np.mean(score[label == 0])),
                _guarded(lambda score, label: float(np.mean(score[label == 1]) > np.mean(score[label == 0]))),
            ),
            "The difference of the two classes' mean scores depends on the scale of the scores. The area "
            "compares every positive with every negative, and counts only which of them scores higher.",
        ),
        Misconception(
            "score and label swapped",
            _guarded(lambda score, label: _reference(label, (score > 0.5).astype(int))),
            "The first argument holds the scores, the second the labels. (Libraries disagree on the order; "
            "scikit-learn takes the labels first.)",
        ),
    ),
    hints=(
        "Draw one positive and one negative at random. When has the score put them in the right order, and "
        "what if it cannot tell them apart?",
        "AUC = (1/PN) Σ over positives i and negatives j of [1 if s_i > s_j, ½ if s_i = s_j, else 0]: a table "
        "(P, N) of comparisons. Or the trapezoids under the curve of 05.3.",
        "`above = positive[:, None] > negative`, `equal = positive[:, None] == negative`, then the mean of "
        "`above + ___ * equal`; a ValueError before, if a class is empty.",
    ),
    explanation=(
        "The area under the curve is the probability that a random positive scores higher than a random "
        "negative. It depends on no threshold, and on the scores only through their order. It is ½ for "
        "scores without information and 1 for a perfect order; a value well below ½ often means that the "
        "label is coded the other way round. The area does not say whether the scores are good "
        "probabilities, or how many false alarms there are at the threshold that you choose."
    ),
)
