"""Words that change with every frame, set by Pillow: some ten times as fast as matplotlib's text."""

import functools
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist, allow_rasterization
from matplotlib.colors import to_rgb
from PIL import Image, ImageDraw, ImageFont

from coursekit.plots import style

FONT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


@functools.lru_cache
def _font(pixels):
    return ImageFont.truetype(FONT, pixels, layout_engine=ImageFont.Layout.BASIC)


class Caption(Artist):
    """Horizontal text, of several lines if need be, at (x, y) of `transform` (the data, unless given).

    across, up: which point of the text stands there, from 0 (left, bottom) to 1 (right, top). Add it with
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

    @allow_rasterization
    def draw(self, renderer):
        """Set the text into a transparent picture and put it onto the canvas."""
        if not self.text or not self.get_visible():
            return
        font = _font(style.RC["font.size"] * self.figure.dpi / 72)
        sheet = ImageDraw.Draw(Image.new("L", (1, 1)))
        left, top, right, bottom = sheet.multiline_textbbox((0, 0), self.text, font, spacing=font.size * 0.45)
        mask = Image.new("L", (int(np.ceil(right - left)) + 2, int(np.ceil(bottom - top)) + 2))
        ImageDraw.Draw(mask).multiline_text(
            (1 - left, 1 - top), self.text, 255, font, spacing=font.size * 0.45
        )
        picture = np.empty((*mask.size[::-1], 4), np.uint8)
        picture[..., :3] = np.array(to_rgb(self.color)) * 255
        picture[..., 3] = np.asarray(mask)
        x, y = self.get_transform().transform((self.x, self.y))
        gc = renderer.new_gc()
        renderer.draw_image(
            gc, round(x - self.across * mask.width), round(y - self.up * mask.height), picture[::-1]
        )
        gc.restore()
        self.stale = False
