"""The one engine: controls → model → drawing → picture.

Still parts of the figure are rendered once; a frame redraws the moving artists over that background, keeps 96
colors and goes to the page as `<img alt=…>` in an HTML widget. Among the ways to do this with matplotlib it
is the quickest from slider to picture, and the only one that carries an alt text; see
tests/benchmarks/slider_latency.py.
"""

import asyncio
import base64
import html
import os
import threading
from collections.abc import Iterator

import ipywidgets

from coursekit.plots.base import style
from coursekit.plots.base.picture import img, png
from coursekit.widgets.base import access
from coursekit.widgets.base.controls import put
from coursekit.widgets.base.flipbook import flipbook
from coursekit.widgets.base.frames import Frames
from coursekit.widgets.base.slices import Slices


class Explorer:
    """A panel: controls above a drawing that follows them.

    drawing: a `plots.drawing.Drawing`.
    controls: {name of a state variable: control, from `widgets.controls`}; a control's description is its
    name on the page.
    model: function of these variables that returns the keywords of `drawing.update`; without it they are
    passed as they are. A model that takes its time is a generator: it yields such keywords again and again,
    each yield a partial result (see `widgets.slices`), at least every 0.1 s, the first within 0.3 s. A new
    move drops it at its next yield. The same state has to give the same picture: draw at random from a
    generator that the model itself makes.
    drag: function (panel index, x, y), in the data coordinates of that panel, that returns new values of some
    state variables, {name: value}, while the pointer is pressed on the picture. click: the same, once for
    each press. What the pointer can set has a control, so the keyboard can set it too.
    extra: widgets (a Play button) that stand beside the controls.

    Events that arrive while a frame is drawn are answered together, by one frame of the last state. Models and
    drawings run in the thread that made the panel, never two at once; while a cell runs, panels wait. An error
    in model, drawing or pointer function is shown in the panel; the next good frame takes it away. Displays
    as the panel; where widgets cannot run, as the first picture, or as a flipbook (see `widgets.flipbook`) where
    the environment variable COURSEKIT_FLIPBOOKS is set. `panel` is the box, `picture` the HTML widget.
    """

    def __init__(self, drawing, controls, model=None, drag=None, click=None, extra=()):
        self.drawing, self.controls = drawing, dict(controls)
        self._drag, self._click, self._presses = drag, click, 0
        self._model = model or (lambda **state: state)
        self._thread, self._loop, self._due = threading.get_ident(), _running_loop(), False
        figure = drawing.figure
        self.size = tuple(round(inches * style.DPI) for inches in figure.get_size_inches())
        result = self._model(**self.state)
        self.trains = isinstance(result, Iterator)
        first = next(result, None) if self.trains else result
        if first is None:
            raise ValueError(
                "Explorer: the model yielded nothing; it wants keywords of the drawing's update."
            )
        drawing.update(**first)
        self._still = png(figure)  # exports and viewers without widgets show this
        self._still_alt = style.alt(figure)
        self._frames, self._slices = Frames(drawing), Slices(self._show, self._fail, self._busy)
        self.picture, self.error = ipywidgets.HTML(), ipywidgets.HTML()
        self.picture.add_class(access.PICTURE)
        every = [*self.controls.values(), *extra]
        row = ipywidgets.HBox(every, layout={"flex_flow": "row wrap", "grid_gap": "0 1.5em"})
        named = [(control.description, control) for control in every]
        pointer = "drag" if drag else "click" if click else ""
        self.panel, self._access = access.panel([row, self.picture, self.error], named, pointer)
        for control in self.controls.values():
            control.observe(self._changed, "value")
        self._access.observe(self._pointed, "pointer")
        self._show(first)
        if self.trains:
            self._slices.start(result, begun=True)

    @property
    def state(self):
        """{name: value} of the controls."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    def working(self):
        """Whether the model still trains."""
        return self._slices.running

    def still(self, **state):
        """The picture of a state as PNG bytes, and its alt text; of a model that trains, at its end."""
        result = self._model(**state)
        if self.trains:
            *_, result = result
        data = self._frames.frame(result)
        return data, style.alt(self.drawing.figure)

    def stop(self):
        """End the work of a model that trains; what it has drawn stays."""
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
        if not self._due:
            self._due = True
            self._soon(self.draw)

    def _pointed(self, change):
        across, down, presses = change["new"]
        pressed, self._presses = presses != self._presses, presses
        self._soon(lambda: self._point(across, down, pressed))

    def _point(self, across, down, pressed):
        """Turn the pointer's place on the picture into new values of the controls."""
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

    def draw(self):
        """Draw the present state."""
        self._due = False
        self.stop()
        try:
            result = self._model(**self.state)
            if not self.trains:
                self._show(result)
        except Exception as error:  # a panel that goes silent teaches nothing: the learner sees what failed
            self._fail(error)
        else:
            if self.trains:
                self._slices.start(result)

    def _show(self, state):
        """Put this state's frame on the page."""
        data = self._frames.frame(state)
        self.error.value = ""
        self.picture.value = img(data, style.alt(self.drawing.figure), *self.size)

    def _busy(self, running):
        """Let the page know that the picture is a partial result."""
        self._access.busy = running

    def _fail(self, error):
        """Tell the error in the panel."""
        where = ", ".join(f"{name} = {value!r}" for name, value in self.state.items())
        text = html.escape(f"{type(error).__name__}: {error} (at {where})")
        self.error.value = f'<div role="alert"><b>This state cannot be drawn.</b> {text}</div>'

    def _repr_mimebundle_(self, include=None, exclude=None):
        picture = img(self._still, self._still_alt, *self.size)
        if os.environ.get("COURSEKIT_FLIPBOOKS"):  # a page is being made that will have no kernel
            self.stop()
            picture = flipbook(self)
        png_alone = base64.b64encode(self._still).decode()
        elsewhere = {"text/html": picture, "image/png": png_alone, "text/plain": self._still_alt}
        return access.bundle(self.panel, elsewhere)


def _running_loop():
    """The event loop that runs in this thread, or None."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
