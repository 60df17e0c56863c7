"""Laws of the losses: closed forms, best constants, invariances, stability, precision."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coursekit import numpy_backend as ck

RNG = np.random.default_rng(0)
REGRESSION = (ck.mse, ck.mae, ck.huber)
ON_LOGITS = (ck.sigmoid_cross_entropy, ck.softmax_cross_entropy, ck.hinge)
ON_PROBABILITIES = (ck.binary_cross_entropy, ck.categorical_cross_entropy)
LOSSES = (*REGRESSION, *ON_LOGITS, *ON_PROBABILITIES, ck.zero_one_loss)
TRAINED = tuple(f for f in LOSSES if f is not ck.zero_one_loss)

batches = arrays(float, (4, 3), elements=st.floats(-20, 20))


def one_hot_rows(rng, *shape):
    return np.eye(shape[-1])[rng.integers(shape[-1], size=shape[:-1])]


def batch(loss, rng=RNG, shape=(5, 3)):
    """(predictions, targets) in the loss's domain."""
    p, y = rng.normal(size=shape), one_hot_rows(rng, *shape)
    if loss in ON_PROBABILITIES:
        p = ck.softmax(p)
    return (p, rng.normal(size=shape)) if loss in REGRESSION else (p, y)


def named(f):
    return f.__name__


@pytest.mark.parametrize("loss", LOSSES, ids=named)
def test_the_order_of_the_samples_is_irrelevant_and_every_sample_counts_alike(loss):
    p, y = batch(loss)
    order = RNG.permutation(5)
    np.testing.assert_allclose(loss(p[order], y[order]), loss(p, y), rtol=1e-12)
    np.testing.assert_allclose(np.mean([loss(p[[i]], y[[i]]) for i in range(5)]), loss(p, y), rtol=1e-12)
    np.testing.assert_allclose(loss(np.tile(p, (3, 1)), np.tile(y, (3, 1))), loss(p, y), rtol=1e-12)


@pytest.mark.parametrize("loss", LOSSES, ids=named)
def test_leading_axes_are_networks_with_shared_or_own_targets(loss):
    p, y = batch(loss, shape=(2, 6, 5, 3))
    own, shared = loss(p, y), loss(p, y[0, 0])
    assert own.shape == shared.shape == (2, 6)
    for i in np.ndindex(2, 6):
        np.testing.assert_allclose(own[i], loss(p[i], y[i]), rtol=1e-12)
        np.testing.assert_allclose(shared[i], loss(p[i], y[0, 0]), rtol=1e-12)


@pytest.mark.parametrize("loss", TRAINED, ids=named)
def test_a_step_against_the_gradient_lowers_the_loss(loss):
    p, y = batch(loss)
    assert loss(p - 1e-4 * ck.gradient_of(loss)(p, y), y) < loss(p, y)


@pytest.mark.parametrize("loss", REGRESSION, ids=named)
@given(p=batches, y=batches, shift=st.floats(-10, 10))
def test_regression_losses_are_distances_in_shape(loss, p, y, shift):
    """0 for a perfect prediction, symmetric, unchanged when both move together, never negative."""
    assert loss(y, y) == 0
    assert loss(p, y) >= 0
    np.testing.assert_allclose(loss(y, p), loss(p, y), rtol=1e-12)
    np.testing.assert_allclose(loss(p + shift, y + shift), loss(p, y), rtol=1e-6, atol=1e-9)


def test_the_best_constant_is_the_mean_for_mse_and_the_median_for_mae():
    y = np.array([1.0, 2.0, 3.0, 4.0, 100.0])[:, None]
    constants = np.linspace(0, 100, 1001)  # an ensemble of constant predictions
    p = np.broadcast_to(constants[:, None, None], (1001, 5, 1))
    np.testing.assert_allclose(constants[np.argmin(ck.mse(p, y))], y.mean())
    np.testing.assert_allclose(constants[np.argmin(ck.mae(p, y))], np.median(y))


def test_the_mse_of_a_constant_is_variance_plus_squared_bias():
    y = RNG.normal(size=(50, 1))
    for c in (-1.0, 0.0, 2.5):
        np.testing.assert_allclose(ck.mse(np.full_like(y, c), y), y.var() + (c - y.mean()) ** 2, rtol=1e-12)


def test_regression_losses_average_over_samples_and_outputs():
    p, y = np.full((4, 3), 2.5), np.full((4, 3), 2.0)
    assert ck.mse(p, y) == 0.25
    assert ck.mae(p, y) == 0.5
    assert ck.huber(p, y) == 0.125
    assert ck.huber(p + 9.5, y) == 10 - 0.5  # δ (d − δ/2) far out


