"""Laws of panels for a page without a kernel; tests/browser/test_book.py flips them."""

import base64
import html
import io
import json
import re

import numpy as np
import pytest
from looking import made
from PIL import Image

from coursekit import plots, widgets
from coursekit.widgets.base import controls, flipbook


def frames(page):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', page)[1])


@pytest.mark.slow
@pytest.mark.parametrize("make", widgets.interactives().values(), ids=widgets.interactives())
def test_every_panel_becomes_pictures_of_its_range(make, monkeypatch):
    monkeypatch.setattr(flipbook, "FRAMES_OF_TRAINING", 3)  # each is a training run
    panel = made(make)
    main = next(iter(panel.controls.values()))
    page = flipbook.flipbook(panel)
    told = frames(page)
    assert len(page.encode()) <= 1_000_000
    every = [controls.say(main, value) for value in controls.values(main)]
    assert [told[0]["value"], told[-1]["value"]] == [every[0], every[-1]]
    assert controls.say(main, main.value) in [frame["value"] for frame in told]
    assert len({frame["alt"] for frame in told}) == len({frame["data"] for frame in told}) == len(told) > 2
    for frame in told:
        size = Image.open(io.BytesIO(base64.b64decode(frame["data"]))).size
        assert size == panel.size
    assert html.escape(main.description) in page


def test_the_first_picture_is_that_of_the_present_state():
    panel = widgets.mean_or_median()
    panel.controls["point"].value = 9.5
    page = flipbook.flipbook(panel)
    assert f'alt="{html.escape(plots.alt(panel.drawing.figure))}"' not in page  # the last one drawn
    at = int(re.search(r'type="range" min="0" max="\d+" value="(\d+)"', page)[1])
    assert frames(page)[at]["value"] == "9.5"
    assert f'alt="{html.escape(frames(page)[at]["alt"])}"' in page


def test_a_model_that_trains_is_at_its_end_in_every_picture():
    panel = made(lambda: widgets.two_losses(seeds=2, epochs=2))
    assert all("epoch 2 of 2" in frame["alt"] for frame in frames(flipbook.flipbook(panel)))


def test_a_panel_too_large_gets_fewer_pictures(monkeypatch):
    panel = widgets.mean_or_median()
    monkeypatch.setattr(flipbook, "BYTES", 150_000)
    page = flipbook.flipbook(panel)
    assert len(page) <= 150_000
    assert 2 < len(frames(page)) < flipbook.FRAMES


@pytest.mark.parametrize("length", [2, 3, 7, 61, 121])
@pytest.mark.parametrize("count", [2, 3, 7, 25])
def test_places_are_spread_evenly_with_ends_and_the_present_one(length, count):
    for present in {0, 1, length // 2, length - 1}:
        places = flipbook._spread(length, min(count, length), present)
        assert len(places) == len(set(places))
        assert present in places
        if count > 2:
            assert {0, length - 1} <= set(places)
            assert np.diff(places).max() <= 2 * (length - 1) / (min(count, length) - 1) + 1


def test_it_is_shown_where_the_environment_asks_for_it(monkeypatch):
    assert "flipbook" not in widgets.mean_or_median()._repr_mimebundle_()["text/html"]
    monkeypatch.setenv("COURSEKIT_FLIPBOOKS", "1")
    assert "flipbook" in widgets.mean_or_median()._repr_mimebundle_()["text/html"]


def test_nothing_in_it_ends_its_script_early():
    panel = widgets.mean_or_median()
    panel.still = lambda **state: (b"", "</script><b>")
    assert flipbook.flipbook(panel).count("</script>") == 2
