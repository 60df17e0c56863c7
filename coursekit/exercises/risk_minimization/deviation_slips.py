"""Exercise 01.5: how far a measured error may be off, right and with slips, and what a rule with it chooses."""

import numpy as np


def deviation(size, m, delta):
    """By how much measured errors of classes of these sizes may be off, the right formula: a (K,) array of epsilon."""
    return np.sqrt((np.log(2 * len(size)) + np.log(size) - np.log(delta)) / (2 * m))


def minus(size, m, delta):
    """The right formula with the wrong sign."""
    return -deviation(size, m, delta)


def term(size, delta):
    """What the logarithm is taken of: 2 size / (delta / K)."""
    return 2 * len(size) * size / delta


# Slips in the deviation, as functions of (size, m, delta).
NO_K = (lambda size, m, delta: np.sqrt(np.log(2 * size / delta) / (2 * m)),)
TIMES_K = (lambda size, m, delta: np.sqrt(np.log(2 * size / (delta * len(size))) / (2 * m)),)
NO_2_IN_THE_LOG = (lambda size, m, delta: np.sqrt(np.log(term(size, delta) / 2) / (2 * m)),)
NO_2_BELOW = (lambda size, m, delta: np.sqrt(np.log(term(size, delta)) / m),)
NO_ROOT = (lambda size, m, delta: np.log(term(size, delta)) / (2 * m),)
HALF_ROOT = (
    lambda size, m, delta: np.sqrt(np.log(term(size, delta))) / (2 * m),
    lambda size, m, delta: np.sqrt(np.log(term(size, delta))) / m,
)
OTHER_LOG = (
    lambda size, m, delta: np.sqrt(np.log10(term(size, delta)) / (2 * m)),
    lambda size, m, delta: np.sqrt(np.log2(term(size, delta)) / (2 * m)),
)
NO_DELTA = (
    lambda size, m, delta: np.sqrt(np.log(2 * len(size) * size) / (2 * m)),
    lambda size, m, delta: np.sqrt(np.log(2 * size) / (2 * m)),
)
CONFIDENCE = (lambda size, m, delta: np.sqrt(np.log(term(size, 1 - delta)) / (2 * m)),)
NO_LOG = (
    lambda size, m, delta: np.sqrt(size / (2 * m)),
    lambda size, m, delta: np.sqrt(term(size, delta) / (2 * m)),
    lambda size, m, delta: size / m,
)
HALVED = (lambda size, m, delta: deviation(size, m, delta) / 2,)
TWICE = (lambda size, m, delta: 2 * deviation(size, m, delta),)
UNNAMED = (
    lambda size, m, delta: deviation(2 * size, m, delta),
    lambda size, m, delta: deviation(len(size) * size, m, delta),
)
SLIPS = (
    *NO_K,
    *TIMES_K,
    *NO_2_IN_THE_LOG,
    *NO_2_BELOW,
    *NO_ROOT,
    *HALF_ROOT,
    *OTHER_LOG,
    *NO_DELTA,
    *CONFIDENCE,
    *NO_LOG,
    *HALVED,
    *TWICE,
    *UNNAMED,
)


def choice(deviation):
    """The rule that takes the class with the smallest sum of its error and this deviation."""
    return lambda errors, sizes, m, delta: int(np.argmin(errors + deviation(sizes, m, delta)))


def margin(errors, sizes, m, delta):
    """By how much the best class is better than the next."""
    best, second = np.sort(errors + deviation(sizes, m, delta))[:2]
    return second - best
