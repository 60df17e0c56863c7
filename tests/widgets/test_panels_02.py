"""Lesson 02's interactives: what holds for them alone."""

import numpy as np
import pytest
from looking import alt, bring, made

from coursekit import widgets


def test_too_large_a_rate_shows_how_many_networks_are_left():
    panel = made(widgets.two_losses)
    bring(panel, rate=8)
    assert "rate 8, epoch 1 of 15" in alt(panel)
    assert "(n = 20)" in alt(panel)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: widgets.mean_or_median(moving=99), "mean_or_median"),
        (lambda: widgets.mean_or_median([np.nan]), "nan"),
        (lambda: widgets.slope_intercept([1, 2], [1]), "slope_intercept"),
        (lambda: widgets.slope_intercept([1, 1], [1, 2]), "every x"),
        (lambda: widgets.two_losses(seeds=0), "seeds"),
        (lambda: widgets.two_losses(epochs=1.5), "epochs"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
