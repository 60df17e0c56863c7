"""Laws of the interactive figures in the kernel; tests/browser holds what only a browser shows."""

import asyncio
import base64
import html
import io
import itertools
import re

import ipywidgets
import numpy as np
import pytest
from PIL import Image

from coursekit import plots, widgets
from coursekit.plots.drawing import Drawing
from coursekit.plots.picture import panels
from coursekit.widgets import controls
from coursekit.widgets.access import Access
from coursekit.widgets.prediction import Prediction

X = np.linspace(-2, 2, 30)
PANELS = {
    "mean_or_median": widgets.mean_or_median,
    "logit": widgets.logit,
    "slope_intercept": lambda: widgets.slope_intercept(X, 1.5 * X + np.sin(9 * X)),
}
every_panel = pytest.mark.parametrize("make", PANELS.values(), ids=PANELS)


class Dot(Drawing):
    """One dot at (x, x): the smallest drawing. Negative x fails. Counts its frames."""

    def __init__(self):
        self.axes = panels(height=2)
        self.axes.set(xlim=(-1, 10), ylim=(-1, 10))
        (self.dot,) = self.axes.plot([], [], "o")
        self.moving, self.shown = [self.dot], []

    def update(self, x):
        if x < 0:
            raise ValueError("x < 0 & <b>so on</b>")
        self.dot.set_data([x], [x])
        self.shown.append(x)
        plots.describe(self.axes, f"dot at {x}")


def explorer(**extra):
    return widgets.Explorer(Dot(), {"x": controls.slider("x", -1, 10, 3, 0.5)}, **extra)


def alt(panel):
    return html.unescape(re.search('alt="([^"]*)"', panel.picture.value)[1])


def pixels(panel):
    data = base64.b64decode(re.search('base64,([^"]+)', panel.picture.value)[1])
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def values(control):
    """The ends of a slider, or every value of a list."""
    return (
        [control.min, control.max]
        if hasattr(control, "min")
        else [value for _, value in control._options_full]
    )


def inside(widget):
    """The widget and all it holds."""
    return [widget, *(w for child in getattr(widget, "children", ()) for w in inside(child))]


def test_events_in_a_row_are_answered_by_one_frame_of_the_last_state():
    panel = explorer()
    drawing = panel.drawing
    before = len(drawing.shown)

    async def events():
        for x in (1, 2, 4, 8):
            panel.controls["x"].value = x
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(events())
    assert drawing.shown[before:] == [8]
    assert alt(panel) == "dot at 8.0"


def test_without_a_loop_a_frame_follows_at_once():
    panel = explorer()
    panel.controls["x"].value = 5
    assert alt(panel) == "dot at 5.0"


def test_an_error_is_shown_in_the_panel_until_the_next_good_frame():
    panel = explorer()
    last = panel.picture.value
    panel.controls["x"].value = -1
    assert 'role="alert"' in panel.error.value
    assert "ValueError: x &lt; 0 &amp; &lt;b&gt;so on&lt;/b&gt; (at x = -1.0)" in panel.error.value
    assert panel.picture.value == last
    panel.controls["x"].value = 1
    assert panel.error.value == ""
    assert alt(panel) == "dot at 1.0"


def test_the_model_stands_between_controls_and_drawing():
    panel = explorer(model=lambda x: {"x": 2 * x})
    panel.controls["x"].value = 4
    assert alt(panel) == "dot at 8.0"


def test_the_pointer_moves_the_slider_to_the_place_it_points_at():
    panel = explorer(drag=lambda i, x, y: {"x": x})
    figure, axes = panel.drawing.figure, panel.drawing.axes
    across, up = axes.transData.transform((7.3, 2)) / figure.bbox.size
    panel._access.pointer = [across, 1 - up]
    assert panel.controls["x"].value == 7.5  # the nearest step
    panel._access.pointer = [0.001, 0.999]  # outside the axes
    assert panel.controls["x"].value == 7.5


def test_a_play_button_walks_through_the_scale():
    scale = controls.scale("z", [-10.0, 0.0, 100.0], 0.0)
    play = controls.player(scale)
    assert (play.min, play.max, play.value) == (0, 2, 1)
    play.value = 2
    assert scale.value == 100
    scale.value = -10
    assert play.value == 0


@pytest.mark.parametrize(
    ("low", "high", "step"), [(-3, 3, 0.05), (-60, 140, 2), (0, 1, 0.01), (0, 0.9, 0.005)]
)
def test_round_steps(low, high, step):
    assert controls.round_step(low, high) == step


@every_panel
def test_alt_text_and_picture_follow_the_controls(make):
    panel = make()
    for control in panel.controls.values():
        texts, pictures = set(), set()
        for value in values(control):
            control.value = value
            texts.add(alt(panel))
            pictures.add(panel.picture.value)
            assert alt(panel) == plots.alt(panel.drawing.figure)
        assert len(texts) == len(pictures) == len(values(control))


