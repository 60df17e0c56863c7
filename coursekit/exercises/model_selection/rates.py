"""Exercise 05.2: accuracy, precision, recall, false positive rate and F1 from the four counts."""

import numpy as np

from coursekit.exercises.engine.exercise import Exercise, Misconception, Property

KEYS = ("accuracy", "precision", "recall", "false_positive_rate", "f1")


def _four(rng):
    return tuple(int(count) for count in rng.permutation(np.arange(1, 40))[:4])


def _filled(rng):
    """No count is 0; among the cases rare positives."""
    tp, fp, fn, _ = _four(rng)
    return [(3, 1, 2, 4), _four(rng), _four(rng), (tp, fp, fn, 1000 + int(rng.integers(1000)))]


def _with_zeros(rng):
    """Denominators of 0: nothing called positive, no positives, no negatives, nothing at all."""
    a, b, c, d = _four(rng)
    return [
        (0, 0, a, b),
        (0, c, 0, d),
        (a, 0, d, 0),
        (0, 0, 0, c),
        (0, a, b, c),
        (0, 0, 0, 0),
    ]


def rates(tp, fp, fn, tn):
    """What the four counts of a confusion matrix say about a classifier.

    tp, fp, fn, tn: whole numbers
    Returns a dict of numbers with the keys "accuracy", "precision", "recall", "false_positive_rate"
    and "f1"; a fraction is 0.0 where its denominator is 0.
    """

    def ratio(part, whole):
        return part / whole if whole else 0.0

    return {
        "accuracy": ratio(tp + tn, tp + fp + fn + tn),
        "precision": ratio(tp, tp + fp),  # of those called positive
        "recall": ratio(tp, tp + fn),  # of the positives
        "false_positive_rate": ratio(fp, fp + tn),  # of the negatives
        "f1": ratio(2 * tp, 2 * tp + fp + fn),
    }


def _fraction_by_fraction(tp, fp, fn, tn):
    """Each fraction with a condition of its own, and F1 from precision and recall."""
    precision = tp / (tp + fp) if tp + fp > 0 else 0.0
    recall = tp / (tp + fn) if tp + fn > 0 else 0.0
    return {
        "accuracy": (tp + tn) / (tp + tn + fp + fn) if tp + tn + fp + fn > 0 else 0.0,
        "precision": precision,
        "recall": recall,
        "false_positive_rate": fp / (fp + tn) if fp + tn > 0 else 0.0,
        "f1": 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0,
    }


def _reference(tp, fp, fn, tn):
    def share(*counts):  # of the first among all
        return counts[0] / max(sum(counts), 1)

    precision, recall = share(tp, fp), share(tp, fn)
    f1 = 2 / (1 / precision + 1 / recall) if tp else 0.0
    return dict(zip(KEYS, (share(tp + tn, fp, fn), precision, recall, share(fp, tn), f1), strict=True))


def _with(**changes):
    """The right rates, but for those given as functions of tp, fp, fn, tn."""

    def wrong(tp, fp, fn, tn):
        made = {key: _or_zero(lambda f=f: f(tp, fp, fn, tn)) for key, f in changes.items()}
        return _reference(tp, fp, fn, tn) | made

    return wrong


def _or_zero(f):
    try:
        return f()
    except ZeroDivisionError:
        return 0.0


def _swapped(tp, fp, fn, tn):
    right = _reference(tp, fp, fn, tn)
    return right | {"precision": right["recall"], "recall": right["precision"]}


def _f1_by(mean):
    """F1 as another mean of precision and recall."""

    def wrong(tp, fp, fn, tn):
        right = _reference(tp, fp, fn, tn)
        return right | {"f1": mean(right["precision"], right["recall"])}

    return wrong


