"""Inputs for the exercises on squared and absolute error: predictions and targets (p, y), both (B, n)."""

import numpy as np

from coursekit.exercises.engine.draws import sizes, strided, tenths, transposed


def apart(rng, shape, low=1, high=30):
    """Predictions and targets (p, y) that differ in every entry, by 0.1 to 3."""
    y = tenths(rng, shape)
    off = rng.integers(low, high, shape, endpoint=True) * rng.choice([-1, 1], shape)
    return np.round(y + off / 10, 1), y


def ordinary(rng):
    """A small case to read, and larger ones."""
    return [apart(rng, (2, 3)), apart(rng, sizes(rng)), apart(rng, sizes(rng))]


def awkward(rng):
    """One sample, one output, whole numbers, views of larger arrays."""
    p, y = apart(rng, sizes(rng))
    q, t = apart(rng, sizes(rng))
    whole = rng.permutation(12).reshape(3, 4) - 5, rng.permutation(12).reshape(3, 4) - 5
    return [apart(rng, (1, 3)), apart(rng, (5, 1)), whole, (strided(p), y), (transposed(q), strided(t))]


def with_ties(rng):
    """Predictions that hit some targets exactly."""
    cases = []
    for shape in [(2, 3), sizes(rng, low=3)]:
        p, y = apart(rng, shape)
        p.flat[rng.permutation(p.size)[:2]] = y.flat[0]  # may tie only one of them ...
        p.flat[-1] = y.flat[-1]  # ... this one surely
        cases.append((p, y))
    return cases + awkward(rng)
