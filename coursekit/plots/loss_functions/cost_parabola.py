"""Lesson 02: the cost of a line as a function of its slope, and of slope and intercept."""

from collections.abc import Sequence

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number
from coursekit.plots.loss_functions.loss_drawings import least_squares

WHITE = {"facecolor": "white", "linewidth": 0, "pad": 1}  # behind words


@style.look
def cost_parabola(x: ArrayLike, y: ArrayLike, steps: Sequence[float]) -> Panels:
    """Left: the MSE against the slope, the intercept being the best one, and its rise at some steps from the best
    slope. Right: the MSE over slope and intercept, as a surface.

    x, y (n,): the data; steps: changes of the slope, all different from 0. Returns two panels.
    """
    x, y = inputs.pair("cost_parabola", "x", x, "y", y)
    changes = inputs.vector("cost_parabola", "steps", steps)
    if (changes == 0).any():
        raise ValueError("cost_parabola: a step is 0; expected changes of the slope, such as (10, 20).")
    slope, intercept = least_squares(x, y)

    def cost(a, b):
        return ((np.asarray(a)[..., None] * x + np.asarray(b)[..., None] - y) ** 2).mean(axis=-1)

    axes = panels(1, 2, height=4.4, width_ratios=(1, 1.1))
    figure, reach = axes[0].figure, 1.6 * abs(changes).max()
    axes[1].remove()
    axes[1] = bowl = figure.add_subplot(1, 2, 2, projection="3d")
    low, parts = float(cost(slope, intercept)), []
    slopes = slope + np.linspace(-reach, reach, 161)
    axes[0].plot(slopes, cost(slopes, np.full(161, intercept)), color=style.BLUE)
    axes[0].axhline(low, color=style.MUTED, linewidth=1)
    axes[0].plot(slope, low, "X", color=style.VERMILLION, markersize=11, label="best line")
    for step in changes:
        high = float(cost(slope + step, intercept))
        axes[0].plot([slope + step] * 2, [low, high], "o-", color=style.INK, linewidth=1.2, markevery=[1])
        words = f"step {number(step)}: + {number(high - low)}"
        axes[0].annotate(words, (slope + step, high), (9, -7), textcoords="offset points", bbox=WHITE)
        parts.append(f"{number(high - low)} higher after a step of {number(step)}")
    axes[0].set(
        xlabel="slope", ylabel="MSE", title="cost against the slope", xlim=(slopes[0], slope + 1.8 * reach)
    )
    axes[0].legend(loc="upper center")
    wide = 2 * y.std()
    grid = np.linspace(-wide, wide, 41)
    a, b = np.meshgrid(slope + grid / x.std(), intercept + grid)
    bowl.plot_surface(
        a, b, cost(a, b), cmap=style.FIELD, edgecolor=style.MUTED, linewidth=0.2, rcount=20, ccount=20
    )
    bowl.set(xlabel="slope", ylabel="intercept", title="cost against slope and intercept")
    for axis in (bowl.xaxis, bowl.yaxis, bowl.zaxis):
        axis.set_major_locator(MaxNLocator(4))
    bowl.view_init(elev=28, azim=-60)
    return style.describe(
        axes,
        f"The MSE against the slope is a parabola. It is lowest, {number(low)}, at slope {number(slope)}, and "
        f"{' and '.join(parts)}. Over slope and intercept together it has the shape of a bowl.",
    )
