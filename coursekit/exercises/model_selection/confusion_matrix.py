"""Exercise 05.1: the four cells of the confusion matrix."""

import numpy as np

from coursekit.exercises.engine.draws import strided
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.exercises.model_selection.inputs import labels_and_guesses


def _ones(rng):
    """1 is positive; among the cases one sample, and labels that cannot be negative."""
    label, guess = labels_and_guesses(rng)
    small, bytes_ = labels_and_guesses(rng), labels_and_guesses(rng)
    return [
        (np.array([1, 0, 1, 0, 0, 1]), np.array([1, 1, 0, 0, 1, 0])),
        small,
        tuple(a.astype(np.uint8) for a in bytes_),
        (strided(label), guess.astype(float)),
        (np.array([1]), np.array([0])),
    ]


def _zeros(rng):
    """The class that counts as positive is coded 0."""
    return [
        (np.array([0, 1, 0, 1, 1, 0]), np.array([0, 0, 1, 1, 0, 1]), 0),
        (*labels_and_guesses(rng), 0),
        (*(a.astype(np.uint8) for a in labels_and_guesses(rng)), 0),
        (*labels_and_guesses(rng), 1),
    ]


def confusion_matrix(label, guess, positive=1):
    """The four counts of a classifier's right and wrong guesses.

    label, guess: the truth and what was guessed, (N,) of 0 and 1; positive: which of the two counts
    as positive
    Returns a dict of four whole numbers with the keys "tp", "fp", "fn", "tn".
    """
    truly, called = label == positive, guess == positive
    return {
        "tp": int(np.sum(truly & called)),
        "fp": int(np.sum(~truly & called)),
        "fn": int(np.sum(truly & ~called)),
        "tn": int(np.sum(~truly & ~called)),
    }


def _reference(label, guess, positive=1):
    cells = [(int(t == positive), int(g == positive)) for t, g in zip(label, guess, strict=True)]
    return {
        "tp": cells.count((1, 1)),
        "fp": cells.count((0, 1)),
        "fn": cells.count((1, 0)),
        "tn": cells.count((0, 0)),
    }


def _cells(tp, fp, fn, tn):
    """Each a function of the masks (sick, called); their sums in a dict."""

    def wrong(label, guess, positive=1):
        masks = label == positive, guess == positive
        return {
            key: int(np.sum(f(*masks)))
            for key, f in zip(("tp", "fp", "fn", "tn"), (tp, fp, fn, tn), strict=True)
        }

    return wrong


def _tp(sick, called):
    return sick & called


def _fp(sick, called):
    return ~sick & called


def _fn(sick, called):
    return sick & ~called


def _tn(sick, called):
    return ~sick & ~called


def _by_difference(label, guess, positive=1):
    off = guess - label if positive == 1 else label - guess
    right = confusion_matrix(label, guess, positive)
    return right | {"fp": int(np.sum(off == 1)), "fn": int(np.sum(off == -1))}


def _below_zero(label, guess, positive=1):
    off = guess - label if positive == 1 else label - guess
    right = confusion_matrix(label, guess, positive)
    return right | {"fp": int(np.sum(off > 0)), "fn": int(np.sum(off < 0))}


