"""Laws of the palette: it reads on white, and with the three common kinds of color blindness."""

import itertools

import numpy as np
import pytest
from color_vision import EYES, contrast, seen

from coursekit.plots.base import style


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
