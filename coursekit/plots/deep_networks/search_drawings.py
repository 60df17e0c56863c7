"""Lesson 07b, figures with parts that move: trials on a square, and a compressed network."""

import numpy as np

from coursekit.plots.base import style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number


class TrialsOnASquare(Drawing):
    """Two settings, each from 0 to 1: a grid of trials beside as many random ones, and the region that is good."""

    @style.look
    def __init__(self, side):
        self.axes = panels(1, 2, height=5.1, sharex=True, sharey=True)
        self.side, self.regions, self.dots, self.words = side, [], [], []
        place = (np.arange(side) + 0.5) / side
        self.grid = np.stack(np.meshgrid(place, place), axis=-1).reshape(-1, 2)
        for ax, name in zip(self.axes, ("grid", "random"), strict=True):
            ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="first setting", aspect="equal")
            ax.set_title(f"{name}: {side * side} trials", pad=42)  # points: room for the words
            (region,) = ax.fill([0, 0, 0, 0], [0, 0, 0, 0], facecolor=style.BLUE, alpha=0.25, hatch="//")
            (missed,) = ax.plot([], [], "x", color=style.INK, markersize=7)
            (hit,) = ax.plot([], [], "o", color=style.VERMILLION, markersize=9)
            self.regions.append(region)
            self.dots.append((missed, hit))
            self.words.append(ax.add_artist(Caption(0, 1.02, transform=ax.transAxes)))
        self.axes[0].set_ylabel("second setting")
        self.moving = [*self.regions, *(dot for pair in self.dots for dot in pair), *self.words]

    def update(self, corner, size, trials):
        """Show the good region, of `size` (width, height) from `corner`, and the random trials (n, 2)."""
        (x, y), (w, h) = corner, size
        texts = []
        exact = (min(1.0, self.side * w) * min(1.0, self.side * h), 1 - (1 - w * h) ** (self.side**2))
        rows = zip(
            (self.grid, trials), self.regions, self.dots, self.words, exact, ("grid", "random"), strict=True
        )
        for points, region, (missed, hit), words, chance, name in rows:
            inside = (np.abs(points - (x + w / 2, y + h / 2)) <= (w / 2, h / 2)).all(axis=1)
            region.set_xy([(x, y), (x + w, y), (x + w, y + h), (x, y + h)])
            missed.set_data(*points[~inside].T)
            hit.set_data(*points[inside].T)
            text = f"{inside.sum()} of {len(points)} hit;\nprobability of at least one: {number(chance)}"
            words.place(text=text)
            texts.append(f"{name}: {text}".replace("\n", " "))
        style.describe(
            self.axes,
            f"A good region {number(w)} wide and {number(h)} high, from ({number(x)}, {number(y)}). {'. '.join(texts)}.",
        )


class CompressedNetwork(Drawing):
    """Left: the weights of a network before and after pruning and rounding. Right: the error, with the original's."""

    @style.look
    def __init__(self, limit, fractions, top):
        self.axes = weights, error = panels(1, 2, height=4.3)
        self.edges = np.linspace(-limit, limit, 61)
        weights.set(
            xlim=(-limit, limit), xlabel="weight", ylabel="number of weights", yscale="log", ylim=(0.5, top)
        )
        weights.set_title("weights of the networks", pad=24)
        error.set(xlim=(-3, 103), ylim=(0, 100), xlabel="pruned (%)", ylabel="test error (%)")
        error.set_title("error", pad=24)
        self.fractions = fractions
        middle = (self.edges[1:] + self.edges[:-1]) / 2
        self.middle = middle
        (self.before,) = weights.plot([], [], color=style.MUTED, linewidth=1.2, label="before")
        (self.after,) = weights.plot([], [], color=style.BLUE, drawstyle="steps-mid", label="after")
        weights.legend(loc="upper right")
        (self.curve,) = error.plot([], [], label="pruned, then rounded", **style.series(1))
        (self.point,) = error.plot([], [], "D", color=style.INK, markersize=9, label="this network")
        error.legend(loc="upper left")
        self.words = weights.add_artist(Caption(0, 1.02, transform=weights.transAxes))
        self.summary = error.add_artist(Caption(0, 1.02, transform=error.transAxes))
        self.moving = [self.before, self.after, self.curve, self.point, self.words, self.summary]

    def update(self, before, after, errors, fraction, here, size):
        """Show weights before and after (flat arrays), errors (%) at self.fractions and `here` (seeds,) at fraction;
        size: what is left of the memory."""
        for line, values in ((self.before, before), (self.after, after)):
            line.set_data(self.middle, np.maximum(np.histogram(values, self.edges)[0], 0.5))
        self.curve.set_data(100 * np.array(self.fractions), errors)
        self.point.set_data([100 * fraction], [here.mean()])
        self.words.place(text=f"{number(100 * size)} % of the memory")
        summary = f"{number(here.mean())} ± {number(here.std(ddof=1), 2)} % (n = {here.size})"
        self.summary.place(text=summary)
        style.describe(
            self.axes,
            f"Pruned by {number(100 * fraction)} %: {int(np.count_nonzero(after == 0))} of {after.size} weights are "
            f"0, {number(100 * size)} % of the memory is left, and the test error is {summary}.",
        )
