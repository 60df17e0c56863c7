"""Laws of every figure: they read with any eye and without one, and change nothing but their own picture.

The examples are in the files test_figures_*.py beside this one, one a lesson.
"""

import base64
import functools
import html
import importlib
import io
import re
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from color_vision import contrast
from matplotlib.colors import to_hex
from matplotlib.text import Text
from PIL import Image

from coursekit import plots
from coursekit.plots.base import style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.picture import png

FIGURES = {}
for _file in sorted(Path(__file__).parent.glob("test_figures_*.py")):
    FIGURES |= importlib.import_module(_file.stem).FIGURES
every_figure = pytest.mark.parametrize("draw", FIGURES, ids=lambda draw: draw.__name__)


def figure_of(axes):
    return axes.flat[0].figure if isinstance(axes, np.ndarray) else axes.figure


@functools.cache
def shown(draw):
    """The example of a figure, drawn and shown once for all tests: its axes, what a notebook gets, and what changed."""
    arguments, _ = FIGURES[draw]
    inputs = arrays(dict(enumerate(arguments)))
    before, settings = [a.copy() for a in inputs], str(mpl.rcParams)
    axes = draw(*arguments)
    bundle = axes._repr_mimebundle_()
    changed = [
        a
        for a, b in zip(inputs, before, strict=True)
        if not np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    ]
    return axes, bundle, changed, str(mpl.rcParams) == settings


def drawn(draw):
    """The axes of the example of a figure."""
    return shown(draw)[0]


def arrays(value):
    """The arrays within an argument."""
    if isinstance(value, dict):
        return [a for v in value.values() for a in arrays(v)]
    return [value] if isinstance(value, np.ndarray) else []


def test_the_table_holds_every_public_figure():
    assert {draw.__name__ for draw in FIGURES} == set(plots.__all__) - {"alt", "describe"}


@every_figure
def test_alt_text_names_the_numbers(draw):
    _, numbers = FIGURES[draw]
    alt = plots.alt(drawn(draw))
    for number in numbers:
        assert number in alt


@every_figure
def test_a_figure_shows_itself_with_its_alt_text(draw):
    axes, bundle, _, _ = shown(draw)
    assert bundle["text/plain"] == plots.alt(axes)
    assert f'alt="{html.escape(plots.alt(axes))}"' in bundle["text/html"]
    picture = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"])))
    width, height = (
        int(re.search(rf'{side}="(\d+)"', bundle["text/html"])[1]) for side in ("width", "height")
    )
    assert picture.size == (2 * width, 2 * height)
    assert width <= 900
    assert picture.convert("RGB").getpixel((1, 1)) == (255, 255, 255)


@every_figure
def test_drawing_leaves_its_arguments_and_matplotlib_alone(draw):
    _, _, changed, settings_are_as_before = shown(draw)
    assert changed == []
    assert settings_are_as_before


@every_figure
def test_text_is_legible_and_inside_the_figure(draw):
    figure = figure_of(drawn(draw))
    figure.draw_without_rendering()
    for text in figure.findobj(Text):
        assert text.get_fontsize() >= 10
    box = figure.get_tightbbox()  # of everything, in inches
    np.testing.assert_array_less([-box.x0, -box.y0], 0.02)
    np.testing.assert_array_less([box.x1, box.y1], figure.get_size_inches() + 0.02)


@every_figure
def test_lines_of_a_panel_differ_without_color(draw):
    for axes in figure_of(drawn(draw)).axes:
        labeled = [line for line in axes.lines if not line.get_label().startswith("_") and line.get_visible()]
        looks = [(line.get_linestyle(), line.get_marker(), line.get_linewidth()) for line in labeled]
        assert len(set(looks)) == len(looks)


def words(figure):
    """Every visible word: matplotlib's texts and the captions."""
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return texts, [caption for caption in figure.findobj(Caption) if caption.get_visible()]


@pytest.mark.slow
@every_figure
def test_words_stand_out_from_what_is_behind_them(draw):
    figure = figure_of(draw(*FIGURES[draw][0]))
    figure.canvas.draw()
    texts, captions = words(figure)
    boxes = [text.get_window_extent() for text in texts]
    figure.set_layout_engine("none")
    for text in figure.findobj(Text):
        text.set_visible(False)
    figure.canvas.draw()
    behind = np.asarray(figure.canvas.buffer_rgba())[::-1, :, :3]  # from below, as the boxes
    for text, box in zip(texts, boxes, strict=True):
        part = behind[max(0, int(box.y0)) : int(box.y1) + 1, max(0, int(box.x0)) : int(box.x1) + 1]
        if not part.size:
            continue  # the label of a tick beyond the axis
        colors, counts = np.unique(part.reshape(-1, 3), axis=0, return_counts=True)
        ground = "white" if text.get_path_effects() else colors[counts.argmax()] / 255
        assert contrast(text.get_color(), ground) >= 4.5, text.get_text()
    for caption in captions:
        assert contrast(caption.color) >= 4.5, caption.text


@every_figure
def test_what_a_legend_names_has_a_color_of_the_palette(draw):
    for axes in figure_of(drawn(draw)).axes:
        for line in axes.lines:
            if not line.get_label().startswith("_"):
                assert to_hex(line.get_color()).upper() in (*style.PALETTE, style.MUTED), line.get_label()


@every_figure
def test_a_figure_with_a_spread_says_over_how_many(draw):
    axes = drawn(draw)
    texts, captions = words(figure_of(axes))
    shown = " ".join([text.get_text() for text in texts] + [caption.text for caption in captions])
    if re.search(r"±|\bsd\b", shown + plots.alt(axes)):
        many = r"n = \d+|\d+ (seeds|networks|folds|samples|splits|runs|draws|trials|points)"
        assert re.search(many, shown)
        assert re.search(many, plots.alt(axes))


def test_the_readers_own_settings_do_not_show():
    plain = png(plots.surprise().figure, 1)
    theirs = {
        "axes.facecolor": "black",
        "font.size": 30,
        "xtick.direction": "in",
        "savefig.transparent": True,
    }
    with mpl.rc_context(theirs):
        assert png(plots.surprise().figure, 1) == plain


def test_no_pyplot():
    code = "import sys; from coursekit import plots; plots.surprise()._repr_mimebundle_(); "
    code += "sys.exit('matplotlib.pyplot' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_caption_is_where_it_is_placed():
    ax = plots.surprise()
    caption = Caption(0.5, 0.5, "HHH", across=0.5, up=0.5, transform=ax.transAxes, color="#00FF00")
    ax.add_artist(caption)

    def green():
        ax.figure.canvas.draw()
        red, green, blue, _ = np.moveaxis(np.asarray(ax.figure.canvas.buffer_rgba()).astype(int), -1, 0)
        return np.argwhere(green - np.maximum(red, blue) > 60)

    row, column = green().mean(axis=0)
    x, y = ax.transAxes.transform((0.5, 0.5))
    np.testing.assert_allclose([column, ax.figure.bbox.height - row], [x, y], atol=2)
    caption.set_visible(False)
    assert green().size == 0


def test_an_alt_text_is_no_blank():
    with pytest.raises(ValueError, match="empty"):
        plots.describe(plots.surprise(), " ")
