"""Activations and error signals of every layer are those of the network: checked against `delta_norms` and differences."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit import data, initializers
from coursekit import numpy_backend as ck
from coursekit.experiments import layer_signals

DIGITS = data.digits()
X, Y = DIGITS.x[:6], DIGITS.y[:6]


@pytest.mark.parametrize(
    ("name", "activation"), [("sigmoid", ck.sigmoid), ("tanh", ck.tanh), ("relu", ck.relu)]
)
def test_the_norms_are_those_of_the_backend(name, activation):
    rng = np.random.default_rng(0)
    _, signals = layer_signals.through_layers(X, Y, name, initializers.he, rng=rng, depth=4, width=9)
    net = ck.mlp([64, 9, 9, 9, 9, 10], activation, rng=np.random.default_rng(0), init=initializers.he)
    assert_allclose(
        [np.linalg.norm(s) for s in signals], ck.delta_norms(net, X, Y, loss=ck.softmax_cross_entropy)
    )


@pytest.mark.parametrize("shortcuts", [False, True])
def test_a_signal_times_its_input_is_the_slope_of_the_cost(shortcuts):
    """∂C/∂W⁽¹⁾ = δ⁽¹⁾ᵀ x, against a central difference; the output's signal is (ŷ − y)/B, so that ŷ gives the cost."""

    def run(change):
        first = True

        def init(rng, shape):
            nonlocal first
            W = initializers.glorot(rng, shape)
            if first:
                W[1, 20] += change
                first = False
            return W

        rng = np.random.default_rng(3)
        activations, signals = layer_signals.through_layers(
            X, Y, "tanh", init, rng=rng, depth=3, width=5, shortcuts=shortcuts
        )
        predicted = signals[-1] * len(X) + Y
        return -np.mean(np.log((predicted * Y).sum(axis=1))), activations, signals

    (up, *_), (down, *_), (_, activations, signals) = run(1e-5), run(-1e-5), run(0)
    assert_allclose((signals[0].T @ X)[1, 20], (up - down) / 2e-5, rtol=1e-6)
    assert [a.shape for a in activations] == [(6, 5)] * 3
    assert [s.shape for s in signals] == [(6, 5)] * 3 + [(6, 10)]


def test_what_is_left_is_relative_to_the_last_hidden_layer():
    left = layer_signals.signal_left(X, Y, "tanh", initializers.glorot, seeds=2, depth=1, width=8)
    assert_allclose(left, [1, 1])
