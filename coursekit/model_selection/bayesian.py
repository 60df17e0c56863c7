"""Bayesian search: a Gaussian process guesses the objective, and the next trial is where most is hoped for.

Small enough to read. For real searches take Optuna: a study is asked for a batch of configurations, and told
how they did after they were trained as one ensemble.

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

_LENGTHS = np.geomspace(0.05, 2, 8)  # length scales to choose from, in units of the box
_JITTER = 1e-6  # variance of the noise on a standardized objective


@dataclasses.dataclass(frozen=True)
class BayesianResult:
    """The points (n, d) that were tried, in order, and the objective's values (n,); nan where it diverged."""

    points: np.ndarray
    values: np.ndarray

    @property
    def best_index(self) -> int:
        """The place of the smallest value; ties: the first."""
        if np.isnan(self.values).all():
            raise ValueError(
                f"BayesianResult: the objective is finite at none of the {len(self.values)} points."
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
    """E[max(best − f, 0)] for f ~ N(mean, sd²): how far below `best` a trial is expected to come.

    (best − mean) Φ(u) + sd φ(u) with u = (best − mean) / sd; where sd = 0, max(best − mean, 0). For
    minimization. Arguments broadcast. Jones, Schonlau & Welch (1998), eq. 15.
    """
    where = "expected_improvement"
    mean, sd, best = (checks.numeric(where, *pair) for pair in (("mean", mean), ("sd", sd), ("best", best)))
    for name, x in (("mean", mean), ("sd", sd), ("best", best)):
        checks.finite(where, name, x)
    if sd.min() < 0:
        raise ValueError(f"{where}: sd holds {sd.min():g}; a standard deviation is at least 0.")
    gain = best - mean
    with np.errstate(over="ignore"):  # a tiny sd makes u infinite, which is the right limit
        u = np.divide(gain, sd, out=np.zeros(np.broadcast_shapes(gain.shape, sd.shape)), where=sd > 0)
        density = np.exp(-0.5 * u * u) / math.sqrt(2 * math.pi)
    hoped = np.maximum(gain * _normal_cdf(u) + sd * density, 0)
    return np.where(sd > 0, hoped, np.maximum(gain, 0))


def bayesian_search(
    objective: Callable,
    bounds: ArrayLike,
    n: int,
    rng: np.random.Generator,
    *,
    start: int = 4,
    candidates: int = 1000,
) -> BayesianResult:
    """Minimize objective(x (d,)) -> number over the box bounds (d, 2) in n trials, one after another.

    The first `start` points are drawn uniformly; then a Gaussian process is conditioned on all trials, and
    the one of `candidates` uniform points with the largest expected improvement comes next. A trial that
    gives nan or an infinity (diverged) counts as the worst seen. Search the logarithm of a rate, not the
    rate. Snoek, Larochelle & Adams (2012).
    """
    where = "bayesian_search"
    bounds = checks.numeric(where, "bounds", bounds)
    checks.finite(where, "bounds", bounds)
    if bounds.ndim != 2 or bounds.shape[1] != 2 or not (bounds[:, 0] < bounds[:, 1]).all():
        raise ValueError(
            f"{where}: bounds are {bounds.tolist()}; they want (low, high), low < high, for each input."
        )
    n = checks.positive_integer(where, "n", n)
    start = checks.positive_integer(where, "start", start)
    candidates = checks.positive_integer(where, "candidates", candidates)
    checks.generator(where, rng)
    if not callable(objective):
        raise TypeError(
            f"{where}: objective is {objective!r}; it wants a function of a point (d,) that gives a number."
        )
    low, width = bounds[:, 0], bounds[:, 1] - bounds[:, 0]
    units, values = np.empty((0, len(bounds))), np.empty(0)  # points in [0, 1]^d
    while len(values) < n:
        if len(values) < start or not np.isfinite(values).any():
            chosen = rng.random(len(bounds))
        else:
            hoped = rng.random((candidates, len(bounds)))
            seen = _standardized(values)
            mean, sd = gaussian_process(units, seen, hoped)
            chosen = hoped[np.argmax(expected_improvement(mean, sd, seen.min()))]
        value = float(objective(low + width * chosen))
        units = np.vstack([units, chosen])
        values = np.append(values, value if math.isfinite(value) else np.nan)
    return BayesianResult(low + width * units, values)


def gaussian_process(X: ArrayLike, y: ArrayLike, X_new: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation (N',) at X_new (N', d) of a Gaussian process f with f(X) = y (N,).

    Before the data f has mean 0 and covariance exp(−‖x − x'‖² / (2 ℓ²)); ℓ is the one of eight length
    scales that makes y most likely. Rasmussen & Williams (2006), algorithm 2.1.
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
