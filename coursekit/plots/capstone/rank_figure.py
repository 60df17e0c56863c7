"""The standings of a capstone: every recipe's errors on hidden images, the author's highlighted."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number

NARROW = 6.0  # inches: still to be read on a phone


@style.look
def rank_figure(errors: Mapping[str, ArrayLike], name: str) -> Axes:
    """One row per recipe, the lowest mean error on top: every draw a dot, the mean a diamond with its number.

    errors: {recipe: (draws,)} in percent; name: the recipe that is highlighted.
    """
    inputs.named("rank_figure", "recipe: errors (draws,)", errors)
    rows = {key: checks.numeric("rank_figure", key, values) for key, values in errors.items()}
    checks.one_of("rank_figure", "name", name, list(rows))
    order = sorted(rows, key=lambda key: rows[key].mean())
    ax = panels(height=1.0 + 0.5 * len(order), width=NARROW)
    said = []
    for place, key in enumerate(order):
        values = rows[key]
        color = style.VERMILLION if key == name else style.BLUE
        spread = ((np.arange(values.size) * 0.618) % 1 - 0.5) * 0.4  # equal values stay visible
        ax.plot(values, place + spread, "o", color=color, alpha=0.35, markersize=5)
        ax.plot(values.mean(), place, "D", color=color, markersize=9, markeredgecolor="white")
        ax.annotate(
            f"{values.mean():.1f} %",
            (1.01, place),
            xycoords=("axes fraction", "data"),
            va="center",
            annotation_clip=False,
            fontsize=12,
            weight="bold" if key == name else "normal",
        )
        said.append(f"{place + 1}. {key} {number(values.mean())} %")
    ax.set(yticks=range(len(order)), ylim=(len(order) - 0.5, -0.5), xlabel="hidden images misread, in %")
    ax.set_yticklabels([f"{i}. {key}" for i, key in enumerate(order, 1)], fontsize=12)
    ax.get_yticklabels()[order.index(name)].set(weight="bold", color=style.VERMILLION)
    ax.grid(axis="y", visible=False)
    draws = next(iter(rows.values())).size
    return style.describe(
        ax, f"Hidden images misread by {len(order)} recipes, mean of {draws} draws: {'; '.join(said)}."
    )
