"""Lesson 05's interactives: what holds for them alone."""

import numpy as np
import pytest
from looking import alt, bring, made

from coursekit import widgets

SCORE = np.array([0.1, 0.2, 0.4, 0.6, 0.7, 0.9])
LABEL = np.array([0, 0, 1, 0, 1, 1])


def test_the_pointer_sets_the_threshold_in_the_histograms_and_on_the_curve():
    panel = made(lambda: widgets.threshold(SCORE, LABEL, ("ill", "well")))
    assert panel._drag(0, 0.33, 0.0) == {"threshold": 0.33}
    assert panel._drag(1, 0.5, 0.5) == {}
    assert panel._drag(2, 0.0, 0.7)["threshold"] == pytest.approx(0.7)  # two of three found, none alarmed


def test_rare_cases_lower_the_precision_alone():
    panel = made(widgets.threshold)
    texts = []
    for share in (0.1, 0.01):
        bring(panel, share=share)
        texts.append(alt(panel).split("True positive rate")[1])
    (rates, precision), (same, lower) = (text.split(", precision ") for text in texts)
    assert rates == same
    assert float(lower.split(",")[0]) < float(precision.split(",")[0])


def test_a_sweep_trains_the_networks_that_it_says():
    panel = made(lambda: widgets.sweep(rates=5, strengths=3, epochs=2))
    assert "15 networks after epoch 2 of 2" in alt(panel)
    *_, end = panel._model(images=100, draw=0)
    assert end["validation"].shape == end["test"].shape == (2, 3, 5)
    assert end["images"] == (100, 500)
    np.testing.assert_allclose(end["validation"], np.round(end["validation"]))  # of 100 images each


def test_another_draw_is_another_sweep_and_the_same_draw_the_same():
    panel = made(lambda: widgets.sweep(rates=4, strengths=2, epochs=1))
    first, again, other = (next(panel._model(images=50, draw=draw))["test"] for draw in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: widgets.threshold(SCORE, np.zeros(6)), "both present"),
        (lambda: widgets.threshold(SCORE + 1, LABEL), r"\[0, 1\]"),
        (lambda: widgets.sweep(rates=1), "rates"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
