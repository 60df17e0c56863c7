"""Lesson 07's figures: an example of each, and what holds for them alone."""

import numpy as np
import pytest

from coursekit import plots
from coursekit.experiments import symmetry

RNG = np.random.default_rng(7)
HALVED = 0.5 ** np.arange(5)[::-1, None] * np.array([[1.0, 4.0]])  # two networks, five layers, half a layer
STEPS = np.arange(60)
LOG = {"train_loss": [2.3, 1.2, 0.25], "val_loss": [2.4, 1.5, 0.75], "delta_norms": [1.0, 1.0]}


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
        ("mean ± sd of 3 seeds", "as it was 8 ± 1", "treated 5 ± 4.4, −3 ± 5.3, lower in 2 of 3"),
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
    plots.overshoot: (
        (np.array([0.5, 3.0]), np.array([[1, 0.5, 0.25], [1, -2.0, 4.0]]), 2.0),
        (
            "at 0.25 of the limit |w| goes from 1 to 0.25 and changes sign 0 times",
            "at 1.5 of",
            "to 4 and changes sign 2",
        ),
    ),
    plots.ward: (
        ({"A": LOG, "B": {**LOG, "train_loss": [2.3, np.nan]}},),
        (
            "patient A ends at training loss 0.25, validation loss 0.75",
            "patient B ends at training loss not finite",
        ),
    ),
}


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
        (lambda: plots.overshoot(np.ones(2), np.ones((3, 4)), 1.0), r"\(R, steps \+ 1\)"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
