"""Difficulty 5, tuning: five searches for the settings of a network, each with the same budget of epochs (lesson 07b).

    task = Task(seed=0)                               # 400 digits to train on, 400 to validate, 400 to test
    found = SEARCHES["random"](task)                  # the settings with the lowest validation error
    errors_of_new_networks(task, found.settings)                 # of new networks trained with these settings, (NETWORKS,)

Every search looks for a learning rate between 10^−3.5 and 10^0.5 and a momentum between 0 and 0.9. It may train for at
most `BUDGET` epochs in all, or `SMALL`; `Found.epochs` counts them. Table "searches" holds the results of 20 seeds.
"""

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from coursekit import data
from coursekit import model_selection as ms
from coursekit import numpy_backend as ck
from coursekit.experiments.grids.seeds import row

BUDGET, SMALL = 360, 90  # epochs of a search
FULL, TRIALS = 30, 12  # epochs of a training to the end; how many of these a search can pay for
LOG_RATE, MOMENTUM = (-3.5, 0.5), (0.0, 0.9)
SPACE = {"lr": ms.log_uniform(10 ** LOG_RATE[0], 10 ** LOG_RATE[1]), "momentum": ms.uniform(*MOMENTUM)}
NETWORKS = 5  # new networks that judge the settings a search has found


class Task:
    """What every search of this seed receives: the data, a function `build`, and the settings of training."""

    def __init__(self, seed: int, backend: Any = ck) -> None:
        digits, self.seed, self.backend = data.digits(), seed, backend
        order = np.random.default_rng(seed).permutation(len(digits.x))
        train, validation, test = np.split(order[:1200], 3)
        self.train, self.validation, self.test = (
            (digits.x[i], digits.y[i]) for i in (train, validation, test)
        )
        self.settings = {"loss": backend.softmax_cross_entropy, "batch_size": 50}

    def build(self, ensemble: tuple[int, ...], config: dict[str, np.ndarray]) -> tuple[Any, Any]:
        """Networks 64 → 32 → 10 and their optimizer, with one learning rate and momentum per configuration."""
        rng = np.random.default_rng(self.seed)
        net = self.backend.mlp([64, 32, 10], self.backend.relu, rng=rng, ensemble=ensemble)
        return net, self.backend.SGD(net.parameters(), lr=config["lr"], momentum=config["momentum"])

    def search(self, method: Callable, *arguments: Any, **more: Any) -> ms.SearchResult:
        """Call a search of `coursekit.model_selection`; its score is the validation error."""
        metrics = {"error": lambda z, y: 1 - self.backend.accuracy(z, y)}
        more = {"rng": np.random.default_rng(self.seed)} | more
        return method(
            self.backend, self.build, *self.train, *arguments, validation=self.validation, minimize="error",
            metrics=metrics, **self.settings, **more,
        )  # fmt: skip


@dataclass(frozen=True)
class Found:
    """The best settings of a search, their validation error in percent, and the epochs that the search took."""

    settings: dict[str, float]
    validation: float
    epochs: int


def _found(results: Iterable[ms.SearchResult]) -> Found:
    results = list(results)
    best = min(results, key=lambda r: r.scores[r.best_index])
    return Found(
        best.best, 100 * float(best.scores[best.best_index]), int(sum(r.epochs.sum() for r in results))
    )


def grid(task: Task, rates: int = 4, momenta: int = 3) -> Found:
    """Every pair of a rate and a momentum, in the middle of equal parts of both ranges: nobody knew where to look."""
    exponents = LOG_RATE[0] + (np.arange(rates) + 0.5) / rates * (LOG_RATE[1] - LOG_RATE[0])
    momentum = MOMENTUM[0] + (np.arange(momenta) + 0.5) / momenta * (MOMENTUM[1] - MOMENTUM[0])
    return _found([task.search(ms.grid_search, {"lr": 10**exponents, "momentum": momentum}, epochs=FULL)])


def random(task: Task, trials: int = TRIALS) -> Found:
    """Settings drawn from the two ranges, each trained to the end."""
    return _found([task.search(ms.random_search, SPACE, trials, epochs=FULL)])


def bayesian(task: Task, trials: int = TRIALS) -> Found:
    """Trials one after another; a Gaussian process models the error over the momentum and the logarithm of the rate."""

    def objective(x):
        config = {"lr": [10 ** x[0]], "momentum": [x[1]]}
        return task.search(ms.grid_search, config, epochs=FULL).scores[0]

    result = ms.bayesian_search(objective, [LOG_RATE, MOMENTUM], trials, np.random.default_rng(task.seed))
    settings = {"lr": float(10 ** result.best[0]), "momentum": float(result.best[1])}
    return Found(settings, 100 * float(result.best_so_far[-1]), trials * FULL)


def halving(task: Task, times: int = 4) -> Found:
    """Successive halving of 30 settings, 30 → 10 → 3 → 1 after 1, 3, 9 and 27 epochs, several times."""
    rng = np.random.default_rng(task.seed)
    return _found(
        task.search(ms.successive_halving, ms.draw(SPACE, 30, rng), budget=1, eta=3, rng=rng)
        for _ in range(times)
    )


def hyperband(task: Task) -> Found:
    """Hyperband with at most 27 epochs: four brackets, from 27 settings for 1 epoch to 4 for 27."""
    return _found([task.search(ms.hyperband, SPACE, R=27, eta=3)])


SEARCHES: dict[str, Callable[[Task], Found]] = {
    "grid": grid, "random": random, "Bayesian": bayesian, "halving": halving, "hyperband": hyperband,
    "grid, small budget": partial(grid, rates=3, momenta=1),
    "random, small budget": partial(random, trials=3),
    "halving, small budget": partial(halving, times=1),
}  # fmt: skip


def errors_of_new_networks(task: Task, settings: dict[str, float]) -> np.ndarray:
    """Test errors in percent (NETWORKS,) of new networks trained to the end with these settings."""
    rng = np.random.default_rng([task.seed, 1])
    net = task.backend.mlp([64, 32, 10], task.backend.relu, rng=rng, ensemble=(NETWORKS,))
    optimizer = task.backend.SGD(net.parameters(), lr=settings["lr"], momentum=settings["momentum"])
    with warnings.catch_warnings():  # settings that a short search has found may diverge in the end
        warnings.filterwarnings("ignore", "fit: .* no longer finite", RuntimeWarning)
        task.backend.fit(net, *task.train, optimizer=optimizer, epochs=FULL, rng=rng, **task.settings)
    accuracy = task.backend.accuracy(task.backend.predict(net, task.test[0]), task.test[1])
    return 100 * (1 - np.asarray(accuracy))


def table(names: Iterable[str] = tuple(SEARCHES), seeds: Iterable[int] = range(20)) -> list[dict[str, Any]]:
    """Run these searches for these seeds; the rows of table "searches".

    mean, sd: of the validation error of the best found; test: mean test error of the new networks, one per seed;
    found: validation error of the best found, one per seed; rate, rates: the median and all learning rates found; epochs: the most that a search took.
    """
    rows, seeds = [], list(seeds)
    for name in names:
        tasks = [Task(seed) for seed in seeds]
        found = [SEARCHES[name](task) for task in tasks]
        tests = [
            errors_of_new_networks(task, f.settings).mean() for task, f in zip(tasks, found, strict=True)
        ]
        rates = [f.settings["lr"] for f in found]
        validation = [f.validation for f in found]
        epochs = {"epochs": max(f.epochs for f in found)}
        rows.append(
            row(name, float(np.median(rates)), validation, tests, found=validation, rates=rates) | epochs
        )
    return rows
