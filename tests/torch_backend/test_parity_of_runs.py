"""Whole training runs in float64: the twins agree; member e of an ensemble is the network trained alone."""

import numpy as np
import pytest
from training_runs import (
    CASES,
    TWINS,
    X,
    Y,
    backends,
    build,
    case,
    close,
    everything,
    folds,
    same_histories,
    sgd,
    share_masks,
    train,
)

from coursekit.training.members import some_parameters


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
