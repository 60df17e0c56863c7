"""Inputs for the first two exercises of this lesson: guesses and labels, neither all right nor all wrong."""

import numpy as np


def two_classes(rng, m):
    """(guess, label), both (m,) of 0 and 1: false alarms and misses occur, unequally often, and hits."""
    misses, alarms = (1, 2) if rng.random() < 0.5 else (2, 1)
    kinds = [(0, 1)] * misses + [(1, 0)] * alarms + [(1, 1), (0, 0)]
    drawn = rng.integers(0, 2, m - len(kinds))
    pairs = rng.permutation([*kinds, *((v, v) for v in drawn)])
    return pairs[:, 0].copy(), pairs[:, 1].copy()


def many_classes(rng, m, classes=5):
    """(guess, label), both (m,), that differ in a third of the places, by more than 1 in some."""
    label = rng.integers(0, classes, m)
    guess = label.copy()
    wrong = rng.permutation(m)[: max(m // 3, 2)]
    guess[wrong] = (label[wrong] + rng.integers(1, classes, len(wrong))) % classes
    guess[wrong[0]], label[wrong[0]] = 0, classes - 1
    guess[wrong[1]], label[wrong[1]] = 3, 1
    return guess, label


def as_views(*vectors):
    """The same vectors with gaps in memory."""
    return tuple(np.repeat(v, 2)[::2] for v in vectors)
