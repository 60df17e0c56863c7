"""Cures of three difficulties of deep networks, each at many learning rates (lesson 07a).

    cures.VANISHING, cures.EXPLODING, cures.OSCILLATING   {contender: plan}
    rows = cures.table(ck, cures.VANISHING, seeds=20)     # validation error at each rate: grids/vanishing_cures.csv
    errors, losses = cures.compare(ck, plan, rates, seeds)  # both (rates, seeds), after the last epoch

All networks train on handwritten digits. The networks of one plan that differ in seed and rate are one ensemble.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np

from coursekit import data, initializers
from coursekit.experiments.clinic import VALIDATION, TrainingPlan, heuristic
from coursekit.training.history import History

SCHEDULES = {
    "constant": lambda t, steps: 1.0,
    "halved every third": lambda t, steps: 0.5 ** (3 * t // steps),
    "cosine": lambda t, steps: 0.5 * (1 + np.cos(np.pi * t / steps)),
    "inverse time": lambda t, steps: 1 / (1 + t / 20),
}


@dataclass(frozen=True)
class Contender(TrainingPlan):
    """A training plan with an optimizer and a schedule; `rates` are those of the table, and replace `rate`.

    adam: Adam instead of SGD; schedule: a name in SCHEDULES, the share of the rate that is used at step t of the run.
    """

    adam: bool = False
    schedule: str = "constant"
    rates: tuple[float, ...] = ()


def _rates(low: float, high: float) -> tuple[float, ...]:
    """Rates from low to high, three per decade: 0.01, 0.02, 0.05, 0.1, …"""
    every = [float(f"{digit}e{power}") for power in range(-6, 3) for digit in (1, 2, 5)]
    return tuple(rate for rate in every if low <= rate <= high)


def _deep(activation: str, init: Any, low: float, high: float, **more: Any) -> Contender:
    return Contender(
        (32,) * 5, activation, init, batch_size=60, examples=600, epochs=100, rates=_rates(low, high), **more
    )


# Five hidden layers of 32 units; 1000 steps.
VANISHING = {
    "sigmoid, heuristic": _deep("sigmoid", heuristic, 0.2, 10),
    "sigmoid, Glorot": _deep("sigmoid", initializers.glorot, 0.2, 10),
    "sigmoid, momentum": _deep("sigmoid", heuristic, 0.02, 1, momentum=0.9),
    "sigmoid, Adam": _deep("sigmoid", heuristic, 0.002, 0.05, adam=True),
    "sigmoid, batch norm": _deep("sigmoid", heuristic, 0.05, 2, batch_norm=True),
    "tanh, heuristic": _deep("tanh", heuristic, 0.05, 2),
    "tanh, Glorot": _deep("tanh", initializers.glorot, 0.02, 1),
    "ReLU, heuristic": _deep("relu", heuristic, 0.02, 0.5),
    "ReLU, He": _deep("relu", initializers.he, 0.01, 0.5),
    "ReLU, He, batch norm": _deep("relu", initializers.he, 0.05, 2, batch_norm=True),
}

# The three that did not learn, for 6000 steps.
VANISHING_LONG = {
    name: replace(VANISHING[name], epochs=600, rates=rates)
    for name, rates in (
        ("sigmoid, heuristic", (1, 2, 5, 10)),
        ("sigmoid, Glorot", (1, 2, 5, 10)),
        ("sigmoid, momentum", (0.1, 0.2, 0.5, 1)),
    )
}


LARGE = initializers.normal(0.7)


def _large(init: Any = LARGE, *, low: float, high: float, **more: Any) -> Contender:
    more = {"activation": "relu"} | more
    return Contender(
        (32,) * 8, init=init, batch_size=25, examples=200, epochs=60, rates=_rates(low, high), **more
    )


# Patient D: eight hidden layers of 32 units, weights of standard deviation 0.7; 480 steps.
EXPLODING = {
    "ReLU, sd 0.7": _large(low=2e-6, high=1e-3),
    "tanh, sd 0.7": _large(activation="tanh", low=2e-3, high=0.5),
    "sigmoid, sd 0.7": _large(activation="sigmoid", low=2e-2, high=10),
    "clipped at 1": _large(clip=1.0, low=1e-2, high=1),
    "batch norm": _large(batch_norm=True, low=2e-2, high=5),
    "Glorot": _large(initializers.glorot, low=1e-2, high=0.5),
    "He": _large(initializers.he, low=1e-2, high=0.5),
}


def _shallow(low: float = 0.05, high: float = 10, **more: Any) -> Contender:
    return Contender((32,), batch_size=50, examples=600, epochs=30, rates=_rates(low, high), **more)


# One hidden layer of 32 ReLU units; 360 steps.
OSCILLATING = {
    "SGD": _shallow(),
    "momentum 0.9": _shallow(low=0.005, high=2, momentum=0.9),
    "momentum 0.5": _shallow(low=0.02, high=5, momentum=0.5),
    "halved every third": _shallow(schedule="halved every third"),
    "cosine": _shallow(schedule="cosine"),
    "inverse time": _shallow(schedule="inverse time"),
    "clipped at 1": _shallow(clip=1.0),
}


def splits(examples: int, seeds: int) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers of training (seeds, examples) and validation images (seeds, 400), one split per seed, as in the clinic."""
    order = np.stack([np.random.default_rng([7, seed]).permutation(1797) for seed in range(seeds)])
    return order[:, :examples], order[:, -VALIDATION:]


