"""Difficulty 4, data: more examples, and examples that a generator makes from the few there are (lesson 07b).

    task = TASKS["Gaussian classes"](seeds=20)         # examples, validation and test set of every seed
    more = GENERATORS["Gaussian"](task.x, task.y, 9, rng)     # the examples and nine times as many made from them

Every set is trained with the same number of updates, at every rate, on an ensemble (rates, seeds). Tables
"learning_curve" and "synthetic_data" hold the results.
"""

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit import data
from coursekit import numpy_backend as ck
from coursekit.data.augmentation import between_pairs
from coursekit.experiments.grids.seeds import row

SEEDS, BATCH = 20, 25
RATES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
AMOUNTS = (50, 100, 200, 400, 800)
UPDATES = 1200


@dataclass(frozen=True)
class FewExamples:
    """Examples x (seeds, N, m), y (seeds, N, classes), and larger sets (x, y) to validate and to test."""

    x: np.ndarray
    y: np.ndarray
    validation: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]


def _split(x, y, amount):
    x, y = x.astype(np.float32), y.astype(np.float32)
    cut = slice(-800, -400), slice(-400, None)
    (validation, test) = ((x[:, part], y[:, part]) for part in cut)
    return FewExamples(x[:, :amount], y[:, :amount], validation, test)


def some_digits(seeds: int = SEEDS, amount: int = 100) -> FewExamples:
    """Images of ten digits, 64 numbers each; 400 to validate and 400 to test."""
    digits = data.digits()
    order = np.stack([np.random.default_rng(seed).permutation(len(digits.x)) for seed in range(seeds)])
    return _split(digits.x[order], digits.y[order], amount)


def gaussian_classes(seeds: int = SEEDS, amount: int = 40) -> FewExamples:
    """Two classes with 10 inputs, normally distributed around two means with one covariance matrix.

    The inputs are correlated: the standard deviations along the axes of the distribution differ by a factor of 16. The
    means are 3 apart, in units of the standard deviation in that direction, so that no classifier has an error below
    Φ(−1.5), 6.7 %.
    """
    xs, ys = [], []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        label = rng.integers(0, 2, amount + 800)
        label[:amount] = np.arange(amount) % 2
        axes = np.linalg.qr(rng.normal(size=(10, 10)))[0] * np.geomspace(4, 1 / 4, 10)
        mean = rng.normal(size=10)
        mean *= 1.5 / np.linalg.norm(mean)
        xs.append((rng.normal(size=(amount + 800, 10)) + np.where(label[:, None] == 1, mean, -mean)) @ axes.T)
        ys.append(np.eye(2)[label])
    return _split(np.stack(xs), np.stack(ys), amount)


def two_moons(seeds: int = SEEDS, amount: int = 40) -> FewExamples:
    """Two classes in the plane, each a half moon: far from a normal distribution."""
    draws = [data.moons(amount + 800, np.random.default_rng(seed), noise=0.2) for seed in range(seeds)]
    return _split(np.stack([d.x for d in draws]), np.eye(2)[np.stack([d.label for d in draws])], amount)


TASKS: dict[str, Callable[..., FewExamples]] = {
    "Gaussian classes": gaussian_classes, "two moons": two_moons, "digits": some_digits,
}  # fmt: skip


def gaussian_generator(
    x: np.ndarray, y: np.ndarray, times: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Add `times`·N examples to x (E, N, m), y (E, N, n): drawn from a normal distribution per class.

    Each class has the mean of its examples, and all classes share one covariance matrix, with a small multiple of
    the identity added so that it has an inverse.
    """
    counts = y.sum(axis=-2)  # (E, n)
    means = y.mT @ x / np.maximum(counts, 1)[..., None]  # (E, n, m)
    centered = x - y @ means
    covariance = centered.mT @ centered / x.shape[-2] + 0.01 * np.eye(x.shape[-1])
    root = np.linalg.cholesky(covariance)
    new_y = np.concatenate([y] * times, axis=-2)
    noise = rng.normal(size=(*new_y.shape[:-1], x.shape[-1])) @ root.mT
    new_x = (new_y @ means + noise).astype(x.dtype)
    return np.concatenate([x, new_x], axis=-2), np.concatenate([y, new_y], axis=-2)


GENERATORS: dict[str, Callable[..., tuple[np.ndarray, np.ndarray]]] = {
    "Gaussian": gaussian_generator, "between pairs": between_pairs,
}  # fmt: skip


def trained(
    task: FewExamples, x: np.ndarray, y: np.ndarray, rates: Iterable[float], updates: int = UPDATES
) -> np.ndarray:
    """Validation and test error in percent, (2, rates, seeds), of networks with 64 hidden units."""
    rates, rng = np.array(tuple(rates)), np.random.default_rng(0)
    shape = (len(rates), len(x))
    net = ck.mlp([x.shape[-1], 64, y.shape[-1]], ck.relu, rng=rng, ensemble=shape, dtype=np.float32)
    settings = {
        "loss": ck.softmax_cross_entropy, "batch_size": BATCH, "rng": rng,
        "optimizer": ck.SGD(net.parameters(), lr=rates[:, None, None, None], momentum=0.9),
    }  # fmt: skip
    best, kept = np.full(shape, np.inf), np.zeros((2, *shape))
    steps = -(-x.shape[-2] // BATCH)
    for _ in range(10):  # early stopping: the lowest validation loss of ten moments of training
        epochs = max(1, round(updates / 10 / steps))
        with (
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
        ):  # a rate may be too large; its error says so
            warnings.simplefilter("ignore", RuntimeWarning)
            ck.fit(net, x, y, epochs=epochs, **settings)
        outputs = [_finite(ck.predict(net, inputs)) for inputs, _ in (task.validation, task.test)]
        errors = [
            100 * ck.zero_one_loss(z, y)
            for z, (_, y) in zip(outputs, (task.validation, task.test), strict=True)
        ]
        loss = ck.softmax_cross_entropy(outputs[0], task.validation[1])
        kept[:, loss < best] = np.stack(errors)[:, loss < best]
        best = np.minimum(best, loss)
    return kept


def _finite(outputs: np.ndarray) -> np.ndarray:
    """Outputs of networks that diverged become 0 or a million, so that their errors and losses can be computed."""
    return np.clip(np.nan_to_num(outputs, nan=0.0, posinf=0.0, neginf=0.0), -1e6, 1e6)


def curve(amounts: Iterable[int] = AMOUNTS, rates: Iterable[float] = RATES) -> list[dict[str, Any]]:
    """Train on more and more digits; the rows of table "learning_curve"."""
    rates, rows = tuple(rates), []
    for amount in amounts:
        task = some_digits(amount=amount)
        errors = trained(task, task.x, task.y, rates)
        rows += [row(f"{amount} images", *one) for one in zip(rates, *errors, strict=True)]
    return rows


def synthetic(tasks: Iterable[str] = tuple(TASKS), rates: Iterable[float] = RATES) -> list[dict[str, Any]]:
    """Train on few examples, and on these with nine times as many from each generator; table "synthetic_data"."""
    rates, rows = tuple(rates), []
    for name in tasks:
        task = TASKS[name]()
        sets = {"as they are": (task.x, task.y)}
        for generator, make in GENERATORS.items():
            sets[generator] = make(task.x, task.y, 9, np.random.default_rng(1))
        for kind, (x, y) in sets.items():
            errors = trained(task, x.astype(np.float32), y.astype(np.float32), rates)
            rows += [row(f"{name}: {kind}", *one) for one in zip(rates, *errors, strict=True)]
    return rows
