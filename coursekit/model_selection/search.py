"""Search for hyperparameters: all configurations are trained side by side, as one ensemble.

    def build(ensemble, config):
        net = ck.mlp([64, 32, 10], ck.relu, rng=rng, ensemble=ensemble)
        return net, ck.SGD(net.parameters(), lr=config["lr"], momentum=config["momentum"])

    space = {"lr": log_uniform(1e-3, 1), "momentum": uniform(0, 0.9)}
    found = random_search(ck, build, X, y, space, 30, rng=rng, loss=ck.softmax_cross_entropy, epochs=20)
    net, optimizer = build((), found.best)    # then train it on all of X, and test it once

`build` receives the shape (k, seeds, n) of the ensemble and, for each name, an array (n, 1, 1) with one value per
configuration. A setting called lam is passed to `fit` instead. All searches take these arguments; any further ones
are passed to `fit`:

    k, folds, labels, prepare   how examples are held out: see `cross_validate`
    validation                  (Xv, yv): one held-out set in place of folds; the ensemble is then (seeds, n)
    seeds                       number of networks for each configuration and fold
    minimize                    the score: "loss", or the name of one of `metrics`, such as an error

grid_search and random_search can cut the ensemble into smaller ones and train these elsewhere:

    parts      how many; None: as few as fit into the memory, by an estimate (see memory.py), and on a
               cluster at least one for each thread of its workers
    cluster    a Dask cluster, its client or its address: see cluster.py. None: one part after another, here

`build` is then called for all, and once for each part, which takes over its weights. The same parts have the
same scores wherever they are trained; other parts differ by rounding, and with dropout, whose masks are drawn
for a part at a time. A loss or penalty of your own must be in a module that the workers can import.

A score is the mean over held-out examples and seeds. A configuration that diverged in any of its runs has the score
nan, which is worse than every number.
"""

import copy
import dataclasses
import warnings
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.cluster import connected
from coursekit.model_selection.cross_validation import built, hold_out
from coursekit.model_selection.memory import parts_needed
from coursekit.model_selection.search_space import Sampler, configurations, draw, product
from coursekit.training.members import keep_members


@dataclasses.dataclass(frozen=True)
class SearchResult:
    """n configurations and their scores; smaller scores are better.

    configs   name -> (n,)
    scores    (n,)  mean score of each configuration at the end of its training; nan if it diverged
    spread    (n,)  standard deviation over the `runs` networks of a configuration; nan for one network
    epochs    (n,)  number of epochs that each was trained
    curves    (epochs, n)  mean score after each epoch; nan after a configuration was dropped
    runs      networks per configuration: folds × seeds
    """

    configs: dict[str, np.ndarray]
    scores: np.ndarray
    spread: np.ndarray
    epochs: np.ndarray
    curves: np.ndarray
    runs: int

    @property
    def best_index(self) -> int:
        """The index of the smallest score among the configurations trained longest, the first of equal ones."""
        scores = np.where(self.epochs == self.epochs.max(), self.scores, np.nan)
        if np.isnan(scores).all():
            raise ValueError(
                f"SearchResult: none of the {len(scores)} configurations has a finite score, so that none is the best. "
                "Search smaller learning rates."
            )
        return int(np.nanargmin(scores))

    @property
    def best(self) -> dict[str, float]:
        """The configuration at `best_index`, as {name: number}."""
        return {name: float(values[self.best_index]) for name, values in self.configs.items()}


def grid_search(
    ck: ModuleType, build: Callable, X: ArrayLike, y: ArrayLike, grid: Mapping[str, ArrayLike], *,
    rng: np.random.Generator, epochs: int, parts: int | None = None, cluster: Any = None, **arguments: Any,
) -> SearchResult:  # fmt: skip
    """Try every combination of {name: values}, the last name changing fastest: Π n_i configurations.

    If only a few of the settings matter, most trials repeat each other; `random_search` then finds more.
    """
    return _trained("grid_search", ck, build, X, y, product(grid), rng, epochs, parts, cluster, arguments)


def random_search(
    ck: ModuleType, build: Callable, X: ArrayLike, y: ArrayLike, space: Mapping[str, Sampler], n: int, *,
    rng: np.random.Generator, epochs: int, parts: int | None = None, cluster: Any = None, **arguments: Any,
) -> SearchResult:  # fmt: skip
    """Try n configurations drawn from {name: sampler}, such as log_uniform(1e-4, 1).

    The best of n is among the best share p of the space with probability 1 − (1 − p)^n, however many of the
    settings do not matter: 60 trials hit the best 5 % with probability .95. Bergstra & Bengio (2012).
    """
    configs = draw(space, n, rng)
    return _trained("random_search", ck, build, X, y, configs, rng, epochs, parts, cluster, arguments)


