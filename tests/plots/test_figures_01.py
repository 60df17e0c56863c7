"""Lesson 01's figures: an example of each, and what holds for them alone."""

import numpy as np
import pytest

from coursekit import data, plots, risk
from coursekit.plots.base import style

RNG = np.random.default_rng(0)
TASK = risk.IntervalDistribution([(0.1, 0.3), (0.5, 0.6), (0.8, 0.95)], noise=0.1)
X = np.array([0.05, 0.2, 0.25, 0.4, 0.55, 0.7, 0.9])
LABEL = np.array([0, 1, 1, 0, 1, 0, 1])
PATH = risk.interval_erm_path(X, LABEL, 5)
LINE = np.linspace(-0.9, 0.9, 12)[:, None]
STEPS = np.linspace(-1, 1, 5)
# Two fits for each of three degrees: mean d and distance d + 1 from it.
SHIFTED = np.array([[[d + sign * (d + 1)] * 5 for sign in (-1, 1)] for d in range(3)])
TRUE, EMPIRICAL = np.array([[4.0, 6], [1, 3], [3, 5]]), np.array([[4.0, 4], [1, 1], [0, 2]])

# Each figure: its arguments, and numbers worked out apart from it that its alt text must name.
FIGURES = {
    plots.word_chances: (({"free": (0.04, 0.5), "link": (0.1, 0.45)},), ("free 0.04 and 0.5", "link 0.1")),
    plots.true_and_empirical: (
        (np.array([0, 1, 2]), TRUE, EMPIRICAL, "degree"),
        ("lowest at 1 with 2", "and 4 at 2", "from 4 to 1", "2 samples"),
    ),
    plots.deviation_bound: (
        ([1, 10], np.array([[0.1, 0.2], [0.3, 0.5]]), [0.3, 0.4]),
        ("mean 0.15, largest 0.2, bound 0.3", "broken 1 times", "2 samples"),
    ),
    plots.sample_error: ((0.2, 7, 50), ("7 of m = 50 wrong, L_S = 0.14, L_D = 0.2",)),
    plots.interval_fit: ((TASK, X, LABEL, PATH, 3), ("k = 3", "L_S = 0,", "Fitted: 3 intervals; true: 3")),
    plots.curve_fits: (
        (LINE, 2 * LINE, {"twice": lambda x: 2 * x, "zero": lambda x: 0 * x}),
        ("twice: empirical error 0, true error 0.65", "zero: empirical error", "true error 0.59"),
    ),
    plots.bias_and_variance: (
        (STEPS, 0 * STEPS, SHIFTED, (0, 1, 2), 0.09),
        ("degree 0: bias² 0, variance 1", "degree 1: bias² 1, variance 4", "lowest at degree 0 with 1.09"),
    ),
    plots.curve_fit: ((LINE, 2 * LINE, 1), ("degree 1, 12 points", "noise² is 0.09")),
}


def test_the_best_is_marked_where_the_median_true_error_is_lowest():
    ax = plots.true_and_empirical(
        [0, 1, 2], TRUE, EMPIRICAL, "degree", least=0.5, mark=(1, "as many as points")
    )
    star = next(line for line in ax.lines if line.get_marker() == "*")
    assert (star.get_xdata()[0], star.get_ydata()[0]) == (1, 2)
    assert "no hypothesis is below 0.5; as many as points at 1" in plots.alt(ax)


def test_an_error_on_test_images_is_not_called_a_true_error():
    ax = plots.true_and_empirical(
        [0, 1, 2], TRUE, EMPIRICAL, "degree", names=("test error", "training error")
    )
    assert [text.get_text() for text in ax.get_legend().texts][:2] == ["test error", "training error"]
    assert "median test error" in plots.alt(ax)
    assert "true error" not in plots.alt(ax)


def test_the_three_parts_add_up():
    parts = plots.bias_and_variance(STEPS, 0 * STEPS, SHIFTED, (0, 1, 2), 0.09)[3]
    bias2, variance, _, total = (line.get_ydata() for line in parts.lines)
    np.testing.assert_allclose(bias2, [0, 1, 4])
    np.testing.assert_allclose(variance, [1, 4, 9])
    np.testing.assert_allclose(total, bias2 + variance + 0.09)


@pytest.mark.parametrize("k", range(6))
def test_the_errors_shown_are_those_of_the_fitted_intervals(k):
    hypothesis, mistakes = PATH[k]
    alt = plots.alt(plots.interval_fit(TASK, X, LABEL, PATH, k))
    number = style.number
    assert (
        f"L_S = {number(mistakes / 7)},  L_D = {number(hypothesis.true_error(TASK))}".replace("  ", " ")
        in alt
    )


def test_hoeffding_holds_for_at_least_95_percent_of_samples():
    for true in (0.05, 0.2, 0.5, 0.9):
        for m in (10, 50, 400):
            alt = plots.alt(plots.sample_error(true, 0, m, delta=0.05))
            assert float(alt.partition("in truth ")[2].partition("%")[0]) >= 95


def test_the_curve_fit_goes_on_to_the_degree_that_is_asked_for():
    sample = data.curve(20, RNG)
    axes = plots.curve_fit(sample.x, sample.y, 12, most=12)
    true = axes[1].lines[0].get_ydata()
    assert true[12] == pytest.approx(
        sample.distribution.true_error(risk.polynomial_erm(sample.x, sample.y, 12)), rel=1e-6
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.word_chances({}), "at least 1"),
        (lambda: plots.word_chances({"free": (0.1, 1.5)}), r"\[0, 1\]"),
        (lambda: plots.word_chances({"free": (0.1, 0.5, 0.2)}), "one for each class"),
        (lambda: plots.true_and_empirical([0, 1], TRUE, EMPIRICAL, "k"), r"\(2, samples\)"),
        (lambda: plots.true_and_empirical([0, 1, 2], TRUE[:, :1], EMPIRICAL, "k"), "at least 2 samples"),
        (lambda: plots.deviation_bound([1, 10], np.ones(2), [0.3, 0.4]), "classes, samples"),
        (lambda: plots.sample_error(0.2, 60, 50), "more than"),
        (lambda: plots.sample_error(1.2, 6, 50), "true"),
        (lambda: plots.interval_fit(TASK, X, LABEL, PATH, 6), "ends at 5"),
        (lambda: plots.interval_fit(risk.CurveTask(), X, LABEL, PATH, 1), "IntervalDistribution"),
        (lambda: plots.interval_fit(TASK, X, LABEL, [1, 2], 1), "path"),
        (lambda: plots.curve_fit(LINE, LINE, 16), "more than most"),
        (lambda: plots.sample_error(0.2, 6, 50, delta=1.5), "delta"),
        (lambda: plots.curve_fits(LINE, LINE, {}), "at least 1"),
        (lambda: plots.curve_fits(LINE, LINE, {"h": lambda x: x[:3]}), "one number per row"),
        (lambda: plots.bias_and_variance(STEPS, STEPS, SHIFTED[:, 0], (0, 1, 2), 0.09), "degrees, samples"),
        (lambda: plots.bias_and_variance(STEPS, STEPS, SHIFTED, (0, 1, 3), 0.09), "three degrees"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
