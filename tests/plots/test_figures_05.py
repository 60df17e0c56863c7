"""Lesson 05's figures: an example of each, and what holds for them alone."""

import numpy as np
import pytest

from coursekit import numpy_backend as ck
from coursekit import plots
from coursekit.data.splits import kfold
from coursekit.plots.model_selection.threshold import Threshold

RNG = np.random.default_rng(5)
SCORE = np.array([0.1, 0.2, 0.4, 0.4, 0.7, 0.9])
LABEL = np.array([0, 0, 0, 1, 1, 1])
FOLDS = kfold(7, 3, RNG)
HELD_OUT = np.array([np.isin(np.arange(7), val) for _, val in FOLDS])
TRUTH = np.array([0.2, 0.3, 0.25])

# Each figure: its arguments, and numbers worked out apart from it that its alt text must name.
FIGURES = {
    plots.confusion_matrix: (
        (30, 10, 20, 40, ("ill", "well")),
        (
            "20 false negatives",
            "10 false positives",
            "Recall 0.6",
            "specificity 0.8",
            "precision 0.75",
            "accuracy 0.7",
        ),
    ),
    plots.prevalence: (
        (0.9, 0.1, (0.01, 0.5)),
        ("share of 0.01 precision 0.083, accuracy 0.9, always negative 0.99", "share of 0.5 precision 0.9"),
    ),
    plots.roc: (
        ({"net": (np.array([0, 0.5, 1.0]), np.array([0, 1.0, 1.0]))}, {"here": (0.5, 1.0)}),
        ("net has area 0.75", "here lies at false positive rate 0.5, true positive rate 1"),
    ),
    plots.threshold: (
        (SCORE, LABEL, 0.4),
        (
            "6 cases, 3 of them positive",
            "3 true positives, 0 false negatives, 1 false positives",
            "precision 0.75",
        ),
    ),
    plots.folds: ((FOLDS,), ("3 rounds over 7 samples", "round 1: 4 train, 3 validation")),
    plots.leaks: (
        ({"honest": ~HELD_OUT, "leaky": np.ones((3, 7), dtype=bool)}, FOLDS),
        ("honest: 0 of 7 held-out rows", "leaky: 7 of 7"),
    ),
    plots.estimates: (
        ({"5 folds": TRUTH + np.array([0.1, 0.0, 0.2])}, TRUTH),
        ("true error of 0.25 over 3 runs", "5 folds has mean 0.35, bias +0.10 ± 0.06, sd 0.087"),
    ),
    plots.selection_optimism: (
        (np.array([1, 10]), np.array([[0.5, 0.4], [0.3, 0.4]]), np.array([0.5, 0.4232]), 0.5),
        ("among 1 it is 0.45 ± 0.071, exactly 0.5000", "among 10 it is 0.35"),
    ),
    plots.one_standard_error: (
        (np.array([9.0, 3.0, 1.0]), np.array([[0.3, 0.4], [0.21, 0.23], [0.17, 0.23]]), 1, "λ"),
        ("2 folds", "lowest at 1 with 0.2 ± 0.03", "within one standard error has 3, error 0.22"),
    ),
}


def test_the_dot_travels_along_the_roc_curve():
    drawing = Threshold(SCORE, LABEL, ("ill", "well"))
    for fpr, tpr, t in zip(*ck.roc_curve(SCORE, LABEL), strict=True):
        assert drawing.rates(t) == pytest.approx((tpr, fpr))
        drawing.update(threshold=min(t, 1.0))
        assert drawing.dot.get_xydata()[0] == pytest.approx(drawing.rates(min(t, 1.0))[::-1])
        if np.isfinite(t):
            assert drawing.nearest(fpr, tpr) == pytest.approx(t)


@pytest.mark.parametrize("at", [0.0, 0.15, 0.4, 0.9, 1.0])
def test_the_cells_of_the_matrix_are_those_of_the_metric(at):
    guess = np.greater_equal(SCORE, at).astype(int)
    (tn, fp), (fn, tp) = ck.confusion_matrix(LABEL, guess, classes=[0, 1])
    counts = f"{tp} true positives, {fn} false negatives, {fp} false positives, {tn} true negatives"
    assert counts in plots.alt(plots.threshold(SCORE, LABEL, at))


def test_rare_positives_change_precision_and_no_rate_within_a_class():
    often, rare = (plots.alt(plots.threshold(SCORE, LABEL, 0.4, share=share)) for share in (0.5, 0.01))
    assert "(recall) 1, false positive rate 0.333" in often
    assert "(recall) 1, false positive rate 0.333" in rare
    assert "precision 0.75" in often
    assert "precision 0.0294" in rare


def test_a_leak_is_a_held_out_row_that_reaches_its_own_fit():
    reached = ~HELD_OUT
    reached[1, FOLDS[1][1][0]] = True
    assert "one: 1 of 7" in plots.alt(plots.leaks({"one": reached}, FOLDS))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.confusion_matrix(0, 0, 0, 0), "at least one"),
        (lambda: plots.confusion_matrix(-1, 0, 0, 3), "tp"),
        (lambda: plots.prevalence(0.9, 1.1), "fpr"),
        (lambda: plots.prevalence(0.9, 0.1, (0, 0.5)), "above 0"),
        (lambda: plots.roc({}), "at least 1"),
        (lambda: plots.roc({"a": ([0, 1], [0, 0.5, 1])}), "the same number of each"),
        (lambda: plots.threshold(SCORE * 2, LABEL), r"\[0, 1\]"),
        (lambda: plots.threshold(SCORE, np.ones(6)), "both present"),
        (lambda: plots.threshold(SCORE, LABEL, at=1.5), "at"),
        (lambda: plots.folds([]), "no rounds"),
        (lambda: plots.leaks({"a": np.ones((2, 7))}, FOLDS), r"\(folds, rows\)"),
        (lambda: plots.estimates({"a": [1.0, 2]}, TRUTH), "the same number of each"),
        (lambda: plots.selection_optimism([1, 2], [[0.5, 0.4]], [0.5, 0.4], 0.5), "runs"),
        (lambda: plots.one_standard_error([1, 2], [[0.1, 0.2]], 0, "x"), "2 folds"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_reason(call, message):
    with pytest.raises(ValueError, match=message):
        call()
