"""Laws of coursekit.data: what each set promises, and that drawn ones follow their distribution."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import datasets

from coursekit import data

BUNDLED = [data.digits, data.breast_cancer, data.iris, data.wine, data.diabetes]
DRAWN = [data.moons, data.spirals, data.curve, data.intervals, data.spam]


def rng(seed=0):
    return np.random.default_rng(seed)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=20))
def test_one_hot_rows_have_a_single_one_at_the_label(labels):
    y = data.one_hot(labels, 5)
    assert y.shape == (len(labels), 5)
    assert y.dtype == np.float64
    np.testing.assert_array_equal(y.sum(1), 1)
    np.testing.assert_array_equal(y.argmax(1), labels)


@pytest.mark.parametrize("load", [*BUNDLED, *(lambda f=f: f(60, rng()) for f in DRAWN)])
def test_every_set_keeps_the_conventions(load):
    d = load()
    assert d.x.dtype == d.y.dtype == np.float64
    assert d.x.ndim == d.y.ndim == 2
    assert len(d) == len(d.x) == len(d.y)
    assert len(d.feature_names) == d.x.shape[1]
    assert all(type(name) is str for name in (*d.names, *d.feature_names))
    assert np.isfinite(d.x).all()
    assert d.x.flags.writeable  # torch warns of arrays that are not
    assert "\n" not in repr(d)
    assert str(d.x.shape) in repr(d)
    if d.label is not None:
        assert set(d.label) == set(range(len(d.names)))
        targets = data.one_hot(d.label, len(d.names)) if d.y.shape[1] > 1 else d.label[:, None]
        np.testing.assert_array_equal(d.y, targets)


def test_loading_twice_gives_arrays_of_ones_own():
    first, second = data.digits(), data.digits()
    first.x[:] = -1
    assert second.x.min() == 0


def test_digits_are_the_pixels_of_scikit_learn_in_the_unit_interval():
    d = data.digits()
    assert d.x.shape == (1797, 64)
    assert d.image_shape == (8, 8)
    assert (d.x.min(), d.x.max()) == (0, 1)
    np.testing.assert_array_equal(16 * d.x, datasets.load_digits().data)
    assert (d.x.std(0) == 0).sum() == 3


def test_digits_in_file_order_are_not_identically_distributed():
    """Ridge trained on the first 1,000 misreads 10.5 % of the rest; on random halves 6.9 %, sd .6."""
    d = data.digits()
    x = np.c_[d.x, np.ones(len(d))]

    def error(train, test):
        W = np.linalg.solve(x[train].T @ x[train] + np.diag([1.0] * 64 + [0]), x[train].T @ d.y[train])
        return ((x[test] @ W).argmax(1) != d.label[test]).mean()

    orders = [rng(seed).permutation(len(d)) for seed in range(20)]
    shuffled = [error(order[:1000], order[1000:]) for order in orders]
    in_file_order = error(np.arange(1000), np.arange(1000, len(d)))
    assert in_file_order > np.mean(shuffled) + 3 * np.std(shuffled)


def test_malignant_is_positive():
    d, theirs = data.breast_cancer(), datasets.load_breast_cancer()
    assert list(theirs.target_names) == ["malignant", "benign"]
    np.testing.assert_array_equal(d.label, 1 - theirs.target)
    assert d.names[1] == "malignant"
    assert d.label.sum() == 212
    assert d.x[d.label == 1, 0].mean() > d.x[d.label == 0, 0].mean()  # malignant nuclei are larger


def test_diabetes_is_regression_with_standardized_inputs():
    d = data.diabetes()
    assert d.label is None
    assert d.x.shape == (442, 10)
    assert (d.y.min(), d.y.max()) == (25, 346)
    np.testing.assert_allclose(d.x.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose((d.x**2).sum(0), 1)


@pytest.mark.parametrize("draw", DRAWN)
def test_drawing_uses_the_rng_given_and_nothing_else(draw):
    np.testing.assert_array_equal(draw(40, rng(1)).x, draw(40, rng(1)).x)
    assert (draw(40, rng(1)).x != draw(40, rng(2)).x).any()


@pytest.mark.parametrize("draw", [data.moons, data.spirals])
def test_classes_are_balanced_and_shuffled(draw):
    label = draw(401, rng()).label
    assert abs((label == 0).sum() - (label == 1).sum()) <= 1
    assert 50 < (label[:200] == 0).sum() < 150


def test_moons_without_noise_lie_on_two_half_circles():
    d = data.moons(200, rng(), noise=0)
    upper, lower = d.x[d.label == 0], d.x[d.label == 1]
    np.testing.assert_allclose(np.hypot(*upper.T), 1)
    np.testing.assert_allclose(np.hypot(*(lower - [1, 0.5]).T), 1)
    assert upper[:, 1].min() >= 0
    assert lower[:, 1].max() <= 0.5


def test_spirals_without_noise_tell_their_class_by_angle_and_radius():
    d = data.spirals(300, rng(), classes=3, turns=1.5, noise=0)
    radius = np.hypot(*d.x.T)
    arm = (np.arctan2(d.x[:, 1], d.x[:, 0]) / (2 * np.pi) - 1.5 * radius) * 3
    np.testing.assert_array_equal(np.rint(arm) % 3, d.label)
    np.testing.assert_allclose(arm, np.rint(arm), atol=1e-9)
    assert 0.05 <= radius.min() < radius.max() <= 1


@pytest.mark.parametrize("draw", [data.moons, data.spirals, data.curve])
def test_noise_has_the_standard_deviation_asked_for(draw):
    quiet, noisy = draw(5000, rng(), noise=0), draw(5000, rng(), noise=0.2)
    moved = noisy.y - quiet.y if quiet.label is None else noisy.x - quiet.x
    assert moved.std() == pytest.approx(0.2, rel=0.05)


def test_the_curve_is_drawn_from_its_task():
    d = data.curve(4000, rng(), noise=0.5)
    assert d.distribution.noise == 0.5
    residual = d.y - d.distribution.f(d.x)
    assert residual.std() == pytest.approx(0.5, rel=0.05)
    assert abs(np.corrcoef(residual[:, 0], d.x[:, 0])[0, 1]) < 0.08


def test_intervals_are_drawn_from_their_distribution():
    d = data.intervals(4000, rng(), noise=0.2)
    flipped = (d.distribution.intervals(d.x[:, 0]) != d.label).mean()
    assert abs(flipped - 0.2) < 5 * np.sqrt(0.2 * 0.8 / 4000)
    assert d.distribution.bayes_error == 0.2


def test_spam_is_drawn_from_its_task():
    d = data.spam(20_000, rng())
    task = d.distribution
    assert task.x.shape == (512, 8)
    assert task.probability.sum() == pytest.approx(1)
    words = np.arange(8)
    for c in (0, 1):
        weight = task.probability * (task.label == c)
        share = weight.sum()
        assert abs((d.label == c).mean() - share) < 5 * np.sqrt(share * (1 - share) / len(d))
        chance = weight @ task.x / share
        drawn = d.x[d.label == c]
        assert (np.abs(drawn.mean(0) - chance) < 5 * np.sqrt(chance * (1 - chance) / len(drawn))).all()
        together = (weight @ (task.x[:, :, None] * task.x[:, None, :]).reshape(512, 64) / share).reshape(8, 8)
        apart = words[:, None] != words
        np.testing.assert_allclose(together[apart], np.outer(chance, chance)[apart])  # independent words
    assert 0 < task.bayes_error < 0.15


def test_a_filter_of_one_word_errs_as_its_task_says():
    d = data.spam(20_000, rng())
    error = d.distribution.true_error(lambda x: x[:, d.feature_names.index("free")])
    sampled = (d.x[:, d.feature_names.index("free")] != d.label).mean()
    assert abs(sampled - error) < 5 * np.sqrt(error * (1 - error) / len(d))
    assert d.distribution.bayes_error < error < 0.4  # calling nothing spam is wrong on 40 %


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: data.one_hot([0, 3], 3),
            ValueError,
            "one_hot: with 3 classes, labels must hold .* integers from 0 to 3",
        ),
        (lambda: data.one_hot([-1, 0], 3), ValueError, "from 0 to 2"),
        (lambda: data.one_hot(np.eye(3), 3), ValueError, "argmax"),
        (lambda: data.one_hot([0.5], 3), ValueError, "0.5"),
        (lambda: data.one_hot([], 3), ValueError, "at least one entry"),
        (lambda: data.one_hot([0, np.nan], 3), ValueError, "nan"),
        (lambda: data.one_hot(["cat"], 3), TypeError, "one_hot: labels"),
        (lambda: data.one_hot([0], 0), ValueError, r"one_hot: n must .*is 0"),
        (lambda: data.one_hot([0], "ten"), TypeError, r"one_hot: n must .*is 'ten'"),
        (lambda: data.moons(0, rng()), ValueError, r"moons: n must .*is 0"),
        (lambda: data.moons(10, 3), TypeError, "default_rng"),
        (lambda: data.spirals(10, rng(), classes=1), ValueError, r"spirals: classes must .*is 1"),
        (lambda: data.spirals(10, rng(), turns=np.nan), ValueError, r"spirals: turns must .*is nan"),
        (lambda: data.curve(10, rng(), noise=-0.1), ValueError, r"curve: noise must .*is -0.1"),
        (lambda: data.curve(10, rng(), noise=np.inf), ValueError, r"curve: noise must .*is inf"),
        (lambda: data.intervals(10, rng(), noise=2), ValueError, r"noise must .*is 2"),
        (lambda: data.spam(2.5, rng()), TypeError, r"spam: n must .*is 2.5"),
        (lambda: data.mnist("validation"), ValueError, r"mnist: part must .*is 'validation'"),
        (
            lambda: data.Dataset(np.ones((3, 2)), np.ones(3), None, ("y",), ("a", "b"), "mine"),
            ValueError,
            "Dataset: .* y",
        ),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
