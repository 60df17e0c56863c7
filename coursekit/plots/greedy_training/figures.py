"""Lesson 08, still figures: what finding a depth costs, and recipes side by side."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number


def _by_depth(where, name, values, depths):
    """`values` as finite numbers (depths, seeds), at least two seeds."""
    values = checks.numeric(where, name, values)
    checks.finite(where, name, values)
    if values.ndim != 2 or len(values) != len(depths) or values.shape[1] < 2:
        raise ValueError(
            f"{where}: {name} has shape {values.shape}; expected ({len(depths)}, seeds), a row for each depth, and "
            "at least 2 seeds."
        )
    return values


@style.look
def search_costs(costs: Mapping[str, ArrayLike], what: str = "multiplications (millions per sample)") -> Axes:
    """What a search for the depth costs: one bar a way to search, in parts, one for each depth that is tried.

    costs: {name: (D,)}, the cost of each depth; a single network has a single part.
    """
    inputs.named("search_costs", "name: costs (D,)", costs)
    ax = panels(height=1.3 + 0.55 * len(costs))
    ends = {name: np.cumsum(inputs.vector("search_costs", name, parts)) for name, parts in costs.items()}
    longest, texts = max(end[-1] for end in ends.values()), []
    for row, (name, end) in enumerate(ends.items()):
        starts = np.r_[0, end[:-1]]
        bars = ax.barh(
            np.full(len(end), row), end - starts, left=starts, height=0.6,
            color="#B9D4E8", edgecolor=style.INK, linewidth=1,
        )  # fmt: skip
        for i, bar in enumerate(bars):
            if len(end) > 1 and bar.get_width() > 0.03 * longest:
                center = bar.get_x() + bar.get_width() / 2
                ax.text(center, row, str(i + 1), ha="center", va="center")
        ax.annotate(number(end[-1]), (end[-1], row), (6, 0), textcoords="offset points", va="center")
        texts.append(f"{name} {number(end[-1])}")
    ax.set_yticks(range(len(costs)), list(costs))
    ax.set(xlabel=what, ylim=(len(costs) - 0.4, -0.6), xlim=(0, 1.12 * longest))
    ax.grid(axis="y", visible=False)
    ax.set_title("the number in each part is the depth")
    return style.describe(ax, f"{what}: {'; '.join(texts)}.")


@style.look
def recipes(errors: Mapping[str, ArrayLike], depths: ArrayLike, ylabel: str = "test error (%)") -> np.ndarray:
    """Recipes in rows, depths in panels: mean ± sd over seeds on a logarithmic axis, the numbers beside.

    errors: {recipe: (D, seeds)}, in %, above 0; depths (D,): hidden layers.
    """
    depths = inputs.vector("recipes", "depths", depths)
    inputs.named("recipes", "recipe: errors (D, seeds)", errors, least=2)
    errors = {name: _by_depth("recipes", name, values, depths) for name, values in errors.items()}
    axes = np.atleast_1d(panels(1, len(depths), height=1.5 + 0.42 * len(errors), sharey=True))
    texts, rows = [], np.arange(len(errors))
    means = np.array([values.mean(axis=1) for values in errors.values()])
    sds = np.array([values.std(axis=1, ddof=1) for values in errors.values()])
    seeds = {values.shape[1] for values in errors.values()}
    if means.min() <= 0:
        raise ValueError("recipes: a mean error is 0 or below; the axis is logarithmic.")
    low = 0.7 * np.maximum(means - sds, 0.3 * means).min()
    high = min(130, 2.2 * (means + sds).max())  # room for the numbers beside the points
    ticks = [tick for tick in (1, 2, 3, 5, 10, 30, 90) if low < tick < high]
    for d, ax in enumerate(axes):
        ax.axvline(means[:, d].min(), color=style.MUTED, linestyle=":", linewidth=1.2)
        for row, mean, sd in zip(rows, means[:, d], sds[:, d], strict=True):
            ends = max(mean - sd, low), mean + sd
            ax.plot(ends, [row, row], color=style.BLUE, linewidth=3, alpha=0.45)
            ax.plot(mean, row, "o", color=style.BLUE, markersize=7)
            right = mean > 25
            ax.annotate(
                f"{mean:.1f} ± {sd:.1f}", (ends[0] if right else ends[1], row), (-6 if right else 6, 0),
                textcoords="offset points", va="center", ha="right" if right else "left",
            )  # fmt: skip
        ax.set(xscale="log", xlim=(low, high), ylim=(len(rows) - 0.5, -0.5), xlabel=ylabel)
        ax.set_xticks(ticks, [str(tick) for tick in ticks])
        ax.xaxis.minorticks_off()
        ax.set_title(f"{number(depths[d])} hidden layers")
    axes[0].set_yticks(rows, list(errors))
    n = ", ".join(str(count) for count in sorted(seeds))
    axes[-1].figure.supxlabel(
        f"mean ± sd over seeds (n = {n}); dotted: the lowest mean", fontsize=10, color=style.MUTED
    )
    for name, mean, sd in zip(errors, means, sds, strict=True):
        each = ", ".join(
            f"{m:.1f} ± {s:.1f} at depth {number(d)}" for m, s, d in zip(mean, sd, depths, strict=True)
        )
        texts.append(f"{name}: {each}")
    return style.describe(
        axes if len(axes) > 1 else axes[0], f"{ylabel}, mean ± sd over {n} seeds. {'; '.join(texts)}."
    )
