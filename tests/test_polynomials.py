"""Laws of the polynomial that fits a sample best."""

import numpy as np
import pytest

from coursekit.risk import CurveTask, polynomial_erm

RNG = np.random.default_rng(0)


def test_it_finds_a_polynomial_of_its_class():
    x = RNG.uniform(-1, 1, (30, 1))
    h = polynomial_erm(x, 2 - x + 3 * x**3, degree=3)
    grid = np.linspace(-1, 1, 50)[:, None]
    np.testing.assert_allclose(h(grid), 2 - grid + 3 * grid**3, atol=1e-12)


def test_residuals_are_orthogonal_to_the_class():
    x, y = CurveTask().sample(40, RNG)
    residual = polynomial_erm(x, y, degree=4)(x) - y
    np.testing.assert_allclose([np.sum(residual * x**k) for k in range(5)], 0, atol=1e-10)


def test_a_larger_class_fits_at_least_as_well_and_degree_m_minus_1_goes_through_every_point():
    x, y = CurveTask().sample(12, RNG)
    errors = [np.mean((polynomial_erm(x, y, degree)(x) - y) ** 2) for degree in range(12)]
    assert (np.diff(errors) < 1e-12).all()
    assert errors[-1] == pytest.approx(0, abs=1e-12)


def test_beyond_that_it_goes_on_fitting():
    x, y = CurveTask().sample(10, RNG)
    h = polynomial_erm(x, y, degree=60)
    np.testing.assert_allclose(h(x), y, atol=1e-9)
    assert np.isfinite(h(np.linspace(-1, 1, 9))).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.1, 0.2], [1.0], 1), "shape"),
        (([[0.1, 0.2]], [[1.0, 2.0]], 1), "shape"),
        (([0.1, 2.0], [1.0, 1.0], 1), "Rescale"),
        (([0.1, np.nan], [1.0, 1.0], 1), "nan"),
        (([0.1, 0.2], [1.0, 1.0], -1), "degree"),
    ],
)
def test_bad_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        polynomial_erm(*arguments)
