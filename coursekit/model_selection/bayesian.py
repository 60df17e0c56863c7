"""Bayesian search: a Gaussian process models the objective; the next trial has the largest expected improvement.

This implementation is small enough to read. For larger searches use Optuna: ask a study for a batch of configurations,
train them as one ensemble, and report the scores to the study.

    study = optuna.create_study()
    trials = [study.ask() for _ in range(16)]
    rates = {"lr": [trial.suggest_float("lr", 1e-4, 1, log=True) for trial in trials]}
    found = grid_search(ck, build, X, y, rates, rng=rng, ...)
    for trial, score in zip(trials, found.scores):
        study.tell(trial, score)    # nan counts as a failed trial
"""

import dataclasses
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks

_START = 4  # random trials before the model of the objective is used
_CANDIDATES = 1000  # random points among which the next trial is chosen
_LENGTHS = np.geomspace(0.05, 2, 8)  # length scales to choose from, in units of the width of the bounds
_JITTER = 1e-6  # variance of the noise on a standardized objective


@dataclasses.dataclass(frozen=True)
class BayesianResult:
    """The points (n, d) in the order of the trials, and the values (n,) of the objective; nan where it diverged."""

    points: np.ndarray
    values: np.ndarray

    @property
    def best_index(self) -> int:
        """The index of the smallest value, the first of equal ones."""
        if np.isnan(self.values).all():
            raise ValueError(
                f"BayesianResult: none of the {len(self.values)} values of the objective is finite, so that no point is the "
                "best. Search smaller learning rates."
            )
        return int(np.nanargmin(self.values))

    @property
    def best(self) -> np.ndarray:
        """The point (d,) of the smallest value."""
        return self.points[self.best_index]

    @property
    def best_so_far(self) -> np.ndarray:
        """(n,): the smallest value among the first 1, 2, …, n trials."""
        return np.fmin.accumulate(self.values)


def expected_improvement(mean: ArrayLike, sd: ArrayLike, best: ArrayLike) -> np.ndarray:
    """E[max(best − f, 0)] for f ~ N(mean, sd²): the expected amount by which a trial improves on `best`.

    (best − mean) Φ(u) + sd φ(u) with u = (best − mean) / sd; where sd = 0, max(best − mean, 0). For minimization:
    smaller f is better. Arguments broadcast. Jones, Schonlau & Welch (1998), eq. 15.
    """
    where = "expected_improvement"
    mean, sd, best = (checks.numeric(where, *pair) for pair in (("mean", mean), ("sd", sd), ("best", best)))
    for name, x in (("mean", mean), ("sd", sd), ("best", best)):
        checks.finite(where, name, x)
    if sd.min() < 0:
        raise ValueError(f"{where}: standard deviations must be at least 0, but sd holds {sd.min():g}.")
    gain = best - mean
    with np.errstate(over="ignore"):  # a tiny sd makes u infinite, which is the right limit
        u = np.divide(gain, sd, out=np.zeros(np.broadcast_shapes(gain.shape, sd.shape)), where=sd > 0)
        density = np.exp(-0.5 * u * u) / math.sqrt(2 * math.pi)
    expected = np.maximum(gain * _normal_cdf(u) + sd * density, 0)
    return np.where(sd > 0, expected, np.maximum(gain, 0))


def bayesian_search(
    objective: Callable,
    bounds: ArrayLike,
    n: int,
    rng: np.random.Generator,
) -> BayesianResult:
    """Minimize objective(x (d,)) -> number within bounds (d, 2), in n trials one after another.

    The first 4 points are drawn uniformly. Then a Gaussian process is conditioned on all trials so far, and the next
    trial is the one of 1,000 uniform points with the largest expected improvement. A trial that returns nan or an
    infinity (diverged) counts as the worst one seen. To search a rate, let x be its logarithm. Snoek, Larochelle & Adams (2012).
    """
    where = "bayesian_search"
    bounds = checks.numeric(where, "bounds", bounds)
    checks.finite(where, "bounds", bounds)
    if bounds.ndim != 2 or bounds.shape[1] != 2 or not (bounds[:, 0] < bounds[:, 1]).all():
        raise ValueError(
            f"{where}: bounds must be pairs (low, high) with low < high, one per input, but they are {bounds.tolist()}."
        )
    n = checks.positive_integer(where, "n", n)
    checks.generator(where, rng)
    if not callable(objective):
        raise TypeError(
            f"{where}: objective must be a function of a point (d,) that returns a number, but it is {objective!r}."
        )
    low, width = bounds[:, 0], bounds[:, 1] - bounds[:, 0]
    points, values = np.empty((0, len(bounds))), np.empty(0)  # points rescaled to [0, 1]^d
    while len(values) < n:
        if len(values) < _START or not np.isfinite(values).any():
            chosen = rng.random(len(bounds))
        else:
            candidates = rng.random((_CANDIDATES, len(bounds)))
            seen = _standardized(values)
            mean, sd = gaussian_process(points, seen, candidates)
            chosen = candidates[np.argmax(expected_improvement(mean, sd, seen.min()))]
        value = float(objective(low + width * chosen))
        points = np.vstack([points, chosen])
        values = np.append(values, value if math.isfinite(value) else np.nan)
    return BayesianResult(low + width * points, values)


def gaussian_process(X: ArrayLike, y: ArrayLike, X_new: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation (N',) at X_new (N', d) of a Gaussian process f with f(X) = y (N,).

    The prior of f has mean 0 and covariance exp(−‖x − x'‖² / (2 ℓ²)); ℓ is the one of eight length scales that
    makes y most likely. Rasmussen & Williams (2006), algorithm 2.1.
    """
    X, y, X_new = np.asarray(X, float), np.asarray(y, float), np.asarray(X_new, float)
    length, L, alpha = max((_conditioned(X, y, length) for length in _LENGTHS), key=lambda c: c[0])[1:]
    K = _kernel(X_new, X, length)  # (N', N)
    v = np.linalg.solve(L, K.T)
    return K @ alpha, np.sqrt(np.maximum(1 - np.sum(v**2, axis=0), 0))


def _conditioned(X, y, length):
    """(log p(y), ℓ, L, α) with K = L Lᵀ and K α = y."""
    L = np.linalg.cholesky(_kernel(X, X, length) + _JITTER * np.eye(len(y)))
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, y))
    log_likelihood = -0.5 * y @ alpha - np.sum(np.log(np.diag(L)))  # up to a constant
    return log_likelihood, length, L, alpha


def _kernel(A, B, length):
    squared = np.sum((A[:, None] - B[None]) ** 2, axis=-1)
    return np.exp(-0.5 * squared / length**2)


def _standardized(values):
    worst = np.nanmax(values)
    filled = np.where(np.isnan(values), worst, values)
    sd = filled.std()
    return (filled - filled.mean()) / (sd if sd > 0 else 1.0)


def _normal_cdf(u):
    return 0.5 * np.vectorize(math.erfc, otypes=[float])(-u / math.sqrt(2))
