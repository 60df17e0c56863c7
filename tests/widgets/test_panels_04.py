"""Lesson 04's interactives: what holds for them alone."""

import re

import numpy as np
import pytest
from looking import alt, bring, made

from coursekit import widgets
from coursekit.widgets.regularization import STRENGTHS


def test_new_points_have_their_lowest_error_between_the_ends():
    _, said = made(widgets.strength).still(strength=0.0, draw=0)
    assert "after epoch 1500" in said
    lowest, first, last = (
        float(found)
        for found in re.search(
            r"lowest at λ = [\d.]+ \(([\d.]+) %\); at λ = 0 it is ([\d.]+) %, at λ = 30 ([\d.]+) %", said
        ).groups()
    )
    assert lowest < first - 3
    assert last > 40


def test_a_move_of_the_strength_goes_on_with_the_networks_that_are_there():
    panel = made(widgets.strength)
    panel.still(strength=0.0, draw=0)
    bring(panel, strength=float(STRENGTHS[5]))
    assert "after epoch 1500" in alt(panel)


def test_ridge_and_early_stopping_keep_nearly_the_same():
    panel = made(widgets.ridge_path)
    for strength in (0.01, 1.0, 100.0):
        bring(panel, strength=strength)
        assert float(re.search(r"Largest difference ([\d.]+)\.", alt(panel))[1]) < 0.22


def test_l1_reaches_its_corner_and_l2_does_not():
    panel = made(widgets.penalty_geometry)
    bring(panel, strength=0.6)
    assert re.search(r"L1: w = \([\d.]+, 0\)", alt(panel))
    assert not re.search(r"L2: w = \([\d.]+, 0\)", alt(panel))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: widgets.strength(points=1), "points"),
        (lambda: widgets.strength(noise=-1), "noise"),
        (lambda: widgets.ridge_path([[1.0, 2], [3, 5]], [1, 2], ([[1, 2]], [1])), "more examples"),
        (lambda: widgets.ridge_path(np.eye(3)[:, :1], [1, 2, np.nan], ([[1]], [1])), "nan"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