def test_mae_takes_the_absolute_difference():
    """Signed differences would cancel to 0."""
    assert ck.mae([[1.0], [-1.0]], [[0.0], [0.0]]) == 1


@given(p=batches, y=batches, delta=st.floats(0.1, 10))
def test_huber_lies_below_half_the_square_and_below_delta_times_the_absolute_value(p, y, delta):
    huber = ck.huber(p, y, delta=delta)
    assert huber <= 0.5 * ck.mse(p, y) + 1e-9
    assert huber <= delta * ck.mae(p, y) + 1e-9


def test_huber_has_mse_and_mae_as_limits():
    p, y = batch(ck.huber)
    np.testing.assert_allclose(ck.huber(p, y, delta=1e3), 0.5 * ck.mse(p, y), rtol=1e-12)
    np.testing.assert_allclose(ck.huber(p, y, delta=1e-9) / 1e-9, ck.mae(p, y), rtol=1e-8)


def test_huber_and_its_slope_are_continuous_where_the_pieces_meet():
    below, above = np.full((1, 1), 1.5 - 1e-9), np.full((1, 1), 1.5 + 1e-9)
    zero = np.zeros((1, 1))
    np.testing.assert_allclose(ck.huber(below, zero, 1.5), ck.huber(above, zero, 1.5), atol=1e-8)
    np.testing.assert_allclose(ck.huber_grad(below, zero, 1.5), ck.huber_grad(above, zero, 1.5), atol=1e-8)


@pytest.mark.parametrize("m", [2, 3, 10])
@pytest.mark.parametrize("logit", [0.0, 7.0, -1e4])
def test_a_uniform_guess_over_m_classes_costs_log_m(m, logit):
    y = one_hot_rows(RNG, 6, m)
    np.testing.assert_allclose(ck.softmax_cross_entropy(np.full((6, m), logit), y), np.log(m), rtol=1e-12)
    np.testing.assert_allclose(ck.categorical_cross_entropy(np.full((6, m), 1 / m), y), np.log(m), rtol=1e-12)


def test_a_guess_of_one_half_costs_log_2():
    y = RNG.integers(2, size=(6, 3))
    np.testing.assert_allclose(ck.binary_cross_entropy(np.full((6, 3), 0.5), y), np.log(2), rtol=1e-12)
    np.testing.assert_allclose(ck.sigmoid_cross_entropy(np.zeros((6, 3)), y), np.log(2), rtol=1e-12)


@given(z=arrays(float, (4, 3), elements=st.floats(-8, 8)))
def test_logit_and_probability_forms_agree_where_nothing_is_clipped(z):
    y = np.eye(3)[[0, 1, 2, 1]]
    np.testing.assert_allclose(
        ck.softmax_cross_entropy(z, y), ck.categorical_cross_entropy(ck.softmax(z), y), rtol=1e-9, atol=1e-11
    )
    np.testing.assert_allclose(
        ck.sigmoid_cross_entropy(z, y), ck.binary_cross_entropy(ck.sigmoid(z), y), rtol=1e-9, atol=1e-11
    )


@given(z=batches, shift=st.floats(-1e3, 1e3))
def test_softmax_cross_entropy_ignores_a_shift_of_all_logits(z, shift):
    y = np.eye(3)[[0, 1, 2, 1]]
    np.testing.assert_allclose(
        ck.softmax_cross_entropy(z + shift, y), ck.softmax_cross_entropy(z, y), rtol=1e-9, atol=1e-11
    )


def test_two_classes_are_one_logit():
    z = RNG.normal(size=(6, 2))
    y = one_hot_rows(RNG, 6, 2)
    np.testing.assert_allclose(
        ck.softmax_cross_entropy(z, y), ck.sigmoid_cross_entropy(z[:, 1:] - z[:, :1], y[:, 1:]), rtol=1e-12
    )


def test_cross_entropy_is_entropy_plus_divergence_so_the_truth_is_the_best_guess():
    """A proper score: for targets y that are probabilities, the least cost is their entropy, at p = y."""
    y = ck.softmax(RNG.normal(size=(5, 3)))
    entropy = -np.sum(y * np.log(y)) / 5
    np.testing.assert_allclose(ck.categorical_cross_entropy(y, y), entropy, rtol=1e-12)
    np.testing.assert_allclose(ck.softmax_cross_entropy(np.log(y), y), entropy, rtol=1e-12)
    for p in ck.softmax(RNG.normal(size=(20, 5, 3))):
        assert ck.categorical_cross_entropy(p, y) > entropy
    np.testing.assert_allclose(ck.softmax_cross_entropy_grad(np.log(y), y), 0, atol=1e-15)


