"""Lesson 02, figures with parts that move: mean and median, the slope-intercept bowl.

Each is a `Drawing` (what the widget steers) and a function (the same picture in one state).
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number


class MeanAndMedian(Drawing):
    """Points on a line with mean and median; beneath, MSE and MAE of predicting a constant c for all of them."""

    @style.look
    def __init__(self, limits):
        self.axes = points, mse, mae = panels(3, 1, height=5.6, sharex=True, height_ratios=(1.2, 2, 2))
        self.c = np.linspace(limits[0], limits[1], 401)
        reach = 0.62 * (limits[1] - limits[0])
        points.set(xlim=limits, ylim=(-1, 1), yticks=[], title="the data y")
        mse.set(ylabel="MSE", ylim=(0, reach**2), title="mean of (c − y)²: a parabola, lowest at the mean")
        mae.set(ylabel="MAE", ylim=(0, reach), title="mean of |c − y|: straight pieces, lowest at the median")
        mae.set(xlabel="constant prediction c")
        (self.dots,) = points.plot([], [], "o", color=style.INK, markersize=10, alpha=0.6)
        (self.handle,) = points.plot(
            [], [], "D", color=style.VERMILLION, markersize=12, markeredgecolor="white"
        )
        (self.mse,) = mse.plot([], [], color=style.BLUE)
        (self.mae,) = mae.plot([], [], color=style.VIOLET)
        looks = ((style.BLUE, "-", "v", 0.66, mse), (style.VIOLET, "--", "^", -0.66, mae))
        self.marks, self.words = [], []
        for color, linestyle, marker, height, losses in looks:
            line = {"color": color, "linestyle": linestyle, "marker": marker, "markersize": 9}
            line |= {"markevery": [0], "linewidth": 1.5}
            self.marks.append([ax.plot([], [], **line)[0] for ax in (points, losses)])
            self.words.append(points.add_artist(Caption(y=height, up=0.5, color=color)))
        moving = [self.mse, self.mae, *self.marks[0], *self.marks[1], self.dots, self.handle]
        self.moving = [*moving, *self.words]

    def update(self, y, moving=None):
        """Show the data y (n,); moving: the index of a point that can be dragged, marked as such."""
        residual = self.c[:, None] - y
        mean, median = y.mean(), np.median(y)
        lowest = ((mean - y) ** 2).mean(), abs(median - y).mean()
        still = y if moving is None else np.delete(y, moving)
        self.dots.set_data(still, np.zeros_like(still))
        self.handle.set_data(*(([], []) if moving is None else ([y[moving]], [0])))
        self.mse.set_data(self.c, (residual**2).mean(axis=1))
        self.mae.set_data(self.c, abs(residual).mean(axis=1))
        edge = 0.14 * (self.c[-1] - self.c[0])
        for i, (where, low, height) in enumerate(((mean, lowest[0], 0.66), (median, lowest[1], -0.66))):
            above, below = self.marks[i]
            above.set_data([where, where], [height, -1])
            below.set_data([where, where], [low, below.axes.get_ylim()[1]])
            outward = 1 if where > (mean + median) / 2 or (where == mean == median and i) else -1
            side = outward if self.c[0] + edge < where < self.c[-1] - edge else np.sign(self.c.mean() - where)
            self.words[i].place(
                x=where + side * edge / 8,
                across=0 if side > 0 else 1,
                text=f"{('mean', 'median')[i]} {number(where)}",
            )
        style.describe(
            self.axes,
            f"{y.size} points from {number(y.min())} to {number(y.max())}. "
            f"Their mean is {number(mean)}, where the MSE, a parabola, is lowest ({number(lowest[0])}). "
            f"Their median is {number(median)}, where the MAE is lowest ({number(lowest[1])}).",
        )


def mean_and_median(y: ArrayLike, limits: Sequence[float] | None = None) -> Panels:
    """Points y (n,) with mean and median, and beneath them the two losses whose minima these are.

    The constant c that minimizes the mean of (c − y)² is the mean; of |c − y|, a median. limits: (low, high)
    of the axis. Returns three panels.
    """
    y = inputs.vector("mean_and_median", "y", y)
    room = 0.15 * (np.ptp(y) or 1)
    limits = limits or (y.min() - room, y.max() + room)
    drawing = MeanAndMedian(inputs.interval("mean_and_median", "limits", limits))
    drawing.update(y=y)
    return drawing.axes


def least_squares(x, y):
    """(slope, intercept) of the line with the least MSE."""
    if np.ptp(x) == 0:
        raise ValueError(f"bowl: every x is {x[0]:g}; expected two different x, else no slope fits best.")
    return np.polyfit(x, y, 1)


def _round_levels(low, high):
    """Ten levels from low to high, closer together near low, all but the last rounded so that they can be read."""
    levels = low + (high - low) * np.linspace(0.2, 1, 10) ** 2.2
    unit = 10.0 ** np.floor(np.log10((high - low) / 10))
    rounded = np.unique(np.round(levels[:-1] / unit) * unit)
    return [*rounded[(rounded > low) & (rounded < high)], high]


class Bowl(Drawing):
    """Data, a line and its residuals; beside them the MSE of every line over slope and intercept."""

    @style.look
    def __init__(self, x, y, slopes, intercepts):
        self.x, self.y = x, y
        self.best = least_squares(x, y)
        self.axes = data, bowl = panels(1, 2, height=4.1)
        room = 0.08 * (np.ptp(x) or 1)
        self.ends = np.array([x.min() - room, x.max() + room])
        data.set_title("data, line and residuals", pad=24)  # points: room for the words
        data.set(
            xlabel="x",
            ylabel="y",
            xlim=self.ends,
            ylim=(y.min() - 0.35 * np.ptp(y), y.max() + 0.35 * np.ptp(y)),
        )
        data.plot(x, y, "o", color=style.INK, markersize=5)
        a, b = np.meshgrid(
            np.linspace(slopes[0], slopes[1], 81), np.linspace(intercepts[0], intercepts[1], 81)
        )
        loss = ((a[..., None] * x + b[..., None] - y) ** 2).mean(axis=-1)
        low = self.loss(*self.best)
        levels = _round_levels(low, loss.max())
        shades = style.FIELD(np.linspace(0, 1, len(levels)))
        bowl.contourf(a, b, loss, levels=[low, *levels], colors=shades)
        rings = bowl.contour(a, b, loss, levels=levels[:-1], colors=style.MUTED, linewidths=0.8)
        middle = np.mean([slopes, intercepts], axis=1)
        half = np.ptp([slopes, intercepts], axis=1) / 2
        for label in bowl.clabel(rings, fmt=number, fontsize=10, inline=False, colors=style.INK):
            label.set_path_effects([withStroke(linewidth=3, foreground="white")])
            at = np.array(label.get_position())
            cut = (abs(at - middle) > 0.7 * half).any()
            hidden = any((abs(at - point) < 0.25 * half).all() for point in (middle, self.best))
            label.set_visible(not (cut or hidden))  # at the edge, or under a marker
        bowl.plot(
            *self.best,
            "X",
            color=style.VERMILLION,
            markersize=11,
            markeredgecolor="white",
            label="least squares",
        )
        bowl.set_title("MSE of each line", pad=24)
        bowl.set(xlabel="slope", ylabel="intercept", xlim=slopes, ylim=intercepts)
        bowl.grid(visible=False)
        self.residuals = data.add_collection(LineCollection([], colors=style.VERMILLION, linewidths=1.2))
        (self.line,) = data.plot([], [], color=style.BLUE)
        (self.point,) = bowl.plot(
            [], [], "o", color=style.INK, markersize=10, markeredgecolor="white", label="this line"
        )
        bowl.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderpad=0, borderaxespad=0.2, handlelength=1
        )
        self.words = data.add_artist(Caption(0, 1.02, transform=data.transAxes))
        self.moving = [self.residuals, self.line, self.words, self.point]

    def loss(self, slope, intercept):
        """Mean squared error of the line y = slope·x + intercept."""
        return ((slope * self.x + intercept - self.y) ** 2).mean()

    def update(self, slope, intercept):
        """Show the line y = slope·x + intercept."""
        guess, loss = slope * self.x + intercept, self.loss(slope, intercept)
        self.line.set_data(self.ends, slope * self.ends + intercept)
        self.residuals.set_segments(np.stack([np.c_[self.x, self.y], np.c_[self.x, guess]], axis=1))
        self.point.set_data([slope], [intercept])
        least = self.loss(*self.best)
        self.words.place(text=f"MSE {number(loss)}   (least possible {number(least)})")
        style.describe(
            self.axes,
            f"The line with slope {number(slope)} and intercept {number(intercept)} has MSE "
            f"{number(loss)} on {self.x.size} points. The bottom of the bowl is {number(least)}, "
            f"at slope {number(self.best[0])} and intercept {number(self.best[1])}.",
        )


def bowl(
    x: ArrayLike,
    y: ArrayLike,
    slope: float,
    intercept: float,
    slopes: Sequence[float] | None = None,
    intercepts: Sequence[float] | None = None,
) -> Panels:
    """Left: data, the line y = slope·x + intercept, its residuals. Right: the MSE over slope and intercept.

    x, y (n,); slopes, intercepts: (low, high) of the two axes on the right, by default wide enough for the
    point and the least-squares line. Returns two panels.
    """
    x, y = inputs.pair("bowl", "x", x, "y", y)
    point = checks.number("bowl", "slope", slope), checks.number("bowl", "intercept", intercept)
    best = least_squares(x, y)
    reach = 2 * y.std() / x.std(), 2 * y.std()
    half = [max(r, 1.25 * abs(v - m)) or 1.0 for v, m, r in zip(point, best, reach, strict=True)]
    around = [(m - h, m + h) for m, h in zip(best, half, strict=True)]
    slopes = inputs.interval("bowl", "slopes", slopes or around[0])
    intercepts = inputs.interval("bowl", "intercepts", intercepts or around[1])
    drawing = Bowl(x, y, slopes, intercepts)
    drawing.update(slope=slope, intercept=intercept)
    return drawing.axes
