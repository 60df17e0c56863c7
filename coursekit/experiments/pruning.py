"""Difficulty 3, computing: how many weights of a trained network can go, with and without retraining (lesson 07b).

    rows = grid()                      # the rows of table "pruning"
    bytes_per_weight(0.5, bits=8)      # memory for each weight of the original network, with the places of those kept

20 networks 64 → 64 → 64 → 10 are trained on 500 digits. Then the smallest weights of each matrix are set to zero, or as
many random ones, and training continues for 10 epochs at each of `RATES`. Networks with so few units that they have as
many weights as the pruned ones are trained from scratch, for as many epochs in all.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from coursekit import data
from coursekit import numpy_backend as ck
from coursekit.experiments import compression, weights
from coursekit.experiments.grids.seeds import row
from coursekit.training.members import copy_into, named_parameters, some_parameters

SEEDS, HIDDEN, BATCH = 20, 64, 50
EPOCHS, RETRAINING, FIRST_RATE = 30, 10, 0.05
FRACTIONS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95)
RATES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
SMALL = 11  # units per hidden layer: 64·11 + 11·11 + 11·10 = 935 weights, about a tenth of 8,832
CHOICES = ("smallest", "at random")


def split() -> list[tuple[np.ndarray, np.ndarray]]:
    """The training, validation and test images (20, N, 64) and targets of every seed: 500, 400 and 400."""
    digits = data.digits()
    order = np.stack([np.random.default_rng(seed).permutation(len(digits.x)) for seed in range(SEEDS)])
    parts = (slice(500), slice(500, 900), slice(900, 1300))
    x, y = digits.x.astype(np.float32), digits.y.astype(np.float32)
    return [(x[order[:, part]], y[order[:, part]]) for part in parts]


def trained(parts: list, hidden: int, rates: Iterable[float], epochs: int) -> Any:
    """Networks (rates, seeds) trained from scratch."""
    rates, rng = np.array(tuple(rates)), np.random.default_rng(0)
    net = ck.mlp([64, hidden, hidden, 10], ck.relu, rng=rng, ensemble=(len(rates), SEEDS), dtype=np.float32)
    _fit(net, parts[0], rates, epochs)
    return net


def errors(net: Any, part: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """The error of each network on images and targets, in percent."""
    return 100 * np.asarray(ck.zero_one_loss(ck.predict(net, part[0]), part[1]))


def grid(
    fractions: Iterable[float] = FRACTIONS, rates: Iterable[float] = RATES, small: bool = True
) -> list[dict[str, Any]]:
    """Prune, retrain at each rate, and measure; the rows of table "pruning".

    The contenders are "smallest, 50 %" (not retrained: its rate is 0) and "smallest, 50 %, retrained", likewise "at
    random", and "small network". With 0 % pruned, "retrained" is the original network trained for 10 more epochs.
    """
    parts, rates, rows = split(), tuple(rates), []
    original = weights.parameters_of(ck, trained(parts, HIDDEN, (FIRST_RATE,), EPOCHS))
    for choice in CHOICES:
        for fraction in fractions:
            net = ck.mlp([64, HIDDEN, HIDDEN, 10], ck.relu, rng=np.random.default_rng(0),
                         ensemble=(len(rates), SEEDS), dtype=np.float32)  # fmt: skip
            copy_into(named_parameters(net), original)
            rng = np.random.default_rng(1) if choice == "at random" else None
            left = compression.prune_network(ck, net, fraction, rng)
            name = f"{choice}, {round(100 * fraction)} %"
            rows.append(row(name, 0.0, errors(net, parts[1])[0], errors(net, parts[2])[0]))
            _fit(net, parts[0], np.array(rates), RETRAINING, left)
            rows += _rows(f"{name}, retrained", net, parts, rates)
    if small:
        rows += _rows("small network", trained(parts, SMALL, rates, EPOCHS + RETRAINING), parts, rates)
    return rows


def middle_matrix(net: Any, parts: list, seed: int, epochs: int) -> tuple[Callable, Callable, np.ndarray]:
    """Take the 64 × 64 matrix of one network of `trained(parts, HIDDEN, …)`: (retrain, error, W).

    retrain(W) trains this matrix from W for some epochs, with the rest of the network as it is; error(W) is the
    validation error in percent of the network with W in its place.
    """
    own = {key: value[0, seed] for key, value in weights.parameters_of(ck, net).items()}
    alone = ck.mlp([64, HIDDEN, HIDDEN, 10], ck.relu, rng=np.random.default_rng(0), dtype=np.float32)
    weights.restore(ck, alone, own)
    (train, validation), middle = [(x[seed], y[seed]) for x, y in parts[:2]], "2.W"

    def retrain(W):
        weights.restore(ck, alone, {middle: W})
        optimizer = ck.SGD(some_parameters(alone, [middle]), lr=FIRST_RATE, momentum=0.9)
        ck.fit(
            alone, *train, optimizer=optimizer, epochs=epochs, batch_size=BATCH, loss=ck.softmax_cross_entropy,
            rng=np.random.default_rng(2),
        )  # fmt: skip
        return weights.parameters_of(ck, alone)[middle]

    def error(W):
        weights.restore(ck, alone, {middle: W})
        return float(errors(alone, validation))

    return retrain, error, own[middle]


def bytes_per_weight(fraction: float, bits: int, index_bits: int | None = None) -> float:
    """Memory in bytes for each weight of the original, if this fraction is pruned and `bits` are kept per weight.

    The file must also say which weights are left. index_bits None: one bit per weight of the original says whether it
    is kept; else each weight that is kept brings its index, with this many bits. Nothing pruned: no places.
    """
    if fraction == 0:
        return bits / 8
    places = 1.0 if index_bits is None else (1 - fraction) * index_bits
    return ((1 - fraction) * bits + places) / 8


def _fit(net, part, rates, epochs, left=None):
    optimizer = ck.SGD(net.parameters(), lr=rates[:, None, None, None], momentum=0.9)
    settings = {"loss": ck.softmax_cross_entropy, "batch_size": BATCH, "rng": np.random.default_rng(2)}
    if left is None:
        ck.fit(net, *part, optimizer=optimizer, epochs=epochs, **settings)
    else:
        compression.retrain(ck, net, left, *part, optimizer=optimizer, epochs=epochs, **settings)


def _rows(name, net, parts, rates):
    judged = zip(rates, errors(net, parts[1]), errors(net, parts[2]), strict=True)
    return [row(name, *one) for one in judged]
