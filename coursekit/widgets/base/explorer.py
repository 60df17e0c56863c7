"""The one engine: controls → model → drawing → picture.

Still parts of the figure are rendered once; a frame redraws the moving artists over that background, keeps 96
colors and goes to the page as `<img alt=…>` in an HTML widget. Among the ways to do this with matplotlib it
is the quickest from slider to picture, and the only one that carries an alt text; see
tests/benchmarks/slider_latency.py.
"""

import asyncio
import html
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import ipywidgets

from coursekit.plots.base import style
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import img
from coursekit.widgets.base import access, reruns
from coursekit.widgets.base.controls import put
from coursekit.widgets.base.flipbook import flipbook
from coursekit.widgets.base.frames import FINEST, Frames
from coursekit.widgets.base.slices import Slices

PATIENCE = 3.0  # seconds that a new panel trains before it shows itself


class Explorer:
    """A panel: controls above a drawing that follows them.

    drawing: a `plots.base.drawing.Drawing`.
    controls: {name of a state variable: control, from `widgets.base.controls`}; a control's description is its
    name on the page.
    model: function of these variables that returns the keywords of `drawing.update`; by default the variables
    themselves are passed. A model that takes long is a generator: it yields such keywords again and again, each
    yield a partial result (see `widgets.base.slices`), at least every 0.1 s, the first within 0.3 s. A new
    move drops it at its next yield. The same state must give the same picture: draw random numbers from a
    generator that the model itself makes.
    drag: function (panel index, x, y), in the data coordinates of that panel, that returns new values of some
    state variables, {name: value}, while the pointer is pressed on the picture. click: the same, once for
    each press. Whatever the pointer can set has a control, so that the keyboard can set it too.
    extra: more widgets in the row of the controls, such as a Play button.

    A new panel shows the end of the first run, or what PATIENCE allows of it; later runs are seen as they
    happen. Events that arrive while a frame is drawn are answered together, by one frame of the last state. Models
    and drawings run in the thread that made the panel, never two at once; while a cell runs, panels wait. An error
    in model, drawing or pointer function is shown in the panel until the next good frame. Displays as the panel;
    where widgets cannot run, as its latest picture, or as a flipbook (see `widgets.base.flipbook`) where the
    environment variable COURSEKIT_FLIPBOOKS is set. `panel` is the box, `picture` the HTML widget. Running the
    cell again closes the panel that it made before.
    """

    def __init__(
        self,
        drawing: Drawing,
        controls: Mapping[str, Any],
        model: Callable[..., Any] | None = None,
        drag: Callable[[int, float, float], Mapping[str, Any]] | None = None,
        click: Callable[[int, float, float], Mapping[str, Any]] | None = None,
        extra: Iterable[Any] = (),
    ) -> None:
        self.drawing, self.controls = drawing, dict(controls)
        self._drag, self._click, self._presses = drag, click, 0
        self._model: Any = model or (lambda **state: state)
        self._thread, self._loop, self._is_due = threading.get_ident(), _running_loop(), False
        self.size = tuple(round(inches * style.DPI) for inches in drawing.figure.get_size_inches())
        result = self._model(**self.state)
        self.trains = isinstance(result, Iterator)
        first, at_end = _advance(result, PATIENCE) if self.trains else (result, True)
        drawing.update(**first)
        self._frames = Frames(drawing)
        self._slices = Slices(self._show, self._fail, self._mark_partial)
        self.picture, self.error = ipywidgets.HTML(), ipywidgets.HTML()
        for name in (access.PICTURE, access.SAVED):
            self.picture.add_class(name)
        every = [*self.controls.values(), *extra]
        row = ipywidgets.HBox(every, layout={"flex_flow": "row wrap", "grid_gap": "0 1.5em"})
        named = [(control.description, control) for control in every]
        pointer = "drag" if drag else "click" if click else ""
        self.panel, self._access = access.panel([row, self.picture, self.error], named, pointer)
        for control in self.controls.values():
            control.observe(self._changed, "value")
        self._access.observe(self._pointed, "pointer")
        self._access.observe(self._seen_at, "ratio")
        self._show(first)
        if not at_end:
            self._slices.start(result, begun=True)
        reruns.free_earlier(self)

    def close(self) -> None:
        """Free the widgets and the figure; the panel cannot be used afterwards."""
        self.stop()
        reruns.close(self.panel)
        self._frames.free()
        vars(self).clear()  # IPython keeps every result in Out: what this one holds would stay with it

    @property
    def state(self) -> dict[str, Any]:
        """{name: value} of the controls."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    def working(self) -> bool:
        """Whether the model is still training."""
        return self._slices.running

    def still(self, scale: float = 1, **state: Any) -> tuple[bytes, str]:
        """The picture of a state as PNG bytes, and its alt text; of a model that trains, at its end."""
        result = self._model(**state)
        if self.trains:
            *_, result = result
        data = self._frames.frame(result, scale)
        return data, style.alt(self.drawing.figure)

    def stop(self) -> None:
        """End the work of a model that trains; the picture so far stays."""
        self._slices.stop()

    def _soon(self, do):
        """Call `do` from the event loop of the thread that made the panel: the one that may use matplotlib.

        JupyterLab hands the events of widgets to a second thread of the kernel (a subshell) where there is one.
        """
        loop = self._loop if threading.get_ident() != self._thread else _running_loop()
        if loop is None:  # a plain script
            do()
        else:
            loop.call_soon_threadsafe(do)

    def _changed(self, _):
        """Draw soon: once for all events that are already waiting."""
        if not self._is_due:
            self._is_due = True
            self._soon(self.draw)

    def _pointed(self, change):
        across, down, presses = change["new"]
        pressed, self._presses = presses != self._presses, presses
        self._soon(lambda: self._point(across, down, pressed))

    def _seen_at(self, change):
        """Draw later frames as finely as the screen shows them."""
        self._frames.scale = min(max(change["new"], 1), FINEST)

    def _point(self, across, down, pressed):
        """Turn the pointer's position on the picture into new values of the controls."""
        figure = self.drawing.figure
        pixel = across * figure.bbox.width, (1 - down) * figure.bbox.height
        try:
            for i, axes in enumerate(figure.axes):
                if axes.bbox.contains(*pixel):
                    x, y = map(float, axes.transData.inverted().transform(pixel))
                    for answer in (self._click if pressed else None, self._drag):
                        for name, value in answer(i, x, y).items() if answer else ():
                            put(self.controls[name], value)
        except Exception as error:
            self._fail(error)

    def draw(self) -> None:
        """Draw the current state."""
        self._is_due = False
        self.stop()
        try:
            result = self._model(**self.state)
            if not self.trains:
                self._show(result)
        except Exception as error:  # in a silent panel the learner could not see what failed
            self._fail(error)
        else:
            if self.trains:
                self._slices.start(result)

    def _show(self, state):
        """Put this state's frame on the page."""
        data = self._frames.frame(state)
        self.error.value = ""
        self.picture.value = img(data, style.alt(self.drawing.figure), *self.size)

    def _mark_partial(self, running):
        """Let the page know whether the picture is a partial result."""
        self._access.partial = running

    def _fail(self, error):
        """Show the error in the panel."""
        where = ", ".join(f"{name} = {value!r}" for name, value in self.state.items())
        text = html.escape(f"{type(error).__name__}: {error} (at {where})")
        self.error.value = f'<div role="alert"><b>This state cannot be drawn.</b> {text}</div>'

    def _repr_mimebundle_(self, include=None, exclude=None):
        alt = style.alt(self.drawing.figure)
        picture = self.picture.value
        if os.environ.get("COURSEKIT_FLIPBOOKS"):  # a page is being made that will have no kernel
            self.stop()
            picture = flipbook(self)
        return access.bundle(self.panel, {"text/html": picture, "text/plain": alt})


def _advance(results, seconds):
    """Take results until they or the time are over: (the newest, whether it is the last)."""
    end, newest = time.perf_counter() + seconds, None
    for newest in results:
        if time.perf_counter() >= end:
            return newest, False
    if newest is None:
        raise ValueError(
            "Explorer: the model must yield keywords of the drawing's update, but yielded nothing."
        )
    return newest, True


def _running_loop():
    """The event loop that runs in this thread, or None."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
