"""Lesson 07a: each cure at every learning rate that was tried."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from coursekit.experiments import grids
from coursekit.plots.base import style
from coursekit.plots.base.picture import Panels, panels


@style.look
def cures_by_rate(rows: Sequence[dict[str, Any]], columns: int = 4, at: float | None = None) -> Panels:
    """Validation error against learning rate, one panel per cure, with the best rate marked.

    rows: a table of `coursekit.experiments.grids` with "cure", "rate", "mean", "sd" and "seeds"; the bars are ± sd.
    at: a rate to be marked in every panel by a vertical line, for example the one that was too large.
    """
    best = grids.best(list(rows), "cure")
    if not best:
        raise ValueError(
            "cures_by_rate: rows is empty; expected the rows of a table, as grids.read returns them."
        )
    lines = -(-len(best) // columns)
    axes = panels(lines, min(columns, len(best)), height=0.8 + 2.1 * lines, sharey=True, sharex=True)
    parts = []
    for ax, (name, top) in zip(axes, best.items(), strict=False):
        mine = [row for row in rows if row["cure"] == name]
        rates, means = [row["rate"] for row in mine], [row["mean"] for row in mine]
        ax.axhline(90, color=style.MUTED, linewidth=1)
        ax.errorbar(
            rates, means, yerr=[row["sd"] for row in mine], color=style.BLUE, marker="o", markersize=4,
            capsize=2, linewidth=1.4,
        )  # fmt: skip
        ax.plot(top["rate"], top["mean"], "D", color=style.VERMILLION, markersize=9)
        if at is not None:
            ax.axvline(at, color=style.INK, linestyle=":", linewidth=1.2)
        rate = np.format_float_positional(top["rate"], trim="-")
        verdict = f"{top['mean']:.1f} ± {top['sd']:.1f} % at {rate}"
        ax.set_title(f"{name}\n{verdict}", fontsize=10)
        ax.set(xscale="log", ylim=(0, 100))
        parts.append(f"{name} {verdict}")
    for ax in axes[len(best) :]:
        ax.set_visible(False)
    for ax in axes[::columns]:
        ax.set_ylabel("validation error (%)")
    for ax in axes[max(0, len(best) - columns) : len(best)]:
        ax.set_xlabel("learning rate")
        ax.tick_params(labelbottom=True)
    axes.flat[0].figure.suptitle(
        f"mean ± sd of {rows[0]['seeds']} seeds; diamonds: best rate", x=0.01, ha="left", fontsize=11.5
    )
    return style.describe(
        axes,
        f"Validation error against learning rate, mean ± sd of {rows[0]['seeds']} seeds; guessing has 90 %. "
        f"Best rates: {'; '.join(parts)}.",
    )
