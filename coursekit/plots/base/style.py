"""The look of every figure: palette, line styles, sizes, alt text.

Nothing depends on color alone: series differ in line style and marker too, and values are printed.
"""

import functools
import math
from collections.abc import Callable
from typing import Any, TypeVar, cast

from matplotlib import style as matplotlib_style
from matplotlib.colors import ListedColormap, to_hex

# On white each has a contrast of at least 4.5:1 (WCAG 2.1, 1.4.3: enough for text too), and any two stay apart
# under protanopia, deuteranopia and tritanopia; tests/plots/test_palette.py holds the law. Blue: Okabe & Ito
# (2008); vermillion: theirs, darkened.
BLUE, VERMILLION, VIOLET, BROWN, INK = "#0072B2", "#C44F00", "#8A2EE6", "#99664C", "#222222"
PALETTE = (BLUE, VERMILLION, VIOLET, BROWN, INK)
MUTED = "#5E5E5E"  # reference lines and remarks, never a series

LINE_STYLES = ("-", "--", "-.", ":", (0, (7, 2, 1, 2, 1, 2)))
MARKERS = ("o", "s", "^", "D", "v")

# Ten steps, light to dark: a smooth gradient would make an interactive frame four times as large.
FIELD = ListedColormap(
    [
        to_hex((1 - t, 1 - t * 0.553, 1 - t * 0.302))
        for t in (0.02, 0.08, 0.14, 0.2, 0.27, 0.34, 0.42, 0.5, 0.6, 0.7)
    ]
)

WIDTH, DPI = 8.6, 100  # inches; at 100 % this is 860 of a laptop's pixels

RC = {
    "figure.dpi": DPI,
    "figure.facecolor": "white",
    "figure.constrained_layout.h_pad": 0.06,
    "figure.constrained_layout.w_pad": 0.06,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib: the same picture on every machine
    "font.size": 10.5,
    "text.color": INK,
    "axes.facecolor": "white",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelsize": 10.5,
    "axes.titlesize": 11.5,
    "axes.titlelocation": "left",
    "axes.titleweight": "normal",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#E4E4E4",
    "grid.linestyle": "-",
    "grid.linewidth": 0.8,
    "hatch.linewidth": 0.8,
    "legend.fontsize": 10,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "lines.markersize": 6,
    "xtick.color": INK,
    "xtick.labelsize": 10,
    "ytick.color": INK,
    "ytick.labelsize": 10,
}


Function = TypeVar("Function", bound=Callable[..., Any])


def look(draw: Function) -> Function:
    """Decorator: `draw` runs under this style, whatever the reader's own matplotlib settings."""

    @functools.wraps(draw)
    def styled(*args, **kwargs):
        with matplotlib_style.context(["default", RC]):
            return draw(*args, **kwargs)

    return cast(Function, styled)


def series(i: int) -> dict[str, Any]:
    """Keywords of the i-th line of a panel: color, line style and marker (five of each, then round again)."""
    return {"color": PALETTE[i % 5], "linestyle": LINE_STYLES[i % 5], "marker": MARKERS[i % 5]}


def number(value: Any, digits: int = 3) -> str:
    """A number as figures and alt texts print it: `0.0412`, `−2.5`, `12,345`, `1e+09`, `inf`, `nan`."""
    whole = 10**digits <= abs(value) < 1e6
    return (f"{value:,.0f}" if whole else f"{value:.{digits}g}").replace("-", "−")


def mean_and_sd(mean: float, sd: float) -> str:
    """`0.6 ± 1.5`: a standard deviation with two digits, and the mean with as many decimals."""
    if not (math.isfinite(mean) and math.isfinite(sd) and sd > 0):
        return f"{number(mean)} ± {number(sd, 2)}"
    decimals = max(0, 1 - math.floor(math.log10(sd)))
    return f"{round(mean, decimals) + 0.0:,.{decimals}f} ± {sd:,.{decimals}f}".replace("-", "−")


Shown = TypeVar("Shown")  # an Axes, or panels of one figure


def describe(ax: Shown, text: str) -> Shown:
    """Set the alt text of the figure that `ax` (an Axes, or panels of one figure) belongs to; returns `ax`.

    The text says what is to be seen, with the numbers. Raises ValueError if it is empty.
    """
    if not text.strip():
        raise ValueError("describe: the text is empty; expected a sentence that says what the figure shows.")
    _figure(ax).alt = " ".join(text.split())
    return ax


def alt(ax: Any) -> str:
    """The alt text of an Axes, of panels, or of their figure."""
    return getattr(_figure(ax), "alt", "")


def _figure(ax):
    ax = ax.flat[0] if hasattr(ax, "flat") else ax
    return ax.figure
