"""Laws of the cut between two parts of a picture."""

import io

import numpy as np
import pytest
from PIL import Image

from coursekit.site.halves import cut


def png(width, height, *parts):
    """A white picture with black parts, (from, to) as shares of the width."""
    pixels = np.full((height, width), 255, np.uint8)
    for first, last in parts:
        pixels[5:-5, int(first * width) : int(last * width)] = 0
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_the_cut_is_in_the_middle_of_the_gap():
    assert cut([png(1000, 400, (0.1, 0.4), (0.5, 0.9))]) == pytest.approx(0.45, abs=0.002)


def test_it_is_where_all_pictures_of_a_panel_have_a_gap():
    pictures = [png(1000, 400, (0.1, 0.4), (0.6, 0.9)), png(1000, 400, (0.1, 0.5), (0.6, 0.9))]
    assert cut(pictures) == pytest.approx(0.55, abs=0.002)


@pytest.mark.parametrize(
    "pictures",
    [
        [png(1000, 400, (0.1, 0.9))],  # one part
        [png(500, 400, (0.1, 0.4), (0.5, 0.9))],  # not wide
        [png(1000, 400, (0.1, 0.15), (0.2, 0.9))],  # the gap is at the edge
        [png(1000, 400, (0.1, 0.4), (0.5, 0.9)), png(1000, 400, (0.3, 0.6))],  # no common gap
        [png(1000, 400, (0.1, 0.4), (0.5, 0.9)), png(900, 400, (0.1, 0.4), (0.5, 0.9))],  # sizes differ
        [],
    ],
)
def test_other_pictures_are_not_cut(pictures):
    assert cut(pictures) is None
