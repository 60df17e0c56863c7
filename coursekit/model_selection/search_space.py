"""Configurations: what a search tries, {"lr": (n,), "lam": (n,), …} with one entry for each of n."""

import itertools

import numpy as np

from coursekit import checks


def uniform(low: float, high: float):
    """A sampler: numbers from U(low, high)."""
    _interval("uniform", low, high)
    return lambda rng, n: rng.uniform(low, high, n)


def log_uniform(low: float, high: float):
    """A sampler whose logarithm is uniform: for learning rates and strengths, where factors matter.

    log x ~ U(log low, log high), so that a tenth of what is drawn from (1e-5, 1) lies below 1e-4.5.
    """
    _interval("log_uniform", low, high)
    if low <= 0:
        raise ValueError(f"log_uniform: low is {low:g}; a logarithm wants numbers above 0.")
    return lambda rng, n: np.exp(rng.uniform(np.log(low), np.log(high), n))


def choice(values):
    """A sampler: one of these numbers, each with the same probability."""
    values = _column("choice", "values", values)
    return lambda rng, n: rng.choice(values, n)


def draw(space, n: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """n independent configurations from {name: sampler}; a sampler is a function (rng, n) -> array (n,)."""
    checks.positive_integer("draw", "n", n)
    checks.generator("draw", rng)
    if not isinstance(space, dict) or not space or not all(callable(sampler) for sampler in space.values()):
        raise TypeError(
            f'draw: space is {space!r}; it wants samplers by name, such as {{"lr": log_uniform(1e-4, 1)}}.'
        )
    return configurations("draw", {name: sampler(rng, n) for name, sampler in space.items()})


def product(grid) -> dict[str, np.ndarray]:
    """Every combination of {name: values}; the last name changes fastest."""
    if not isinstance(grid, dict) or not grid:
        raise TypeError(
            f'grid_search: grid is {grid!r}; it wants values by name, such as {{"lr": [0.01, 0.1, 1]}}.'
        )
    columns = [_column("grid_search", f'grid["{name}"]', values) for name, values in grid.items()]
    rows = np.array(list(itertools.product(*columns)))
    return dict(zip(grid, rows.T, strict=True))


def configurations(where, configs) -> dict[str, np.ndarray]:
    """configs with checked columns: numbers, one for each configuration."""
    if not isinstance(configs, dict) or not configs:
        raise TypeError(
            f"{where}: configs is {configs!r}; it wants numbers by name, one for each configuration: "
            '{"lr": [0.1, 0.3], "lam": [0, 1e-3]}.'
        )
    columns = {name: _column(where, f'configs["{name}"]', values) for name, values in configs.items()}
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"{where}: configs has columns of lengths {lengths}; they want to be equal.")
    return columns


def _column(where, name, values):
    try:
        column = checks.numeric(where, name, values)
    except TypeError as error:
        raise TypeError(
            f"{error} Configurations of one search differ in numbers only, since they are trained side by "
            "side: compare widths or activations with one search for each."
        ) from None
    checks.finite(where, name, column)
    if column.ndim != 1:
        raise ValueError(f"{where}: {name} has shape {column.shape}; it wants a list of numbers.")
    return column


def _interval(where, low, high):
    low, high = checks.number(where, "low", low), checks.number(where, "high", high)
    if not low < high:
        raise ValueError(f"{where}: low = {low:g} and high = {high:g}; low wants to be the smaller.")
