"""Figures of experiments over seeds: an example of each, and what holds for them alone."""

import numpy as np
import pytest

from coursekit import plots
from coursekit.plots.base.picture import png

RNG = np.random.default_rng(2)
SEEDS = np.linspace(1, 0.1, 12)[:, None] + RNG.normal(0, 0.02, (12, 20))

# Each figure: its arguments, and numbers worked out apart from it that its alt text must name.
FIGURES = {
    plots.mean_and_spread: (
        ({"a": np.array([[3.0, 5], [1, 2]]), "b": SEEDS[:2]}, "loss"),
        ("a ends at 1.5 ± 0.71", "of 2 seeds", "of 20 seeds"),
    ),
    plots.rate_sweep: (
        (np.array([0.1, 1]), {"SGD": np.array([[1.0, 3], [4, 4]])}, "loss", np.log(10)),
        ("lowest at 0.1 with 2 ± 1.4", "4 at 1", "uniform guess has 2.3"),
    ),
    plots.against: (
        (np.array([1, 10]), {"SGD": np.array([[1.0, 3], [4, 4]])}, "examples", "error", "log"),
        ("error against examples", "SGD: 2 ± 1.4 at 1, 4 ± 0 at 10 (2 seeds)"),
    ),
    plots.paired_difference: (
        (np.array([3.0, 5, 1]), np.array([1.0, 2, 2])),
        ("3 seeds", "mean 1.33", "sd 2.1", "above 0 in 2 of 3"),
    ),
}


def test_a_band_that_reaches_below_zero_is_drawn_on_a_logarithmic_axis():
    curve = np.array([[0.1, 0.2], [0.001, 0.1]])  # mean − sd < 0 in the second epoch
    (band,) = plots.mean_and_spread({"a": curve}, "loss", log=True).collections
    assert band.get_paths()[0].vertices[:, 1].min() < 0
    assert len(png(band.figure)) > 1000


def test_what_is_repeated_has_its_own_name():
    axes = plots.mean_and_spread({"a": SEEDS}, "loss", each="draw")
    assert axes.get_title(loc="left") == "mean ± sd over draws"
    assert "sd of 20 draws" in plots.alt(axes)
    axes = plots.verdicts({"a": SEEDS[0], "b": SEEDS[1]}, "loss", each="draw")
    assert "dots: 20 draws" in axes.get_title(loc="left")
    assert "sd of 20 draws" in plots.alt(axes)


def test_a_zoomed_sweep_shows_the_same_lines_closer():
    whole, near = plots.rate_sweep([0.1, 1.0], {"a": SEEDS[:2]}, zoom=(0, 0.5))
    assert near.get_ylim() == (0, 0.5)
    assert [label.get_text() for label in near.get_xticklabels()] == ["0.1", "1"]
    np.testing.assert_array_equal(whole.lines[0].get_ydata(), near.lines[0].get_ydata())


def test_bars_stand_beside_each_other_at_the_same_heights_as_bands():
    curves = {"a": SEEDS[:3], "b": SEEDS[:3]}
    band, bars = (plots.against([1, 2, 3], curves, "x", "y", spread=spread) for spread in ("band", "bars"))
    assert plots.alt(bars) == plots.alt(band)
    lines = {line.get_label(): line for line in bars.lines}
    a, b = lines["a (n = 20)"], lines["b (n = 20)"]
    np.testing.assert_allclose(a.get_ydata(), SEEDS[:3].mean(axis=1))
    np.testing.assert_allclose((a.get_xdata() + b.get_xdata()) / 2, [1, 2, 3])
    assert (a.get_xdata() < b.get_xdata()).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.mean_and_spread({}, "loss"), "at least 1"),
        (lambda: plots.mean_and_spread({"a": [1, 2, 3]}, "loss"), "seeds"),
        (lambda: plots.mean_and_spread({"a": [[1], [2]]}, "loss"), "at least 2 seeds"),
        (lambda: plots.mean_and_spread({"a": SEEDS, "b": SEEDS[:3]}, "loss"), "3 points, but 12"),
        (lambda: plots.mean_and_spread({"a": [[np.inf, 1]]}, "loss"), "infinity"),
        (lambda: plots.rate_sweep([0, 1], {"a": SEEDS[:2]}), "above 0"),
        (lambda: plots.rate_sweep([1], {"a": SEEDS}), "12 points, but 1"),
        (lambda: plots.against([2, 1], {"a": SEEDS[:2]}, "x", "y"), "increasing"),
        (lambda: plots.against([1, 2], {"a": SEEDS[:2]}, "x", "y", spread="lines"), "'band', 'bars'"),
        (lambda: plots.paired_difference([1, 2], [1, 2, 3]), "the same number"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
