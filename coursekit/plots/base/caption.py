"""Words that change with every frame, set by Pillow: some ten times as fast as matplotlib's text."""

import functools
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist, allow_rasterization
from matplotlib.colors import to_rgb
from matplotlib.transforms import Bbox
from PIL import Image, ImageDraw, ImageFont

from coursekit.plots.base import style

FONT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


@functools.lru_cache
def _font(pixels):
    return ImageFont.truetype(FONT, pixels, layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(maxsize=64)
def _mask(text, pixels):
    """The words in white on black (height, width)."""
    font = _font(pixels)
    gap = font.size * 0.45
    sheet = ImageDraw.Draw(Image.new("L", (1, 1)))
    left, top, right, bottom = sheet.multiline_textbbox((0, 0), text, font, spacing=gap)
    mask = Image.new("L", (int(np.ceil(right - left)) + 2, int(np.ceil(bottom - top)) + 2))
    ImageDraw.Draw(mask).multiline_text((1 - left, 1 - top), text, 255, font, spacing=gap)
    return np.asarray(mask)


class Caption(Artist):
    """Horizontal text, of several lines if need be, at (x, y) of `transform` (the data, unless given).

    across, up: which point of the text is placed there, from 0 (left, bottom) to 1 (right, top). Add it with
    `ax.add_artist`; move it with `place`.
    """

    def __init__(self, x=0.0, y=0.0, text="", *, across=0.0, up=0.0, color=style.INK, transform=None):
        super().__init__()
        self.x, self.y, self.text, self.across, self.up, self.color = x, y, text, across, up, color
        self.set_in_layout(False)
        if transform is not None:
            self.set_transform(transform)

    def place(self, **values):
        """Set any of x, y, text, across, up."""
        vars(self).update(values)
        self.stale = True

    def get_window_extent(self, renderer=None):
        """The box of the words, in pixels."""
        x, y = self.get_transform().transform((self.x, self.y))
        height, width = self._mask().shape
        return Bbox.from_bounds(round(x - self.across * width), round(y - self.up * height), width, height)

    @allow_rasterization
    def draw(self, renderer):
        """Set the text into a transparent picture and put it onto the canvas."""
        if not self.text or not self.get_visible():
            return
        mask, box = self._mask(), self.get_window_extent()
        picture = np.empty((*mask.shape, 4), np.uint8)
        picture[..., :3] = np.array(to_rgb(self.color)) * 255
        picture[..., 3] = mask
        gc = renderer.new_gc()
        renderer.draw_image(gc, box.x0, box.y0, picture[::-1])
        gc.restore()
        self.stale = False

    def _mask(self):
        return _mask(self.text, style.RC["font.size"] * self.figure.dpi / 72)
