"""Every run of an experiment as a line of its own, growing while the networks train."""

import numpy as np
from matplotlib.collections import LineCollection

from coursekit.plots.base import style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number


class GrowingRuns(Drawing):
    """A thin line a run and their median over a fixed number of epochs, and how many have ended below a value.

    epochs: the length of the axis; ylim: (low, high); solved: a run counts as solved below this value.
    """

    @style.look
    def __init__(self, epochs, ylabel, ylim, solved):
        self.epochs, self.ylabel, self.solved = epochs, ylabel, solved
        self.axes = panels(height=4.0)
        self.axes.set(xlabel="epoch", ylabel=ylabel, xlim=(0, epochs), ylim=ylim)
        self.axes.set_title("every run", pad=4 + 17 * 2)  # points, for the words
        self.axes.axhline(solved, color=style.MUTED, linewidth=1)
        self.axes.annotate(
            "solved below",
            (epochs, solved),
            (-4, 3),
            textcoords="offset points",
            ha="right",
            color=style.MUTED,
        )
        self.runs = LineCollection([], colors=style.BLUE, linewidths=0.9, alpha=0.5)
        self.axes.add_collection(self.runs, autolim=False)
        (self.median,) = self.axes.plot([], [], color=style.INK, linestyle="--", label="median")
        self.axes.legend(loc="upper right")
        self.words = self.axes.add_artist(Caption(0, 1.02, transform=self.axes.transAxes))
        self.moving = [self.runs, self.median, self.words]

    def update(self, values, every, state=""):
        """Show values (points, runs), one point each `every` epochs; state: what they belong to, for the words."""
        epoch = every * np.arange(1, len(values) + 1)
        self.runs.set_segments([np.c_[epoch, run] for run in values.T])
        middle = np.median(values, axis=1)
        self.median.set_data(epoch, middle)
        solved, runs = int((values[-1] < self.solved).sum()), values.shape[1]
        summary = f"epoch {epoch[-1]}: {solved} of {runs} runs solved, median {number(middle[-1])}"
        self.words.place(text="\n".join(filter(None, [state, summary])))
        style.describe(self.axes, f"{self.ylabel} against epoch, {state + ', ' if state else ''}{summary}.")
