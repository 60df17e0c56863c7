"""Laws of the initializers: their variances, what those do over depth, independence of the members."""

import numpy as np
import pytest

from coursekit import initializers
from coursekit import numpy_backend as ck

DRAWN = {
    "glorot": initializers.glorot,
    "he": initializers.he,
    "orthogonal": initializers.orthogonal,
    "normal": initializers.normal(0.3),
    "small_uniform": initializers.small_uniform(),
}
every_drawn = pytest.mark.parametrize("init", DRAWN.values(), ids=DRAWN)


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(
    ("init", "variance"),
    [
        (initializers.glorot, 2 / (300 + 200)),
        (initializers.he, 2 / 200),
        (initializers.orthogonal, 1 / 300),
        (initializers.normal(0.3), 0.09),
        (initializers.small_uniform(0.05), 0.1**2 / 12),
    ],
)
def test_mean_and_variance_for_300_units_with_200_inputs(init, variance):
    W = init(rng(), (300, 200))
    np.testing.assert_allclose(W.var(), variance, rtol=5 * np.sqrt(2 / W.size))
    np.testing.assert_allclose(W.mean(), 0, atol=5 * np.sqrt(variance / W.size))


@every_drawn
def test_the_rng_decides_and_members_are_independent(init):
    W = init(rng(), (2, 3, 8, 6))
    assert W.shape == (2, 3, 8, 6)
    assert W.dtype == np.float64
    np.testing.assert_array_equal(W, init(rng(), [2, 3, 8, 6]))
    assert len(np.unique(W)) == W.size
    assert not np.array_equal(W, init(rng(1), (2, 3, 8, 6)))


def test_small_uniform_keeps_within_its_limit_which_is_a_twentieth_unless_said_otherwise():
    assert 0.0499 < np.abs(initializers.small_uniform()(rng(), (100, 100))).max() <= 0.05
    assert 1.99 < np.abs(initializers.small_uniform(2)(rng(), (100, 100))).max() <= 2


def test_constant_is_constant():
    np.testing.assert_array_equal(initializers.constant(-0.1)(rng(), (2, 4, 3)), np.full((2, 4, 3), -0.1))


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4), (2, 3, 6, 4)])
def test_orthogonal_has_orthonormal_rows_or_columns(shape):
    W = initializers.orthogonal(rng(), shape)
    n, m = shape[-2:]
    gram = W.mT @ W if n >= m else W @ W.mT
    np.testing.assert_allclose(gram, np.broadcast_to(np.eye(min(n, m)), gram.shape), atol=1e-12)


def test_orthogonal_layers_keep_lengths_over_any_depth():
    x = rng(1).normal(size=(5, 8))
    net = ck.mlp([8] * 31, ck.identity, rng=rng(2), init=initializers.orthogonal)
    np.testing.assert_allclose(np.linalg.norm(net(x), axis=1), np.linalg.norm(x, axis=1), rtol=1e-10)


def test_orthogonal_is_uniform_so_that_the_trace_has_mean_0():
    """Without the signs of R's diagonal LAPACK's convention would show in the trace."""
    trace = np.trace(initializers.orthogonal(rng(), (4000, 3, 3)), axis1=-2, axis2=-1)
    np.testing.assert_allclose(trace.mean(), 0, atol=5 / np.sqrt(4000))
    np.testing.assert_allclose(trace.var(), 1, atol=0.15)  # E[(tr Q)²] = 1 under the Haar measure


def test_he_keeps_the_size_of_relu_signals_and_of_their_errors_over_depth():
    """20 layers of 256 units: the factor a layer is 1, and √½ with half the variance."""
    x = rng(1).normal(size=(200, 256))
    for init, factor in (
        (initializers.he, 1),
        (lambda rng, shape: initializers.he(rng, shape) / np.sqrt(2), np.sqrt(0.5)),
    ):
        net = ck.mlp([256] * 21, ck.relu, rng=rng(2), init=init, output=ck.relu)
        y, caches = net.forward(x)
        np.testing.assert_allclose(np.sqrt((y**2).mean() / (x**2).mean()) ** (1 / 20), factor, rtol=0.05)
        dx, _ = net.backward(rng(3).normal(size=y.shape), caches)
        np.testing.assert_allclose(np.sqrt((dx**2).mean()) ** (1 / 20), factor, rtol=0.05)


def test_clones_stay_clones():
    """Constant initial weights with exactly symmetric sums: the hidden units of a step are equal."""
    net = ck.mlp([4, 2, 3], ck.sigmoid, rng=rng(), init=initializers.constant(0.1))
    x, y = rng(1).normal(size=(6, 4)), np.eye(3)[[0, 1, 2, 0, 1, 2]]
    z, caches = net.forward(x)
    grads = net.backward(ck.softmax_cross_entropy_grad(z, y), caches)[1]
    np.testing.assert_allclose(grads["0.W"][0], grads["0.W"][1], rtol=1e-12)
    assert np.ptp(grads["0.W"][0]) > 0  # but weights from different inputs differ


def test_an_initializer_has_the_name_of_what_made_it():
    assert initializers.normal(1).__name__ == "normal"
    assert initializers.small_uniform().__name__ == "small_uniform"
    assert initializers.constant(1).__name__ == "constant"
