"""Polynomials of one input: a class of hypotheses whose empirical risk minimizer is exact."""

from collections.abc import Callable

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import ArrayLike

from coursekit import checks


def polynomial_erm(x: ArrayLike, y: ArrayLike, degree: int) -> Callable[[ArrayLike], np.ndarray]:
    """The polynomial h of at most this degree with the least (1/m) Σ (h(x_i) − y_i)²; of several, the smallest.

    x and y (m,) or (m, 1), with x in [−1, 1]. Returns a function of x in any shape. Legendre polynomials are the
    basis, so that high degrees stay well conditioned; where degree ≥ m, "smallest" means their coefficients' norm.
    """
    where = "polynomial_erm"
    x, y = (checks.numeric(where, name, values) for name, values in (("x", x), ("y", y)))
    degree = checks.positive_integer(where, "degree", degree, least=0)
    for name, values in (("x", x), ("y", y)):
        checks.finite(where, name, values)
    if x.shape != y.shape or x.size != len(x):
        raise ValueError(
            f"{where}: x has shape {x.shape} and y {y.shape}; they want (m,) or (m, 1), a number y for each x."
        )
    if np.abs(x).max() > 1:
        raise ValueError(f"{where}: x goes to {np.abs(x).max():g}; it wants numbers in [−1, 1]. Rescale it.")
    coefficients = np.linalg.lstsq(legendre.legvander(x.ravel(), degree), y.ravel(), rcond=None)[0]
    return lambda x: legendre.legval(np.asarray(x, dtype=float), coefficients)
