"""Laws of coursekit.experiments.compression, and what pruning and quantization cost a real classifier."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from coursekit import data, numpy_backend, torch_backend
from coursekit.data import splits
from coursekit.experiments import compression
from coursekit.experiments.weights import parameters_of, restore

weights = arrays(np.float64, array_shapes(min_dims=0, max_dims=3, max_side=5), elements=st.floats(-3, 3))


@given(weights, st.floats(0, 1))
def test_prune_zeros_exactly_the_smallest(W, fraction):
    before = W.copy()
    pruned = compression.prune(W, fraction)
    count = round(fraction * W.size)
    np.testing.assert_array_equal(W, before)
    assert not np.shares_memory(W, pruned)
    np.testing.assert_array_equal(pruned[pruned != 0], W[pruned != 0])
    expected = np.sort(np.abs(W), axis=None)
    expected[:count] = 0
    np.testing.assert_array_equal(np.sort(np.abs(pruned), axis=None), expected)


def test_prune_takes_the_earlier_of_equal_weights():
    np.testing.assert_array_equal(
        compression.prune([[2.0, -1, 1], [-2, 1, 0.5]], 0.5), [[2, 0, 0], [-2, 1, 0]]
    )


def test_prune_treats_each_network_of_an_ensemble_by_itself():
    W = np.random.default_rng(0).normal(size=(3, 4, 5)) * np.array([1, 10, 100])[:, None, None]
    each = np.stack([compression.prune(w, 0.3) for w in W])
    np.testing.assert_array_equal(compression.prune(W, 0.3, axis=(-2, -1)), each)
    rows = np.stack([compression.prune(w, 0.3) for w in W.reshape(12, 5)]).reshape(W.shape)
    np.testing.assert_array_equal(compression.prune(W, 0.3, axis=-1), rows)


@given(weights, st.integers(2, 16))
def test_quantize_rounds_to_within_half_a_step_of_a_symmetric_grid(W, bits):
    codes, scale = compression.quantize(W, bits)
    levels = 2 ** (bits - 1) - 1
    assert codes.shape == W.shape
    assert np.issubdtype(codes.dtype, np.integer)
    assert codes.dtype.itemsize * 8 == (8 if bits <= 8 else 16)
    assert np.abs(codes.astype(int)).max() <= levels
    assert np.abs(codes * scale - W).max() <= 0.5 * scale * (1 + 1e-9)
    if np.abs(W).max() > 1e-300:
        assert np.abs(codes.astype(int)).max() == levels  # the whole range is used
    opposite, same_scale = compression.quantize(-W, bits)
    np.testing.assert_array_equal(opposite, -codes)
    assert same_scale == scale


def test_zeros_stay_zeros():
    codes, scale = compression.quantize(np.zeros((2, 3)), 4)
    np.testing.assert_array_equal(codes * scale, np.zeros((2, 3)))
    assert np.isfinite(scale)


def test_quantizing_a_second_time_changes_nothing():
    W = np.random.default_rng(0).normal(size=(7, 5))
    codes, scale = compression.quantize(W, 5)
    again, _ = compression.quantize(codes * scale, 5)
    np.testing.assert_array_equal(again, codes)


def test_quantize_scales_each_network_or_unit_by_itself():
    W = np.random.default_rng(0).normal(size=(3, 4, 5)) * np.array([1, 10, 100])[:, None, None]
    codes, scale = compression.quantize(W, 8, axis=(-2, -1))
    assert scale.shape == (3, 1, 1)
    for w, c, s in zip(W, codes, scale, strict=True):
        alone, s_alone = compression.quantize(w, 8)
        np.testing.assert_array_equal(c, alone)
        assert s.item() == s_alone
    assert compression.quantize(W, 8, axis=-1)[1].shape == (3, 4, 1)


def test_float32_weights_stay_float32():
    W = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)
    assert compression.prune(W, 0.5).dtype == np.float32
    codes, scale = compression.quantize(W, 8)
    assert (codes * scale).dtype == np.float32


def test_what_compression_costs_a_linear_classifier_of_digits():
    """Eight bits are free, two are not; small weights matter less than random ones."""
    d = data.digits()
    rng = np.random.default_rng(0)
    cost = {"8 bits": [], "2 bits": [], "smallest": [], "random": []}
    for _ in range(20):
        train, _, test = splits.train_val_test(len(d), (0.6, 0, 0.4), rng)
        x = np.c_[d.x, np.ones(len(d))]
        W = np.linalg.solve(x[train].T @ x[train] + np.eye(65), x[train].T @ d.y[train]).T  # (10, 65)

        def error(W, x=x, test=test):
            return 100 * ((x[test] @ W.T).argmax(1) != d.label[test]).mean()

        for bits in (8, 2):
            codes, scale = compression.quantize(W, bits)
            cost[f"{bits} bits"].append(error(codes * scale) - error(W))
        cost["smallest"].append(error(compression.prune(W, 0.5)) - error(W))
        cost["random"].append(error(np.where(rng.random(W.shape) < 0.5, 0, W)) - error(W))
    mean = {name: np.mean(points) for name, points in cost.items()}
    assert abs(mean["8 bits"]) < 0.5
    assert mean["2 bits"] > 10
    assert mean["random"] > mean["smallest"] + 10


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: compression.prune("W", 0.5), TypeError, r"prune: W must .*is a string"),
        (lambda: compression.prune([], 0.5), ValueError, "prune: W must have at least one entry"),
        (lambda: compression.prune([[1, np.nan]], 0.5), ValueError, "prune: W holds nan"),
        (lambda: compression.prune(np.ones((2, 2)), 50), ValueError, r"prune: fraction must .*is 50"),
        (lambda: compression.prune(np.ones((2, 2)), "half"), TypeError, "prune: fraction"),
        (
            lambda: compression.prune(np.ones((2, 2)), 0.5, axis=2),
            ValueError,
            "prune: axis must name axes of W, .* it is 2",
        ),
        (lambda: compression.prune(np.ones((2, 2)), 0.5, axis=(0, 0)), ValueError, "prune: axis"),
        (
            lambda: compression.prune(np.ones((2, 2)), 0.5, axis="rows"),
            ValueError,
            "prune: axis must name axes of W, .* it is 'rows'",
        ),
        (lambda: compression.prune([[1, 2], [3]], 0.5), ValueError, "rectangular"),
        (lambda: compression.quantize(np.ones(3) * 1j, 8), TypeError, "quantize: W"),
        (
            lambda: compression.quantize([np.inf], 8),
            ValueError,
            "quantize: W must be finite, but holds an infinity",
        ),
        (lambda: compression.quantize(np.ones(3), 1), ValueError, r"quantize: bits must .*is 1"),
        (
            lambda: compression.quantize(np.ones(3), 17),
            ValueError,
            "quantize: bits must be 2, …, 16, but it is 17",
        ),
        (lambda: compression.quantize(np.ones(3), 8.0), TypeError, r"quantize: bits must .*is 8.0"),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("ck", [numpy_backend, torch_backend], ids=["numpy", "torch"])
class TestNetworks:
    def network(self, ck):
        return ck.mlp([8, 6, 3], ck.relu, rng=np.random.default_rng(0), ensemble=(2,))

    def test_restoring_undoes_everything(self, ck):
        net = self.network(ck)
        kept = parameters_of(ck, net)
        compression.prune_network(ck, net, 0.5)
        compression.quantize_network(ck, net, 2)
        assert any((parameters_of(ck, net)[key] != kept[key]).any() for key in kept)
        restore(ck, net, kept)
        for key, value in parameters_of(ck, net).items():
            np.testing.assert_array_equal(value, kept[key])

    def test_each_network_loses_the_same_share_of_its_smallest_weights(self, ck):
        net = self.network(ck)
        before = parameters_of(ck, net)
        left = compression.prune_network(ck, net, 0.5)
        after = parameters_of(ck, net)
        for key, mask in left.items():
            assert mask.sum(axis=(-2, -1)).tolist() == [mask[0].size // 2] * 2
            np.testing.assert_array_equal(after[key], before[key] * mask)
            for W, kept in zip(np.abs(before[key]), mask, strict=True):
                assert W[~kept].max() <= W[kept].min()
        np.testing.assert_array_equal(after["0.b"], before["0.b"])

    def test_random_pruning_follows_its_generator(self, ck):
        masks = [
            compression.prune_network(ck, self.network(ck), 0.5, np.random.default_rng(3)) for _ in range(2)
        ]
        for key in masks[0]:
            np.testing.assert_array_equal(masks[0][key], masks[1][key])

    def test_retraining_leaves_pruned_weights_at_zero(self, ck):
        net, rng = self.network(ck), np.random.default_rng(1)
        X, y = rng.normal(size=(20, 8)), np.eye(3)[rng.integers(0, 3, 20)]
        left = compression.prune_network(ck, net, 0.5)
        before = parameters_of(ck, net)
        optimizer = ck.SGD(net.parameters(), lr=0.1)
        compression.retrain(ck, net, left, X, y, epochs=2, optimizer=optimizer, loss=ck.softmax_cross_entropy)
        after = parameters_of(ck, net)
        for key, mask in left.items():
            assert (after[key][~mask] == 0).all()
            assert (after[key][mask] != before[key][mask]).any()
