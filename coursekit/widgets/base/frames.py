"""Frames of a drawing, quickly: the moving artists over a saved background, as PNG bytes of 96 colors."""

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from coursekit.plots.base import style
from coursekit.plots.base.drawing import Drawing

COLORS = 96
FINEST = 2  # pictures for screens of more than two pixels per CSS pixel would be large, and look the same


class Frames:
    """Takes a drawing over: `frame(state)` is its picture in that state, as PNG bytes.

    Making it settles the layout and the colors by the state that the drawing shows; from then on no panel
    changes its place. `scale`: how many pixels the picture has for each pixel of the page.
    """

    def __init__(self, drawing: Drawing) -> None:
        figure = drawing.figure
        self.drawing: Any = drawing  # None once it is free
        self.scale = float(FINEST)
        figure.canvas.draw()
        figure.set_layout_engine("none")
        self._palette = _colors(figure.canvas.buffer_rgba())
        for artist in drawing.moving:
            artist.set_animated(True)
        self._backgrounds = {}

    def frame(self, state: Mapping[str, Any], scale: float | None = None) -> bytes:
        """Show the state, keywords of `drawing.update`; the picture as PNG bytes."""
        figure = self.drawing.figure
        self._set_resolution(style.DPI * (scale or self.scale))
        self.drawing.update(**state)
        scene = self.drawing.scene(**state)
        canvas = figure.canvas
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

    def free(self) -> None:
        """Let go of the figure and its pixels at once: the garbage collector might come much later."""
        self._backgrounds.clear()
        self.drawing.figure.clear()
        self.drawing.figure.canvas.renderer = None
        self.drawing = None

    def _set_resolution(self, dpi):
        if self.drawing.figure.dpi != dpi:
            self.drawing.figure.set_dpi(dpi)
            self._backgrounds.clear()


def _colors(rgba):
    """A palette image: the frame's colors, and the style's with their shades for what comes later."""
    frame = np.asarray(rgba)[..., :3]
    ink = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (*style.PALETTE, style.MUTED)])
    shades = 255 - np.array([0.18, 0.45, 0.7, 1])[:, None, None] * (255 - ink)  # 0.18: bands of a spread
    ramps = np.tile(shades.reshape(1, -1, 3).repeat(8, axis=1), (8, frame.shape[1] // 192 + 1, 1))[
        :, : frame.shape[1]
    ]
    picture = Image.fromarray(np.concatenate([frame, ramps.astype(np.uint8)]))
    picture = picture.quantize(COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    colors = np.array(picture.getpalette()).reshape(-1, 3)
    colors[(colors > 245).all(axis=1)] = 255  # white stays white
    picture.putpalette(colors.ravel().tolist())
    picture.load()  # otherwise the new palette is ignored
    return picture
