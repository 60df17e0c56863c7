"""Lesson 06, a figure with parts that move: one network at each of many learning rates, epoch by epoch."""

import numpy as np
from matplotlib.collections import PolyCollection

from coursekit.plots.base import style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number

LOW, TOP = 3e-3, 6.0  # of the axis; what is above, or no number any more, is drawn there


class RateTest(Drawing):
    """The training loss at each rate, after the first epoch and now; the best rate is marked.

    rates (R,): above 0; epochs: of the whole run; guess: the loss of a uniform guess, drawn as a line.
    """

    @style.look
    def __init__(self, rates, epochs, guess):
        self.rates, self.epochs = rates, epochs
        self.axes = ax = panels(height=4.3)
        ax.set_title("training loss by learning rate, mean ± sd over seeds", pad=40)  # points: room for words
        ax.set(xscale="log", yscale="log", xlabel="learning rate", ylabel="training loss")
        ax.set(xlim=(rates[0], rates[-1]), ylim=(LOW, TOP))
        ax.axhline(guess, color=style.MUTED, linewidth=1)
        ax.annotate(
            f"uniform guess: {number(guess)}",
            (rates[0], guess),
            (4, -14),
            textcoords="offset points",
            color=style.MUTED,
        )
        self.band = ax.add_collection(
            PolyCollection([], facecolor=style.BLUE, alpha=0.18, linewidth=0), autolim=False
        )
        (self.first,) = ax.plot([], [], label="first epoch", markevery=4, **style.series(1))
        (self.now,) = ax.plot([], [], label="latest epoch", markevery=4, **style.series(0))
        (self.best,) = ax.plot(
            [], [], "X", color=style.INK, markersize=12, markeredgecolor="white", label="lowest"
        )
        ax.legend(loc="lower left")
        self.words = ax.add_artist(Caption(0, 1.02, transform=ax.transAxes))
        self.moving = [self.band, self.first, self.now, self.best, self.words]

    def update(self, losses, state):
        """Show losses (epochs so far, seeds, R), nan where a network diverged; state: what they belong to."""
        seeds = losses.shape[1]
        kept = np.where(np.isfinite(losses), np.minimum(losses, TOP), TOP)
        mean, sd = kept.mean(axis=1), kept.std(axis=1, ddof=1)
        low, high = np.maximum(mean[-1] - sd[-1], LOW), mean[-1] + sd[-1]
        self.band.set_verts([np.r_[np.c_[self.rates, low], np.c_[self.rates, high][::-1]]])
        self.first.set_data(self.rates, mean[0])
        self.now.set_data(self.rates, mean[-1])
        i = int(mean[-1].argmin())
        self.best.set_data([self.rates[i]], [mean[-1, i]])
        lost = int(np.isnan(losses[-1]).sum())
        head = f"{state}, epoch {len(losses)} of {self.epochs}, n = {seeds} seeds"
        summary = f"lowest at rate {number(self.rates[i], 2)}: {number(mean[-1, i])} ± {number(sd[-1, i], 2)}"
        if lost:
            summary += f"; {lost} of {losses[-1].size} networks diverged"
        self.words.place(text=f"{head}\n{summary}")
        style.describe(
            self.axes,
            f"Training loss against learning rate, {head}: {summary}. At {number(self.rates[0], 2)} it is "
            f"{number(mean[-1, 0])}, at {number(self.rates[-1], 2)} {number(mean[-1, -1])}.",
        )
