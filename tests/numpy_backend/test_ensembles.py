"""Laws of ensembles: member e trained among others is member e trained alone; folds lose no example."""

import numpy as np
import pytest

from coursekit import numpy_backend as ck
from coursekit.data.splits import kfold

N = 23
X = np.random.default_rng(0).normal(size=(N, 4))
Y = np.eye(3)[np.random.default_rng(1).integers(3, size=N)]
VALIDATION = (X[:7] + 0.1, Y[:7])


def network(ensemble, seed=2, **options):
    return ck.mlp([4, 5, 3], ck.tanh, rng=np.random.default_rng(seed), ensemble=ensemble, **options)


def fit(net, x=X, y=Y, lr=0.1, optimizer=None, loss=ck.softmax_cross_entropy, epochs=3, **options):
    optimizer = optimizer or ck.SGD(net.parameters(), lr)
    return ck.fit(net, x, y, loss=loss, optimizer=optimizer, epochs=epochs, **options)


def members(net, ensemble):
    return {i: net.member(i) for i in np.ndindex(*ensemble)}


def assert_member_is(net, i, alone, rtol=1e-10):
    for live, own in (
        (net.parameters(), alone.parameters()),
        (net.named_buffers(), alone.named_buffers()),
    ):
        for key, value in own.items():
            np.testing.assert_allclose(live[key][i], value, rtol=rtol, atol=1e-13, err_msg=f"{key} of {i}")


@pytest.mark.parametrize("ensemble", [(1,), (3,), (2, 3)])
@pytest.mark.parametrize("extras", [{}, {"batch_norm": True}, {"output": ck.tanh}])
@pytest.mark.parametrize("batch_size", [None, 5])
def test_a_member_is_the_network_trained_alone(ensemble, extras, batch_size):
    net = network(ensemble, **extras)
    alone = members(net, ensemble)
    options = {
        "batch_size": batch_size,
        "validation": VALIDATION,
        "penalty": ck.l2,
        "lam": 0.5,
        "clip_norm": 0.3,
    }
    options |= {"metrics": {"accuracy": ck.accuracy}}
    if batch_size == 5 and extras.get("batch_norm"):
        options["batch_size"] = 7  # 23 = 3 · 7 + 2: no batch of one sample
    together = fit(net, rng=np.random.default_rng(3), **options)
    assert together.train.shape == (3, *ensemble)
    for i, member in alone.items():
        history = fit(member, rng=np.random.default_rng(3), **options)
        assert_member_is(net, i, member)
        np.testing.assert_allclose(together.train[:, *i], history.train, rtol=1e-10)
        np.testing.assert_allclose(together.val[:, *i], history.val, rtol=1e-10)
        np.testing.assert_array_equal(together.metrics["accuracy"][:, *i], history.metrics["accuracy"])


@pytest.mark.parametrize(
    "make",
    [
        lambda params, lr: ck.SGD(params, lr, momentum=0.9),
        lambda params, lr: ck.Adam(params, lr),
        lambda params, lr: ck.AdamW(params, lr),
        lambda params, lr: ck.RMSprop(params, lr),
        lambda params, lr: ck.AdaGrad(params, lr),
    ],
    ids=["momentum", "Adam", "AdamW", "RMSprop", "AdaGrad"],
)
def test_a_grid_of_rates_and_strengths_is_one_run(make):
    rates, strengths = np.array([0.01, 0.1]), np.array([0.0, 1.0, 10.0])
    net = network((2, 3))
    alone = members(net, (2, 3))
    lam = np.broadcast_to(strengths, (2, 3))
    fit(net, optimizer=make(net.parameters(), rates.reshape(2, 1, 1, 1)), penalty=ck.l2, lam=lam)
    for (i, j), member in alone.items():
        fit(member, optimizer=make(member.parameters(), rates[i]), penalty=ck.l2, lam=strengths[j])
        assert_member_is(net, (i, j), member)


def test_lam_may_be_one_number_or_one_for_each_member():
    same, each = network((2,)), network((2,))
    fit(same, penalty=ck.l1, lam=2.0)
    fit(each, penalty=ck.l1, lam=[2.0, 2.0])
    for key, value in same.parameters().items():
        np.testing.assert_array_equal(value, each.parameters()[key])


def test_the_proximal_step_has_the_rate_and_strength_of_its_member():
    rates, strengths = np.array([0.1, 0.3]), np.array([5.0, 20.0])
    net = network((2,))
    alone = members(net, (2,))
    options = {"penalty": ck.l1, "proximal": True, "epochs": 10}
    fit(net, lr=rates.reshape(2, 1, 1), lam=strengths, **options)
    zeros = [int((net.parameters()["0.W"][i] == 0).sum()) for i in range(2)]
    assert 0 <= zeros[0] < zeros[1]
    for (i,), member in alone.items():
        fit(member, lr=rates[i], lam=strengths[i], **options)
        assert_member_is(net, (i,), member)


