"""The one engine: controls → model → drawing → picture.

Still parts of the figure are rendered once; a frame redraws the moving artists over that background, keeps 96
colors and goes to the page as `<img alt=…>` in an HTML widget. Among the ways to do this with matplotlib it
is the quickest from slider to picture, and the only one that carries an alt text; see
tests/benchmarks/slider_latency.py.
"""

import asyncio
import base64
import html
import io

import ipywidgets
import numpy as np
from PIL import Image

from coursekit.plots import style
from coursekit.plots.picture import img, png
from coursekit.widgets import access

COLORS = 96


class Explorer:
    """A panel: controls above a drawing that follows them.

    drawing: a `plots.drawing.Drawing`. controls: {name of a state variable: ipywidget with a `value`, named
    by its `description`}. model: function of these variables that returns the keywords of `drawing.update`;
    without it they are passed as they are. drag: function (panel index, x, y), in the data coordinates of
    that panel, that returns the new values of some sliders while the pointer drags on the picture. extra:
    widgets (a Play button) that stand beside the controls.

    Events that arrive while a frame is drawn are answered together, by one frame of the last state. An error
    in model or drawing is shown in the panel; the next good frame takes it away. Displays as the panel; where
    widgets cannot run, as the first picture. `panel` is the box, `picture` the HTML widget.
    """

    def __init__(self, drawing, controls, model=None, drag=None, extra=()):
        self.drawing, self.controls, self._drag = drawing, dict(controls), drag
        self._model = model or (lambda **state: state)
        self._due = False
        figure = drawing.figure
        self._size = tuple(round(inches * style.DPI) for inches in figure.get_size_inches())
        drawing.update(**self._model(**self.state))
        self._still = png(figure)  # exports and viewers without widgets show this
        self._still_alt = style.alt(figure)
        self._prepare(figure)
        self.picture, self.error = ipywidgets.HTML(), ipywidgets.HTML()
        self.picture.add_class(access.PICTURE)
        every = [*self.controls.values(), *extra]
        row = ipywidgets.HBox(every, layout={"flex_flow": "row wrap", "grid_gap": "0 1.5em"})
        named = [(control.description, control) for control in every]
        self.panel, self._access = access.panel(
            [row, self.picture, self.error], named, drags=drag is not None
        )
        for control in self.controls.values():
            control.observe(self._changed, "value")
        self._access.observe(self._pointed, "pointer")
        self.draw()

    @property
    def state(self):
        """{name: value} of the controls."""
        return {name: control.value for name, control in self.controls.items()}

    def _prepare(self, figure):
        """Settle the layout, choose the colors, and take the moving artists out of the background."""
        figure.canvas.draw()
        figure.set_layout_engine("none")  # from now on no panel changes its place
        self._palette = _colors(figure.canvas.buffer_rgba())
        for artist in self.drawing.moving:
            artist.set_animated(True)
        self._backgrounds = {}

    def _changed(self, _):
        """Draw soon: once for all events that are already waiting."""
        if self._due:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a plain script has no loop
            self.draw()
        else:
            self._due = True
            loop.call_soon(self.draw)

    def _pointed(self, change):
        """Turn the pointer's place on the picture into new values of the controls."""
        across, down = change["new"]
        figure = self.drawing.figure
        pixel = across * figure.bbox.width, (1 - down) * figure.bbox.height
        for i, axes in enumerate(figure.axes):
            if axes.bbox.contains(*pixel):
                x, y = axes.transData.inverted().transform(pixel)
                for name, value in self._drag(i, float(x), float(y)).items():
                    slider = self.controls[name]
                    value = slider.min + round((value - slider.min) / slider.step) * slider.step
                    slider.value = min(max(value, slider.min), slider.max)

    def draw(self):
        """Draw the present state."""
        self._due = False
        try:
            state = self._model(**self.state)
            self.drawing.update(**state)
            data, alt = self._frame(self.drawing.scene(**state)), style.alt(self.drawing.figure)
        except Exception as error:  # a panel that goes silent teaches nothing: the learner sees what failed
            where = ", ".join(f"{name} = {value!r}" for name, value in self.state.items())
            text = html.escape(f"{type(error).__name__}: {error} (at {where})")
            self.error.value = f'<div role="alert"><b>This state cannot be drawn.</b> {text}</div>'
        else:
            self.error.value = ""
            self.picture.value = img(data, alt, *self._size)

    def _frame(self, scene):
        """The moving artists over the background of this scene, as PNG bytes."""
        figure, canvas = self.drawing.figure, self.drawing.figure.canvas
        if scene not in self._backgrounds:
            canvas.draw()
            self._backgrounds[scene] = canvas.copy_from_bbox(figure.bbox)
        canvas.restore_region(self._backgrounds[scene])
        for artist in sorted(self.drawing.moving, key=lambda artist: artist.get_zorder()):
            figure.draw_artist(artist)
        picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
        out = io.BytesIO()
        picture.quantize(palette=self._palette, dither=Image.Dither.NONE).save(out, "PNG", compress_level=3)
        return out.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {
            **self.panel._repr_mimebundle_(),
            "text/html": img(self._still, self._still_alt, *self._size),
            "image/png": base64.b64encode(self._still).decode(),
            "text/plain": self._still_alt,
        }


def _colors(rgba):
    """A palette image: the frame's colors, and the style's with their shades for what comes later."""
    frame = np.asarray(rgba)[..., :3]
    ink = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (*style.PALETTE, style.MUTED)])
    shades = 255 - np.linspace(0.25, 1, 4)[:, None, None] * (255 - ink)
    ramps = np.tile(shades.reshape(1, -1, 3).repeat(8, axis=1), (8, frame.shape[1] // 192 + 1, 1))[
        :, : frame.shape[1]
    ]
    picture = Image.fromarray(np.concatenate([frame, ramps.astype(np.uint8)]))
    picture = picture.quantize(COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    colors = np.array(picture.getpalette()).reshape(-1, 3)
    colors[(colors > 245).all(axis=1)] = 255  # white stays white
    picture.putpalette(colors.ravel().tolist())
    picture.load()  # else the new palette stays aside
    return picture
