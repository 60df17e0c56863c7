"""Inputs for the exercises on classifiers: labels of 0 and 1, guesses, and scores."""

import numpy as np


def labels_and_guesses(rng):
    """Labels and guesses (N,) in mixed order, all four cells of their table filled, with different counts."""
    tp, fp, fn, tn = rng.permutation(np.arange(1, 8))[:4]
    label = np.repeat([1, 0, 1, 0], [tp, fp, fn, tn])
    guess = np.repeat([1, 1, 0, 0], [tp, fp, fn, tn])
    order = rng.permutation(len(label))
    return label[order], guess[order]


def distinct_scores(rng, n):
    """Scores (n,) with one decimal, all different, of either sign, in mixed order."""
    return rng.permutation(np.arange(-15, 25))[:n] / 10


def mixed_labels(rng, n, positives):
    """n labels in mixed order, `positives` of them 1."""
    return rng.permutation(np.repeat([1, 0], [positives, n - positives]))
