"""Laws of the penalties and of the proximal step."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coursekit import numpy_backend as ck

# a subnormal number has fewer digits, so that its square or half is exact to fewer digits as well
weights = arrays(float, (3, 2), elements=st.floats(-100, 100, allow_subnormal=False))


@pytest.mark.parametrize(("penalty", "power"), [(ck.l1, 1), (ck.l2, 2)])
@given(W=weights, scale=st.floats(-10, 10))
def test_a_penalty_is_a_power_of_a_norm(penalty, power, W, scale):
    np.testing.assert_allclose(
        penalty(scale * W, 7), abs(scale) ** power * penalty(W, 7), rtol=1e-9, atol=1e-12
    )
    assert penalty(W, 7) >= 0
    assert penalty(np.zeros((3, 2)), 7) == 0
    np.testing.assert_allclose(penalty(W, 14), penalty(W, 7) / 2, atol=1e-300)  # squares may be subnormal


def test_they_are_sums_over_2m():
    W = np.array([[3.0, -4.0], [0.0, 1.0]])
    assert ck.l2(W, 13) == 26 / 26
    assert ck.l1(W, 4) == 8 / 8


@pytest.mark.parametrize("penalty", [ck.l1, ck.l2])
def test_every_member_has_its_own_penalty(penalty):
    W = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    assert penalty(W, 10).shape == (2, 3)
    for i in np.ndindex(2, 3):
        np.testing.assert_allclose(penalty(W, 10)[i], penalty(W[i], 10), rtol=1e-12)


def test_a_step_of_l2_shrinks_every_weight_by_the_same_factor():
    W, eta, lam, m = np.random.default_rng(1).normal(size=(3, 4)), 0.3, 2.0, 50
    np.testing.assert_allclose(W - eta * lam * ck.l2_grad(W, m), (1 - eta * lam / m) * W, rtol=1e-12)


def test_a_step_of_l1_moves_every_weight_by_the_same_length():
    W = np.array([[5.0, -0.1, 0.0]])
    np.testing.assert_array_equal(ck.l1_grad(W, 10), [[0.05, -0.05, 0.0]])


@given(w=st.floats(-10, 10), t=st.floats(0, 5))
def test_soft_threshold_minimizes_the_proximal_objective(w, t):
    """No other u, near or far, has a smaller t |u| + ½ (w − u)²."""
    u = ck.soft_threshold(np.array([[w]]), t)[0, 0]
    others = np.r_[np.linspace(-10, 10, 81), u + 1e-3, u - 1e-3, 0.0]

    def objective(u):
        return t * np.abs(u) + 0.5 * (w - u) ** 2

    assert (objective(u) <= objective(others) + 1e-12).all()


def test_soft_threshold_gives_exact_zeros_and_keeps_signs():
    W = np.array([[3.0, -0.5, 0.5, -2.0, 0.0]])
    np.testing.assert_array_equal(ck.soft_threshold(W, 0.5), [[2.5, 0, 0, -1.5, 0]])
    np.testing.assert_array_equal(ck.soft_threshold(W, 0.0), W)


def test_soft_threshold_takes_a_threshold_for_each_member():
    W, t = np.random.default_rng(2).normal(size=(3, 4, 5)), np.array([0.0, 0.1, 9.0]).reshape(3, 1, 1)
    shrunk = ck.soft_threshold(W, t)
    np.testing.assert_array_equal(shrunk[0], W[0])
    np.testing.assert_array_equal(shrunk[1], ck.soft_threshold(W[1], 0.1))
    assert not shrunk[2].any()


@pytest.mark.parametrize("f", [ck.l1, ck.l2, ck.l1_grad, ck.l2_grad, ck.soft_threshold])
def test_float32_stays_float32(f):
    assert f(np.ones((3, 2), np.float32), 5).dtype == np.float32
