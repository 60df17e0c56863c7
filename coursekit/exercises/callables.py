"""Arguments that are not data: a random generator, or a function chosen by name from a public list.

A question holds them as `Rng(seed)` and `Named(name)`, which are data; `live` turns them into the real thing
in whichever process the answer runs.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Rng:
    """An argument that becomes np.random.default_rng(seed)."""

    seed: int


@dataclass(frozen=True)
class Named:
    """An argument that becomes CALLABLES[name]."""

    name: str


def sum_of_cubes(x):
    """Σ x³: a scalar function whose third derivative does not vanish, so that one-sided differences show."""
    return float(np.sum(np.asarray(x, dtype=float) ** 3))


def log_sum_exp(x):
    """log Σ exp(x): a scalar function that mixes all entries."""
    return float(np.logaddexp.reduce(np.ravel(x)))


def sum_of_row_products(x):
    """Σ_i Π_j x_ij: a scalar function that knows rows from columns."""
    return float(np.sum(np.prod(x, axis=-1)))


CALLABLES = {f.__name__: f for f in (sum_of_cubes, log_sum_exp, sum_of_row_products)}


def live(argument):
    """The argument as the answer receives it; data is passed through."""
    if isinstance(argument, Rng):
        return np.random.default_rng(argument.seed)
    if isinstance(argument, Named):
        return CALLABLES[argument.name]
    return argument
