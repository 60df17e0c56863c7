"""Lesson 04, a figure with parts that move: networks of many penalty strengths, one of them looked into."""

import numpy as np

from coursekit.plots.base import style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number
from coursekit.plots.regularization.figures import TWO_CLASSES, scatter


class Strength(Drawing):
    """Left: one network's boundary among the training points. Right: errors of all networks against λ.

    extent, size: of the `regularization.lattice` on which boundaries are drawn; strengths (L,) of the penalties, in
    order, one a network.
    """

    @style.look
    def __init__(self, extent, size, strengths):
        self.size, self.strengths = size, np.asarray(strengths)
        self.axes = plane, errors = panels(1, 2, height=4.3)
        self.field = plane.imshow(np.zeros((size, size)), extent=extent, origin="lower", **TWO_CLASSES)
        plane.set(aspect="auto", xlabel="x₁", ylabel="x₂", xlim=extent[:2], ylim=extent[2:])
        plane.set_title("one network; shaded and triangles: class 1", pad=24)
        plane.grid(visible=False)
        scatter(plane, np.zeros((0, 2)), np.zeros(0))
        self.dots = plane.lines[-2:]
        place = np.arange(len(self.strengths))
        every = place[:: max(1, len(place) // 6)]
        errors.set_xticks(every, [number(v, 2) for v in self.strengths[every]])
        errors.set(xlabel="λ", ylabel="error (%)", xlim=(-0.5, len(place) - 0.5), ylim=(0, 60))
        errors.set_title("all networks", pad=24)
        self.lines = [
            errors.plot([], [], label=name, markevery=3, **style.series(i))[0]
            for i, name in enumerate(("training", "2000 new points"))
        ]
        errors.legend(loc="upper left")
        self.line = errors.axvline(0, color=style.INK, linewidth=1.5)
        self.words = [ax.add_artist(Caption(0, 1.02, transform=ax.transAxes)) for ax in self.axes]
        self.moving = [self.field, *self.dots, *self.lines, self.line, *self.words]

    def update(self, x, label, field, training, fresh, chosen, epoch):
        """Show the sample x, label; field (size²,) of network `chosen`; errors in percent (L,) after `epoch`."""
        self.field.set_data(np.clip(np.reshape(field, (self.size, self.size)), -1, 1))
        for value, dots in enumerate(self.dots):
            dots.set_data(*x[label == value].T)
        for line, values in zip(self.lines, (training, fresh), strict=True):
            line.set_data(np.arange(len(values)), values)
        self.line.set_xdata([chosen, chosen])
        strength, wrong = number(self.strengths[chosen]), round(training[chosen] * len(x) / 100)
        best = int(np.argmin(fresh))
        self.words[0].place(text=f"λ = {strength}: {wrong} of the {len(x)} points wrong")
        self.words[1].place(text=f"{fresh[chosen]:.1f} % of new points wrong, epoch {epoch}")
        style.describe(
            self.axes,
            f"{len(self.strengths)} networks after epoch {epoch}. With λ = {strength}, {wrong} of the {len(x)} "
            f"training points and {fresh[chosen]:.1f} % of new points are wrong. Error on new points is lowest at λ = "
            f"{number(self.strengths[best])} ({fresh[best]:.1f} %); at λ = {number(self.strengths[0])} it is "
            f"{fresh[0]:.1f} %, at λ = {number(self.strengths[-1])} {fresh[-1]:.1f} %.",
        )
