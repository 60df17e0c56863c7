"""Inputs for the exercises on optimizer steps: no entry is 0, or near it."""


def away_from_zero(rng, shape, low=2, high=30):
    """Multiples of 0.1 of either sign, no entry near 0."""
    return rng.integers(low, high, shape, endpoint=True) / 10 * rng.choice([-1, 1], shape)


def whole(rng, shape):
    """Whole numbers of either sign, none of them 0."""
    return rng.integers(1, 9, shape, endpoint=True) * rng.choice([-1, 1], shape)


def rate(rng):
    """0.1, 0.2, 0.3 or 0.5."""
    return float(rng.choice([0.1, 0.2, 0.3, 0.5]))
