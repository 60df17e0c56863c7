"""Whole training runs in float64, for both backends: what they are made of, and how two of them are compared."""

import functools

import numpy as np
import pytest
import torch

from coursekit import numpy_backend, torch_backend
from coursekit.data.splits import kfold
from coursekit.training.members import named_parameters

TWINS = (numpy_backend, torch_backend)
backends = pytest.mark.parametrize("ck", TWINS, ids=["numpy", "torch"])

_rng = np.random.default_rng(0)
X = _rng.normal(size=(43, 5))
LABEL = (X @ _rng.normal(size=(5, 3)) + _rng.normal(size=(43, 3))).argmax(-1)
Y = np.eye(3)[LABEL]
XV, YV = _rng.normal(size=(17, 5)), np.eye(3)[_rng.integers(0, 3, 17)]
RATES = np.array([0.03, 0.3, 1.0]).reshape(3, 1, 1)
WATCHED = {"validation": (XV, YV)}


def folds(k=4):
    return kfold(len(X), k, np.random.default_rng(1))  # 11, 11, 11 and 10 held out


def sgd(**settings):
    return lambda ck, params: ck.SGD(params, **{"lr": 0.3} | settings)


def case(net=None, optimizer=None, hidden="tanh", X=X, y=Y, **fit):
    """What a run is made of; a function among the arguments of fit is called with the backend."""
    return {"net": net or {}, "optimizer": optimizer or sgd(), "hidden": hidden, "X": X, "y": y, "fit": fit}


CASES = {
    "batch gradient descent": case(batch_size=None),
    "a short last batch": case(batch_size=8, **WATCHED),
    "stochastic": case(batch_size=1),
    "relu, three layers": case({"sizes": [5, 6, 4, 3]}, hidden="relu", batch_size=8),
    "momentum": case(optimizer=sgd(momentum=0.9), batch_size=8),
    "nesterov": case(optimizer=sgd(momentum=0.9, nesterov=True), batch_size=8),
    "weight decay": case(optimizer=sgd(weight_decay=0.1), batch_size=8),
    "AdaGrad": case(optimizer=lambda ck, params: ck.AdaGrad(params, lr=0.1), batch_size=8),
    "RMSprop": case(optimizer=lambda ck, params: ck.RMSprop(params, lr=0.03), batch_size=8),
    "Adam": case(optimizer=lambda ck, params: ck.Adam(params, lr=0.03), batch_size=8),
    "AdamW": case(optimizer=lambda ck, params: ck.AdamW(params, lr=0.03, weight_decay=0.1), batch_size=8),
    "a schedule": case(
        optimizer=lambda ck, params: ck.SGD(params, lr=ck.warmup(5, ck.cosine(0.5, 20)), momentum=0.5),
        batch_size=8,
    ),
    "l2": case(batch_size=8, penalty=lambda ck: ck.l2, lam=2.0),
    "l1": case(batch_size=8, penalty=lambda ck: ck.l1, lam=2.0),
    "proximal l1": case(batch_size=8, penalty=lambda ck: ck.l1, lam=2.0, proximal=True),
    "clipped": case(batch_size=8, clip_norm=0.1),
    "metrics on the training set": case(batch_size=8, metrics=lambda ck: {"accuracy": ck.accuracy}),
    "batch norm": case({"batch_norm": True}, batch_size=8, **WATCHED),
    "dropout": case({"dropout": 0.3}, batch_size=8, **WATCHED),
    "regression": case({"sizes": [5, 6, 2]}, y=X[:, :2] ** 2, loss=lambda ck: ck.huber, batch_size=8),
    "one logit": case(
        {"sizes": [5, 6, 1]}, y=Y[:, :1], loss=lambda ck: ck.sigmoid_cross_entropy, batch_size=8
    ),
    "probabilities": case(
        lambda ck: {"sizes": [5, 6, 1], "output": ck.sigmoid},
        y=Y[:, :1],
        loss=lambda ck: ck.binary_cross_entropy,
    ),
    "members with their rates": case({"ensemble": (3,)}, sgd(lr=RATES), batch_size=8, **WATCHED),
    "members with everything of their own": case(
        {"ensemble": (3,), "batch_norm": True},
        sgd(lr=RATES, momentum=np.array([0.0, 0.5, 0.9]).reshape(3, 1, 1), weight_decay=RATES / 10),
        batch_size=8,
        penalty=lambda ck: ck.l2,
        lam=[0.0, 1.0, 5.0],
        clip_norm=0.2,
        **WATCHED,
    ),
    "members with their own data": case(
        {"ensemble": (3,)}, X=np.stack([X, -X, X[::-1]]), y=np.stack([Y, Y, Y[::-1]]), batch_size=8
    ),
    "early stopping": case(
        {"ensemble": (3,)}, sgd(lr=RATES, momentum=0.9), batch_size=8, epochs=12, early_stopping=2, **WATCHED
    ),
    "early stopping of Adam with a schedule": case(
        {"ensemble": (3,)},
        lambda ck, params: ck.Adam(params, lr=ck.exponential_decay(0.1, 0.97)),
        batch_size=8,
        epochs=12,
        early_stopping=2,
        **WATCHED,
    ),
    "folds": case({"ensemble": (4, 2)}, sgd(momentum=0.9), batch_size=4, folds=folds()),
    "folds with all of it": case(
        {"ensemble": (4, 2), "batch_norm": True},
        lambda ck, params: ck.SGD(params, lr=0.3, momentum=0.9),
        batch_size=5,
        folds=folds(),
        penalty=lambda ck: ck.l2,
        lam=[0.1, 5.0],
        clip_norm=0.5,
        early_stopping=2,
        epochs=8,
        metrics=lambda ck: {"accuracy": ck.accuracy},
    ),
    "folds with the proximal step": case(
        {"ensemble": (4,)},
        batch_size=4,
        folds=folds(),
        penalty=lambda ck: ck.l1,
        lam=[0.1, 1, 2, 3],
        proximal=True,
    ),
}


