"""Lesson 02's figures: an example of each, and what holds for them alone."""

import numpy as np
import pytest

from coursekit import numpy_backend as ck
from coursekit import plots
from coursekit.plots.base import style

LOSSES = {"MSE": ck.mse, "MAE": ck.mae, "Huber": ck.huber}
RNG = np.random.default_rng(2)
X = RNG.uniform(-2, 2, 30)
Y = 1.5 * X - 1 + RNG.normal(0, 0.8, 30)

# Each figure: its arguments, and numbers worked out apart from it that its alt text must name.
FIGURES = {
    plots.loss_curves: (
        (LOSSES, np.linspace(-3, 3, 241)),
        ("MSE is 9 at −3 and 9 at 3, where its gradient is 6", "Huber is 2.5", "MAE is 3"),
    ),
    plots.surprise: (([0.5, 0.01],), ("p = 0.01 they are 4.61 and 0.98", "p = 0.5 they are 0.693 and 0.25")),
    plots.saturation: (
        ({"squared error": np.array([0.9, 0.8]), "cross-entropy": np.array([0.9, 0.5])},),
        (
            "squared error from 0.9 to 0.8 in 1 steps, the first with derivative 0.081",
            "cross-entropy from 0.9 to 0.5 in 1 steps, the first with derivative 0.9",
        ),
    ),
    plots.softmax_steps: (
        (np.log([1.0, 2, 5]),),
        ("class 1: 0.693, 2, 0.25", "class 2: 1.61, 5, 0.625", "add up to 8"),
    ),
    plots.cost_parabola: (
        (np.array([-1.0, 0, 1]), np.array([-3.0, 3, 3]), (1.0, 3.0)),
        ("lowest, 2, at slope 3", "0.667 higher after a step of 1", "6 higher after a step of 3"),
    ),
    plots.expected_losses: (
        (0.25,),
        (
            "is 0.25",
            "cross-entropy is lowest at 0.25, with 0.562",
            "squared is lowest at 0.25, with 0.188",
            "absolute is lowest at 0",
        ),
    ),
    plots.softmax_bars: (
        (np.log([1.0, 2, 5]), np.array([0.0, 1, 0])),
        ("class 1: 0.693, 0.25, −0.75", "0.625, 0.625"),
    ),
    plots.loss_or_metric: (
        ({"A": np.array([0.9, 0.2]), "B": np.array([0.6, 0.4])}, np.array([1, 1])),
        ("A has loss 0.857 and accuracy 50%", "B has loss 0.714 and accuracy 50%"),
    ),
    plots.mean_and_median: ((np.array([1, 2, 3, 4, 20.0]),), ("mean is 6", "median is 3", "(50)", "(4.2)")),
    plots.bowl: (
        (np.array([0, 1, 2.0]), np.array([1, 3, 5.0]), 1.0, 1.0),
        ("MSE 1.67", "slope 2 and intercept 1"),
    ),
    plots.logit_panel: ((40.0, 0), ("naive inf, clipped 27.6 stable 40", "naive nan, clipped 0 stable 1")),
}


def test_formulas_of_the_torch_backend_draw_the_same_curves():
    from coursekit import torch_backend

    theirs = {"MSE": torch_backend.mse, "MAE": torch_backend.mae, "Huber": torch_backend.huber}
    for ours, twin in zip(plots.loss_curves(LOSSES), plots.loss_curves(theirs), strict=True):
        for a, b in zip(ours.lines, twin.lines, strict=True):
            np.testing.assert_allclose(a.get_ydata(), b.get_ydata(), atol=1e-3)


@pytest.mark.parametrize("y", [[1.0, 2, 7], [0.5, 0.5, 3, 4], RNG.exponential(size=9)])
def test_the_curves_are_lowest_at_mean_and_median(y):
    _, squared, absolute = plots.mean_and_median(y)
    mse, mae = squared.lines[0], absolute.lines[0]
    step = np.diff(mse.get_xdata())[0]
    assert abs(mse.get_xdata()[mse.get_ydata().argmin()] - np.mean(y)) <= step
    at_median = np.interp(np.median(y), mae.get_xdata(), mae.get_ydata())
    assert at_median <= mae.get_ydata().min() + step


def test_the_mse_is_drawn_as_a_parabola():
    _, squared, _ = plots.mean_and_median([1.0, 2, 7])
    second_differences = np.diff(squared.lines[0].get_ydata(), 2)
    step = np.diff(squared.lines[0].get_xdata())[0]
    np.testing.assert_allclose(second_differences, 2 * step**2)


def test_stable_arithmetic_agrees_with_the_backend():
    z = np.array([-1000.0, -40, -1, 0, 3, 800])[:, None, None]
    for target in (0, 1):
        loss = ck.sigmoid_cross_entropy(z, np.full_like(z, target))
        for value, expected in zip(z.ravel(), loss, strict=True):
            alt = plots.alt(plots.logit_panel(float(value), target))
            assert f"stable {style.number(expected)}. Gradient" in alt


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.loss_curves({}), "at least 1"),
        (lambda: plots.loss_curves(LOSSES, [3, 2, 1]), "increasing"),
        (lambda: plots.loss_curves(LOSSES, "abc"), "string"),
        (lambda: plots.surprise([0.0]), "infinite"),
        (lambda: plots.surprise([1.5]), r"\[0, 1\]"),
        (lambda: plots.saturation({}), "at least 1"),
        (lambda: plots.saturation({"squared error": []}), "at least one entry"),
        (lambda: plots.saturation({"MSE": [0.5]}), "squared error"),
        (lambda: plots.saturation({"squared error": [0.5]}, 2), "target"),
        (lambda: plots.softmax_steps([1, 2], ["a"]), "one name per class"),
        (lambda: plots.softmax_steps([1, 1000]), "largest logit is 1000"),
        (lambda: plots.cost_parabola([1, 1], [1, 2], [1]), "every x"),
        (lambda: plots.cost_parabola([1, 2], [1, 2], [0]), "a step is 0"),
        (lambda: plots.expected_losses(1), "excluding both"),
        (lambda: plots.expected_losses(1.5), "expected_losses"),
        (lambda: plots.softmax_bars([1, 2, 3], [1, 2]), "the same number"),
        (lambda: plots.softmax_bars([1, 2], [1, 1]), "sum to 1"),
        (lambda: plots.softmax_bars([1, 2], [1, 0], ["a"]), "one name per class"),
        (lambda: plots.loss_or_metric({"A": [0.5], "B": [1]}, [0, 1]), "the same number"),
        (lambda: plots.loss_or_metric({}, [0, 1]), "at least 2"),
        (lambda: plots.mean_and_median([1, np.nan]), "nan"),
        (lambda: plots.bowl([1, 1], [1, 2], 0, 0), "every x"),
        (lambda: plots.bowl([1, 2], [1, 2, 3], 0, 0), "bowl"),
        (lambda: plots.bowl([1, 2], [1, 2], "0", 0), "slope must be a number, but is '0'"),
        (lambda: plots.bowl([1, 2], [1, 2], 0, 0, slopes=(3, 1)), "low < high"),
        (lambda: plots.logit_panel(2000, 0), "1000"),
        (lambda: plots.logit_panel(0, 2), "one of 0, 1"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
