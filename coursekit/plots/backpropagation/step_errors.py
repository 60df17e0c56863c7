"""Lesson 03: the error of a numerical gradient against its step, one line a method."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number

LOWEST = 1e-13  # where an error of 0 is drawn


class StepErrors(Drawing):
    """Relative error over the step h, both axes logarithmic; one step is marked on every line.

    names: of the methods; steps (H,): ascending; ylim: (low, high) of the errors.
    """

    @style.look
    def __init__(self, names, steps, ylim=(LOWEST / 2, 20)):
        self.names, self.steps, self.ylim = list(names), steps, ylim
        self.axes = panels(height=4.4)
        self.axes.set(xscale="log", yscale="log", xlabel="step h", ylabel="relative error", ylim=ylim)
        self.axes.set(xlim=(steps[0] / 2, steps[-1] * 2))
        self.axes.set_title("error of a numerical gradient", pad=4 + 17 * (len(self.names) + 1))
        self.axes.axhline(1e-5, color=style.MUTED, linewidth=1)
        self.axes.annotate(
            "1e-5: our bound",
            (np.sqrt(steps[0] * steps[-1]), 1e-5),
            (0, 4),
            textcoords="offset points",
            ha="center",
            color=style.MUTED,
        )
        self.lines, self.marks = [], []
        for i, name in enumerate(self.names):
            look = style.series(i)
            self.lines += self.axes.plot([], [], label=name, markevery=2, **look)
            self.marks += self.axes.plot(
                [], [], look["marker"], color=style.INK, markersize=12, fillstyle="none"
            )
        (self.here,) = self.axes.plot([], [], color=style.INK, linewidth=1, linestyle=":")
        self.axes.legend(loc="lower left", bbox_to_anchor=(0.62, 1), borderaxespad=0.2)
        self.words = self.axes.add_artist(Caption(0, 1.02, transform=self.axes.transAxes))
        self.moving = [*self.lines, self.here, *self.marks, self.words]

    def update(self, errors, at, state=""):
        """errors: {name: (H,)}; at: index of the marked step; state: what they belong to, for the words."""
        h, texts = self.steps[at], []
        for name, line, mark in zip(self.names, self.lines, self.marks, strict=True):
            drawn = np.clip(errors[name], LOWEST, self.ylim[1])
            line.set_data(self.steps, drawn)
            mark.set_data([h], [drawn[at]])
            best = int(np.argmin(drawn))
            least = f"least {number(errors[name][best], 2)} at {number(self.steps[best], 2)}"
            texts.append(f"{name}: {number(errors[name][at], 2)} at h = {number(h, 2)}; {least}")
        self.here.set_data([h, h], self.ylim)
        self.words.place(text="\n".join(filter(None, [state, *texts])))
        style.describe(
            self.axes,
            f"Relative error of numerical gradients for steps from {number(self.steps[0], 2)} to "
            f"{number(self.steps[-1], 2)}. {state + '. ' if state else ''}{'. '.join(texts)}.",
        )


def step_errors(steps: ArrayLike, errors: Mapping[str, ArrayLike], at: float | None = None) -> Axes:
    """The relative error of a numerical gradient against its step h, on logarithmic axes.

    steps (H,): ascending, above 0; errors: {name: (H,)}, one line a method, at least 0; at: the step to mark, that of
    the last method's least error by default.
    """
    steps = inputs.vector("step_errors", "steps", steps)
    if (steps <= 0).any() or (np.diff(steps) <= 0).any():
        raise ValueError("step_errors: the steps must be above 0 and ascending, as np.logspace(-12, -1, 23).")
    inputs.named("step_errors", "name: errors (H,)", errors)
    errors = {name: inputs.pair("step_errors", name, e, "steps", steps)[0] for name, e in errors.items()}
    at = steps[np.argmin(list(errors.values())[-1])] if at is None else checks.number("step_errors", "at", at)
    drawing = StepErrors(errors, steps)
    drawing.update(errors=errors, at=int(np.argmin(abs(np.log(steps / at)))))
    return drawing.axes