def test_members_may_have_their_own_data():
    x, y = np.stack([X, X[::-1], 2 * X]), np.stack([Y, Y, Y[::-1]])
    net = network((3,))
    alone = members(net, (3,))
    together = fit(net, x, y, batch_size=5, rng=np.random.default_rng(4))
    assert ck.predict(net, x).shape == (3, N, 3)
    for (i,), member in alone.items():
        history = fit(member, x[i], y[i], batch_size=5, rng=np.random.default_rng(4))
        assert_member_is(net, (i,), member)
        np.testing.assert_allclose(together.train[:, i], history.train, rtol=1e-10)


def test_clip_norm_is_the_norm_of_one_network():
    """A member with huge gradients does not shorten the steps of the others."""
    x = np.stack([X, 1e6 * X])
    free, clipped = network((2,)), network((2,))
    fit(free, np.stack([X, X]), epochs=1)
    fit(clipped, x, epochs=1, clip_norm=5.0)
    assert_member_is(clipped, 0, free.member(0))


@pytest.mark.parametrize("penalty", [{}, {"penalty": ck.l1, "lam": 0.5, "proximal": True}])
def test_each_member_stops_early_by_itself_and_ends_with_its_best_weights(penalty):
    rates = np.array([0.02, 0.5, 5.0])
    net = network((3,))
    alone = members(net, (3,))
    contradiction = (X, np.roll(Y, 1, axis=1))
    options = {"epochs": 60, "validation": contradiction, "early_stopping": 3, **penalty}
    together = fit(net, lr=rates.reshape(3, 1, 1), **options)
    assert len(set(together.best)) > 1
    for (i,), member in alone.items():
        history = fit(member, lr=rates[i], **options)
        assert together.best[i] == history.best
        assert_member_is(net, (i,), member)
        np.testing.assert_allclose(together.val[: history.epochs, i], history.val, rtol=1e-10)
    assert together.epochs == max(together.best) + 1 + 3  # the run ends when all have stopped


@pytest.mark.parametrize("penalty", [{}, {"penalty": ck.l1, "lam": 0.1, "proximal": True}])
def test_a_member_that_stopped_keeps_every_bit_while_the_others_learn(penalty):
    """Its validation loss stays what it was at its best epoch."""
    net = network((2,))
    rates = np.array([5.0, 0.001]).reshape(2, 1, 1)
    history = fit(net, lr=rates, epochs=20, validation=VALIDATION, early_stopping=2, **penalty)
    stopped = history.best[0] + 2
    assert stopped < 19
    np.testing.assert_array_equal(history.val[stopped + 1 :, 0], history.val[history.best[0], 0])
    assert (np.diff(history.val[:, 1]) < 0).all()


def test_a_diverging_member_is_nan_from_then_on_and_the_others_go_on():
    net = network((3,))
    alone = members(net, (3,))
    rates = np.array([0.1, 1e200, 0.2])
    options = {"loss": ck.mse, "epochs": 6, "validation": VALIDATION, "metrics": {"accuracy": ck.accuracy}}
    with pytest.warns(RuntimeWarning, match="the loss of 1 of 3 networks is no longer finite") as told:
        together = fit(net, lr=rates.reshape(3, 1, 1), **options)
    assert len(told) == 1
    assert together.epochs == 6
    first = np.flatnonzero(~np.isfinite(together.train[:, 1]))[0]
    for curve in (together.train, together.val, together.metrics["accuracy"]):
        assert np.isnan(curve[first:, 1]).all()
        assert np.isfinite(curve[:, [0, 2]]).all()
    for i in (0, 2):
        history = fit(alone[(i,)], lr=rates[i], **options)
        assert_member_is(net, (i,), alone[(i,)])
        np.testing.assert_allclose(together.val[:, i], history.val, rtol=1e-10)


def test_a_diverged_member_is_restored_to_its_best_weights_by_early_stopping():
    net = network((2,))
    rates = np.array([1e200, 0.1]).reshape(2, 1, 1)
    with pytest.warns(RuntimeWarning, match="1 of 2"):
        fit(net, lr=rates, loss=ck.mse, epochs=5, validation=VALIDATION, early_stopping=2)
    assert np.isfinite(ck.predict(net.member(1), X)).all()


