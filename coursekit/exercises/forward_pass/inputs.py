"""Inputs for the exercises of this lesson: layers and networks of random tenths."""

from itertools import pairwise

import numpy as np

from coursekit.exercises.engine.draws import strided, tenths, transposed


def network(rng, units, dtype=float):
    """(weights, biases) of the layers between these numbers of units: W (n, m) and b (n,), none of them 0."""
    weights = [_nonzero(rng, (n, m), dtype) for m, n in pairwise(units)]
    return weights, [_nonzero(rng, n, dtype) for n in units[1:]]


def views(weights, biases):
    """The same values, stored in other ways."""
    return [transposed(W) if i % 2 else strided(W) for i, W in enumerate(weights)], [*map(strided, biases)]


def samples(rng, *shape, dtype=float):
    """Inputs (m,) or (B, m)."""
    return _nonzero(rng, shape, dtype)


def _nonzero(rng, shape, dtype):
    if dtype is int:
        return rng.integers(1, 4, shape) * rng.choice([-1, 1], shape)
    drawn = tenths(rng, shape, 0.2, 1.5)
    return drawn * np.where(rng.random(shape) < 0.4, -1, 1)
