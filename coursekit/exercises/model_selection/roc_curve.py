"""Exercise 05.3: the ROC curve."""

import numpy as np

from coursekit.exercises.engine.draws import strided, tenths
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.exercises.model_selection.inputs import distinct_scores, mixed_labels


def _distinct(rng):
    """All scores differ; more negatives than positives, or the other way round."""
    n = int(rng.integers(9, 13))
    return [
        (np.array([0.3, 0.9, 0.5, -0.2, 0.7]), np.array([0, 1, 1, 0, 0])),
        (distinct_scores(rng, n), mixed_labels(rng, n, 3)),
        (distinct_scores(rng, n), mixed_labels(rng, n, n - 4)),
    ]


def _tied(rng):
    """Positives and negatives share scores."""
    n = int(rng.integers(10, 14))
    few = tenths(rng, n, 0, 0.3)
    few[:2] = 0.2
    label = mixed_labels(rng, n, 4)
    label[:2] = [0, 1]
    return [
        (np.array([0.5, 0.2, 0.5, 0.2, 0.8]), np.array([1, 0, 0, 1, 1])),
        (few, label),
        (few[::-1], label[::-1]),
        (np.full(6, 0.4), np.array([0, 1, 0, 0, 1, 0])),
    ]


def _awkward(rng):
    """Whole-number scores, one sample of each class, a view, a classifier worse than chance."""
    whole = rng.permutation([-7, -3, 0, 0, 2, 2, 5, 11])
    n = int(rng.integers(8, 12))
    score = np.sort(distinct_scores(rng, n))
    return [
        (whole, np.array([1, 0, 0, 1, 1, 0, 0, 0])),
        (np.array([1.5, -0.5]), np.array([0, 1])),
        (strided(distinct_scores(rng, n)), mixed_labels(rng, n, 3)),
        (score, np.repeat([1, 0], [4, n - 4])),
    ]


def roc_curve(score, label):
    """The ROC curve: both rates at every threshold where one of them can change.

    score: (N,), high means positive; label: (N,) of 0 and 1, both present
    Returns (fpr, tpr, thresholds), three arrays (T + 1,) for T distinct scores: from (0, 0) at
    threshold inf to (1, 1) at the lowest score; a score >= threshold is called positive.
    """
    thresholds = np.append(np.inf, np.unique(score)[::-1])  # ties share a threshold
    called = score >= thresholds[:, np.newaxis]  # (T + 1, N)
    fpr = called[:, label == 0].mean(axis=1)
    tpr = called[:, label == 1].mean(axis=1)
    return fpr, tpr, thresholds


def _reference(score, label):
    fpr, tpr, thresholds = _one_by_one(score, label)
    last = np.append(np.diff(thresholds) != 0, True)
    return fpr[last], tpr[last], thresholds[last]


def _one_by_one(score, label, ties=None):
    """A point for each sample, in descending order of score; tied ones in order of `ties`."""
    ties = np.arange(len(score)) if ties is None else ties
    order = np.lexsort((ties, -np.asarray(score, dtype=float)))
    return _walk(score[order], label[order])


def _a_point_for_each_sample(args, output):
    """Whether tied scores have a point each, however the ties were sorted."""
    score, (_, _, thresholds) = args[0], output
    tied = len(np.unique(score)) < len(score)
    return tied and np.array_equal(np.sort(np.ravel(thresholds)), np.sort(np.append(np.inf, score)))


def _walk(score, label):
    tpr = np.append(0, np.cumsum(label == 1)) / np.sum(label == 1)
    fpr = np.append(0, np.cumsum(label == 0)) / np.sum(label == 0)
    return fpr, tpr, np.append(np.inf, score)


def _at(thresholds, called=np.greater_equal):
    """The rates at other thresholds, or by another rule."""

    def wrong(score, label):
        t = np.asarray(thresholds(score), dtype=float)
        mask = called(score, t[:, np.newaxis])
        return mask[:, label == 0].mean(axis=1), mask[:, label == 1].mean(axis=1), t

    return wrong


def _all_scores(score):
    return np.append(np.inf, np.unique(score)[::-1])


def _changed(change):
    """The right curve, changed: a function of fpr, tpr, thresholds, score, label."""
    return lambda score, label: change(*_reference(score, label), score, label)


def _corners(fpr, tpr, thresholds, score, label):
    """Without the points in the middle of a straight stretch, as scikit-learn returns it by default."""
    keep = np.append(True, np.append((np.diff(fpr, 2) != 0) | (np.diff(tpr, 2) != 0), True))
    near = np.append(True, np.append((abs(np.diff(fpr, 2)) > 1e-9) | (abs(np.diff(tpr, 2)) > 1e-9), True))
    keep &= near
    return fpr[keep], tpr[keep], thresholds[keep]


