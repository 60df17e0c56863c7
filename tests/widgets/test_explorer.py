"""Laws of the engine, in the kernel; tests/browser holds what only a browser shows."""

import asyncio
import threading

from looking import alt, pixels

from coursekit import plots, widgets
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import panels
from coursekit.widgets.base import controls


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


def test_events_of_another_thread_are_answered_in_the_one_that_made_the_panel():
    """JupyterLab hands the events of widgets to a subshell of the kernel, a thread."""
    threads = []

    async def notebook():
        panel = explorer(model=lambda x: threads.append(threading.get_ident()) or {"x": x})
        await asyncio.to_thread(setattr, panel.controls["x"], "value", 6)
        await asyncio.sleep(0)
        return panel

    assert alt(asyncio.run(notebook())) == "dot at 6.0"
    assert threads == [threading.get_ident()] * 2


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


def test_the_model_is_between_controls_and_drawing():
    panel = explorer(model=lambda x: {"x": 2 * x})
    panel.controls["x"].value = 4
    assert alt(panel) == "dot at 8.0"


def test_the_pointer_moves_the_slider_to_the_place_it_points_at():
    panel = explorer(drag=lambda i, x, y: {"x": x})
    figure, axes = panel.drawing.figure, panel.drawing.axes
    across, up = axes.transData.transform((7.3, 2)) / figure.bbox.size
    panel._access.pointer = [across, 1 - up, 1]
    assert panel.controls["x"].value == 7.5  # the nearest step
    panel._access.pointer = [0.001, 0.999, 1]  # outside the axes
    assert panel.controls["x"].value == 7.5


def test_a_press_may_choose_what_a_drag_does_not():
    presses = []
    panel = explorer(click=lambda i, x, y: presses.append(i) or {"x": round(x)})
    for across, count in ((0.4, 1), (0.6, 1), (0.6, 2)):
        panel._access.pointer = [across, 0.5, count]
    assert presses == [0, 0]  # the second place was a move, not a press
    assert panel.controls["x"].value == float(alt(panel).split()[-1])


def test_an_error_of_the_pointer_is_shown_too():
    panel = explorer(drag=lambda i, x, y: {"nobody": x})
    panel._access.pointer = [0.5, 0.5, 1]
    assert "KeyError: 'nobody'" in panel.error.value.replace("&#x27;", "'")


def test_white_stays_white():
    assert (pixels(widgets.mean_or_median())[0, 0] == 255).all()
