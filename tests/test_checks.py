"""Laws of the input checks: what they accept keeps its value, and what they refuse is named."""

import decimal
import fractions

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit import checks
from coursekit import numpy_backend as ck
from coursekit.numpy_backend import losses


@pytest.mark.parametrize(
    "x", [3, 2.5, True, [1, 2], (1.0,), [[True, False]], np.float32(1), np.arange(3, dtype="u1")]
)
def test_numbers_of_any_kind_become_float_arrays(x):
    array = checks.numeric("f", "x", x)
    assert array.dtype.kind == "f"
    np.testing.assert_array_equal(array, x)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_keep_their_precision_and_are_not_copied(dtype):
    x = np.ones((2, 3), dtype)
    assert checks.numeric("f", "x", x) is x


@pytest.mark.parametrize(
    "x", ["1", b"1", ["a", "b"], None, [None], object(), {1: 2}, 1j, [1j], np.array(["1"])]
)
def test_what_is_not_a_real_number_is_a_type_error(x):
    with pytest.raises(TypeError, match=r"^f: x must hold .*numbers"):
        checks.numeric("f", "x", x)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)])
def test_an_empty_array_is_named_with_its_shape(shape):
    with pytest.raises(
        ValueError, match=rf"f: x must have at least one entry, but its shape is \({shape[0]},"
    ):
        checks.numeric("f", "x", np.zeros(shape))


def test_places_of_nan_are_counted_and_infinities_told_apart():
    x = np.array([[1.0, np.nan, np.nan]])
    with pytest.raises(ValueError, match=r"nan, in 2 of 3 places.*np.isnan\(x\)"):
        checks.finite("f", "x", x)
    checks.no_nan("f", "x", np.array([np.inf]))
    with pytest.raises(ValueError, match="infinity"):
        checks.finite("f", "x", np.array([-np.inf]))


@given(value=st.integers(-5, 5), least=st.integers(-5, 5))
def test_integers_are_compared_with_their_least_value(value, least):
    if value >= least:
        assert checks.positive_integer("f", "n", np.int64(value), least) == value
    else:
        with pytest.raises(
            ValueError, match=rf"f: n must be an integer of at least {least}, but is {value}\."
        ):
            checks.positive_integer("f", "n", value, least)


@pytest.mark.parametrize("value", [2.0, True, np.True_, "2", None, np.array([2])])
def test_what_looks_like_an_integer_is_not_taken_for_one(value):
    with pytest.raises(TypeError, match="must be an integer"):
        checks.positive_integer("f", "n", value)


@given(value=st.floats(-2, 2), open_low=st.booleans(), open_high=st.booleans())
def test_numbers_keep_within_open_and_closed_bounds(value, open_low, open_high):
    inside = (value > 0 if open_low else value >= 0) and (value < 1 if open_high else value <= 1)

    def check():
        return checks.number("f", "p", value, low=0, high=1, open_low=open_low, open_high=open_high)

    if inside:
        assert check() == value
    else:
        with pytest.raises(ValueError, match=r"f: p must be a number in") as raised:
            check()
        assert ("(0" if open_low else "[0") in str(raised.value)
        assert ("1)" if open_high else "1]") in str(raised.value)


@pytest.mark.parametrize(
    "value", [1, 1.0, np.float32(1), np.int8(1), np.array(1.0)[()], fractions.Fraction(1)]
)
def test_real_numbers_become_python_floats(value):
    assert type(checks.number("f", "p", value)) is float


@pytest.mark.parametrize("value", [True, "1", None, 1j, [1], decimal.Decimal(1)])
def test_other_things_are_not_numbers(value):
    with pytest.raises(TypeError, match=r"f: p must be a number"):
        checks.number("f", "p", value)


def test_nan_is_within_no_bounds():
    with pytest.raises(ValueError, match=r"p must be .* is nan"):
        checks.number("f", "p", np.nan)


def test_one_of_lists_the_options():
    assert checks.one_of("f", "kind", "a", ("a", "b")) == "a"
    with pytest.raises(ValueError, match="f: kind must be one of 'a', 'b', but is 'c'"):
        checks.one_of("f", "kind", "c", ("a", "b"))


def test_a_generator_is_returned_itself():
    rng = np.random.default_rng(0)
    assert checks.generator("f", rng) is rng


@pytest.mark.parametrize("rng", [None, 0, np.random, np.random.RandomState(0)])
def test_old_or_implicit_randomness_is_refused(rng):
    with pytest.raises(TypeError, match="default_rng"):
        checks.generator("f", rng)


def test_finite_differences_at_a_probability_of_0_or_1_are_within_the_tolerance():
    x = np.array([[0.0, 1.0]])
    checks.in_unit_interval("f", "p", x + 1e-5)
    checks.rows_sum_to_one("f", "p", x + 1e-5)
    with pytest.raises(ValueError, match="ranges from"):
        checks.in_unit_interval("f", "p", x + 0.01)


def test_the_formula_behind_an_exported_function_has_no_checks():
    p, y = np.array([[1.0]]), np.array([[np.nan]])
    assert np.isnan(checks.without_checks(ck.mse)(p, y))
    assert checks.without_checks(ck.mse) is losses.mse
    assert checks.without_checks(losses.mse) is losses.mse
    assert checks.without_checks(np.mean) is np.mean
    np.testing.assert_array_equal(checks.without_checks(ck.mse)(p, p), ck.mse(p, p))


def test_a_checked_formula_keeps_its_name_its_text_and_its_keywords():
    assert ck.huber.__name__ == "huber"
    assert "Huber (1964)" in ck.huber.__doc__
    assert ck.huber(y=[[0.0]], p=[[3.0]], delta=2) == 2 * (3 - 1)


def test_a_checked_formula_takes_torch_tensors_of_the_cpu():
    torch = pytest.importorskip("torch")
    assert ck.mse(torch.ones(2, 1), torch.zeros(2, 1)) == 1
