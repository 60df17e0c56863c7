"""Lesson 06, still figures: one step, rates on a parabola, paths over landscapes, errors by step."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number


@style.look
def descent_step(
    cost: Callable[..., Any], gradient: Callable[..., Any], theta: float, lr: float, limits: Sequence[float]
) -> Axes:
    """One step of gradient descent on a cost of one parameter: tangent, slope, and where θ − η·slope lands.

    cost, gradient: functions of an array; theta: where the step begins; lr: the rate η; limits: (low, high) of θ.
    """
    limits = inputs.interval("descent_step", "limits", limits)
    theta, lr = (checks.number("descent_step", name, v) for name, v in (("theta", theta), ("lr", lr)))
    slope = float(gradient(theta))
    after, here, there = theta - lr * slope, float(cost(theta)), float(cost(theta - lr * slope))
    axis = np.linspace(*limits, 301)
    values = cost(axis)
    ax = panels(height=3.9)
    ax.plot(axis, values, color=style.BLUE, label="cost C(θ)")
    reach = np.array([-1, 1]) * 0.16 * (limits[1] - limits[0])
    tangent = {"color": style.VERMILLION, "linestyle": "--", "linewidth": 1.5}
    ax.plot(theta + reach, here + slope * reach, label=f"tangent, slope {number(slope)}", **tangent)
    ax.plot(
        [theta],
        [here],
        "o",
        color=style.INK,
        markersize=9,
        label=f"before: θ {number(theta)}, C {number(here)}",
    )
    ax.plot(
        [after],
        [there],
        "s",
        color=style.VIOLET,
        markersize=9,
        label=f"after: θ {number(after)}, C {number(there)}",
    )
    floor = values.min() - 0.12 * np.ptp(values)
    for x, y in ((theta, here), (after, there)):
        ax.plot([x, x], [floor, y], color=style.MUTED, linewidth=0.8)
    ax.annotate(
        "", (after, floor), (theta, floor), arrowprops={"arrowstyle": "->", "color": style.INK, "lw": 1.8}
    )
    ax.set(
        xlabel="parameter θ",
        ylabel="cost C(θ)",
        xlim=limits,
        ylim=(floor - 0.1 * np.ptp(values), values.max()),
    )
    factor = f"({number(slope)})" if slope < 0 else number(slope)
    ax.set_title(f"θ ← θ − η · dC/dθ = {number(theta)} − {number(lr)} · {factor} = {number(after)}")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return style.describe(
        ax,
        f"A curve C of one parameter. At θ = {number(theta)}, where C is {number(here)}, the slope is {number(slope)}. "
        f"With rate {number(lr)} the step is {number(-lr * slope)}: to θ = {number(after)}, where C is {number(there)}.",
    )


@style.look
def rates_on_a_parabola(
    curvature: float, rates: ArrayLike, start: float = 1.0, steps: int = 12
) -> np.ndarray:
    """Gradient descent on C(w) = ½ λ w², one panel a rate: how the path slides, jumps across, or leaves.

    curvature: λ; rates: up to four; each step multiplies w by 1 − ηλ.
    """
    curvature = checks.number("rates_on_a_parabola", "curvature", curvature, low=0, open_low=True)
    rates = inputs.vector("rates_on_a_parabola", "rates", rates)
    if not 1 <= rates.size <= 4:
        raise ValueError(f"rates_on_a_parabola: got {rates.size} rates; expected one to four, a panel each.")
    axes = np.atleast_1d(panels(1, rates.size, height=3.1, sharey=True))
    wide = 1.6 * abs(start)
    axis, parts = np.linspace(-wide, wide, 201), []
    for ax, lr in zip(axes, rates, strict=True):
        factor = 1 - lr * curvature
        path = start * factor ** np.arange(steps + 1)
        ax.plot(axis, curvature * axis**2 / 2, color=style.BLUE)
        inside = path[abs(path) <= wide]
        ax.plot(inside, curvature * inside**2 / 2, "o--", color=style.VERMILLION, linewidth=1.2, markersize=5)
        ax.set(xlabel="w", xlim=(-wide, wide))
        ax.set_title(f"η = {number(lr)}\neach step: w × {number(factor)}")
        parts.append(
            f"rate {number(lr)} multiplies w by {number(factor)} each step, |w| is {number(abs(path[-1]))} after {steps}"
        )
    axes[0].set_ylabel("cost C(w)")
    return style.describe(
        axes if axes.size > 1 else axes[0],
        f"Steps on a parabola of curvature {number(curvature)} from w = {number(start)}: {'; '.join(parts)}.",
    )


@style.look
def descents(
    landscapes: Mapping[str, Sequence[Any]],
    xlim: Sequence[float],
    ylim: Sequence[float],
    names: Sequence[str] = ("w₁", "w₂"),
    minimum: Sequence[float] | None = None,
) -> np.ndarray:
    """Paths over landscapes of two parameters, one panel each: contours, starts, ends.

    landscapes: {name: (cost, paths)}, with cost a function of two arrays and paths (steps + 1, 2) or several of
    them, (k, steps + 1, 2); names: of the two parameters; minimum: the point of lowest cost in all panels, marked if
    given. Points outside the panel are not drawn.
    """
    inputs.named("descents", "name: (cost, paths)", landscapes)
    xlim, ylim = inputs.interval("descents", "xlim", xlim), inputs.interval("descents", "ylim", ylim)
    axes = np.atleast_1d(
        panels(1, len(landscapes), height=round(1.3 + 8 / (1 + len(landscapes)), 1), sharey=True)
    )
    x, y = np.meshgrid(np.linspace(*xlim, 121), np.linspace(*ylim, 121))
    parts = []
    for ax, (name, (cost, paths)) in zip(axes, landscapes.items(), strict=True):
        paths = checks.numeric("descents", f"the paths of {name}", paths)
        paths = paths[None] if paths.ndim == 2 else paths
        if paths.ndim != 3 or paths.shape[-1] != 2:
            raise ValueError(
                f"descents: the paths of {name} have shape {paths.shape}; expected (steps + 1, 2), or (k, steps + 1, 2)."
            )
        z = cost(x, y)
        levels = z.min() + np.ptp(z) * np.linspace(0, 1, 11) ** 2
        # One color per level: colors even in the cost would leave the floor of a ravine white, without a contour.
        ax.contourf(x, y, z, levels=levels, cmap=style.FIELD, norm=BoundaryNorm(levels, 10))
        if minimum is not None:
            lowest = ax.plot(*minimum, "+", color=style.BLUE, markersize=10, markeredgewidth=2)
        for path in paths:
            ax.plot(*path.T, "-", color=style.INK, linewidth=1)
            if path.shape[0] <= 60:
                ax.plot(*path.T, ".", color=style.INK, markersize=4)
            start = ax.plot(*path[0], "o", color="white", markeredgecolor=style.INK, markersize=8)
            end = ax.plot(*path[-1], "X", color=style.VERMILLION, markeredgecolor="white", markersize=11)
        ax.set(xlim=xlim, ylim=ylim, xlabel=names[0], title=name, aspect="equal", anchor="N")
        ax.grid(visible=False)
        ends = ", ".join(f"({number(a)}, {number(b)})" for a, b in paths[:, -1])
        costs = ", ".join(number(float(cost(a, b))) for a, b in paths[:, -1])
        parts.append(f"{name}: {paths.shape[1] - 1} steps end at {ends}, cost {costs}")
    axes[0].set_ylabel(names[1])
    handles, keys = [*start, *end], ["start of a walk", "last point of a walk"]
    if minimum is not None:
        handles, keys = [*handles, *lowest], [*keys, "minimum"]
        parts.append(f"the minimum is at ({number(minimum[0])}, {number(minimum[1])})")
    axes[0].figure.legend(handles, keys, loc="outside lower center", ncols=len(keys))
    return style.describe(
        axes if axes.size > 1 else axes[0],
        f"Paths from circle to cross, darker is costlier. {'; '.join(parts)}.",
    )


@style.look
def error_by_step(
    curves: Mapping[str, ArrayLike],
    ylabel: str,
    xlabel: str = "step",
    threshold: float | None = None,
    threshold_label: str | None = None,
) -> Axes:
    """The distance that is left, step by step, on a logarithmic axis: a straight line is a constant factor per step.

    curves: {name: (steps + 1,)}, above 0; threshold: a level whose first crossing is printed for each;
    threshold_label: its name in the legend.
    """
    inputs.named("error_by_step", "name: values (steps + 1,)", curves)
    ax, parts = panels(height=3.9), []
    for i, (name, values) in enumerate(curves.items()):
        values = inputs.vector("error_by_step", name, values)
        label, summary = (
            name,
            f"{name} goes from {number(values[0])} to {number(values[-1])} in {values.size - 1} {xlabel}s",
        )
        if threshold is not None:
            below = values < threshold
            when = f"{int(below.argmax()):,} {xlabel}s" if below.any() else "not reached"
            label, summary = f"{name}: {when}", f"{summary} (below {number(threshold)}: {when})"
        every = max(1, values.size // 10)
        shift = i * every // len(curves)  # so that curves that coincide still show the markers of each
        ax.plot(values, label=label, markevery=(shift, every), **style.series(i))
        parts.append(summary)
    if threshold is not None:
        ax.axhline(
            threshold, color=style.MUTED, linewidth=1, label=threshold_label or f"level {number(threshold)}"
        )
    ax.set(xlabel=xlabel, ylabel=ylabel, yscale="log")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)  # above the axes: no curve is covered
    return style.describe(ax, f"{ylabel} by {xlabel}: {'; '.join(parts)}.")