def _counts(fpr, tpr, thresholds, score, label):
    return fpr * np.sum(label == 0), tpr * np.sum(label == 1), thresholds


def _of_all(fpr, tpr, thresholds, score, label):
    return fpr * np.mean(label == 0), tpr * np.mean(label == 1), thresholds


def _false_among_called(fpr, tpr, thresholds, score, label):
    fp, tp, _ = _counts(fpr, tpr, thresholds, score, label)
    return fp / np.maximum(fp + tp, 1), tpr, thresholds


def _hard(score, label):
    return _reference((score > 0.5).astype(float), label)


def _a_threshold_for_each_sample(score, label):
    """The right rates, but tied scores give the same point more than once."""
    thresholds = np.append(np.inf, -np.sort(-score))
    rates = (np.array([np.mean(score[label == c] >= t) for t in thresholds]) for c in (0, 1))
    return *rates, thresholds


EXERCISE = Exercise(
    id="05.3",
    points=5,
    returns=("fpr", "tpr", "thresholds"),
    solution=roc_curve,
    reference=_reference,
    properties=(
        Property("the false positive rates, all scores distinct", 1, _distinct, "fpr"),
        Property("the true positive rates, all scores distinct", 1, _distinct, "tpr"),
        Property("the thresholds: inf, then the scores in descending order", 1, _distinct, "thresholds"),
        Property("tied scores share one point", 1, _tied),
        Property("all three, for whole numbers, two samples, views, a score worse than chance", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "treats tied scores one by one",
            (
                _a_threshold_for_each_sample,
                lambda score, label: (
                    np.append(0, np.cumsum(label[np.argsort(-score, kind="stable")] == 0))
                    / np.sum(label == 0),
                    np.append(0, np.cumsum(label[np.argsort(-score, kind="stable")] == 1))
                    / np.sum(label == 1),
                    np.append(np.inf, -np.sort(-score)),
                ),
                lambda score, label: _one_by_one(score, label, -np.arange(len(score))),
                lambda score, label: _one_by_one(score, label, -label),
                lambda score, label: _one_by_one(score, label, label),
            ),
            "Samples of equal score are called positive by the same thresholds, so no threshold lies between "
            "them: one point for each distinct score. Otherwise the curve depends on the order of the file.",
            symptom=_a_point_for_each_sample,
        ),
        Misconception(
            "starts without (0, 0)",
            _changed(lambda fpr, tpr, thresholds, score, label: (fpr[1:], tpr[1:], thresholds[1:])),
            "With a threshold above every score, no sample is called positive: the curve starts at (0, 0), "
            "with the threshold inf.",
        ),
        Misconception(
            "ends before (1, 1)",
            _changed(lambda fpr, tpr, thresholds, score, label: (fpr[:-1], tpr[:-1], thresholds[:-1])),
            "With the lowest score as the threshold, every sample is called positive, because ≥ includes it: "
            "the curve ends at (1, 1).",
        ),
        Misconception(
            "a point too many at the end",
            (
                _at(lambda score: np.append(_all_scores(score), -np.inf)),
                _at(lambda score: np.append(_all_scores(score), np.min(score) - 1)),
                _at(lambda score: np.append(_all_scores(score), 0)),
            ),
            "With the lowest score as the threshold, every sample is already called positive. A further "
            "threshold repeats this point.",
        ),
        Misconception(
            "> instead of ≥",
            _at(_all_scores, np.greater),
            "A sample whose score equals the threshold is called positive too: score >= threshold. With > the "
            "curve never reaches (1, 1).",
        ),
        Misconception(
            "calls low scores positive",
            (
                _at(_all_scores, np.less_equal),
                _at(_all_scores, np.less),
                _at(lambda score: np.append(-np.inf, np.unique(score)), np.less_equal),
            ),
            "A high score means positive: score >= threshold. You take the samples below it.",
        ),
        Misconception(
            "thresholds in ascending order",
            (
                _changed(lambda fpr, tpr, thresholds, score, label: (fpr[::-1], tpr[::-1], thresholds[::-1])),
                _at(lambda score: np.append(np.inf, np.unique(score))),
            ),
            "The curve starts where no sample is called positive, at the threshold inf, and the threshold "
            "falls from there.",
        ),
        Misconception(
            "a finite first threshold",
            (
                _changed(lambda fpr, tpr, t, score, label: (fpr, tpr, np.append(np.max(score) + 1, t[1:]))),
                _changed(lambda fpr, tpr, t, score, label: (fpr, tpr, np.append(1, t[1:]))),
                _changed(lambda fpr, tpr, t, score, label: (fpr, tpr, np.append(np.max(score), t[1:]))),
            ),
            "At (0, 0) no sample is called positive, however high its score is. This needs the threshold "
            "np.inf.",
        ),
        Misconception(
            "a fixed grid of thresholds",
            tuple(_at(lambda score, n=n: np.append(np.inf, np.linspace(1, 0, n))) for n in (11, 21, 51, 101))
            + tuple(_at(lambda score, n=n: np.linspace(1, 0, n)) for n in (11, 21, 51, 101)),
            "A grid from 0 to 1 misses scores outside this range, and treats scores between two grid points "
            "as equal. The curve can change only at the scores themselves, so use these as thresholds.",
        ),
        Misconception(
            "fpr and tpr swapped",
            _changed(lambda fpr, tpr, thresholds, score, label: (tpr, fpr, thresholds)),
            "First comes fpr, the horizontal axis, then tpr. Of which class is each a fraction?",
        ),
        Misconception(
            "thresholds first",
            _changed(lambda fpr, tpr, thresholds, score, label: (thresholds, fpr, tpr)),
            "The order is `return fpr, tpr, thresholds`.",
        ),
        Misconception(
            "score and label swapped",
            lambda score, label: _at(_all_scores)(label, score),
            "The first argument holds the scores, the second the labels. (Libraries disagree on the order; "
            "scikit-learn takes the labels first.)",
        ),
        Misconception(
            "counts instead of rates",
            _changed(_counts),
            "You return counts. Divide the false positives by the number of negatives and the true positives "
            "by the number of positives.",
        ),
        Misconception(
            "divides by all samples",
            _changed(_of_all),
            "Each rate is a fraction of one class: fp of the negatives, tp of the positives. Divided by N, "
            "the curve cannot reach (1, 1).",
        ),
        Misconception(
            "false alarms among those called positive",
            _changed(_false_among_called),
            "fp / (fp + tp) is 1 − precision. The horizontal axis of a ROC curve is fp / (fp + tn), the "
            "fraction of negatives that are called positive.",
        ),
        Misconception(
            "specificity instead of fpr",
            _changed(lambda fpr, tpr, thresholds, score, label: (1 - fpr, tpr, thresholds)),
            "1 − fpr is the specificity. The curve is drawn over fpr, so it starts at 0.",
        ),
        Misconception(
            "does not sort",
            lambda score, label: _walk(score, label),
            "You take the samples in the order of the file. The threshold falls from the highest score to "
            "the lowest, so sort by score first.",
        ),
        Misconception(
            "sorts from low to high",
            lambda score, label: _walk(np.sort(score), label[np.argsort(score, kind="stable")]),
            "The samples with the highest scores are called positive first, so sort in descending order.",
        ),
        Misconception(
            "sorts the scores without their labels",
            lambda score, label: _walk(-np.sort(-score), label),
            "You sort the scores but not the labels. Use the same order for both: `order = "
            "np.argsort(-score)`.",
        ),
        Misconception(
            "drops points on straight stretches",
            _changed(_corners),
            "The drawn curve is the same without the points inside a straight stretch, but a threshold that "
            "someone may want to choose is lost. (scikit-learn drops them unless drop_intermediate=False.)",
        ),
        Misconception(
            "scores turned into guesses first",
            _hard,
            "score > 0.5 discards the order of the scores, so only one corner of the curve is left. The "
            "exercise asks for every threshold.",
        ),
    ),
    hints=(
        "Between which thresholds does the set of samples called positive stay the same? What happens to "
        "samples with equal scores?",
        "Thresholds t_0 = ∞, then the distinct scores descending, (T + 1,); fpr(t) = fraction of negatives "
        "with score ≥ t, tpr(t) = fraction of positives with score ≥ t.",
        "`thresholds = np.append(np.inf, np.unique(score)[::-1])`, `called = score >= thresholds[:, None]` "
        "of shape (T + 1, N), then the mean of `called[:, ___]` along axis 1, twice.",
    ),
    explanation=(
        "A score puts the samples in an order, and a threshold divides them into two groups. The ROC curve "
        "shows all these divisions, so it describes the score and not a single threshold. It depends only on "
        "the order: exp, the sigmoid or any other increasing function of the scores leaves it unchanged. "
        "Each axis is a share of one class, so the curve also stays the same if one class becomes rarer."
    ),
)