def build(ck, net, hidden, **_):
    options = net(ck) if callable(net) else net
    options = {"sizes": [5, 6, 3], "rng": np.random.default_rng(2), "dtype": np.float64} | options
    return ck.mlp(options.pop("sizes"), getattr(ck, hidden), **options)


def share_masks(net):
    """Dropout as both backends would draw it from one stream."""
    for layer in net.layers if hasattr(net, "layers") else net:
        if type(layer).__name__ == "Dropout":
            layer.mask = functools.partial(
                shared_mask, np.random.default_rng(3), layer.p, isinstance(layer, torch.nn.Module)
            )


def shared_mask(stream, p, as_tensor, shape, dtype):
    mask = (stream.random(shape) >= p) / (1 - p)
    return torch.tensor(mask) if as_tensor else mask


def fit_arguments(ck, net, optimizer, fit):
    """The arguments of `fit` by keyword."""
    arguments = {
        "loss": lambda ck: ck.softmax_cross_entropy,
        "epochs": 4,
        "rng": np.random.default_rng(4),
    } | fit
    arguments = {name: value(ck) if callable(value) else value for name, value in arguments.items()}
    return arguments | {"optimizer": optimizer(ck, net.parameters())}


def train(ck, net, optimizer, X, y, fit, **_):
    return ck.fit(net, X, y, **fit_arguments(ck, net, optimizer, fit))


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10)


def everything(net):
    return {key: np.asarray(getattr(p, "data", p)) for key, p in named_parameters(net).items()} | {
        key: np.asarray(buffer) for key, buffer in dict(net.named_buffers()).items()
    }


def same_histories(a, b):
    close(a.train, b.train)
    assert (a.val is None) == (b.val is None)
    if a.val is not None:
        close(a.val, b.val)
    assert list(a.metrics) == list(b.metrics)
    for name, values in a.metrics.items():
        close(values, b.metrics[name])
    np.testing.assert_array_equal(a.best, b.best)
