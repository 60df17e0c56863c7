"""Three losses compared on digits, in one convention and at the same learning rates (lesson 02).

The cost of every contender is summed over the ten outputs and averaged over the samples, and the squared error has a
factor ½. Then ∂C/∂z is (ŷ − y) / B for the two cross-entropies and (ŷ − y) ŷ (1 − ŷ) / B for the squared error behind
sigmoids. `ck.mse` and `ck.sigmoid_cross_entropy` also average over the outputs, so the learning rate is multiplied by
the factor that this takes away: plain gradient descent then takes the same steps.
"""

from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks, data

CLASSES = 10
# name: loss, output activation, and by how much the summed cost is larger than the loss
CONTENDERS = {
    "softmax, cross-entropy": ("softmax_cross_entropy", "identity", 1),
    "sigmoids, cross-entropy": ("sigmoid_cross_entropy", "identity", CLASSES),
    "sigmoids, squared error": ("mse", "sigmoid", CLASSES / 2),
}


class Errors(NamedTuple):
    """Errors in percent: on the validation images after each epoch (epochs, seeds, rates), and on the test images at
    the end (seeds, rates).
    """

    validation: np.ndarray
    test: np.ndarray


def split(seeds: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Indices of 1000 training, 400 validation and 397 test images, each (seeds, images), in a random order per seed."""
    order = np.stack([np.random.default_rng(seed).permutation(1797) for seed in range(seeds)])
    train, validation, test = np.split(order, [1000, 1400], axis=1)
    return train, validation, test


def training(ck: ModuleType, name: str, rates: ArrayLike, seeds: int) -> dict[str, Any]:
    """The arguments of `ck.fit`, without the epochs, for networks 64-32-10 with the loss and outputs of a contender.

    rates: one learning rate, or (rates,); seeds: networks per rate, each with its own weights and split. The
    ensemble is (seeds,) or (seeds, rates). Batches of 50, in the same order for all; float32 for speed.
    """
    loss, output, factor = CONTENDERS[checks.one_of("training", "name", name, tuple(CONTENDERS))]
    rates = checks.numeric("training", "rates", rates)
    digits, rng = data.digits(), np.random.default_rng(0)
    several = rates.ndim > 0
    ensemble = (seeds, rates.size) if several else (seeds,)
    net = ck.mlp(
        [64, 32, CLASSES], ck.relu, rng=rng, ensemble=ensemble, output=getattr(ck, output), dtype="float32"
    )
    train, validation, _ = (index[:, None] if several else index for index in split(seeds))
    return {
        "net": net,
        "X": digits.x[train],
        "y": digits.y[train],
        "loss": getattr(ck, loss),
        "optimizer": ck.SGD(
            net.parameters(), lr=factor * (rates[:, None, None] if several else float(rates))
        ),
        "batch_size": 50,
        "rng": rng,
        "validation": (digits.x[validation], digits.y[validation]),
        "metrics": {"accuracy": ck.accuracy},
    }


def compare_losses(ck: ModuleType, rates: ArrayLike, seeds: int, epochs: int) -> dict[str, Errors]:
    """Train every contender at every rate, as many networks as seeds; {name: errors in percent}.

    ck: a backend; rates (rates,); all contenders start from the same weights and see the same batches.
    """
    rates = np.atleast_1d(checks.numeric("compare_losses", "rates", rates))
    digits, (_, _, test) = data.digits(), split(checks.positive_integer("compare_losses", "seeds", seeds))
    found = {}
    for name in CONTENDERS:
        arguments = training(ck, name, rates, seeds)
        history = ck.fit(epochs=epochs, **arguments)
        guess = np.asarray(ck.predict(arguments["net"], digits.x[test[:, None]])).argmax(axis=-1)
        wrong = guess != digits.label[test[:, None]]  # (seeds, rates, 397)
        found[name] = Errors(100 * (1 - history.metrics["accuracy"]), 100 * wrong.mean(axis=-1))
    return found
