"""Axes that show themselves in a notebook: as `<img alt=…>`, the only way JupyterLab keeps alt text.

`pyplot` is not involved: nothing is drawn twice, no figure stays in memory once its Axes are gone.
"""

import base64
import html
import io
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from coursekit.plots.base import style


class Picture(Figure):
    """A figure with an alt text, `alt`; displays as `<img alt>`, with PNG and plain text to fall back on."""

    alt = ""

    def _repr_mimebundle_(self, include=None, exclude=None):
        data = png(self)
        width, height = (round(inches * style.DPI) for inches in self.get_size_inches())
        return {
            "text/html": img(data, self.alt, width, height),
            "image/png": base64.b64encode(data).decode(),
            "text/plain": self.alt,
        }


class PictureAxes(Axes):
    """An Axes that displays as its figure."""

    def _repr_mimebundle_(self, include=None, exclude=None):
        figure: Any = self.figure
        return figure._repr_mimebundle_(include, exclude)


class Panels(np.ndarray):
    """An array of Axes, all of one figure, that displays as that figure."""

    def _repr_mimebundle_(self, include=None, exclude=None):
        return self.flat[0].figure._repr_mimebundle_(include, exclude)


@style.look
def panels(rows=1, cols=1, *, height, width=style.WIDTH, **subplots) -> Any:
    """New Axes on a figure of `width` × `height` inches: one `PictureAxes`, or `Panels` of shape
    (rows·cols,).

    Further keywords go to `Figure.subplots` (`sharex`, `width_ratios`, …).
    """
    figure = Picture(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, cols, squeeze=False, subplot_kw={"axes_class": PictureAxes}, **subplots)
    return axes[0, 0] if axes.size == 1 else axes.ravel().view(Panels)


@style.look
def png(figure: Figure, scale: float = 2) -> bytes:
    """The figure as PNG bytes of at most 256 colors, `scale` times finer than the page."""
    raw, out = io.BytesIO(), io.BytesIO()
    # not as bare pixels: matplotlib before 3.11 rounds their number in another way
    figure.savefig(raw, format="png", dpi=style.DPI * scale, pil_kwargs={"compress_level": 0})
    picture = Image.open(raw).convert("RGB")
    picture = picture.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    picture.putpalette(
        bytes(255 if value > 251 else value for value in picture.getpalette() or ())
    )  # white stays white
    picture.save(out, "PNG")
    return out.getvalue()


# In a dark theme light and dark change places and hues stay: white becomes the page's #121212. Named themes of
# JupyterLab and Notebook, VS Code, Colab. tests/plots/test_palette.py holds the contrast to the law of the light one.
DARK_FILTER = "invert(.93) hue-rotate(180deg)"
_DARK_THEMES = "[data-jp-theme-light=false] ", ".vscode-dark ", "html[theme=dark] "
DARK_STYLE = f"<style>{','.join(theme + '.coursekit-figure' for theme in _DARK_THEMES)}{{filter:{DARK_FILTER}}}</style>"


def img(data: bytes, alt: str, width: int, height: int) -> str:
    """`<img>` of PNG bytes: its size is fixed before it loads (no jump) and it shrinks with a narrow page."""
    source = base64.b64encode(data).decode()
    return (
        f'{DARK_STYLE}<img class="coursekit-figure" alt="{html.escape(alt)}" width="{width}" height="{height}" '
        'decoding="sync" draggable="false" style="max-width:100%;height:auto" '
        f'src="data:image/png;base64,{source}">'
    )
