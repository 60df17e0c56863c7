"""Lesson 09, a figure with parts that move: errors measured on labels some of which are wrong."""

import numpy as np

from coursekit.plots import style
from coursekit.plots.caption import Caption
from coursekit.plots.drawing import Drawing
from coursekit.plots.picture import panels


class NoisyValidation(Drawing):
    """Disagreement with noisy labels against true error: a line by formula, and a dot for each classifier.

    true (R,): errors of classifiers named `names`, in percent; classes: of the labels.
    """

    @style.look
    def __init__(self, true, names, classes=10):
        self.true, self.names, self.classes = np.asarray(true), list(names), classes
        self.axes = panels(height=4.6)
        self.axes.set(
            xlabel="error on true labels (%)", ylabel="error on noisy labels (%)", xlim=(0, 40), ylim=(0, 100)
        )
        self.axes.set_title("five recipes, one draw", pad=24)
        self.line = self.axes.plot([], [], color=style.MUTED, linewidth=1.5, label="by formula")[0]
        self.dots = [
            self.axes.plot([], [], linestyle="none", label=name, markersize=9, **_marker(i))[0]
            for i, name in enumerate(self.names)
        ]
        self.axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1))
        self.words = self.axes.add_artist(Caption(0, 1.02, transform=self.axes.transAxes))
        self.moving = [self.line, *self.dots, self.words]

    def update(self, noise, measured):
        """Show errors (R,) in percent, measured on labels of which a share `noise` is wrong."""
        slope = 1 - noise * self.classes / (self.classes - 1)  # as in capstone.noisy_error
        x = np.array([0, 40])
        self.line.set_data(x, 100 * noise + slope * x)
        for dot, *at in zip(self.dots, self.true, measured, strict=True):
            dot.set_data(*([v] for v in at))
        order = np.argsort(measured, kind="stable")
        same = int((np.diff(self.true[order]) >= 0).sum())
        steps = len(self.true) - 1
        head = f"{100 * noise:.0f} % of the labels wrong: slope {slope:.2f}".replace("-", "−")
        self.words.place(text=f"{head}; {same} of {steps} neighbors in the right order")
        each = "; ".join(
            f"{name}: {t:.1f} % true, {m:.1f} % measured"
            for name, t, m in zip(self.names, self.true, measured, strict=True)
        )
        style.describe(
            self.axes,
            f"With {head}. A classifier without an error would measure {100 * noise:.0f} %. {each}. Sorted by what was "
            f"measured, {same} of {steps} neighbors are in the right order.",
        )


def _marker(i):
    look = style.series(i)
    return {"color": look["color"], "marker": look["marker"]}