def test_the_gradient_on_logits_is_prediction_minus_truth():
    z, y = batch(ck.softmax_cross_entropy)
    np.testing.assert_allclose(ck.softmax_cross_entropy_grad(z, y), (ck.softmax(z) - y) / 5, rtol=1e-12)
    np.testing.assert_allclose(ck.sigmoid_cross_entropy_grad(z, y), (ck.sigmoid(z) - y) / 15, rtol=1e-12)
    np.testing.assert_allclose(ck.softmax_cross_entropy_grad(z, y).sum(axis=-1), 0, atol=1e-15)


@pytest.mark.parametrize("size", [800.0, 1000.0, 1e4])
def test_the_logit_forms_are_exact_for_hopeless_logits(size):
    np.testing.assert_allclose(ck.sigmoid_cross_entropy([[size], [-size]], [[0], [1]]), size)
    np.testing.assert_allclose(ck.softmax_cross_entropy([[size, -size]], [[0, 1]]), 2 * size)
    assert ck.sigmoid_cross_entropy([[size], [-size]], [[1], [0]]) == 0
    assert ck.softmax_cross_entropy([[size, -size]], [[1, 0]]) == 0
    np.testing.assert_array_equal(
        ck.sigmoid_cross_entropy_grad([[size], [-size]], [[0], [1]]), [[0.5], [-0.5]]
    )
    np.testing.assert_array_equal(ck.softmax_cross_entropy_grad([[size, -size]], [[0, 1]]), [[1, -1]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_probability_forms_are_clipped_at_certainty(dtype):
    wrong, right = np.array([[0, 1]], dtype), np.array([[1, 0]], dtype)
    for loss in ON_PROBABILITIES:
        np.testing.assert_allclose(loss(wrong, right), -np.log(1e-12), rtol=1e-6)
        np.testing.assert_allclose(loss(right, right), 0, atol=2e-12)
        assert np.isfinite(ck.gradient_of(loss)(wrong, right)).all()
        assert np.isfinite(ck.gradient_of(loss)(right, right)).all()


def test_the_cross_entropy_of_one_sample_is_minus_the_log_of_the_probability_given_to_the_truth():
    p = np.array([[0.7, 0.2, 0.1]])
    for j in range(3):
        np.testing.assert_allclose(ck.categorical_cross_entropy(p, np.eye(3)[[j]]), -np.log(p[0, j]))
    np.testing.assert_allclose(ck.binary_cross_entropy([[0.7]], [[0]]), -np.log(0.3))


def test_hinge_is_0_beyond_the_margin_and_bounds_the_fraction_misclassified():
    y = np.array([[1], [0], [1], [0]])
    assert ck.hinge([[1.0], [-1.0], [5.0], [-2.0]], y) == 0
    assert ck.hinge(np.zeros((4, 1)), y) == 1
    np.testing.assert_array_equal(ck.hinge(np.ones((4, 1)), 2 * y - 1), ck.hinge(np.ones((4, 1)), y))
    z = RNG.normal(size=(200, 4, 1))
    assert (ck.hinge(z, y) >= ck.zero_one_loss(z, y)).all()


def test_mse_saturates_and_cross_entropy_does_not():
    """Slopes of a sigmoid neuron whose target is 1: with mse 2 (p − 1) σ'(z), with cross-entropy p − 1."""
    z, y = np.linspace(-24, 0, 7)[:, None], np.ones((7, 1))
    p = ck.sigmoid(z)
    through_mse = ck.mse_grad(p, y) * ck.sigmoid_grad(z)
    through_ce = ck.sigmoid_cross_entropy_grad(z, y)
    np.testing.assert_allclose(ck.binary_cross_entropy_grad(p, y) * ck.sigmoid_grad(z), through_ce, rtol=1e-9)
    np.testing.assert_allclose(through_ce / through_mse, 1 / (2 * ck.sigmoid_grad(z)), rtol=1e-9)
    assert abs(through_mse[0]) < 1e-10 < 0.99 / 7 < abs(through_ce[0])


@pytest.mark.parametrize("loss", TRAINED, ids=named)
def test_float32_stays_float32_and_arguments_stay_unchanged(loss):
    p, y = (a.astype(np.float32) for a in batch(loss))
    kept = p.copy(), y.copy()
    assert loss(p, y).dtype == np.float32
    assert ck.gradient_of(loss)(p, y).dtype == np.float32
    np.testing.assert_array_equal(p, kept[0])
    np.testing.assert_array_equal(y, kept[1])
