"""Laws of the activation functions: limits, symmetries, closed forms, no overflow, precision kept."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coursekit import numpy_backend as ck

ELEMENTWISE = (ck.identity, ck.sigmoid, ck.tanh, ck.relu, ck.leaky_relu, ck.elu, ck.softplus)
LINE = np.linspace(-8, 8, 101)  # 0 included

anywhere = st.floats(-1e4, 1e4)
logits = arrays(float, (3, 4), elements=st.floats(-50, 50))


@pytest.mark.parametrize(
    ("f", "closed_form"),
    [
        (ck.identity, lambda z: z),
        (ck.sigmoid, lambda z: 1 / (1 + np.exp(-z))),
        (ck.tanh, lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))),
        (ck.relu, lambda z: (z + abs(z)) / 2),
        (ck.leaky_relu, lambda z: 0.505 * z + 0.495 * abs(z)),
        (ck.elu, lambda z: (z + abs(z)) / 2 + np.exp((z - abs(z)) / 2) - 1),
        (ck.softplus, lambda z: np.log(1 + np.exp(z))),
    ],
    ids=lambda f: f.__name__,
)
def test_closed_form(f, closed_form):
    np.testing.assert_allclose(f(LINE), closed_form(LINE), rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize(
    ("f", "low", "high"),
    [
        (ck.sigmoid, 0, 1),
        (ck.tanh, -1, 1),
        (ck.relu, 0, 1e4),
        (ck.leaky_relu, -100, 1e4),
        (ck.elu, -1, 1e4),
        (ck.softplus, 0, 1e4),
    ],
)
def test_limits_at_plus_and_minus_ten_thousand(f, low, high):
    np.testing.assert_array_equal(f([-1e4, 1e4]), [low, high])


@pytest.mark.parametrize("f", ELEMENTWISE)
@given(z=arrays(float, (5,), elements=anywhere))
def test_finite_non_decreasing_and_blind_to_neighbors(f, z):
    a, slope = f(np.sort(z)), ck.gradient_of(f)(z)
    assert np.isfinite(a).all()
    assert (np.diff(a) >= 0).all()
    assert np.isfinite(slope).all()
    assert (slope >= 0).all()
    np.testing.assert_array_equal(f(z), [f(each) for each in z])


@given(z=anywhere)
def test_reflections(z):
    np.testing.assert_allclose(ck.sigmoid(z) + ck.sigmoid(-z), 1, rtol=1e-12)
    np.testing.assert_allclose(ck.tanh(-z), -ck.tanh(z))
    np.testing.assert_allclose(ck.tanh(z), 2 * ck.sigmoid(2 * z) - 1, atol=1e-12)
    np.testing.assert_allclose(ck.softplus(z) - ck.softplus(-z), z, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(ck.relu(z) - ck.relu(-z), z)


def test_derivatives_written_in_the_output():
    sigmoid, tanh = ck.sigmoid(LINE), ck.tanh(LINE)
    np.testing.assert_allclose(ck.sigmoid_grad(LINE), sigmoid * (1 - sigmoid), rtol=1e-9)
    np.testing.assert_allclose(ck.tanh_grad(LINE), 1 - tanh**2, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(ck.softplus_grad(LINE), sigmoid, rtol=1e-9)
    assert ck.sigmoid_grad(0.0) == 0.25 == ck.sigmoid_grad(LINE).max()
    assert ck.tanh_grad(0.0) == 1 == ck.tanh_grad(LINE).max()


@pytest.mark.parametrize("z", [30.0, 700.0])
def test_the_slope_of_a_saturated_sigmoid_is_tiny_but_not_rounded_to_0(z):
    np.testing.assert_allclose(ck.sigmoid_grad([z, -z]), np.exp(-z), rtol=1e-12)
    np.testing.assert_allclose(ck.sigmoid(-z), np.exp(-z), rtol=1e-12)


def test_at_the_kink_relu_chooses_the_slope_of_its_left_side():
    assert ck.relu_grad(0.0) == 0
    assert ck.leaky_relu_grad(0.0) == 0.01
    assert ck.leaky_relu_grad(0.0, slope=0.2) == 0.2


def test_their_parameters_are_the_left_limits():
    np.testing.assert_allclose(ck.elu(-1e4, alpha=2.5), -2.5)
    np.testing.assert_allclose(ck.elu_grad(-1e-9, alpha=2.5), 2.5)
    np.testing.assert_allclose(ck.leaky_relu([-3.0, 3.0], slope=0.2), [-0.6, 3])


@given(z=logits, shift=st.floats(-1e3, 1e3))
def test_softmax_is_a_distribution_that_ignores_a_shift(z, shift):
    p = ck.softmax(z)
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-12)
    np.testing.assert_allclose(ck.softmax(z + shift), p, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(p, np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True), rtol=1e-9)


@given(z=logits, order=st.permutations(range(4)))
def test_softmax_follows_a_permutation_of_the_classes(z, order):
    np.testing.assert_allclose(ck.softmax(z[:, order]), ck.softmax(z)[:, order], rtol=1e-12)


def test_softmax_of_two_logits_is_the_sigmoid_of_their_difference():
    z = np.stack([LINE, 3 - LINE], axis=-1)
    np.testing.assert_allclose(ck.softmax(z)[:, 0], ck.sigmoid(z[:, 0] - z[:, 1]), rtol=1e-9)


def test_softmax_has_temperature_limits():
    z = np.array([[1.0, 3.0, 2.0]])
    np.testing.assert_allclose(ck.softmax(0 * z), 1 / 3)
    np.testing.assert_allclose(ck.softmax(1e4 * z), [[0, 1, 0]])


@pytest.mark.parametrize("z", [1e3, -1e3, 1e4, -1e4])
def test_softmax_does_not_overflow(z):
    np.testing.assert_array_equal(ck.softmax([[z, z]]), [[0.5, 0.5]])


@pytest.mark.parametrize("f", [*ELEMENTWISE, ck.softmax], ids=lambda f: f.__name__)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept_and_the_argument_too(f, dtype):
    z = np.array([[-1e4, -1.0, 0.0, 2.0, 1e4]], dtype)
    kept = z.copy()
    assert f(z).dtype == dtype
    if f in ck.GRADIENTS:
        assert ck.gradient_of(f)(z).dtype == dtype
    f(z)[...] = 7  # the result is a new array
    np.testing.assert_array_equal(z, kept)


@pytest.mark.parametrize("f", [*ELEMENTWISE, ck.softmax], ids=lambda f: f.__name__)
def test_integers_lists_and_infinities_are_welcome(f):
    np.testing.assert_array_equal(f([[1, 2]]), f(np.array([[1.0, 2.0]])))
    if f is not ck.softmax:
        np.testing.assert_array_equal(f(np.inf), f(1e300) if f in (ck.sigmoid, ck.tanh) else np.inf)