def train(
    ck: ModuleType, plan: Contender, rates: Sequence[float], seeds: int, epochs: int | None = None
) -> tuple[Any, History]:
    """Train networks (seeds, rates) of one plan in single precision; return them and their history."""
    digits, (rows, _) = data.digits(), splits(plan.examples, seeds)
    X, y = digits.x[rows][:, None], digits.y[rows][:, None]
    rng = np.random.default_rng(7)
    net = ck.mlp(
        [64, *plan.hidden, 10], getattr(ck, plan.activation), rng=rng, ensemble=(seeds, len(rates)),
        init=plan.init, batch_norm=plan.batch_norm, dtype=np.float32,
    )  # fmt: skip
    epochs = epochs or plan.epochs
    steps = epochs * -(-plan.examples // (plan.batch_size or plan.examples))
    eta, share = np.array(rates, np.float32).reshape(-1, 1, 1), SCHEDULES[plan.schedule]
    lr = eta if plan.schedule == "constant" else lambda t: eta * np.float32(share(t, steps))
    optimizer = (
        ck.Adam(net.parameters(), lr=lr)
        if plan.adam
        else ck.SGD(net.parameters(), lr=lr, momentum=plan.momentum)
    )
    with warnings.catch_warnings():  # at the largest rates some are meant to diverge
        warnings.filterwarnings("ignore", "fit: .* no longer finite", RuntimeWarning)
        history = ck.fit(
            net, X, y, loss=ck.softmax_cross_entropy, optimizer=optimizer, epochs=epochs,
            batch_size=plan.batch_size, rng=rng, clip_norm=plan.clip,
        )  # fmt: skip
    return net, history


def compare(
    ck: ModuleType, plan: Contender, rates: Sequence[float], seeds: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return validation errors in percent and training losses, both (rates, seeds); a diverged network has 90 and nan."""
    net, history = train(ck, plan, rates, seeds)
    digits, (_, rows) = data.digits(), splits(plan.examples, seeds)
    outputs = ck.to_numpy(ck.predict(net, digits.x[rows][:, None]))
    wrong = outputs.argmax(axis=-1) != digits.y[rows][:, None].argmax(axis=-1)
    losses = history.train[-1]
    errors = np.where(np.isfinite(losses), 100 * wrong.mean(axis=-1), 90.0)
    return errors.T, losses.T


def table(
    ck: ModuleType,
    contenders: Mapping[str, Contender],
    seeds: int,
    neighbors: Mapping[str, float] | None = None,
) -> list[dict[str, Any]]:
    """Return one row per contender and rate: mean and sd (over seeds) of the validation error, and the median loss.

    neighbors: {contender: rate}: only this rate and the two next to it.
    """
    rows = []
    for name, plan in contenders.items():
        rates = list(plan.rates)
        if neighbors is not None:
            if name not in neighbors:
                continue
            at = rates.index(neighbors[name])
            rates = rates[max(0, at - 1) : at + 2]
        errors, losses = compare(ck, plan, rates, seeds)
        rows += [
            {
                "cure": name, "rate": rate, "mean": float(e.mean()), "sd": float(e.std(ddof=1)),
                "loss": float(np.median(np.nan_to_num(final, nan=np.inf))), "seeds": seeds,
            }
            for rate, e, final in zip(rates, errors, losses, strict=True)
        ]  # fmt: skip
    return rows
