"""Configurations of a search: {"lr": (n,), "lam": (n,), …}, one entry for each of n configurations."""

import itertools
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks

Sampler = Callable[[np.random.Generator, int], np.ndarray]  # (rng, n) -> (n,)


def uniform(low: float, high: float) -> Sampler:
    """Make a sampler of numbers from U(low, high)."""
    _interval("uniform", low, high)
    return lambda rng, n: rng.uniform(low, high, n)


def log_uniform(low: float, high: float) -> Sampler:
    """Make a sampler of numbers whose logarithm is uniform, for learning rates and penalty strengths.

    log x ~ U(log low, log high), so that each factor of 10 is equally likely.
    """
    _interval("log_uniform", low, high)
    if low <= 0:
        raise ValueError(
            f"log_uniform: low must be above 0, because its logarithm is taken, but it is {low:g}."
        )
    return lambda rng, n: np.exp(rng.uniform(np.log(low), np.log(high), n))


def choice(values: ArrayLike) -> Sampler:
    """Make a sampler that draws one of these numbers, each with the same probability."""
    values = _column("choice", "values", values)
    return lambda rng, n: rng.choice(values, n)


def draw(space: Mapping[str, Sampler], n: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw n independent configurations from {name: sampler}; a sampler is a function (rng, n) -> array (n,)."""
    checks.positive_integer("draw", "n", n)
    checks.generator("draw", rng)
    if not isinstance(space, dict) or not space or not all(callable(sampler) for sampler in space.values()):
        raise TypeError(
            f'draw: space must hold samplers by name, such as {{"lr": log_uniform(1e-4, 1)}}, but it is {space!r}.'
        )
    return configurations("draw", {name: sampler(rng, n) for name, sampler in space.items()})


def product(grid: Mapping[str, ArrayLike]) -> dict[str, np.ndarray]:
    """Return every combination of {name: values}; the last name changes fastest."""
    if not isinstance(grid, dict) or not grid:
        raise TypeError(
            f'grid_search: grid must hold values by name, such as {{"lr": [0.01, 0.1, 1]}}, but it is {grid!r}.'
        )
    columns = [_column("grid_search", f'grid["{name}"]', values) for name, values in grid.items()]
    rows = np.array(list(itertools.product(*columns)))
    return dict(zip(grid, rows.T, strict=True))


def configurations(where: str, configs: Mapping[str, ArrayLike]) -> dict[str, np.ndarray]:
    """Return configs with each column as an array, after checking that it holds one number per configuration."""
    if not isinstance(configs, dict) or not configs:
        raise TypeError(
            f"{where}: configs must hold numbers by name, one per configuration, such as "
            f'{{"lr": [0.1, 0.3], "lam": [0, 1e-3]}}, but it is {configs!r}.'
        )
    columns = {name: _column(where, f'configs["{name}"]', values) for name, values in configs.items()}
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(
            f"{where}: the columns of configs must have equal lengths, but their lengths are {lengths}."
        )
    return columns


def _column(where, name, values):
    try:
        column = checks.numeric(where, name, values)
    except TypeError as error:
        raise TypeError(
            f"{error} The configurations of one search can differ in numbers only, because they are trained side by "
            "side as one ensemble. Compare widths or activations by one search for each."
        ) from None
    checks.finite(where, name, column)
    if column.ndim != 1:
        raise ValueError(f"{where}: {name} must be a list of numbers, but it has shape {column.shape}.")
    return column


def _interval(where, low, high):
    low, high = checks.number(where, "low", low), checks.number(where, "high", high)
    if not low < high:
        raise ValueError(f"{where}: low must be below high, but low is {low:g} and high is {high:g}.")
