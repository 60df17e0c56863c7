"""Laws of coursekit.risk: what is measured on a sample, and the bounds on how far off it is."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit import risk

STRIPES = risk.IntervalDistribution([(0.1, 0.3), (0.5, 0.6), (0.8, 0.95)], 0.1)


def rng(seed=0):
    return np.random.default_rng(seed)


def test_empirical_error_is_the_fraction_misclassified():
    assert risk.empirical_error([0, 1, 2, 2], [0, 1, 1, 2]) == 0.25
    assert risk.empirical_error([True, False], [1, 1]) == 0.5


def test_empirical_error_of_an_ensemble_is_that_of_each_member():
    guess, label = rng().integers(0, 3, (4, 2, 30)), rng(1).integers(0, 3, 30)
    each = [[risk.empirical_error(g, label) for g in pair] for pair in guess]
    np.testing.assert_array_equal(risk.empirical_error(guess, label), each)


def test_the_best_of_many_useless_guesses_looks_useful():
    """1,000 coin-flipping models on 100 examples: the exact expectation of the least error is .339."""
    tail = np.cumsum([math.comb(100, j) / 2**100 for j in range(101)])  # P(errors <= j)
    expected = ((1 - tail) ** 1000).sum() / 100
    assert expected == pytest.approx(0.339, abs=5e-4)
    best = [
        risk.empirical_error(rng(seed).integers(0, 2, (1000, 100)), np.arange(100) % 2).min()
        for seed in range(100)
    ]
    assert abs(np.mean(best) - expected) < 5 * np.std(best) / 10


def test_the_memorizer_has_empirical_error_0_and_learns_nothing():
    x, label = STRIPES.sample(200, rng())
    h = risk.memorizer(x, label)
    assert risk.empirical_error(h(x), label) == 0
    fresh, fresh_label = STRIPES.sample(2000, rng(1))
    np.testing.assert_array_equal(h(fresh), 0)
    assert risk.empirical_error(h(fresh), fresh_label) == (fresh_label == 1).mean()


def test_the_memorizer_keeps_the_commonest_label_of_equal_inputs():
    x = [[1, 2], [1, 2], [0.0, 3], [1, 2]]
    h = risk.memorizer(x, [0, 1, 2, 1], otherwise=7)
    np.testing.assert_array_equal(h([[1, 2], [-0.0, 3], [3, 0]]), [1, 2, 7])


@pytest.mark.parametrize(
    ("hypotheses", "epsilon"), [(1, 0.136), (10, 0.173), (100, 0.204), (1000, 0.230)], ids=str
)
def test_hoeffding_for_100_examples(hypotheses, epsilon):
    assert risk.hoeffding_deviation(100, 0.05, hypotheses) == pytest.approx(epsilon, abs=5e-4)


@given(st.floats(1e-6, 2), st.floats(1e-12, 0.999), st.integers(1, 10**12))
def test_the_sample_size_is_the_smallest_that_keeps_the_promise(epsilon, delta, hypotheses):
    m = risk.hoeffding_sample_size(epsilon, delta, hypotheses)
    assert isinstance(m, int)
    assert risk.hoeffding_deviation(m, delta, hypotheses) <= epsilon
    assert m == 1 or risk.hoeffding_deviation(m - 1, delta, hypotheses) > epsilon


@given(st.integers(1, 10**6), st.floats(1e-6, 0.5), st.integers(1, 1000))
def test_sample_size_and_deviation_are_inverse(m, delta, hypotheses):
    assert risk.hoeffding_sample_size(risk.hoeffding_deviation(m, delta, hypotheses), delta, hypotheses) == m


def test_hoeffding_worked_examples():
    assert risk.hoeffding_sample_size(0.1, 0.05) == 185  # ln(40) / 0.02 = 184.4
    assert risk.hoeffding_sample_size(0.1, 0.05, 1000) == 530  # ln(40000) / 0.02 = 529.8
    np.testing.assert_allclose(risk.hoeffding_deviation([100, 400], 0.05), [0.135810, 0.067905], rtol=1e-5)
    assert risk.hoeffding_sample_size(0.1, 0.05, 2**5000) == math.ceil(
        (5001 * math.log(2) + math.log(20)) * 50
    )


def test_the_bound_holds_for_a_whole_class_of_thresholds():
    """P(sup |L_S − L_D| > ε) ≤ δ, for x uniform and y = 1[x > 1/2] flipped with probability .1."""
    thresholds = np.linspace(0, 1, 102)[1:-1]
    true = 0.1 + 0.8 * np.abs(thresholds - 0.5)
    task = risk.IntervalDistribution([(0.5, 1)], 0.1)
    worst = []
    for seed in range(200):
        x, label = task.sample(100, rng(seed))
        worst.append(np.abs(risk.empirical_error(x > thresholds[:, None], label) - true).max())
    assert np.mean(np.array(worst) > risk.hoeffding_deviation(100, 0.05, 100)) <= 0.05
    assert 0.06 < np.mean(worst) < 0.11  # loose: the thresholds' errors go together


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: risk.empirical_error([0.3, 0.9], [0, 1]),
            ValueError,
            "empirical_error: guess must hold class labels, .* it holds 0.3",
        ),
        (lambda: risk.empirical_error([0, 1], np.eye(2)), ValueError, "argmax"),
        (lambda: risk.empirical_error([[0], [1]], [0, 1]), ValueError, r"\(2, 1\)"),
        (lambda: risk.empirical_error([], []), ValueError, "at least one entry"),
        (lambda: risk.empirical_error([0, np.nan], [0, 1]), ValueError, "nan"),
        (
            lambda: risk.empirical_error("spam", [0, 1]),
            TypeError,
            r"empirical_error: guess must .*is a string",
        ),
        (lambda: risk.empirical_error([0, 1e300], [0, 1]), ValueError, "1e\\+300"),
        (lambda: risk.memorizer([[1, 2]], [0, 1]), ValueError, "memorizer: .* x has 1 rows and label has 2"),
        (lambda: risk.memorizer([[1, 2]], [0])([[1, 2, 3]]), ValueError, "rows of 2 numbers"),
        (lambda: risk.memorizer([[np.nan]], [0]), ValueError, "memorizer: x holds nan"),
        (lambda: risk.memorizer([[1]], [0], otherwise="ham"), TypeError, "otherwise"),
        (
            lambda: risk.hoeffding_deviation(0, 0.05),
            ValueError,
            "hoeffding_deviation: m must be at least 1, but it is 0",
        ),
        (lambda: risk.hoeffding_deviation(100, 5), ValueError, r"hoeffding_deviation: delta must .*is 5"),
        (lambda: risk.hoeffding_deviation(100, 0.05, 0), ValueError, r"hypotheses must .*is 0"),
        (lambda: risk.hoeffding_deviation("100", 0.05), TypeError, r"m must .*is a string"),
        (
            lambda: risk.hoeffding_sample_size(0, 0.05),
            ValueError,
            r"hoeffding_sample_size: epsilon must .*is 0",
        ),
        (lambda: risk.hoeffding_sample_size(0.1, 0), ValueError, r"delta must .*is 0"),
        (lambda: risk.hoeffding_sample_size(0.1, 0.05, 2.5), TypeError, r"hypotheses must .*is 2.5"),
        (lambda: risk.hoeffding_sample_size(np.nan, 0.05), ValueError, r"epsilon must .*is nan"),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_polynomial_erm_finds_a_polynomial_of_its_class():
    x = rng().uniform(-1, 1, (30, 1))
    h = risk.polynomial_erm(x, 2 - x + 3 * x**3, degree=3)
    grid = np.linspace(-1, 1, 50)[:, None]
    np.testing.assert_allclose(h(grid), 2 - grid + 3 * grid**3, atol=1e-12)


def test_polynomial_residuals_are_orthogonal_to_the_class():
    x, y = risk.CurveTask().sample(40, rng())
    residual = risk.polynomial_erm(x, y, degree=4)(x) - y
    np.testing.assert_allclose([np.sum(residual * x**k) for k in range(5)], 0, atol=1e-10)


def test_a_larger_class_of_polynomials_fits_at_least_as_well_and_degree_m_minus_1_goes_through_every_point():
    x, y = risk.CurveTask().sample(12, rng())
    errors = [np.mean((risk.polynomial_erm(x, y, degree)(x) - y) ** 2) for degree in range(12)]
    assert (np.diff(errors) < 1e-12).all()
    assert errors[-1] == pytest.approx(0, abs=1e-12)


def test_polynomials_of_a_degree_above_m_still_fit():
    x, y = risk.CurveTask().sample(10, rng())
    h = risk.polynomial_erm(x, y, degree=60)
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
def test_bad_input_of_polynomial_erm_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        risk.polynomial_erm(*arguments)
