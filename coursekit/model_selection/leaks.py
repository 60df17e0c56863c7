"""Detect leaks: find which rows of the data influence each `fit` of a cross-validation."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.data.labels import label_vector
from coursekit.data.splits import Folds


def rows_that_reach_fit(procedure: Callable, x: ArrayLike, y: ArrayLike, folds: Folds) -> np.ndarray:
    """Return booleans (k, N): entry [i, j] says whether row j influences what the i-th `fit` receives.

    procedure(fit, predict, x, y, folds) is a cross-validation with everything around it (scaling, choosing
    inputs). It must call fit(x_train, y_train) once for each fold, in their order, and must not be random. x (N, m),
    y (N,) class labels.

    Each row in turn is given different values and a different label. If any number that a `fit` receives then changes,
    the row has reached that fit, either as a training row or, for example, through a mean over all rows. In a
    procedure without leaks no row reaches the fit of the fold that holds it out.
    """
    where = "rows_that_reach_fit"
    x, y = checks.numeric(where, "x", x), label_vector(where, "y", y)
    if x.ndim != 2 or len(x) != len(y):
        raise ValueError(
            f"{where}: x and y must have shapes (N, m) and (N,), but their shapes are {x.shape} and {y.shape}."
        )
    before, spread = _received(where, procedure, x, y, folds), x.std(axis=0) + 1
    reached = np.zeros((len(folds), len(y)), dtype=bool)
    for row in range(len(y)):
        other_x, other_y = x.copy(), y.copy()
        other_x[row] = 100 * spread * np.random.default_rng(row).standard_normal(x.shape[1])
        other_y[row] = y[y != y[row]][0] if (y != y[row]).any() else y[row] + 1
        after = _received(where, procedure, other_x, other_y, folds)
        reached[:, row] = [not _same(one, other) for one, other in zip(before, after, strict=True)]
    return reached


def _received(where, procedure, x, y, folds):
    """The arguments of each call of `fit`."""
    received = []

    def fit(x, y):
        received.append((np.array(x), np.array(y)))
        return y[0]

    procedure(fit, lambda model, x: np.full(len(x), model), x.copy(), y.copy(), folds)
    if len(received) != len(folds):
        raise ValueError(
            f"{where}: the procedure must call fit once for each fold, but it called fit {len(received)} times for "
            f"{len(folds)} folds."
        )
    return received


def _same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
