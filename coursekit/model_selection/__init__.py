"""Choosing a model by held-out examples.

    cross_validate                           k networks as one ensemble: what to expect of a procedure
    grid_search, random_search               configurations side by side, each trained to its end
    successive_halving, hyperband            … and most of them stopped early
    bayesian_search, expected_improvement    one after another, each where most is hoped for
    one_standard_error_rule                  the simplest model that is not clearly worse than the best

What is chosen by a score has too good a score: the smallest of many noisy numbers is small by luck as well.
Report the error on examples that took no part in the choice.
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
    """The first model whose mean error is at most the smallest mean plus that model's standard error.

    mean, se (M,) are in order from the simplest model to the most complex; nan (diverged) is never chosen,
    and of equal means the first is the smallest. Breiman et al. (1984), sec. 3.4.3.
    """
    where = "one_standard_error_rule"
    mean, se = checks.numeric(where, "mean", mean), checks.numeric(where, "se", se)
    if mean.ndim != 1 or mean.shape != se.shape:
        raise ValueError(
            f"{where}: mean has shape {mean.shape} and se {se.shape}; they want one entry for each model."
        )
    if np.isnan(mean).all():
        raise ValueError(f"{where}: every mean is nan; it wants at least one model that did not diverge.")
    best = np.nanargmin(mean)
    if not se[best] >= 0:
        raise ValueError(
            f"{where}: the best model has standard error {se[best]:g}; it wants to be at least 0."
        )
    return int(np.argmax(mean <= mean[best] + se[best]))