def successive_halving(
    ck: ModuleType, build: Callable, X: ArrayLike, y: ArrayLike, configs: Mapping[str, ArrayLike], *,
    budget: int, eta: int = 3, rng: np.random.Generator, **arguments: Any,
) -> SearchResult:  # fmt: skip
    """Train all for `budget` epochs, then the best ⌊n/η⌋ until η · budget epochs, and so on until one is left.

    configs: {name: (n,)}, for example from `draw(space, n, rng)`. Survivors are resumed, not restarted, so that
    n = 27, budget = 1, η = 3 cost 27 + 9·2 + 3·6 + 1·18 = 81 epochs in all. At least one is kept; of equal scores the
    earlier is kept. `build` is called again for the survivors, and then receives their weights and optimizer state. Jamieson & Talwalkar (2016).
    """
    configs = configurations("successive_halving", configs)
    rounds = halving_schedule(len(next(iter(configs.values()))), budget, eta)
    data, arguments = _held_out("successive_halving", ck, X, y, rng, arguments)
    return _halved("successive_halving", ck, build, data, configs, rounds, arguments)


def hyperband(
    ck: ModuleType, build: Callable, X: ArrayLike, y: ArrayLike, space: Mapping[str, Sampler], *,
    R: int, eta: int = 3, rng: np.random.Generator, **arguments: Any,
) -> SearchResult:  # fmt: skip
    """Run successive halving in each bracket of `hyperband_schedule(R, eta)`, from many short runs to few long ones.

    R is the longest training in epochs. Scores after different numbers of epochs are not comparable, so `best` is
    chosen among the configurations trained for R epochs. Li et al. (2018), algorithm 1.
    """
    schedule = hyperband_schedule(R, eta)
    data, arguments = _held_out("hyperband", ck, X, y, rng, arguments)
    brackets = []
    for rounds in schedule:
        configs = draw(space, rounds[0][0], rng)
        brackets.append(_halved("hyperband", ck, build, data, configs, rounds, arguments))
    return SearchResult(
        configs={name: np.concatenate([b.configs[name] for b in brackets]) for name in brackets[0].configs},
        scores=np.concatenate([b.scores for b in brackets]),
        spread=np.concatenate([b.spread for b in brackets]),
        epochs=np.concatenate([b.epochs for b in brackets]),
        curves=np.concatenate([b.curves for b in brackets], axis=1),
        runs=brackets[0].runs,
    )


