"""Lesson 06, a figure with parts that move: one run seen as a path, as an error for each eigenvalue, as a place."""

import numpy as np

from coursekit import checks
from coursekit.plots.base import style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number

STEPS, TOP = 100, 4.5  # of a run; of the wedge's axis ηλ
START = 1.0, 1.0


def factor(rate_times_curvature, momentum):
    """The factor per step by which gradient descent with momentum shrinks an error, in the long run: (…).

    The larger |root| of r² − (1 + β − ηλ) r + β: an error e_t = w_t obeys e_{t+1} = (1 + β − ηλ) e_t − β e_{t−1}.
    """
    b = 1 + momentum - np.asarray(rate_times_curvature, dtype=float)
    root = np.sqrt(b.astype(complex) ** 2 - 4 * momentum)
    return np.maximum(abs(b + root), abs(b - root)) / 2


def run(curvatures, rate, momentum, steps=STEPS):
    """The path (steps + 1, d) of gradient descent with momentum on ½ Σ λᵢ wᵢ² from (1, …, 1)."""
    w = np.ones(len(curvatures))
    v, path = np.zeros_like(w), [w]
    for _ in range(steps):
        v = momentum * v + curvatures * w
        w = w - rate * v
        path.append(w)
    return np.array(path)


class DescentPanel(Drawing):
    """Gradient descent with momentum on the bowl ½ (λ₁ w₁² + w₂²): path, error of each direction, stability wedge."""

    @style.look
    def __init__(self):
        self.axes = path, errors, wedge = panels(1, 3, height=4.0, width_ratios=(1, 1, 1.1))
        path.set(xlim=(-1.35, 1.35), ylim=(-1.35, 1.35), xlabel="w₁ (steep)", ylabel="w₂ (flat)")
        path.grid(visible=False)
        side = np.linspace(-1.35, 1.35, 121)
        self.grid = np.meshgrid(side, side)
        self.field = path.imshow(np.zeros((121, 121)), extent=(-1.35, 1.35) * 2, origin="lower", cmap=style.FIELD,
                                 vmin=0, vmax=1, interpolation="bilinear", aspect="auto")  # fmt: skip
        (self.line,) = path.plot([], [], "-", color=style.INK, linewidth=1, marker=".", markersize=5)
        (self.end,) = path.plot([], [], "X", color=style.VERMILLION, markersize=11, markeredgecolor="white")
        errors.set(xlim=(0, STEPS), ylim=(1e-6, 1e3), yscale="log", xlabel="step")
        looks = [style.series(i) | {"markersize": 8} for i in range(2)]
        self.errors = [
            errors.plot([], [], label=name, markevery=20, **look)[0]
            for name, look in zip(("|w₁| steep", "|w₂| flat"), looks, strict=True)
        ]
        errors.legend(loc="upper right")
        self._draw_wedge(wedge)
        self.dots = [
            wedge.plot([], [], marker=look["marker"], color=look["color"], markersize=11, markeredgecolor="white",
                       linestyle="none", label=name)[0]
            for name, look in zip(("steep", "flat"), looks, strict=True)
        ]  # fmt: skip
        for ax, title in zip(self.axes, ("path in the bowl", "distance", "stability"), strict=True):
            ax.set_title(title, pad=40)  # points: room for the words
        self.words = [ax.add_artist(Caption(0, 1.02, transform=ax.transAxes)) for ax in self.axes]
        self.moving = [self.field, self.line, self.end, *self.errors, *self.dots, *self.words]

    def _draw_wedge(self, ax):
        momentum, height = np.meshgrid((np.arange(240) + 0.5) / 240, TOP * (np.arange(270) + 0.5) / 270)
        shrink = factor(height, momentum)
        colors = np.where(shrink < 1, shrink, np.nan)
        ax.imshow(colors, extent=(0, 1, 0, TOP), origin="lower", cmap=style.FIELD, vmin=0, vmax=1.2,
                  interpolation="nearest", aspect="auto")  # fmt: skip
        edge = np.array([0, 1])
        ax.plot(edge, 2 * (1 + edge), color=style.VERMILLION, linestyle="--")
        ax.text(0.04, 3.75, "diverges", color=style.INK)
        ax.text(0.35, 1.05, "converges", color=style.INK)
        ax.set(xlim=(0, 1), ylim=(0, TOP), xlabel="momentum β", ylabel="rate × curvature, ηλ")
        ax.grid(visible=False)

    def update(self, rate, momentum, condition):
        """Show the run at this rate (in units of 1/λ₁: ηλ₁) and momentum, on a bowl with λ₁/λ₂ = condition."""
        curvatures = np.array([1.0, 1 / condition])
        with np.errstate(over="ignore"):
            path = run(curvatures, rate, momentum)
        shrink = factor(rate * curvatures, momentum)
        value = (curvatures[0] * self.grid[0] ** 2 + curvatures[1] * self.grid[1] ** 2) / 2
        self.field.set_data(np.sqrt(value / value.max()))
        seen = path[: int(np.argmax((abs(path) > 50).any(axis=1))) or None]
        self.line.set_data(*seen.T)
        self.end.set_data(*path[-1:].T)
        for line, values in zip(self.errors, path.T, strict=True):
            line.set_data(np.arange(len(path)), np.clip(abs(values), 1e-12, 1e12))
        for dot, curvature in zip(self.dots, curvatures, strict=True):
            dot.set_data([momentum], [rate * curvature])
        stable = shrink.max() < 1
        far = np.linalg.norm(path[-1])
        self.words[0].place(text=f"κ = {number(condition)}, {STEPS} steps,\nfinal distance {number(far)}")
        self.words[1].place(
            text="per step, in the long run:\n" + f"× {shrink[0]:.3f} steep, × {shrink[1]:.3f} flat"
        )
        limit = 2 * (1 + momentum)
        self.words[2].place(
            text=f"ηλ₁ = {number(rate)}, limit {number(limit)}:\n{'converges' if stable else 'does not converge'}"
        )
        style.describe(
            self.axes,
            f"Gradient descent with ηλ₁ = {number(rate)} and momentum {number(momentum)} on a bowl of condition number "
            f"{number(condition)}: after {STEPS} steps the distance to the minimum is {number(far)}, 1.41 at first. "
            f"Per step, in the long run, the steep direction is multiplied by {shrink[0]:.3f} and the flat one by "
            f"{shrink[1]:.3f}. The limit for ηλ₁ is {number(limit)}: it {'converges' if stable else 'does not converge'}.",
        )


@style.look
def stability(rate: float, momentum: float = 0.0, condition: float = 10.0) -> Panels:
    """One run of gradient descent in three views: its path in a bowl, the error of each direction, the stability wedge.

    rate: η·λ₁, the rate in units of one over the largest curvature; momentum: β in [0, 1); condition: λ₁/λ₂ ≥ 1.
    It converges where ηλ < 2(1 + β) for every curvature λ. Returns three panels.
    """
    rate = checks.number("stability", "rate", rate, low=0, open_low=True)
    momentum = checks.number("stability", "momentum", momentum, low=0, high=1, open_high=True)
    condition = checks.number("stability", "condition", condition, low=1)
    drawing = DescentPanel()
    drawing.update(rate=rate, momentum=momentum, condition=condition)
    return drawing.axes
