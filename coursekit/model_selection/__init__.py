"""Choose a model by its error on held-out examples.

    cross_validate                           train k networks as one ensemble: the error to expect of a procedure
    grid_search, random_search               train all configurations side by side, each to the end
    successive_halving, hyperband            the same, but stop the worse ones early
    bayesian_search, expected_improvement    one trial after another, each where the largest improvement is expected
    one_standard_error_rule                  the simplest model that is not clearly worse than the best

A configuration that was chosen by its score has a score that is too good, because the smallest of many noisy numbers
is small partly by luck. Report the error on examples that took no part in the choice.
"""

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.model_selection.bayesian import (
    BayesianResult,
    bayesian_search,
    expected_improvement,
    gaussian_process,
)
from coursekit.model_selection.cross_validation import cross_validate
from coursekit.model_selection.search import (
    SearchResult,
    grid_search,
    halving_schedule,
    hyperband,
    hyperband_schedule,
    random_search,
    successive_halving,
)
from coursekit.model_selection.search_space import choice, draw, log_uniform, uniform

__all__ = [
    "BayesianResult",
    "SearchResult",
    "bayesian_search",
    "choice",
    "cross_validate",
    "draw",
    "expected_improvement",
    "gaussian_process",
    "grid_search",
    "halving_schedule",
    "hyperband",
    "hyperband_schedule",
    "log_uniform",
    "one_standard_error_rule",
    "random_search",
    "successive_halving",
    "uniform",
]


def one_standard_error_rule(mean: ArrayLike, se: ArrayLike) -> int:
    """Return the index of the first model whose mean error is within one standard error of the smallest mean.

    mean, se (M,) are in order from the simplest model to the most complex. The standard error is that of the model
    with the smallest mean (the first of equal ones). nan (diverged) is never chosen. Breiman et al. (1984), sec. 3.4.3.
    """
    where = "one_standard_error_rule"
    mean, se = checks.numeric(where, "mean", mean), checks.numeric(where, "se", se)
    if mean.ndim != 1 or mean.shape != se.shape:
        raise ValueError(
            f"{where}: mean and se must both have shape (M,), one entry per model, but their shapes are {mean.shape} and "
            f"{se.shape}."
        )
    if np.isnan(mean).all():
        raise ValueError(
            f"{where}: at least one mean must be a number, but all are nan: every model diverged. Train with a smaller rate."
        )
    best = np.nanargmin(mean)
    if not se[best] >= 0:
        raise ValueError(
            f"{where}: standard errors must be at least 0, but that of the best model is {se[best]:g}."
        )
    return int(np.argmax(mean <= mean[best] + se[best]))