def _of_nothing(value):
    """A rate with denominator 0 is this value instead of 0.0."""

    def wrong(tp, fp, fn, tn):
        wholes = (tp + fp + fn + tn, tp + fp, tp + fn, fp + tn, 2 * tp + fp + fn)
        right = _reference(tp, fp, fn, tn)
        return {key: right[key] if whole else value for key, whole in zip(KEYS, wholes, strict=True)}

    return wrong


def _harmonic_of_nothing(tp, fp, fn, tn):
    right = _reference(tp, fp, fn, tn)
    return right if tp else right | {"f1": float("nan")}


def _changed(change):
    """Every rate changed alike."""
    return lambda tp, fp, fn, tn: {key: change(rate) for key, rate in _reference(tp, fp, fn, tn).items()}


EXERCISE = Exercise(
    id="05.2",
    points=3,
    returns="dict",
    solution=rates,
    forms=(_fraction_by_fraction,),
    reference=_reference,
    properties=(
        Property("the five rates", 2, _filled),
        Property("the five rates, 0.0 where a denominator is 0", 1, _with_zeros),
    ),
    misconceptions=(
        Misconception(
            "precision and recall swapped",
            lambda tp, fp, fn, tn: {
                "accuracy": (tp + tn) / max(tp + fp + fn + tn, 1),
                "precision": tp / max(tp + fn, 1),
                "recall": tp / max(tp + fp, 1),
                "false_positive_rate": fp / max(fp + tn, 1),
                "f1": 2 * tp / max(2 * tp + fp + fn, 1),
            },
            "It is the other way round. Precision: of those called positive, how many are. Recall: of the "
            "positives, how many were found. Which of the two has false alarms in its denominator?",
        ),
        Misconception(
            "false alarms among those called positive",
            _with(false_positive_rate=lambda tp, fp, fn, tn: fp / (fp + tp)),
            "fp / (fp + tp) is 1 − precision. The false positive rate asks about the negatives: of all of "
            "them, what fraction was called positive?",
        ),
        Misconception(
            "false alarms among all samples",
            _with(false_positive_rate=lambda tp, fp, fn, tn: fp / (tp + fp + fn + tn)),
            "The denominator of the false positive rate is the number of negatives, not of all samples.",
        ),
        Misconception(
            "the rate of misses instead of false alarms",
            _with(false_positive_rate=lambda tp, fp, fn, tn: fn / (fn + tp)),
            "fn / (fn + tp) is the false negative rate, 1 − recall. False positives are negatives that were "
            "called positive.",
        ),
        Misconception(
            "specificity instead of the false positive rate",
            _with(false_positive_rate=lambda tp, fp, fn, tn: tn / (fp + tn)),
            "tn / (fp + tn) is the specificity, the share of the negatives that are called negative. The "
            "false positive rate is 1 minus the specificity.",
        ),
        Misconception(
            "f1 as the arithmetic mean",
            _f1_by(lambda p, r: (p + r) / 2),
            "If positives are very rare, a classifier that calls everything positive has recall 1 and a "
            "precision near 0, and yet the ordinary mean of the two is about ½. F1 is their harmonic mean, "
            "2pr/(p + r), which is small if either of them is small.",
        ),
        Misconception(
            "f1 as the geometric mean",
            _f1_by(lambda p, r: (p * r) ** 0.5),
            "√(pr) is the geometric mean. F1 is the harmonic mean: 2pr/(p + r).",
        ),
        Misconception(
            "f1 without the factor 2",
            (
                _f1_by(lambda p, r: p * r / (p + r) if p + r else 0.0),
                _with(f1=lambda tp, fp, fn, tn: tp / (2 * tp + fp + fn)),
            ),
            "If precision and recall are both 1, F1 has to be 1 too; yours is ½.",
        ),
        Misconception(
            "f1 counts the true positives once",
            _with(f1=lambda tp, fp, fn, tn: tp / (tp + fp + fn)),
            "tp / (tp + fp + fn) is the Jaccard index. In F1 the true positives count twice, in the "
            "numerator and in the denominator.",
        ),
        Misconception(
            "accuracy without the true negatives",
            (
                _with(accuracy=lambda tp, fp, fn, tn: tp / (tp + fp + fn + tn)),
                _with(accuracy=lambda tp, fp, fn, tn: tp / (tp + fp + fn)),
            ),
            "Accuracy is the fraction of all guesses that are right, and a true negative is right as well.",
        ),
        Misconception(
            "error instead of accuracy",
            _with(accuracy=lambda tp, fp, fn, tn: (fp + fn) / (tp + fp + fn + tn)),
            "That is the fraction of wrong guesses. Accuracy is the fraction of right ones.",
        ),
        Misconception(
            "the mean of recall and specificity as accuracy",
            _with(
                accuracy=lambda tp, fp, fn, tn: (
                    (_or_zero(lambda: tp / (tp + fn)) + _or_zero(lambda: tn / (tn + fp))) / 2
                )
            ),
            "That is the balanced accuracy, which gives both classes the same weight. Accuracy gives each "
            "sample the same weight.",
        ),
        Misconception(
            "recall among all samples",
            (
                _with(recall=lambda tp, fp, fn, tn: tp / (tp + fp + fn + tn)),
                _with(recall=lambda tp, fp, fn, tn: tp / (tp + tn)),
            ),
            "The denominator of recall is the number of positives: those found and those missed.",
        ),
        Misconception(
            "precision among all samples",
            (
                _with(precision=lambda tp, fp, fn, tn: tp / (tp + fp + fn + tn)),
                _with(precision=lambda tp, fp, fn, tn: tp / (tp + tn)),
            ),
            "The denominator of precision is the number of samples called positive, whether rightly or "
            "wrongly.",
        ),
        Misconception(
            "nothing out of nothing is not 0.0",
            (
                *map(_of_nothing, (float("nan"), 1.0, 0.5, None)),
                _harmonic_of_nothing,
                lambda tp, fp, fn, tn: (
                    _reference(tp, fp, fn, tn) | ({"precision": 1.0} if tp + fp == 0 else {})
                ),
                lambda tp, fp, fn, tn: (
                    _reference(tp, fp, fn, tn) | ({"precision": float("nan")} if tp + fp == 0 else {})
                ),
            ),
            "If a denominator is 0, the rate is undefined. Conventions differ; here the rate is then 0.0, so "
            'that a classifier that never answers "positive" does not get a high precision.',
        ),
        Misconception(
            "whole-number division",
            lambda tp, fp, fn, tn: {
                "accuracy": (tp + tn) // max(tp + fp + fn + tn, 1),
                "precision": tp // max(tp + fp, 1),
                "recall": tp // max(tp + fn, 1),
                "false_positive_rate": fp // max(fp + tn, 1),
                "f1": 2 * tp // max(2 * tp + fp + fn, 1),
            },
            "`//` rounds every fraction down to a whole number, here 0 or 1. Use `/`.",
        ),
        Misconception(
            "percent instead of fractions",
            _changed(lambda rate: 100 * rate),
            "Your rates run from 0 to 100. The exercise asks for fractions between 0 and 1.",
        ),
    ),
    hints=(
        "Each rate is a fraction of some group of samples. Which group does each of the five ask about?",
        "precision = tp/(tp + fp), recall = tp/(tp + fn), false positive rate = fp/(fp + tn), "
        "F1 = 2·precision·recall/(precision + recall) = 2tp/(2tp + fp + fn).",
        "A small function `ratio(part, whole)` that returns 0.0 if whole is ___, then a dict of five ratios.",
    ),
    explanation=(
        "Recall and the false positive rate are each computed from one class, so they do not change with the "
        "sizes of the classes. Accuracy and precision are computed from both classes. For example, let 1 "
        'case in 100 be positive. Then a classifier that always answers "negative" has the accuracy 0.99, '
        "and only its recall of 0 shows that it is useless. A test with 5 % false alarms has a precision "
        "below 1/5, even if it misses nothing."
    ),
)
