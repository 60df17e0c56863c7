"""Transfer learning between two tasks on digits: hidden layers of the first, a few examples of the second.

Each function returns {"from scratch", "fine-tuned", "frozen": test error in percent (seeds,)}. All three start with
the same output layer and take the same steps. "fine-tuned" and "frozen" start from the hidden layers of the first
task, and "frozen" trains only the output layer.
"""

from types import ModuleType
from typing import Any

import numpy as np

from coursekit import checks, data
from coursekit.training.members import copy_into, named_parameters, some_parameters

HIDDEN = (64, 64)
EPOCHS = {"first task": 15, "second task": 60}


def to_new_classes(ck: ModuleType, seeds: int, examples: int, **settings: Any) -> dict[str, np.ndarray]:
    """Transfer from 600 images of the digits 0–4 to the digits 5–9; test on 400 images of these."""
    digits = data.digits()
    label = digits.y.argmax(axis=1)
    first, second = _shuffled(label < 5, seeds), _shuffled(label >= 5, seeds)
    source = digits.x[first[:, :600]], np.eye(5)[label[first[:, :600]]]
    return _three_ways(ck, source, digits.x[second], np.eye(5)[label[second] - 5], examples, settings)


def to_parity(ck: ModuleType, seeds: int, examples: int, **settings: Any) -> dict[str, np.ndarray]:
    """Transfer from 800 images of the ten digits to odd or even on different images; test on 400."""
    digits = data.digits()
    label = digits.y.argmax(axis=1)
    order = _shuffled(np.ones(len(digits.x), dtype=bool), seeds)
    source = digits.x[order[:, :800]], digits.y[order[:, :800]]
    second = order[:, 800:]
    return _three_ways(ck, source, digits.x[second], np.eye(2)[label[second] % 2], examples, settings)


def _shuffled(mask, seeds):
    """The indices where mask is True, in a random order for each seed."""
    places = np.flatnonzero(mask)
    return np.stack([np.random.default_rng(seed).permutation(places) for seed in range(seeds)])


def _three_ways(ck, source, x, y, examples, settings):
    checks.positive_integer("transfer", "examples", examples)
    known = _network(ck, source[1].shape[-1], len(x), rng=np.random.default_rng(1))
    _train(ck, known, source[0], source[1], "first task", settings, named_parameters(known))
    output = f"{2 * len(HIDDEN)}."
    hidden = {key: value for key, value in named_parameters(known).items() if not key.startswith(output)}
    errors = {}
    for name in ("from scratch", "fine-tuned", "frozen"):
        net = _network(ck, y.shape[-1], len(x), rng=np.random.default_rng(2))
        if name != "from scratch":
            copy_into(named_parameters(net), hidden)
        keys = [key for key in named_parameters(net) if name != "frozen" or key.startswith(output)]
        _train(ck, net, x[:, :examples], y[:, :examples], "second task", settings, keys)
        errors[name] = 100 * (1 - np.asarray(ck.accuracy(ck.predict(net, x[:, -400:]), y[:, -400:])))
    return errors


def _network(ck, outputs, seeds, rng):
    return ck.mlp([64, *HIDDEN, outputs], ck.relu, rng=rng, ensemble=(seeds,))


def _train(ck, net, x, y, task, settings, keys):
    optimizer = ck.SGD(some_parameters(net, keys), lr=0.05, momentum=0.9)
    ck.fit(net, x, y, optimizer=optimizer, epochs=EPOCHS[task], rng=np.random.default_rng(3), **settings)
