"""Held-out error against the learning rate, one line per contender, with each contender's best rate marked."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes

from coursekit.plots.base import style
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number


@style.look
def held_out_by_rate(rows: Sequence[Mapping[str, Any]], contenders: Sequence[str]) -> Axes:
    """Lines through the means of `rows`, which have the keys contender, rate, mean, sd and splits; a circle marks the lowest.

    The bars are one standard deviation over the splits.
    """
    ax = panels(height=4.2)
    said = []
    for i, name in enumerate(contenders):
        own = sorted((row for row in rows if row["contender"] == name), key=lambda row: row["rate"])
        if len(own) < 2:
            raise ValueError(
                f"held_out_by_rate: {name!r} has {len(own)} rows; expected at least two rates. The contenders are "
                f"{sorted({row['contender'] for row in rows})}."
            )
        look = style.series(i)
        rates, means = [row["rate"] for row in own], [row["mean"] for row in own]
        ax.errorbar(
            rates, means, yerr=[row["sd"] for row in own], capsize=3, elinewidth=1, label=name, **look
        )
        best = min(own, key=lambda row: row["mean"])
        ax.plot(best["rate"], best["mean"], "o", markersize=17, markerfacecolor="none", color=look["color"])
        said.append(f"{name}: lowest at rate {number(best['rate'])}, {number(best['mean'])} %")
    ax.set_xscale("log")
    ticks = sorted({row["rate"] for row in rows if row["contender"] in contenders})
    ax.set_xticks(ticks, [f"{rate:g}" for rate in ticks])
    ax.minorticks_off()
    splits = rows[0]["splits"]
    ax.set(xlabel="learning rate at the start", ylabel="error on held-out labels (%)")
    ax.set_title(f"mean ± sd over {splits} splits; circles: each contender's best rate")
    ax.legend()
    return style.describe(ax, f"Held-out error by learning rate, mean of {splits} splits. {'; '.join(said)}.")
