"""Laws of `delta_norms`: the error signal at each layer, in both backends."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit import initializers, numpy_backend, torch_backend
from coursekit.exercises.deep_networks.delta_norms import delta_norms as by_hand

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(7, 5)), np.eye(3)[RNG.integers(0, 3, 7)]
backends = pytest.mark.parametrize("ck", [numpy_backend, torch_backend], ids=["numpy", "torch"])


def network(ck, *, hidden="sigmoid", **options):
    return ck.mlp([5, 4, 6, 3], getattr(ck, hidden), rng=np.random.default_rng(1), dtype="float64", **options)


@backends
def test_they_are_those_of_the_formulas_by_hand(ck):
    net = network(ck)
    weights = [ck.to_numpy(p) for key, p in named(net).items() if key.endswith("W")]
    biases = [ck.to_numpy(p)[0] for key, p in named(net).items() if key.endswith("b")]
    found = ck.delta_norms(net, X, Y, loss=ck.softmax_cross_entropy)
    assert_allclose(found, by_hand(weights, biases, X, Y), rtol=1e-10)


def named(net):
    return dict(net.named_parameters() if hasattr(net, "named_parameters") else net.parameters())


@pytest.mark.parametrize("options", [{}, {"batch_norm": True}, {"ensemble": (4,)}], ids=str)
@pytest.mark.parametrize("hidden", ["tanh", "relu"])
def test_both_backends_find_the_same(hidden, options):
    ours, theirs = (
        ck.delta_norms(network(ck, hidden=hidden, **options), X, Y, loss=ck.softmax_cross_entropy)
        for ck in (numpy_backend, torch_backend)
    )
    assert ours.shape == (3, *options.get("ensemble", ()))
    assert_allclose(theirs, ours, rtol=1e-9)


@backends
def test_members_of_an_ensemble_do_not_mix(ck):
    net = network(ck, ensemble=(3,))
    found = ck.delta_norms(net, X, Y, loss=ck.softmax_cross_entropy)
    alone = ck.delta_norms(net.member(1), X, Y, loss=ck.softmax_cross_entropy)
    assert_allclose(found[:, 1], alone, rtol=1e-10)


@backends
def test_nothing_of_the_network_changes(ck):
    net = network(ck, batch_norm=True)
    everything = lambda: {
        k: ck.to_numpy(v).copy() for k, v in {**named(net), **dict(named_buffers(net))}.items()
    }
    before = everything()
    ck.delta_norms(net, X, Y, loss=ck.softmax_cross_entropy)
    for key, value in everything().items():
        np.testing.assert_array_equal(value, before[key])


def named_buffers(net):
    buffers = net.named_buffers()
    return buffers if isinstance(buffers, dict) else dict(buffers)


@backends
def test_a_linear_network_of_orthogonal_layers_keeps_the_signal(ck):
    net = ck.mlp(
        [6] * 8, ck.identity, rng=np.random.default_rng(2), init=initializers.orthogonal, dtype="float64"
    )
    found = ck.delta_norms(net, RNG.normal(size=(9, 6)), RNG.normal(size=(9, 6)), loss=ck.mse)
    assert_allclose(found, found[-1], rtol=1e-10)


@backends
def test_bad_input_is_named(ck):
    with pytest.raises(ValueError, match="delta_norms: X must be a matrix"):
        ck.delta_norms(network(ck), X[0], Y, loss=ck.softmax_cross_entropy)