@every_panel
def test_every_corner_of_the_controls_can_be_drawn_in_one_size(make):
    panel = make()
    sizes = set()
    ends = [values(control)[:: len(values(control)) - 1] for control in panel.controls.values()]
    for corner in itertools.product(*ends):
        for control, value in zip(panel.controls.values(), corner, strict=True):
            control.value = value
        assert panel.error.value == ""
        sizes.add((pixels(panel).shape, re.search(r'width="\d+" height="\d+"', panel.picture.value)[0]))
    assert len(sizes) == 1


@every_panel
def test_a_frame_does_not_remember_the_frames_before(make):
    """Drawing the moving parts over a saved background gives what drawing everything afresh gives."""
    used, fresh = make(), make()
    for panel in (used, fresh):
        for control in panel.controls.values():
            if panel is used:
                for value in (*values(control)[:3], *values(control)[-3:]):
                    control.value = value
            control.value = values(control)[0]
    np.testing.assert_array_equal(pixels(used), pixels(fresh))
    for artist in fresh.drawing.moving:
        artist.set_animated(False)
    fresh.drawing.figure.canvas.draw()
    whole = np.asarray(fresh.drawing.figure.canvas.buffer_rgba())[..., :3].astype(int)
    # 96 colors stand for all, and what moves lies over what is still
    assert (abs(whole - pixels(used)).max(axis=-1) > 48).mean() < 0.002


@every_panel
def test_every_control_has_a_name(make):
    panel = make()
    (access,) = [w for w in inside(panel.panel) if isinstance(w, Access)]
    kinds = (ipywidgets.FloatSlider, ipywidgets.SelectionSlider, ipywidgets.Dropdown, ipywidgets.Play)
    marked = [w for w in inside(panel.panel) if isinstance(w, kinds)]
    assert len(access.names) == len(marked)
    assert all(access.names)
    assert all("coursekit-control" in w._dom_classes for w in marked)
    assert set(panel.controls.values()) <= set(marked)


@every_panel
def test_where_widgets_cannot_run_the_first_picture_stands(make):
    panel = make()
    bundle = panel._repr_mimebundle_()
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == panel.panel.model_id
    assert f'alt="{html.escape(bundle["text/plain"])}"' in bundle["text/html"]
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")


def test_white_stays_white():
    assert (pixels(widgets.mean_or_median())[0, 0] == 255).all()


# --- predictions ---


@pytest.fixture
def displayed(monkeypatch):
    """What predict and reveal display."""
    shown = []
    monkeypatch.setattr("coursekit.widgets.prediction.display", shown.append)
    return shown


def lock(guess, value=None):
    if value is not None:
        guess._control.value = value
    guess._lock.click()


def test_a_locked_guess_is_kept_and_shown_against_the_measured_answer(displayed):
    guess = widgets.predict("Which ends lower?", ["MSE", "CE"])
    lock(guess, "MSE")
    guess._control.value = "CE"  # too late
    guess.reveal("CE", because="its gradient lasts")
    _, answer = displayed
    assert guess.guess == "MSE"
    assert guess._control.disabled
    assert guess._lock.disabled
    for words in ("Which ends lower?", "Your guess: MSE. ✗", "Measured: <b>CE</b>", "its gradient lasts"):
        assert words in answer.value


def test_without_a_guess_the_answer_says_so_until_one_is_locked(displayed):
    guess = widgets.predict("How many epochs?", between=(1, 50), unit="epochs")
    guess.reveal(12)
    _, answer = displayed
    assert "You have not locked a guess." in answer.value
    lock(guess, 20)
    assert "Your guess: 20 epochs, off by 8 epochs." in answer.value
    assert "Measured: <b>12 epochs</b>" in answer.value


def test_nothing_chosen_is_not_locked(displayed):
    guess = widgets.predict("Which?", ["a", "b"])
    lock(guess)
    assert guess.guess is None
    assert not guess._control.disabled
    assert "Choose an answer first." in guess._note.value


def test_text_of_a_prediction_is_no_markup(displayed):
    guess = widgets.predict("Is 1 < 2 & <i>so</i>?", ["<b>", "no"])
    lock(guess, "<b>")
    guess.reveal("no", because="<script>")
    assert not re.search("<(i|script)>", displayed[1].value + guess._note.value)
    assert "<b><b>" not in displayed[1].value


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Prediction("", ["a", "b"]), "a sentence"),
        (lambda: Prediction("Which?"), "either options"),
        (lambda: Prediction("Which?", ["a", "b"], (1, 2)), "not both"),
        (lambda: Prediction("Which?", ["a"]), "at least two"),
        (lambda: Prediction("Which?", "ab"), "at least two"),
        (lambda: Prediction("How many?", between=(2, 1)), "low < high"),
        (lambda: Prediction("How many?", between="12"), "between"),
        (lambda: Prediction("How many?", between=(1, 2, 3)), "low, high"),
        (lambda: Prediction("Which?", ["a", "b"]).reveal("c"), "one of 'a', 'b'"),
        (lambda: Prediction("How many?", between=(1, 2)).reveal("c"), "a number"),
        (lambda: widgets.mean_or_median(moving=99), "mean_or_median"),
        (lambda: widgets.mean_or_median([np.nan]), "nan"),
        (lambda: widgets.slope_intercept([1, 2], [1]), "slope_intercept"),
        (lambda: widgets.slope_intercept([1, 1], [1, 2]), "every x"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
