"""Lesson 07b, still figures: how long computations take, and where a Bayesian search tries next."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number


@style.look
def timings(seconds: Mapping[str, ArrayLike], what: str = "time (milliseconds)") -> Axes:
    """How long each computation took: every run a dot, the fastest one filled and written beside its row.

    seconds: {name: (runs,)}. Whatever else a computer does makes a run longer, never shorter, so the fastest run is
    the best estimate of what the computation itself needs.
    """
    inputs.named("timings", "name: seconds (runs,)", seconds)
    rows = {name: 1000 * checks.numeric("timings", name, runs) for name, runs in seconds.items()}
    for name, runs in rows.items():
        checks.finite("timings", name, runs)
        if runs.ndim != 1 or runs.size == 0 or runs.min() <= 0:
            raise ValueError(
                f"timings: {name} must hold the seconds of one run or more, (runs,), all above 0, but has shape "
                f"{runs.shape}."
            )
    ax = panels(height=1.3 + 0.5 * len(rows))
    parts = []
    for place, (name, runs) in enumerate(rows.items()):
        ax.plot(runs, np.full(runs.size, place), "o", color=style.BLUE, markerfacecolor="none", markersize=6)
        ax.plot(runs.min(), place, "D", color=style.VERMILLION, markersize=8)
        words = f"{number(runs.min())} ms"
        ax.annotate(
            words, (1.01, place), xycoords=("axes fraction", "data"), va="center", annotation_clip=False
        )
        parts.append(f"{name} {words}")
    every = np.concatenate(list(rows.values()))
    ax.set(
        xscale="log", xlim=(every.min() / 1.5, every.max() * 1.5), ylim=(len(rows) - 0.5, -0.5), xlabel=what,
        yticks=range(len(rows)), yticklabels=list(rows), title="each circle a run, diamonds the fastest",
    )  # fmt: skip
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.grid(axis="y", visible=False)
    return style.describe(ax, f"{what}, the fastest run of each: {'; '.join(parts)}.")


@style.look
def next_trial(
    x: ArrayLike, mean: ArrayLike, sd: ArrayLike, improvement: ArrayLike, tried: ArrayLike, values: ArrayLike,
    xlabel: str = "setting", ylabel: str = "loss",
) -> Panels:  # fmt: skip
    """One step of a Bayesian search. Left: trials, and what a model predicts; right: expected improvement.

    x, mean, sd, improvement (P,): the model at P settings, increasing; tried, values (T,): the trials so far. The next
    trial is where the improvement is largest.
    """
    where = "next_trial"
    x = inputs.vector(where, "x", x)
    curves = [
        inputs.vector(where, name, a)
        for name, a in (("mean", mean), ("sd", sd), ("improvement", improvement))
    ]
    tried, values = inputs.vector(where, "tried", tried), inputs.vector(where, "values", values)
    if len({x.size, *(curve.size for curve in curves)}) > 1 or tried.size != values.size:
        raise ValueError(
            f"next_trial: x, mean, sd and improvement must have equal lengths, and so must tried and values, but their "
            f"lengths are {x.size}, {', '.join(str(c.size) for c in curves)}; {tried.size}, {values.size}."
        )
    mean, sd, improvement = curves
    best = int(improvement.argmax())
    axes = model, gain = panels(1, 2, height=3.9)
    model.fill_between(
        x, mean - 2 * sd, mean + 2 * sd, color=style.BLUE, alpha=0.15, linewidth=0, label="mean ± 2 sd"
    )
    model.plot(x, mean, color=style.BLUE, linewidth=2, label="predicted mean")
    model.plot(tried, values, "o", color=style.INK, markersize=7, label="trials so far")
    model.axhline(values.min(), color=style.MUTED, linewidth=1, linestyle=":", label="best so far")
    gain.plot(x, improvement, color=style.VERMILLION, linewidth=2)
    for ax in axes:
        ax.axvline(x[best], color=style.VERMILLION, linewidth=1, linestyle="--")
        ax.set_xlabel(xlabel)
    model.set(ylabel=ylabel, title=f"the model, after {tried.size} trials")
    gain.set(ylabel="expected improvement", title=f"next trial at {number(x[best])}")
    model.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)
    return style.describe(
        axes,
        f"{tried.size} trials, the best with {ylabel} {number(values.min())} at {number(tried[values.argmin()])}. The "
        f"expected improvement is largest, {number(improvement[best])}, at {number(x[best])}, where the model predicts "
        f"{number(mean[best])} ± {number(sd[best])}.",
    )
