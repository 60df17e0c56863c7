"""Rows of a table with one result per seed, and the results of each contender at its own best rate.

    rows = [row("plain", 0.1, validation, test), row("plain", 0.2, …), …]     # validation, test (seeds,) in percent
    results(rows)                     # {"plain": test (seeds,) at the rate with the lowest mean validation error, …}

`mean` and `sd` are those of the validation error, which chooses the rate; `test` holds the test error of each seed.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit.experiments import grids


def row(
    contender: str, rate: float, validation: ArrayLike, test: ArrayLike, **more: ArrayLike
) -> dict[str, Any]:
    """Return the row of one contender at one rate; `more` holds further results by name, one per seed each."""
    validation = np.asarray(validation, float)
    columns = {name: _text(values) for name, values in {"test": test, **more}.items()}
    return {
        "contender": contender, "rate": float(rate), "mean": float(validation.mean()),
        "sd": float(validation.std(ddof=1)), **columns,
    }  # fmt: skip


def values(row: Mapping[str, Any], column: str = "test") -> np.ndarray:
    """The results (seeds,) in one column of a row."""
    return np.array(str(row[column]).split(), float)


def results(rows: Iterable[dict[str, Any]], column: str = "test") -> dict[str, np.ndarray]:
    """{contender: its results (seeds,) at the rate with the lowest mean validation error}."""
    return {name: values(found, column) for name, found in grids.best(list(rows), "contender").items()}


def _text(values: ArrayLike) -> str:
    return " ".join(f"{value:.4g}" for value in np.asarray(values, float))
