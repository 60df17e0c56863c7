"""What we report: measures of a trained classifier. Higher is better for all of them.

`accuracy` takes network outputs and targets, so that `fit` can call it; the others take one label and one guess (or
one score) per sample, as arrays of length N. `positive` names the class that counts as positive.
"""

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks


def accuracy(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Fraction classified correctly, (...): with n > 1 outputs argmax z = argmax y, with one output (z > 0) = (y > 0.5).

    A single output is a logit: its probability is above ½ exactly where z > 0.
    """
    if y.shape[-1] > 1:
        return np.mean(np.argmax(z, axis=-1) == np.argmax(y, axis=-1), axis=-1)
    return np.mean((z > 0) == (y > 0.5), axis=(-2, -1))


def _labels(where, **arrays):
    out = []
    for name, x in arrays.items():
        try:
            x = np.asarray(x)
        except ValueError as error:
            raise ValueError(
                f"{where}: {name} must have shape (N,), but is not a rectangular array ({error})."
            ) from None
        if x.dtype.kind not in "fiubU":
            raise TypeError(
                f"{where}: {name} must hold numbers or strings, one entry per sample, but holds {x.dtype}."
            )
        if x.ndim != 1:
            raise ValueError(
                f"{where}: {name} must have one entry per sample, (N,), but has shape {x.shape}. One-hot rows or logits become "
                f"labels with {name}.argmax(axis=-1)."
            )
        if x.size == 0:
            raise ValueError(f"{where}: {name} must have at least one sample, but is empty.")
        if x.dtype.kind == "f":
            checks.no_nan(where, name, x)
        out.append(x)
    if len(out[0]) != len(out[1]):
        names = list(arrays)
        raise ValueError(
            f"{where}: {names[0]} has {len(out[0])} samples and {names[1]} has {len(out[1])}; they must be equal."
        )
    if (out[0].dtype.kind == "U") != (out[1].dtype.kind == "U") and "score" not in arrays:
        raise TypeError(
            f"{where}: {' and '.join(arrays)} must hold the same kind of entries, but one holds strings and the other numbers."
        )
    return out


def confusion_matrix(label: ArrayLike, guess: ArrayLike, classes: ArrayLike | None = None) -> np.ndarray:
    """Counts (K, K): entry [i, j] is the number of samples of class i (row: the truth) guessed as class j (column).

    `classes` fixes the order; without it, the sorted values that occur in either array.
    """
    label, guess = _labels("confusion_matrix", label=label, guess=guess)
    met = np.unique(np.concatenate([label, guess]))
    classes = met if classes is None else np.asarray(classes)
    if classes.ndim != 1:
        raise ValueError(
            f"confusion_matrix: classes must be a list of all classes, for example [0, 1], but is {classes}."
        )
    strange = np.setdiff1d(met, classes)
    if strange.size:
        raise ValueError(
            f"confusion_matrix: {strange.tolist()} are not among the classes {classes.tolist()}."
        )
    order = np.argsort(classes)
    i, j = (order[np.searchsorted(classes, values, sorter=order)] for values in (label, guess))
    counts = np.zeros((len(classes), len(classes)), dtype=int)
    np.add.at(counts, (i, j), 1)
    return counts


def _cells(where, label, guess, positive):
    label, guess = (x == positive for x in _labels(where, label=label, guess=guess))
    return (label & guess).sum(), (~label & guess).sum(), (label & ~guess).sum(), (~label & ~guess).sum()


def _ratio(part, whole):
    return float(part / whole) if whole else 0.0


def precision(label: ArrayLike, guess: ArrayLike, positive: object = 1) -> float:
    """TP / (TP + FP): of the samples guessed positive, the fraction that are; 0.0 if no guess is positive."""
    tp, fp, _, _ = _cells("precision", label, guess, positive)
    return _ratio(tp, tp + fp)


def recall(label: ArrayLike, guess: ArrayLike, positive: object = 1) -> float:
    """TP / (TP + FN), the true positive rate: of the positives, the fraction found; 0.0 if there are none."""
    tp, _, fn, _ = _cells("recall", label, guess, positive)
    return _ratio(tp, tp + fn)


def specificity(label: ArrayLike, guess: ArrayLike, positive: object = 1) -> float:
    """TN / (TN + FP) = 1 − false positive rate: of the negatives, the fraction recognized; 0.0 if there are none."""
    _, fp, _, tn = _cells("specificity", label, guess, positive)
    return _ratio(tn, tn + fp)


def f1(label: ArrayLike, guess: ArrayLike, positive: object = 1) -> float:
    """2 TP / (2 TP + FP + FN): the harmonic mean of precision and recall; 0.0 if no label and no guess is positive."""
    tp, fp, fn, _ = _cells("f1", label, guess, positive)
    return _ratio(2 * tp, 2 * tp + fp + fn)


def balanced_accuracy(label: ArrayLike, guess: ArrayLike) -> float:
    """The mean over the classes present of their recall: a constant guess scores 1/K however unequal the classes."""
    truth, guessed = _labels("balanced_accuracy", label=label, guess=guess)
    return float(np.mean([np.mean(guessed[truth == k] == k) for k in np.unique(truth)]))


def _counts_by_threshold(where, score, label, positive):
    """Distinct scores in descending order, and for each the true and false positives of "score >= threshold"."""
    score, label = _labels(where, score=score, label=label)
    score = checks.numeric(where, "score", score)
    order = np.argsort(-score, kind="stable")
    score, hit = score[order], (label == positive)[order]
    if hit.all() or not hit.any():
        raise ValueError(
            f"{where}: every label is {'' if hit.all() else 'other than '}{positive!r}; samples of both classes are needed "
            f"(positive={positive!r} names the positive one)."
        )
    last = np.flatnonzero(np.r_[score[1:] != score[:-1], True])  # ties share a threshold
    tp = np.cumsum(hit)[last]
    return score[last], tp, last + 1 - tp


def roc_curve(
    score: ArrayLike, label: ArrayLike, positive: object = 1
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(fpr, tpr, thresholds): one point for each distinct score, from (0, 0) at threshold inf to (1, 1).

    A sample is guessed positive where score >= threshold; fpr = FP / (FP + TN), tpr = TP / (TP + FN). Raises
    ValueError if only one class is present. Fawcett (2006), algorithm 1.
    """
    thresholds, tp, fp = _counts_by_threshold("roc_curve", score, label, positive)
    return np.r_[0, fp / fp[-1]], np.r_[0, tp / tp[-1]], np.r_[np.inf, thresholds]


def auc(score: ArrayLike, label: ArrayLike, positive: object = 1) -> float:
    """Area under the ROC curve = P(score of a positive > score of a negative) + ½ P(equal); ½ is chance.

    Raises ValueError if only one class is present. Fawcett (2006), sec. 7.
    """
    _, tp, fp = _counts_by_threshold("auc", score, label, positive)
    tpr, fpr = np.r_[0, tp / tp[-1]], np.r_[0, fp / fp[-1]]
    return float(np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2))


def average_precision(score: ArrayLike, label: ArrayLike, positive: object = 1) -> float:
    """Σ_k (R_k − R_k−1) P_k over the distinct thresholds: the area under the precision-recall steps.

    Raises ValueError if only one class is present.
    """
    _, tp, fp = _counts_by_threshold("average_precision", score, label, positive)
    return float(np.sum(np.diff(np.r_[0, tp / tp[-1]]) * tp / (tp + fp)))