EXERCISE = Exercise(
    id="05.1",
    points=2,
    returns="dict",
    solution=confusion_matrix,
    reference=_reference,
    properties=(
        Property("the four counts, where 1 is positive", 1, _ones),
        Property("the four counts, where `positive` says which class is", 1, _zeros),
    ),
    misconceptions=(
        Misconception(
            "fp and fn swapped",
            lambda label, guess, positive=1: {
                "tp": int(np.sum((label == positive) & (guess == positive))),
                "fp": int(np.sum((label == positive) & (guess != positive))),
                "fn": int(np.sum((label != positive) & (guess == positive))),
                "tn": int(np.sum((label != positive) & (guess != positive))),
            },
            "The second word says what was guessed, the first whether that is right: a false positive was "
            "guessed positive and is not. So it is a sample with label ≠ positive and guess = positive.",
        ),
        Misconception(
            "ignores `positive`",
            lambda label, guess, positive=1: confusion_matrix(label, guess),
            "You always count 1 as positive. In some data sets 1 means benign, and the class that you look "
            "for is coded 0. Compare with `positive`.",
        ),
        Misconception(
            "counts for the other class",
            lambda label, guess, positive=1: confusion_matrix(label, guess, 1 - positive),
            "Your counts are those for the other class: tp and tn are exchanged, and so are fp and fn. The "
            "positive samples are those equal to `positive`.",
        ),
        Misconception(
            "true positives and true negatives swapped",
            _cells(_tn, _fp, _fn, _tp),
            "True positives are the samples that are positive and were guessed so; you count those where "
            "both are negative.",
        ),
        Misconception(
            "forgets the truth",
            (
                _cells(_tp, lambda s, c: c, lambda s, c: ~c, _tn),
                _cells(lambda s, c: c, _fp, _fn, lambda s, c: ~c),
                _cells(lambda s, c: c, lambda s, c: c, lambda s, c: ~c, lambda s, c: ~c),
                _cells(lambda s, c: c, _fp, _fn, _tn),
                _cells(_tp, lambda s, c: c, _fn, _tn),
                _cells(_tp, _fp, lambda s, c: ~c, _tn),
            ),
            "One of your counts takes all samples that were guessed the same way, whether right or wrong. "
            "Each cell needs two conditions, on label and on guess, joined by &.",
        ),
        Misconception(
            "forgets the guess",
            (
                _cells(_tp, lambda s, c: ~s, lambda s, c: s, _tn),
                _cells(lambda s, c: s, _fp, _fn, lambda s, c: ~s),
            ),
            "One of your counts takes all samples of a class, however they were guessed. Each cell needs "
            "two conditions, on label and on guess, joined by &.",
        ),
        Misconception(
            "does not tell the errors apart",
            _cells(_tp, lambda s, c: s != c, lambda s, c: s != c, _tn),
            "fp and fn both count all mistakes. A false alarm and a miss are different mistakes with "
            "different costs: in which direction was each of them wrong?",
        ),
        Misconception(
            "does not tell the hits apart",
            _cells(lambda s, c: s == c, _fp, _fn, lambda s, c: s == c),
            "tp and tn both count all right guesses. Count those of each class separately.",
        ),
        Misconception(
            "fractions instead of counts",
            (
                lambda label, guess, positive=1: {
                    key: count / len(label) for key, count in confusion_matrix(label, guess, positive).items()
                },
                lambda label, guess, positive=1: {
                    key: 100 * count / len(label)
                    for key, count in confusion_matrix(label, guess, positive).items()
                },
            ),
            "You divide by the number of samples. A confusion matrix holds counts, so leave the division "
            "out.",
        ),
        Misconception(
            "subtracts labels that cannot be negative",
            (_by_difference, _below_zero),
            "0 − 1 is −1 only where negative numbers exist: labels stored as bytes (uint8) wrap around "
            "to 255. Compare with == instead of subtracting.",
        ),
        Misconception(
            "one mask for each cell",
            lambda label, guess, positive=1: {
                "tp": (label == positive) & (guess == positive),
                "fp": (label != positive) & (guess == positive),
                "fn": (label == positive) & (guess != positive),
                "tn": (label != positive) & (guess != positive),
            },
            "Your masks say which samples are in each cell. The exercise asks how many there are, so sum "
            "each mask.",
        ),
        Misconception(
            "a table instead of the dict",
            (
                lambda label, guess, positive=1: np.array(
                    [list(confusion_matrix(label, guess, positive).values())]
                ).reshape(2, 2),
                lambda label, guess, positive=1: np.array(
                    [list(confusion_matrix(label, guess, positive).values())[::-1]]
                ).reshape(2, 2),
                lambda label, guess, positive=1: tuple(confusion_matrix(label, guess, positive).values()),
            ),
            "Libraries arrange the cells of the table in different ways. Here each cell has a name: return a "
            'dict with the keys "tp", "fp", "fn", "tn".',
        ),
        Misconception(
            "skips a sample",
            (
                lambda label, guess, positive=1: confusion_matrix(label[:-1], guess[:-1], positive),
                lambda label, guess, positive=1: confusion_matrix(label[1:], guess[1:], positive),
            ),
            "The first or the last sample is not counted: your counts add up to N − 1. Where does your loop start and end?",
        ),
    ),
    hints=(
        "Which of the two arrays is the truth? And what does each of the two letters of fp refer to?",
        "With masks s = (label == positive) and c = (guess == positive), both (N,): tp counts s and c, fp "
        "not s and c, fn s and not c, tn neither.",
        '`{"tp": int(np.sum(s & c)), "fp": int(np.sum(___)), …}`',
    ),
    explanation=(
        "Every rate of a classifier is computed from these four counts. fp are false alarms (Type I errors), "
        "and fn are misses (Type II errors). Which is which depends on the class that counts as positive, "
        "so a report has to name it: in this course's breast-cancer data malignant is 1, but in "
        "scikit-learn's copy it is 0."
    ),
)