@pytest.mark.parametrize("extras", [{}, {"batch_norm": True}], ids=["plain", "batch norm"])
@pytest.mark.parametrize("batch_size", [None, 6, 100])
@pytest.mark.parametrize("middle", [(), (2,)])
def test_unequal_folds_train_as_if_alone(extras, batch_size, middle):
    """23 samples in 4 folds: training parts of 17, 17, 17 and 18, so that most end with a batch of 5."""
    folds = kfold(N, 4, np.random.default_rng(5))
    assert sorted({len(train) for train, _ in folds}) == [17, 18]
    net = network((4, *middle), **extras)
    alone = members(net, (4, *middle))
    options = {"batch_size": batch_size, "penalty": ck.l2, "lam": 1.0, "metrics": {"accuracy": ck.accuracy}}
    optimizer = ck.SGD(net.parameters(), 0.1, momentum=0.9)
    together = fit(
        net, optimizer=optimizer, folds=folds, rng=[np.random.default_rng(i) for i in range(4)], **options
    )
    assert together.val.shape == (3, 4, *middle)
    for i, member in alone.items():
        train, val = folds[i[0]]
        history = fit(
            member,
            X[train],
            Y[train],
            optimizer=ck.SGD(member.parameters(), 0.1, momentum=0.9),
            rng=np.random.default_rng(i[0]),
            validation=(X[val], Y[val]),
            **options,
        )
        assert_member_is(net, i, member)
        np.testing.assert_allclose(together.train[:, *i], history.train, rtol=1e-10)
        np.testing.assert_allclose(together.val[:, *i], history.val, rtol=1e-10)
        np.testing.assert_allclose(together.metrics["accuracy"][:, *i], history.metrics["accuracy"])


# Before batch norm the gradient of a bias is 0 but for rounding; a large ε keeps Adam from magnifying that.
@pytest.mark.parametrize(
    "make", [lambda p: ck.SGD(p, 0.1), lambda p: ck.Adam(p, 0.01, eps=1e-3)], ids=["SGD", "Adam"]
)
@pytest.mark.parametrize("extras", [{}, {"batch_norm": True}], ids=["plain", "batch norm"])
@pytest.mark.parametrize("clip_norm", [None, 0.1])
def test_a_fold_with_fewer_batches_sits_out_the_extra_step(make, extras, clip_norm):
    """Training parts of 12 and 18 in batches of 6: the first network has 2 steps an epoch, the second 3."""
    folds = [(np.arange(12), np.arange(12, 23)), (np.arange(5, 23), np.arange(5))]
    net = network((2,), **extras)
    alone = members(net, (2,))
    options = {"batch_size": 6, "clip_norm": clip_norm}
    together = fit(
        net,
        optimizer=make(net.parameters()),
        folds=folds,
        rng=[np.random.default_rng(i) for i in (0, 1)],
        **options,
    )
    for (i,), member in alone.items():
        train, _ = folds[i]
        rng = np.random.default_rng(i)
        history = fit(member, X[train], Y[train], optimizer=make(member.parameters()), rng=rng, **options)
        assert_member_is(net, (i,), member)
        np.testing.assert_allclose(together.train[:, i], history.train, rtol=1e-10)


def test_no_example_of_a_fold_is_lost_and_none_of_another_is_seen():
    """At rate 0 the reported losses are the means over the fold's own examples."""
    folds = kfold(N, 5, np.random.default_rng(6))
    net = network((5,))
    history = fit(net, lr=0, folds=folds, batch_size=4, rng=np.random.default_rng(7))
    z = ck.predict(net, X)
    for i, (train, val) in enumerate(folds):
        np.testing.assert_allclose(
            history.train[:, i], ck.softmax_cross_entropy(z[i, train], Y[train]), rtol=1e-12
        )
        np.testing.assert_allclose(history.val[:, i], ck.softmax_cross_entropy(z[i, val], Y[val]), rtol=1e-12)


def test_the_held_out_part_does_not_influence_the_training():
    folds = kfold(N, 3, np.random.default_rng(8))
    clean, poisoned = network((3,)), network((3,))
    fit(clean, folds=folds, batch_size=4, rng=np.random.default_rng(9))
    for i, (_, val) in enumerate(folds):
        x = X.copy()
        x[val] = 1e3
        net = network((3,))
        fit(net, x, folds=folds, batch_size=4, rng=np.random.default_rng(9))
        for key, value in poisoned.parameters().items():
            value[i] = net.parameters()[key][i]
    for key, value in clean.parameters().items():
        np.testing.assert_array_equal(value, poisoned.parameters()[key])


def test_after_folds_batch_norm_uses_whole_batches_again():
    folds = [(np.arange(12), np.arange(12, 23)), (np.arange(6, 23), np.arange(6))]
    net = network((2,), batch_norm=True)
    fit(net, folds=folds, batch_size=6, rng=np.random.default_rng(10))
    layer = net.train().layers[1]
    np.testing.assert_allclose(
        layer.forward(X[:, [0, 1, 2, 3, 0]])[0].mean(axis=-2), layer.params["beta"][..., 0, :], atol=1e-12
    )


def test_unequal_folds_keep_float32():
    net = network((4,), batch_norm=True, dtype=np.float32)
    folds = kfold(N, 4, np.random.default_rng(11))
    history = fit(
        net, folds=folds, optimizer=ck.Adam(net.parameters(), 0.01), penalty=ck.l2, lam=[0, 1, 2, 3]
    )
    assert np.isfinite(history.val).all()
    everything = (*net.parameters().values(), *net.named_buffers().values(), ck.predict(net, X))
    assert {array.dtype for array in everything} == {np.dtype(np.float32)}
