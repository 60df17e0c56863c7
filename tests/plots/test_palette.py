"""Laws of the palette: it reads on white, and with the three common kinds of color blindness."""

import itertools
import re

import matplotlib as mpl
import numpy as np
import pytest
from color_vision import EYES, contrast, seen

from coursekit.plots.base import style
from coursekit.plots.base.picture import DARK_FILTER


@pytest.mark.parametrize("color", [*style.PALETTE, style.MUTED])
def test_each_color_reads_on_white(color):
    assert contrast(color) >= 4.5  # WCAG 2.1, 1.4.3: text; lines (1.4.11) need 3


def test_contrast_of_known_pairs():
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("#777777") == pytest.approx(4.48, abs=0.01)  # the grey that just fails


@pytest.mark.parametrize("eye", EYES)
def test_any_two_colors_stay_apart(eye):
    for one, other in itertools.combinations(style.PALETTE, 2):
        # A distance of 2.3 is just noticeable; ten times that is plain in a thin line.
        assert np.linalg.norm(seen(one, eye) - seen(other, eye)) > 23, (one, other)


@pytest.mark.parametrize("eye", EYES)
def test_the_field_darkens_step_by_step(eye):
    lightness = [seen(color, eye)[0] for color in style.FIELD.colors]
    assert (np.diff(lightness) < 0).all()


def test_series_differ_without_color():
    looks = [style.series(i) for i in range(5)]
    for name in ("color", "linestyle", "marker"):
        assert len({str(look[name]) for look in looks}) == 5


def in_the_dark(color):
    """The color after the CSS filter of the dark themes (W3C, Filter Effects Module Level 1)."""
    amount, degrees = map(float, re.fullmatch(r"invert\((.+)\) hue-rotate\((.+)deg\)", DARK_FILTER).groups())
    inverted = np.array(mpl.colors.to_rgb(color)) * (1 - 2 * amount) + amount
    luminance = np.array([0.213, 0.715, 0.072])
    sine = np.array([[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]])
    turn = np.deg2rad(degrees)
    matrix = luminance + np.cos(turn) * (np.eye(3) - luminance) + np.sin(turn) * sine
    return np.clip(matrix @ inverted, 0, 1)


@pytest.mark.parametrize("color", [*style.PALETTE, style.MUTED])
def test_each_color_reads_in_a_dark_theme(color):
    assert contrast(in_the_dark(color), in_the_dark("white")) >= 4.5


def test_white_becomes_the_ground_of_the_dark_theme():
    assert mpl.colors.to_hex(in_the_dark("white")) == "#121212"  # JupyterLab's is #111111
