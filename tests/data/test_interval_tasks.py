"""Laws of coursekit.intervals: the true error against sampling, the minimizer against brute force."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit import risk

STRIPES = risk.IntervalDistribution([(0.1, 0.3), (0.5, 0.6), (0.8, 0.95)], 0.1)


def rng(seed=0):
    return np.random.default_rng(seed)


def test_intervals_are_closed_sorted_and_disjoint():
    h = risk.Intervals([(0.5, 0.6), (0.1, 0.2), (0.15, 0.3)])
    assert h.intervals == ((0.1, 0.3), (0.5, 0.6))
    assert len(h) == 2
    np.testing.assert_array_equal(h([[0.1, 0.3, 0.31], [0.5, 0.05, 0.6]]), [[1, 1, 0], [1, 0, 1]])
    assert h == risk.Intervals(h.intervals)
    np.testing.assert_array_equal(risk.Intervals([])([0.0, 1.0]), [0, 0])


def union(draw_end):
    pair = st.tuples(draw_end, draw_end).map(lambda ends: (min(ends), max(ends)))
    return st.lists(pair, max_size=4)


@given(union(st.integers(-2, 12)), union(st.integers(0, 10)), st.floats(0, 1))
def test_true_error_equals_the_sum_over_cells(hypothesis, target, noise):
    h = risk.Intervals([(a / 10, b / 10) for a, b in hypothesis])
    task = risk.IntervalDistribution([(a / 10, b / 10) for a, b in target], noise)
    middles = np.arange(0.05, 1, 0.1)
    wrong = (h(middles) != task.intervals(middles)).mean()
    assert h.true_error(task) == pytest.approx(noise * (1 - wrong) + (1 - noise) * wrong, abs=1e-12)


def test_true_error_agrees_with_sampling():
    for seed in range(20):
        ends = np.sort(rng(seed).uniform(-0.1, 1.1, 6))
        h = risk.Intervals(ends.reshape(3, 2))
        x, label = STRIPES.sample(20_000, rng(100 + seed))
        error = h.true_error(STRIPES)
        assert abs((h(x) != label).mean() - error) < 5 * np.sqrt(error * (1 - error) / 20_000)


def test_the_target_itself_has_the_bayes_error():
    assert STRIPES.intervals.true_error(STRIPES) == STRIPES.bayes_error == 0.1
    assert risk.IntervalDistribution([(0.2, 0.4)]).bayes_error == 0


def fewest_errors(x, label, k):
    """By brute force: every labeling of the distinct x with at most k runs of ones."""
    values = np.unique(x)
    least = len(x)
    for bits in itertools.product([0, 1], repeat=len(values)):
        runs = sum(b == 1 and (i == 0 or bits[i - 1] == 0) for i, b in enumerate(bits))
        if runs <= k:
            least = min(least, int((np.array(bits)[np.searchsorted(values, x)] != label).sum()))
    return least


samples = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 1)), min_size=1, max_size=10)


@given(samples, st.integers(0, 4))
def test_interval_erm_is_the_minimizer(sample, k):
    x, label = np.array(sample, dtype=float).T
    h, errors = risk.interval_erm(x, label, k)
    assert isinstance(errors, int)
    assert len(h) <= k
    assert (h(x) != label).sum() == errors == fewest_errors(x, label, k)


@given(st.lists(st.tuples(st.floats(-1e308, 1e308), st.integers(0, 1)), min_size=1, max_size=8))
def test_interval_erm_counts_its_errors_right_for_any_floats(sample):
    x, label = map(np.array, zip(*sample, strict=True))
    for h, errors in risk.interval_erm_path(x, label, 4):
        assert (h(x) != label).sum() == errors


def test_neighboring_floats_can_be_told_apart():
    x = [1.0, np.nextafter(1.0, 2), np.nextafter(np.nextafter(1.0, 2), 2)]
    for label in itertools.product([0, 1], repeat=3):
        h, errors = risk.interval_erm(x, label, 2)
        assert errors == 0
        np.testing.assert_array_equal(h(x), label)


def test_the_path_is_interval_erm_for_every_k_and_never_rises():
    x, label = STRIPES.sample(60, rng())
    path = risk.interval_erm_path(x, label, 40)
    assert len(path) == 41
    assert path[0] == (risk.Intervals([]), label.sum())
    assert all(path[k] == risk.interval_erm(x[::-1, None], label[::-1], k) for k in (0, 1, 3, 7, 40))
    assert (np.diff([errors for _, errors in path]) <= 0).all()
    assert path[-1][1] == 0
    assert risk.interval_erm(x, label, 10**12) == path[-1]
    short = risk.interval_erm_path([0.1, 0.2], [1, 0], 5)  # more intervals than examples
    assert [errors for _, errors in short] == [1, 0, 0, 0, 0, 0]


def test_empirical_error_falls_to_0_while_true_error_has_its_minimum_at_three_intervals():
    """100 examples, 200 samples: for k = 0, 3, 16, L_S is .456, .085, .000 and L_D .460, .147, .197."""
    empirical, true = np.empty((2, 200, 17))
    for seed in range(200):
        x, label = STRIPES.sample(100, rng(seed))
        path = risk.interval_erm_path(x, label, 16)
        empirical[seed] = [errors / 100 for _, errors in path]
        true[seed] = [h.true_error(STRIPES) for h, _ in path]
    np.testing.assert_allclose(empirical.mean(0)[[0, 3, 16]], [0.46, 0.085, 0], atol=0.01)
    np.testing.assert_allclose(true.mean(0)[[0, 3, 16]], [0.46, 0.147, 0.197], atol=0.01)
    assert true.mean(0).argmin() == 3
    assert (true[:, 3] < true[:, 16]).mean() > 0.9
    assert (true >= STRIPES.bayes_error).all()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: risk.Intervals([(0.3, 0.1)]), ValueError, "Intervals: .* a ≤ b"),
        (lambda: risk.Intervals([0.1, 0.3]), ValueError, "pairs"),
        (lambda: risk.Intervals([(0.1, np.nan)]), ValueError, "nan"),
        (lambda: risk.Intervals(0.3), ValueError, "Intervals: .* pairs"),
        (lambda: risk.Intervals([(0, 1)])("x"), TypeError, "string"),
        (lambda: risk.Intervals([(0, 1)]).true_error([(0, 1)]), TypeError, "IntervalDistribution"),
        (lambda: risk.IntervalDistribution([(0, 1)], 1.5), ValueError, r"noise must .*is 1.5"),
        (lambda: STRIPES.sample(0, rng()), ValueError, r"sample: m must .*is 0"),
        (lambda: STRIPES.sample(5, 0), TypeError, "default_rng"),
        (
            lambda: risk.interval_erm([0.1, 0.2], [0, 2], 1),
            ValueError,
            "interval_erm: with 2 classes, label must hold .* from 0 to 2",
        ),
        (lambda: risk.interval_erm([0.1, 0.2], [0, 1, 1], 1), ValueError, "same length"),
        (
            lambda: risk.interval_erm([[0.1, 0.2]], [0], 1),
            ValueError,
            "interval_erm: x and label must have the same length",
        ),
        (lambda: risk.interval_erm([0.1, np.inf], [0, 1], 1), ValueError, "infinity"),
        (lambda: risk.interval_erm([], [], 1), ValueError, "at least one entry"),
        (lambda: risk.interval_erm([0.1], [1], -1), ValueError, r"k must .*is -1"),
        (lambda: risk.interval_erm_path([0.1], [1], 1.5), TypeError, r"k must .*is 1.5"),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
