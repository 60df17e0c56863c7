"""Whole training runs in float64: the twins agree; member e of an ensemble is the network trained alone."""

import functools

import numpy as np
import pytest
import torch

from coursekit import numpy_backend, torch_backend
from coursekit.data.splits import kfold
from coursekit.training.members import named_parameters, some_parameters

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


def train(ck, net, optimizer, X, y, fit, **_):
    arguments = {
        "loss": lambda ck: ck.softmax_cross_entropy,
        "epochs": 4,
        "rng": np.random.default_rng(4),
    } | fit
    arguments = {name: value(ck) if callable(value) else value for name, value in arguments.items()}
    return ck.fit(net, X, y, optimizer=optimizer(ck, net.parameters()), **arguments)


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


@pytest.mark.parametrize("run", CASES.values(), ids=CASES)
def test_the_twins_agree(run):
    nets = [build(ck, **run) for ck in TWINS]
    for net in nets:
        share_masks(net)
        net.eval()  # fit trains in training mode, and leaves it on
    start = {key: value.copy() for key, value in everything(nets[0]).items()}
    histories = [train(ck, **run | {"net": net}) for ck, net in zip(TWINS, nets, strict=True)]
    same_histories(*histories)
    for history in histories:
        assert {type(history.train), history.train.dtype} == {np.ndarray, np.dtype(float)}
    assert all(net.training for net in nets)
    ours, theirs = (everything(net) for net in nets)
    assert list(ours) == list(theirs)
    for key, value in ours.items():
        close(theirs[key], value)
        assert not key.endswith("W") or not np.allclose(value, start[key], rtol=1e-6), f"{key} has not moved"
    close(*(np.asarray(ck.predict(net, run["X"])) for ck, net in zip(TWINS, nets, strict=True)))


@backends
@pytest.mark.parametrize("e", [0, 1, 2])
@pytest.mark.parametrize(
    "name", ["members with their rates", "members with everything of their own", "early stopping"]
)
def test_a_member_is_the_network_trained_alone(ck, name, e):
    run = CASES[name]
    together = build(ck, **run)
    alone = together.member(e)

    def optimizer(ck, params):
        settings = run["optimizer"](Recorder, None)
        return ck.SGD(
            params, **{key: np.asarray(v)[e].item() if np.ndim(v) else v for key, v in settings.items()}
        )

    fit = run["fit"] | ({"lam": run["fit"]["lam"][e]} if "lam" in run["fit"] else {})
    history = train(ck, **run | {"net": together})
    own = train(ck, **run | {"net": alone, "optimizer": optimizer, "fit": fit})
    close(own.train, history.train[: own.epochs, e])
    close(own.val, history.val[: own.epochs, e])
    assert own.best == history.best[e]
    for key, value in everything(alone).items():
        close(value, everything(together)[key][e])


class Recorder:
    """Stands for a backend whose optimizer is its settings."""

    SGD = staticmethod(lambda params, **settings: settings)


@backends
@pytest.mark.parametrize("name", ["momentum", "Adam"])
def test_a_fold_is_the_network_trained_alone(ck, name):
    """Each fold with its own stream: the shorter ones take fewer steps in the ensemble too."""

    def streams():
        return np.random.default_rng(5).spawn(4)

    together = build(ck, {"ensemble": (4,)}, "tanh")
    alone = [together.member(i) for i in range(4)]
    run = CASES[name] | {"fit": {"batch_size": 4}}
    history = train(ck, **run | {"net": together, "fit": run["fit"] | {"folds": folds(), "rng": streams()}})
    for i, ((rows, held_out), net) in enumerate(zip(folds(), alone, strict=True)):
        own_fit = run["fit"] | {"rng": streams()[i], "validation": (X[held_out], Y[held_out])}
        own = train(ck, **run | {"net": net, "X": X[rows], "y": Y[rows], "fit": own_fit})
        close(own.train, history.train[:, i])
        close(own.val, history.val[:, i])
        for key, value in everything(net).items():
            close(value, everything(together)[key][i])


@backends
def test_a_member_that_diverges_leaves_the_others_alone(ck):
    run = case({"ensemble": (3,)}, batch_size=8, y=10 * X[:, :3], loss=lambda ck: ck.mse)
    tame, wild = (sgd(lr=np.array([0.01, rate, 0.02]).reshape(3, 1, 1)) for rate in (0.01, 1e30))
    expected = train(ck, **run | {"net": build(ck, **run), "optimizer": tame})
    net = build(ck, **run)
    with pytest.warns(RuntimeWarning, match="1 of 3 networks"):
        history = train(ck, **run | {"net": net, "optimizer": wild})
    lost = np.isnan(history.train[:, 1])
    assert lost[-1]
    assert (np.diff(lost.astype(int)) >= 0).all()  # nan from the epoch on that diverged
    close(history.train[:, [0, 2]], expected.train[:, [0, 2]])


@backends
def test_the_run_ends_when_no_network_is_left(ck):
    run = case(batch_size=8, y=10 * X[:, :3], loss=lambda ck: ck.mse, epochs=50, optimizer=sgd(lr=1e6))
    with pytest.warns(RuntimeWarning, match="the loss is no longer finite"):
        history = train(ck, **run | {"net": build(ck, **run)})
    assert history.epochs < 50


def test_what_the_optimizer_was_not_given_is_frozen_in_both():
    run = case(
        {"sizes": [5, 6, 4, 3]},
        sgd(momentum=0.9),
        batch_size=8,
        clip_norm=0.1,
        penalty=lambda ck: ck.l2,
        lam=2.0,
    )
    nets = [build(ck, **run) for ck in TWINS]
    start = {key: value.copy() for key, value in everything(nets[0]).items()}
    keys = ["2.W", "2.b", "4.W"]
    histories = []
    for ck, net in zip(TWINS, nets, strict=True):
        optimizer = ck.SGD(some_parameters(net, keys), lr=0.3, momentum=0.9)
        histories.append(train(ck, **run | {"net": net, "optimizer": lambda *_, made=optimizer: made}))
    same_histories(*histories)
    for key, value in everything(nets[0]).items():
        close(everything(nets[1])[key], value)
        assert np.array_equal(value, start[key]) == (key not in keys)


@backends
@pytest.mark.parametrize("name", ["SGD", "AdaGrad", "RMSprop", "Adam", "AdamW"])
def test_an_optimizer_goes_on_from_the_state_of_another(ck, name):
    settings = {"lr": 0.05} | ({"momentum": 0.9} if name == "SGD" else {})

    def make(ck, params):
        return getattr(ck, name)(params, **settings)

    run = case(optimizer=make, batch_size=None)
    whole, halves = build(ck, **run), build(ck, **run)
    train(ck, **run | {"net": whole, "fit": run["fit"] | {"epochs": 4}})
    first = make(ck, halves.parameters())
    train(ck, **run | {"net": halves, "optimizer": lambda *_: first, "fit": run["fit"] | {"epochs": 2}})
    second = make(ck, halves.parameters())
    second.load_state_dict(first.state_dict())
    train(ck, **run | {"net": halves, "optimizer": lambda *_: second, "fit": run["fit"] | {"epochs": 2}})
    for key, value in everything(halves).items():
        np.testing.assert_array_equal(value, everything(whole)[key])
