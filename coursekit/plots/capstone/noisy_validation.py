"""Lesson 09, a figure with parts that move: errors measured on labels some of which are wrong."""

import numpy as np

from coursekit.plots.base import style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import panels

ENDS = np.array([0, 40])  # of the line: true errors in percent


class NoisyValidation(Drawing):
    """Disagreement with noisy labels against true error: a line by formula, and a dot for each classifier.

    true (R,): errors of classifiers named `names`, in percent.
    """

    @style.look
    def __init__(self, true, names):
        self.true, self.names = np.asarray(true), list(names)
        self.axes = panels(height=4.6)
        self.axes.set(xlabel="true error $e$ (%)", ylabel="measured error (%)", xlim=ENDS, ylim=(0, 100))
        self.axes.set_title("five recipes, one draw", pad=41)  # points, for two lines of words
        self.line = self.axes.plot([], [], color=style.MUTED, linewidth=1.5, label="by formula")[0]
        self.dots = [
            self.axes.plot([], [], linestyle="none", label=name, markersize=9, **_marker(i))[0]
            for i, name in enumerate(self.names)
        ]
        self.axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1))
        self.words = self.axes.add_artist(Caption(0, 1.02, transform=self.axes.transAxes))
        self.moving = [self.line, *self.dots, self.words]

    def update(self, noise, expected, measured):
        """Show errors (R,) in percent, measured on labels of which a share `noise` is wrong; expected (2,): the line's
        at its ENDS."""
        self.line.set_data(ENDS, expected)
        slope = (expected[1] - expected[0]) / (ENDS[1] - ENDS[0])
        for dot, *at in zip(self.dots, self.true, measured, strict=True):
            dot.set_data(*([v] for v in at))
        order = np.argsort(measured, kind="stable")
        same = int((np.diff(self.true[order]) >= 0).sum())
        steps = len(self.true) - 1
        head = f"{100 * noise:.0f} % of the labels wrong: slope {slope:.2f}".replace("-", "−")
        self.words.place(
            text=f"{head}\nsorted by measured error: {same} of {steps} pairs of neighbors are in the right order"
        )
        each = "; ".join(
            f"{name}: {t:.1f} % true, {m:.1f} % measured"
            for name, t, m in zip(self.names, self.true, measured, strict=True)
        )
        style.describe(
            self.axes,
            f"With {head}. A perfect classifier would have a measured error of {100 * noise:.0f} %. {each}. Sorted "
            f"by measured error, {same} of {steps} pairs of neighbors are in the right order.",
        )


def _marker(i):
    look = style.series(i)
    return {"color": look["color"], "marker": look["marker"]}
