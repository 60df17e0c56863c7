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
    plots.ranked_pairs: (
        (SCORE, LABEL, ("ill", "well")),
        ("3 × 3 pairs (ill, well)", "8 in order", "0 reversed", "1 tied", "area is 0.944"),
    ),
    plots.precision_recall: (
        (np.array([0, 0.1, 1.0]), np.array([0, 0.9, 1.0]), (0.5, 0.01)),
        (
            "recall of 0.9",
            "false positive rate of 0.1",
            "share of 0.5 positives 0.9",
            "share of 0.01 positives 0.083",
        ),
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


def test_the_cells_below_the_roc_curve_are_the_pairs_in_order():
    for draw in range(20):
        rng = np.random.default_rng(draw)
        score, label = rng.integers(0, 6, 9) / 5, rng.permutation([1, 1, 1, 1, 0, 0, 0, 0, 0])
        ax = plots.ranked_pairs(score, label)
        (curve,) = ax.lines
        x, y = curve.get_xdata(), curve.get_ydata()
        marks = {"1": 1, "½": 0.5, "0": 0}
        worth = sum(marks[text.get_text()] for text in ax.texts if text.get_text() in marks)
        assert sum(text.get_text() in marks for text in ax.texts) == 20
        assert np.trapezoid(y, x) == pytest.approx(worth)
        assert worth / 20 == pytest.approx(ck.auc(score, label))


def test_a_precision_recall_curve_ends_at_the_share_of_positives():
    fpr, tpr, _ = ck.roc_curve(SCORE, LABEL)
    _, right = plots.precision_recall(fpr, tpr, (0.5, 0.1))
    for share, line in zip((0.5, 0.1), right.lines[::3], strict=True):
        assert line.get_xydata()[-1] == pytest.approx((1, share))
    guess = np.greater_equal(SCORE, 0.4).astype(int)
    measured = (ck.recall(LABEL, guess), ck.precision(LABEL, guess))  # three of six are positive
    assert np.isclose(right.lines[0].get_xydata(), measured).all(axis=1).any()


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
        (lambda: plots.ranked_pairs(SCORE, np.ones(6)), "both present"),
        (lambda: plots.ranked_pairs(np.linspace(0, 1, 14), (np.arange(14) > 12).astype(int)), "at most 12"),
        (lambda: plots.precision_recall([0, 1], [0, 1], [0.0]), "above 0"),
        (lambda: plots.precision_recall([0, 1], [0, 0.5, 1], [0.5]), "the same number of each"),
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