def halving_schedule(n: int, budget: int, eta: int = 3) -> list[tuple[int, int]]:
    """Return the rounds (configurations, epochs that each has had by the end): (n, budget), (⌊n/η⌋, η·budget), …"""
    n = checks.positive_integer("halving_schedule", "n", n)
    budget = checks.positive_integer("halving_schedule", "budget", budget)
    eta = checks.positive_integer("halving_schedule", "eta", eta, least=2)
    rounds = [(n, budget)]
    while n > 1:
        n, budget = max(n // eta, 1), budget * eta
        rounds.append((n, budget))
    return rounds


def hyperband_schedule(R: int, eta: int = 3) -> list[list[tuple[int, int]]]:
    """Return the brackets s = ⌊log_η R⌋, …, 0, each a list of rounds (configurations n_i, epochs r_i).

    n = ⌈(s_max + 1) / (s + 1) · η^s⌉, r = R η^−s, n_i = ⌊n η^−i⌋, r_i = r η^i (rounded down to whole epochs),
    so that each bracket costs about the same. Li et al. (2018), algorithm 1.
    """
    R = checks.positive_integer("hyperband_schedule", "R", R)
    eta = checks.positive_integer("hyperband_schedule", "eta", eta, least=2)
    last = 0
    while eta ** (last + 1) <= R:
        last += 1
    brackets = []
    for s in range(last, -1, -1):
        n = -(-(last + 1) * eta**s // (s + 1))  # rounded up
        brackets.append([(n // eta**i, R // eta ** (s - i)) for i in range(s + 1)])
    return brackets


def _held_out(where, ck, X, y, rng, arguments):
    """Draw the folds of a search; return (held-out data, the arguments that remain for `fit`)."""
    mine = {"k", "folds", "labels", "prepare", "validation"} & arguments.keys()
    data = hold_out(where, ck, X, y, rng=rng, **{name: arguments[name] for name in mine})
    return data, {name: value for name, value in arguments.items() if name not in mine}


class _Candidates:
    """Configurations in training as one ensemble (k, seeds, n); with a validation pair (seeds, n), and k is 1."""

    def __init__(self, where, ck, build, data, configs, *, seeds=1, minimize="loss", **fit_arguments):
        self.where, self.ck, self.build, self.data, self.configs = where, ck, build, data, configs
        self.seeds = checks.positive_integer(where, "seeds", seeds)
        checks.one_of(where, "minimize", minimize, ["loss", *(fit_arguments.get("metrics") or ())])
        if "lam" in configs and "lam" in fit_arguments:
            raise ValueError(f"{where}: pass lam as a setting to search or as one number, but not both.")
        self.minimize, self.fit_arguments = minimize, fit_arguments
        self.alive = np.arange(len(next(iter(configs.values()))))  # configurations still in training
        self.net, self.optimizer = self._build()

    def train(self, epochs):
        """Train for this many more epochs; return (curve (epochs, alive), scores (alive,), spread (alive,))."""
        strength = {"lam": self.configs["lam"][self.alive]} if "lam" in self.configs else {}
        with warnings.catch_warnings():  # a search tries rates that are too large; their scores say so
            warnings.filterwarnings("ignore", "fit: .* no longer finite", RuntimeWarning)
            history = self.ck.fit(
                self.net, self.data.X, self.data.y, optimizer=self.optimizer, epochs=epochs,
                **strength, **self.data.arguments, **self.fit_arguments,
            )  # fmt: skip
        values = history.val if self.minimize == "loss" else history.metrics[self.minimize]
        values = np.where(np.isfinite(values) & np.isfinite(history.train), values, np.nan)
        values = values.reshape(len(values), len(self.data.weights), self.seeds, -1)  # (epochs, k, seeds, n)
        best = np.reshape(history.best, (1, *values.shape[1:]))  # the epoch whose weights were kept
        kept = np.take_along_axis(values, best, axis=0)[0]  # (k, seeds, n)
        runs = kept.reshape(-1, kept.shape[-1])
        spread = runs.std(axis=0, ddof=1) if len(runs) > 1 else np.full(len(self.alive), np.nan)
        return self._mean(values), self._mean(kept), spread

    @property
    def runs(self):
        """Number of networks per configuration."""
        return len(self.data.weights) * self.seeds

    def keep(self, places):
        """Drop all configurations but those at these places of `alive`."""
        net, optimizer = self.net, self.optimizer
        self.alive = self.alive[places]
        self.net, self.optimizer = self._build()
        keep_members(places, net, optimizer, self.net, self.optimizer)

    def part(self, places):
        """Copy these places of `alive`, with their current weights and random streams of their own."""
        part = copy.copy(self)
        streams = copy.deepcopy(self.data.arguments["rng"])
        part.data = dataclasses.replace(self.data, arguments=self.data.arguments | {"rng": streams})
        part.keep(places)
        part.build = None  # may refer to anything, so it is not sent to workers
        return part

    def _build(self):
        config = {name: v[self.alive].reshape(-1, 1, 1) for name, v in self.configs.items() if name != "lam"}
        return built(self.where, self.build, (*self.data.axes, self.seeds, len(self.alive)), config)

    def _mean(self, values):
        """Average (..., k, seeds, n) to (..., n): over seeds, and over folds by their number of held-out examples."""
        return np.einsum("k,...kn->...n", self.data.weights, values.mean(axis=-2))


def _trained(where, ck, build, X, y, configs, rng, epochs, parts, cluster, arguments):
    data, arguments = _held_out(where, ck, X, y, rng, arguments)
    whole = _Candidates(where, ck, build, data, configs, **arguments)
    n = len(whole.alive)
    with connected(cluster) as machines:
        if parts is None:
            batch_size = arguments.get("batch_size") or len(X)
            parts = max(machines.size, parts_needed(whole.net, batch_size))
        parts = min(checks.positive_integer(where, "parts", parts), n)
        if (parts > 1 or cluster is not None) and "checkpoint" in arguments:
            raise TypeError(
                f"{where}: checkpoint cannot be used with parts or a cluster, which train a lost part again from scratch. "
                "Leave out checkpoint."
            )
        places = np.array_split(np.arange(n), parts)
        pieces = map(whole.part, places) if parts > 1 or cluster is not None else [whole]
        curves, scores, spread = zip(
            *machines.map(_Candidates.train, ((piece, epochs) for piece in pieces)), strict=True
        )
    longest = max(map(len, curves))
    # a part whose members have all stopped early keeps its score until the end
    curves = [
        np.concatenate([curve, np.tile(score, (longest - len(curve), 1))])
        for curve, score in zip(curves, scores, strict=True)
    ]
    return SearchResult(
        configs,
        np.concatenate(scores),
        np.concatenate(spread),
        np.full(n, longest),
        np.concatenate(curves, axis=1),
        whole.runs,
    )


def _halved(where, ck, build, data, configs, rounds, arguments):
    for name in ("epochs", "early_stopping"):
        if name in arguments:
            raise TypeError(
                f"{where}: leave out {name}, because the rounds decide how long each configuration is trained."
            )
    if "checkpoint" in arguments:
        raise TypeError(f"{where}: leave out checkpoint, because each round is a run of its own.")
    if arguments.keys() & {"parts", "cluster"}:
        raise TypeError(
            f"{where}: leave out parts and cluster, because the survivors of a round are trained as one ensemble."
        )
    candidates = _Candidates(where, ck, build, data, configs, **arguments)
    n, longest = rounds[0][0], rounds[-1][1]
    scores, spread, epochs = np.full(n, np.nan), np.full(n, np.nan), np.zeros(n, int)
    curves, done = np.full((longest, n), np.nan), 0
    for size, until in rounds:
        if size < len(candidates.alive):
            order = np.argsort(scores[candidates.alive], kind="stable")  # nan comes last
            candidates.keep(np.sort(order[:size]))
        alive = candidates.alive
        curve, scores[alive], spread[alive] = candidates.train(until - done)
        curves[done : done + len(curve), alive] = curve
        epochs[alive] = done = until
    return SearchResult(configs, scores, spread, epochs, curves, candidates.runs)
