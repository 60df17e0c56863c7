"""Transfer learning between two tasks on digits: hidden layers of the first, a few examples of the second (lesson 07b).

    errors = to_parity(ck, 20, examples=20, rates=[0.02, 0.1])     # {"from scratch": (validation, test), …}

Three ways to learn the second task start with the same output layer and take the same number of steps. "from scratch"
draws its hidden layers; "fine-tuned" and "frozen" take them over from the first task, and "frozen" trains only the
output layer. Each is trained at every rate, on an ensemble (rates, seeds). Table "transfer" holds the results.
"""

import warnings
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks, data
from coursekit import numpy_backend as numpy_ck
from coursekit.experiments.grids.seeds import row
from coursekit.training.members import copy_into, named_parameters, some_parameters

HIDDEN = (64, 64)
WAYS = ("from scratch", "fine-tuned", "frozen")
STEPS = {"first task": 1200, "second task": 200}  # for 800 images, 30 epochs
FIRST_RATE, BATCH = 0.05, 20
RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
VALIDATION, TEST = 200, 400

Errors = dict[
    str, tuple[np.ndarray, np.ndarray]
]  # way: validation and test error in percent, (rates, seeds) each


def to_new_classes(ck: ModuleType, seeds: int, examples: int, rates: ArrayLike) -> Errors:
    """Transfer from 800 images of the digits 0–4 to the digits 5–9."""
    digits = data.digits()
    first, second = _shuffled(digits.label < 5, seeds), _shuffled(digits.label >= 5, seeds)
    source = digits.x[first[:, :800]], np.eye(5)[digits.label[first[:, :800]]]
    return _three_ways(ck, source, digits.x[second], np.eye(5)[digits.label[second] - 5], examples, rates)


def to_parity(ck: ModuleType, seeds: int, examples: int, rates: ArrayLike) -> Errors:
    """Transfer from 800 images of the ten digits to the question odd or even, on different images."""
    digits = data.digits()
    order = _shuffled(np.ones(len(digits.x), dtype=bool), seeds)
    source = digits.x[order[:, :800]], digits.y[order[:, :800]]
    second = order[:, 800:]
    return _three_ways(ck, source, digits.x[second], np.eye(2)[digits.label[second] % 2], examples, rates)


TASKS = {"odd or even": to_parity, "digits 5–9": to_new_classes}


def grid(
    tasks: Iterable[str] = tuple(TASKS), amounts: Iterable[int] = (20, 100), rates: Iterable[float] = RATES
) -> list[dict[str, Any]]:
    """Train all three ways on these tasks at these rates, 20 seeds; the rows of table "transfer"."""
    rates, rows = tuple(rates), []
    for task in tasks:
        for examples in amounts:
            for way, (validation, test) in TASKS[task](numpy_ck, 20, examples, rates).items():
                name = f"{task}, {examples} images: {way}"
                rows += [row(name, *one) for one in zip(rates, validation, test, strict=True)]
    return rows


def _shuffled(mask, seeds):
    """The indices where mask is True, in a random order for each seed."""
    places = np.flatnonzero(mask)
    return np.stack([np.random.default_rng(seed).permutation(places) for seed in range(seeds)])


def _three_ways(ck, source, x, y, examples, rates):
    checks.positive_integer("transfer", "examples", examples)
    source_x, source_y = (array.astype(np.float32) for array in source)  # half the time of float64
    x, y = x.astype(np.float32), y.astype(np.float32)
    rates = np.asarray(rates, float)
    known = _network(ck, source_y.shape[-1], (len(x),), rng=np.random.default_rng(1))
    _train(ck, known, source_x, source_y, "first task", FIRST_RATE, named_parameters(known))
    output = f"{2 * len(HIDDEN)}."
    hidden = {key: value for key, value in named_parameters(known).items() if not key.startswith(output)}
    validation, test = slice(-VALIDATION - TEST, -TEST), slice(-TEST, None)
    errors = {}
    for way in WAYS:
        net = _network(ck, y.shape[-1], (len(rates), len(x)), rng=np.random.default_rng(2))
        if way != "from scratch":
            copy_into(named_parameters(net), hidden)
        keys = [key for key in named_parameters(net) if way != "frozen" or key.startswith(output)]
        with warnings.catch_warnings():  # a rate may be too large; its error says so
            warnings.simplefilter("ignore", RuntimeWarning)
            _train(ck, net, x[:, :examples], y[:, :examples], "second task", rates[:, None, None, None], keys)
        errors[way] = tuple(
            100 * (1 - np.asarray(ck.accuracy(ck.predict(net, x[:, part]), y[:, part])))
            for part in (validation, test)
        )
    return errors


def _network(ck, outputs, ensemble, rng):
    return ck.mlp([64, *HIDDEN, outputs], ck.relu, rng=rng, ensemble=ensemble, dtype=np.float32)


def _train(ck, net, x, y, task, rate, keys):
    optimizer = ck.SGD(some_parameters(net, keys), lr=rate, momentum=0.9)
    ck.fit(
        net, x, y, optimizer=optimizer, loss=ck.softmax_cross_entropy, epochs=STEPS[task] * BATCH // x.shape[-2], batch_size=BATCH,
        rng=np.random.default_rng(3),
    )  # fmt: skip
