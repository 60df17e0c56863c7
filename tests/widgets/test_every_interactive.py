"""Laws of every interactive, in the kernel. They name none: `widgets.interactives()` is the list."""

import functools
import gc
import html
import itertools
import re
import weakref

import ipywidgets
import numpy as np
import pytest
from looking import alt, bring, finish, inside, made, pixels
from PIL import Image

from coursekit import plots, widgets
from coursekit.plots.base.caption import Caption
from coursekit.widgets.base import explorer
from coursekit.widgets.base.access import Access
from coursekit.widgets.base.controls import values

untouched = functools.cache(made)  # for tests that only look
used = functools.cache(made)  # for those that do not mind where its controls are
every_panel = pytest.mark.parametrize("make", widgets.interactives().values(), ids=widgets.interactives())


def ends(control):
    """The first and the last value of a control."""
    every = values(control)
    return [every[0], every[-1]]


def some(control):
    """The ends of a slider, or every value of anything else."""
    return ends(control) if hasattr(control, "step") else values(control)


def test_every_other_public_function_is_an_interactive():
    others = {"Explorer", "interactives", "playground", "predict"}
    assert set(widgets.interactives()) == set(widgets.__all__) - others


def assert_they_follow(make, chosen, tried=some):
    """The alt text and the picture follow the controls chosen by this slice, for the values that are tried."""
    panel = used(make)
    start = panel.state
    for name, control in list(panel.controls.items())[chosen]:
        texts, pictures = set(), set()
        for value in tried(control):
            bring(panel, **{name: value})
            texts.add(alt(panel))
            pictures.add(panel.picture.value)
            assert alt(panel) == plots.alt(panel.drawing.figure)
        assert len(texts) == len(pictures) == len(tried(control)), name
        bring(panel, **start)


@every_panel
def test_alt_text_and_picture_follow_the_first_control(make):
    assert_they_follow(make, slice(1), ends)


@pytest.mark.slow
@every_panel
def test_alt_text_and_picture_follow_every_control(make):
    assert_they_follow(make, slice(None))


@pytest.mark.slow
@every_panel
def test_every_corner_of_the_controls_can_be_drawn_in_one_size(make):
    panel = made(make)
    sizes = set()
    for corner in itertools.product(*map(ends, panel.controls.values())):
        bring(panel, **dict(zip(panel.controls, corner, strict=True)))
        assert panel.error.value == ""
        for caption in panel.drawing.figure.findobj(Caption):
            if caption.text and caption.get_visible():
                words, whole = caption.get_window_extent(), panel.drawing.figure.bbox
                assert whole.x0 <= words.x0 < words.x1 <= whole.x1, (corner, caption.text)
                assert whole.y0 <= words.y0 < words.y1 <= whole.y1, (corner, caption.text)
        sizes.add((pixels(panel).shape, re.search(r'width="\d+" height="\d+"', panel.picture.value)[0]))
    assert len(sizes) == 1


@pytest.mark.slow
@every_panel
def test_a_frame_does_not_remember_the_frames_before(make, monkeypatch):
    """Drawing the moving parts over a saved background gives what drawing everything afresh gives."""
    monkeypatch.setattr(explorer, "PATIENCE", np.inf)  # where no control moves, its first frame is compared
    moved, fresh = made(make), made(make)
    first = {name: values(control)[0] for name, control in moved.controls.items()}
    for name, control in moved.controls.items():
        for value in (*values(control)[:3], *values(control)[-3:]):
            bring(moved, **{name: value})
    finish(moved, **first)
    finish(fresh, **first)
    np.testing.assert_array_equal(pixels(moved), pixels(fresh))
    for artist in fresh.drawing.moving:
        artist.set_animated(False)
    fresh.drawing.figure.canvas.draw()
    whole = np.asarray(fresh.drawing.figure.canvas.buffer_rgba())[..., :3].astype(int)
    # 96 colors stand for all, and what moves lies over what is still
    assert (abs(whole - pixels(moved)).max(axis=-1) > 48).mean() < 0.002


@every_panel
def test_every_control_has_a_name(make):
    panel = used(make)
    (access,) = [w for w in inside(panel.panel) if isinstance(w, Access)]
    marked = [w for w in inside(panel.panel) if "coursekit-control" in w._dom_classes]
    assert len(access.names) == len(marked)
    assert all(access.names)
    assert set(panel.controls.values()) <= set(marked)


@every_panel
def test_where_widgets_cannot_run_the_latest_picture_is_shown(make):
    panel = used(make)
    bundle = panel._repr_mimebundle_()
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == panel.panel.model_id
    assert f'alt="{html.escape(bundle["text/plain"])}"' in bundle["text/html"] == panel.picture.value
    assert pixels(panel).shape == (2 * panel.size[1], 2 * panel.size[0], 3)  # sharp on any screen


@pytest.mark.slow
@every_panel
def test_a_model_that_trains_comes_to_its_end(make, monkeypatch):
    panel = untouched(make)
    if panel.trains:
        monkeypatch.setattr(explorer, "PATIENCE", 0)
        assert alt(made(make)) != alt(panel)  # the first result
        end = make()  # without an event loop all the work is done at once
        assert not end.working
        assert end.error.value == ""
        assert alt(end) == alt(panel)


@pytest.mark.slow
@every_panel
def test_a_coarse_screen_gets_smaller_pictures_with_everything_in_its_place(make):
    fine, coarse = untouched(make), made(make)
    coarse._access.ratio = 1.0
    bring(coarse, **coarse.state)
    coarse.draw()
    assert pixels(coarse).shape[1] == coarse.size[0]
    coarsest = [
        np.asarray(Image.fromarray(pixels(panel).astype(np.uint8)).resize((86, 40), Image.Resampling.BOX))
        for panel in (fine, coarse)
    ]
    assert abs(np.subtract(*coarsest, dtype=int)).mean() < 4


@pytest.mark.slow
@every_panel
def test_a_closed_panel_leaves_no_widget_and_no_figure_behind(make):
    untouched(make)  # what panels share is there already
    before = len(ipywidgets.widgets.widget._instances)
    figures = []
    for _ in range(3):
        panel = made(make)
        figures.append(weakref.ref(panel.drawing.figure))
        panel.close()
        del panel
        gc.collect()
    assert len(ipywidgets.widgets.widget._instances) == before
    assert figures[0]() is None  # matplotlib's caches may keep the last one
