"""Lesson 07's figures: an example of each, and what holds for them alone."""

import numpy as np
import pytest

from coursekit import plots
from coursekit.experiments import symmetry

RNG = np.random.default_rng(7)
HALVED = 0.5 ** np.arange(5)[::-1, None] * np.array([[1.0, 4.0]])  # two networks, five layers, half a layer
STEPS = np.arange(60)
LOG = {
    "start_loss": [2.5, 2.6],
    "train_loss": [2.3, 1.2, 0.25],
    "val_loss": [2.4, 1.5, 0.75],
    "delta_norms": [1.0, 1.0],
}
ROWS = [
    {"cure": "plain", "rate": 0.1, "mean": 9.0, "sd": 2.0, "seeds": 20},
    {"cure": "plain", "rate": 0.5, "mean": 4.0, "sd": 1.0, "seeds": 20},
    {"cure": "treated", "rate": 0.1, "mean": 3.0, "sd": 0.5, "seeds": 20},
]


def training(loss, spreads):
    return symmetry.SymmetryRun(np.full(STEPS.size, loss), spreads, np.ones((2, 3)), np.ones((1, 2)))


# Each figure: its arguments, and numbers worked out apart from it that its alt text must name.
FIGURES = {
    plots.signal_by_layer: (
        ({"halves": HALVED, "keeps": np.ones((5, 2))},),
        ("(2 networks)", "halves goes from 2 at the output to 0.125 at layer 1", "keeps goes from 1"),
    ),
    plots.verdicts: (
        ({"as it was": np.array([9.0, 8, 7]), "treated": np.array([2.0, 3, 10])}, "error", "as it was"),
        ("mean ± sd of 3 seeds", "as it was 8.0 ± 1.0", "treated 5.0 ± 4.4, −3.0 ± 5.3, lower in 2 of 3"),
    ),
    plots.clones: (
        (np.tile([0.3, -0.2], (3, 1)), np.full((1, 3), 0.5)),
        ("3 hidden units with 3 different weights", "unit 3 in 0.3, −0.2, out 0.5"),
    ),
    plots.clone_training: (
        ({"clones": training(2.0, 0 * STEPS), "others": training(1.0, STEPS / 118)},),
        (
            "clones ends at loss 2, its units apart by exactly 0",
            "others ends at loss 1, its units apart by 0.5",
        ),
    ),
    plots.loss_by_step: (
        ({"falls": np.array([4.0, 2, 1, 2]), "blows up": np.array([1.0, 1e6, np.inf])},),
        (
            "falls: starts at 4, rises in 1 of 3 steps, ends at 2",
            "blows up: starts at 1",
            "not finite any more",
        ),
    ),
    plots.cures_by_rate: (
        (ROWS, 2, 0.5),
        ("mean ± sd of 20 seeds", "plain 4.0 ± 1.0 % at 0.5", "treated 3.0 ± 0.5 % at 0.1"),
    ),
    plots.histograms_by_layer: (
        (
            {"a": {1: np.array([[0.1, 0.2, 0.3]]), 9: np.zeros(4)}, "b": {1: np.ones(3), 9: np.ones(3)}},
            "f(z)",
            (-1, 1),
        ),
        (
            "Histograms of f(z)",
            "a: layer 1 median 0.2, standard deviation 0.082, layer 9 median 0, standard deviation 0",
            "b: layer 1 median 1",
        ),
    ),
    plots.ward: (
        ({"A": LOG, "B": {**LOG, "train_loss": [2.3, np.nan]}},),
        (
            "patient A: train loss from 2.5 to 0.25, val loss from 2.6 to 0.75",
            "patient B: train loss from 2.5 to not finite",
        ),
    ),
}


def test_a_difference_shows_no_more_digits_than_its_spread_allows():
    before = np.array([10.0, 10, 10, 10])
    ax = plots.verdicts({"a": before, "b": before + np.array([1.5, -1.5, 1.5, -1.604])}, "error", "a")
    assert "b 10.0 ± 1.8, 0.0 ± 1.8, lower in 2 of 4" in plots.alt(ax)


def test_a_difference_can_carry_its_standard_error_and_each_row_its_own_baseline():
    a, c = np.array([10.0, 11, 12, 13]), np.array([1.0, 2, 3, 4])
    rows = {"a": a, "b": a + np.array([1.0, 3, 1, 3]), "c": c, "d": c - np.array([1.0, 3, 1, 3])}
    ax = plots.verdicts(rows, "error", {"b": "a", "d": "c"}, standard_error=True)
    assert "+2.00 ± 0.58 (se), lower in 0 of 4" in plots.alt(ax)  # sd 2/√3, divided by √4
    assert "−2.00 ± 0.58 (se), lower in 4 of 4" in plots.alt(ax)
    assert "c 2.5 ± 1.3; d" in plots.alt(ax)


def test_a_design_keeps_its_look_from_one_figure_to_the_next():
    first = plots.signal_by_layer({"a": HALVED, "b": HALVED})
    later = plots.signal_by_layer({"b": HALVED, "c": HALVED, "d": HALVED}, like=["a", "b"])
    looks = [[(line.get_color(), line.get_marker()) for line in ax.lines] for ax in (first, later)]
    assert looks[1][:2] == looks[0][::-1]
    assert looks[1][2] not in looks[0]


def test_the_lowest_validation_loss_is_named_where_the_axis_hides_it():
    log = LOG | {"val_loss": [1.25, 1.0, 1.1]}
    axes = plots.ward({"A": log, "B": log}, lowest="B")
    assert "lowest val loss 1 in epoch 2" in plots.alt(axes).split("patient B")[1]
    assert [text.get_text() for text in axes[1].texts] == ["lowest val loss 1,\nat the end 1.1"]
    assert not axes[0].texts


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.signal_by_layer({"a": np.ones(5)}), "at least 2 of each"),
        (lambda: plots.signal_by_layer({"a": np.zeros((5, 2))}), "positive norms"),
        (lambda: plots.verdicts({"a": np.ones(3), "b": np.ones(4)}, "error"), "the same seeds"),
        (lambda: plots.verdicts({"a": np.ones(1)}, "error"), "at least 2"),
        (lambda: plots.verdicts({"a": np.ones(3)}, "error", baseline="b"), "baseline"),
        (lambda: plots.clones(np.ones((3, 2)), np.ones((2, 2))), r"\(n, m\) and \(k, n\)"),
        (lambda: plots.clone_training({}), "at least 1"),
        (lambda: plots.loss_by_step({"a": np.array([1.0, -1.0])}), "positive losses"),
        (lambda: plots.cures_by_rate([]), "rows is empty"),
        (
            lambda: plots.histograms_by_layer({"a": {1: 0}, "b": {2: 0}}, "x", (0, 1)),
            r"expected \[1\] in all rows",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
