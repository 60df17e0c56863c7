"""Inputs to ask about, never square; numbers have one decimal, so that a case shown is the case exactly."""

import numpy as np


def tenths(rng, shape, low=-3.0, high=3.0):
    """Multiples of 0.1 in [low, high]."""
    return rng.integers(round(10 * low), round(10 * high), shape, endpoint=True) / 10


def sizes(rng, count=2, low=2, high=7):
    """`count` different sizes, so that no two axes can be confused unseen."""
    return tuple(int(n) for n in rng.permutation(np.arange(low, high + 1))[:count])


def strided(a):
    """The same values as a view with gaps in memory: every second column of a wider array."""
    wide = np.zeros((*a.shape[:-1], 2 * a.shape[-1]), dtype=a.dtype)
    wide[..., ::2] = a
    return wide[..., ::2]


def transposed(a):
    """The same values, stored column by column."""
    return np.asfortranarray(a)


def one_hot_rows(rng, samples, classes, dtype=float):
    """One-hot rows (samples, classes); with at least two samples, at least two classes occur."""
    labels = rng.integers(classes, size=samples)
    if samples > 1:
        labels[1] = (labels[0] + 1) % classes
    return np.eye(classes, dtype=dtype)[labels]
