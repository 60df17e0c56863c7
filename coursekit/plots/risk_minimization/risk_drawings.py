"""Lesson 01, figures that a widget can move: a sample's error, intervals that fit a sample, the robot's curve."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike
from scipy.stats import binom

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number
from coursekit.risk import CurveTask, IntervalDistribution, Intervals, hoeffding_deviation, polynomial_erm


class SampleError(Drawing):
    """The empirical error of one sample among all that it could have been, and the true error.

    delta: also Hoeffding's ε, within which at least 1 − delta of all samples lie. smallest: the least sample size that
    will be shown, so that the axis keeps its scale. earlier: whether samples drawn before are shown.
    """

    @style.look
    def __init__(self, delta: float | None = None, smallest: int | None = None, earlier: bool = False):
        self.delta, self.smallest = delta, smallest
        self.axes = ax = panels(height=3.8 if delta is None else 4)
        ax.set(
            xlabel="empirical error L_S of a sample",
            ylabel="how often (most frequent = 1)",
            ylim=(-0.1, 1.15),
        )
        ax.set_title("what other samples would have given", pad=24 if delta is None else 42)
        ax.set_yticks([0, 0.36, 0.72], ["0", "½", "1"])
        (self.bars,) = ax.plot([], [], "-", color=style.BLUE, linewidth=2, label="all samples, exactly")
        (self.true,) = ax.plot([], [], "--", color=style.INK, label="true error L_D")
        (self.earlier,) = ax.plot([], [], "o", color=style.MUTED, markersize=6, alpha=0.5)
        (self.here,) = ax.plot([], [], "D", color=style.VERMILLION, markersize=10, label="this sample")
        (self.reach,) = ax.plot([], [], "-|", color=style.VIOLET, markersize=14)
        if earlier:
            self.earlier.set_label("earlier samples")
        if delta is not None:
            self.reach.set_label(f"within ε of L_D: at least {1 - delta:.0%}")
        ax.legend(loc="upper right", ncols=2)  # above the bars
        self.words = ax.add_artist(Caption(0, 1.02, transform=ax.transAxes))
        self.moving = [self.bars, self.true, self.reach, self.earlier, self.here, self.words]

    def scene(self, true, wrong, m, name=""):
        """The axis depends on the true error, so that samples of every size are drawn to the same scale."""
        return true

    def update(self, true, wrong, m, name=""):
        """A rule of this true error misclassifies wrong[-1] of m examples; the others: in earlier samples.

        name: of the rule, for the words.
        """
        chance = binom.pmf(np.arange(m + 1), m, true)
        counts = np.flatnonzero(chance > 1e-3 * chance.max())  # the others would be a line on the axis
        gap, zero = np.full(counts.size, np.nan), np.zeros(counts.size)
        height = 0.72 * chance[counts] / chance.max()
        self.bars.set_data(
            np.stack([counts, counts, gap], axis=1).ravel() / m,
            np.stack([zero, height, gap], axis=1).ravel(),
        )
        reach = 4 * np.sqrt(max(true * (1 - true), 0.01) / min(m, self.smallest or m))
        self.axes.set_xlim(max(0, true - reach) - 0.02, min(1, true + reach) + 0.02)
        errors = np.asarray(wrong) / m
        self.true.set_data([true, true], [0, 0.8])
        self.earlier.set_data(errors[:-1], np.full(len(errors) - 1, -0.05))
        self.here.set_data(errors[-1:], [-0.05])
        first = f"{name}: " if name else ""
        sofar = f";  mean of {len(errors)} samples {number(errors.mean(), 4)}" if len(errors) > 1 else ""
        lines = [
            f"{first}{wrong[-1]} of m = {m} wrong, L_S = {number(errors[-1])}, L_D = {number(true)}{sofar}"
        ]
        if self.delta is not None:
            lines.append(self._within(self.delta, true, m))
        self.words.place(text="\n".join(lines))
        style.describe(
            self.axes, f"{'. '.join(lines)}. Over all samples L_S has a binomial distribution around L_D."
        )

    def _within(self, delta: float, true, m):
        """Draw Hoeffding's ε; say how large it is, and the exact share of samples within it."""
        epsilon = hoeffding_deviation(m, delta)
        self.reach.set_data([true - epsilon, true + epsilon], [0.8, 0.8])
        inside = binom.cdf(np.floor(m * (true + epsilon)), m, true) - binom.cdf(
            np.ceil(m * (true - epsilon)) - 1, m, true
        )
        return f"ε = {number(epsilon)}; in truth {inside:.1%} of all samples are within ε of L_D"


@style.look
def sample_error(true: float, wrong: int, m: int, delta: float | None = None) -> Axes:
    """The empirical error wrong/m of one sample among all samples of size m, whose distribution is exact.

    true: L_D of the hypothesis, so that the number of mistakes is binomial. delta: also mark Hoeffding's ε for this
    probability of failure.
    """
    true = checks.number("sample_error", "true", true, 0, 1)
    m = checks.positive_integer("sample_error", "m", m)
    wrong = checks.positive_integer("sample_error", "wrong", wrong, least=0)
    if wrong > m:
        raise ValueError(f"sample_error: wrong is {wrong}, more than the m = {m} examples.")
    if delta is not None:
        delta = checks.number("sample_error", "delta", delta, 0, 1, open_low=True, open_high=True)
    drawing = SampleError(delta)
    drawing.update(true=true, wrong=[wrong], m=m)
    return drawing.axes


class IntervalFit(Drawing):
    """Above: a sample, the true intervals and those that fit it best. Below: both errors against their number."""

    @style.look
    def __init__(self, most):
        self.most = most
        self.axes = sample, errors = panels(2, 1, height=5.6, height_ratios=(1, 1.5))
        sample.set(xlim=(0, 1), ylim=(-0.6, 3.4), xlabel="x")
        sample.set_yticks([0, 1, 2, 3], ["label 0", "label 1", "fitted h", "truth f"])
        sample.set_title("the sample and the intervals that fit it best", pad=24)
        (self.zeros,) = sample.plot([], [], "o", color=style.INK, markersize=5, alpha=0.6)
        (self.ones,) = sample.plot([], [], "^", color=style.VERMILLION, markersize=6, alpha=0.7)
        look = {"height": 0.6, "edgecolor": style.INK, "linewidth": 1}
        kinds = ((2.7, style.MUTED, "//", 8), (1.7, style.BLUE, "", most))
        self.truth, self.fitted = (
            [
                sample.add_patch(Rectangle((0, y), 0, facecolor=color, hatch=hatch, alpha=0.6, **look))
                for _ in range(n)
            ]
            for y, color, hatch, n in kinds
        )
        errors.set(xlabel="intervals allowed, k", ylabel="error", xlim=(-0.3, most + 0.3), ylim=(-0.02, 0.72))
        errors.xaxis.get_major_locator().set_params(integer=True)
        self.curves = [
            errors.plot([], [], label=name, **style.series(i))[0]
            for i, name in enumerate(("true error L_D, exact", "empirical error L_S"))
        ]
        (self.floor,) = errors.plot([], [], ":", color=style.MUTED, label="least possible (noise)")
        (self.now,) = errors.plot([], [], "-", color=style.INK, linewidth=1, label="k")
        errors.legend(loc="upper right", ncols=2)
        self.words = sample.add_artist(Caption(0, 1.02, transform=sample.transAxes))
        self.moving = [
            *self.truth, *self.fitted, self.zeros, self.ones, self.floor, self.now, *self.curves, self.words
        ]  # fmt: skip

    def update(self, task, x, label, path, true, k):
        """A sample x, label (m,) of the task; path: [(Intervals, mistakes)] for 0, 1, … intervals; the k chosen.

        true: the true errors of the path's hypotheses.
        """
        self.zeros.set_data(x[label == 0], np.zeros(int((label == 0).sum())))
        self.ones.set_data(x[label == 1], np.ones(int((label == 1).sum())))
        for patches, hypothesis in ((self.truth, task.intervals), (self.fitted, path[k][0])):
            ends = [tuple(np.clip(pair, 0, 1)) for pair in hypothesis.intervals]
            for i, patch in enumerate(patches):
                low, high = ends[i] if i < len(ends) else (0, 0)
                patch.set_visible(i < len(ends))
                patch.set_bounds(low, patch.get_y(), high - low, 0.6)
        empirical = np.array([mistakes / len(x) for _, mistakes in path])
        ks = np.arange(len(path))
        for curve, values in zip(self.curves, (true, empirical), strict=True):
            curve.set_data(ks, values)
        self.floor.set_data([-1, self.most + 1], [task.noise, task.noise])
        self.now.set_data([k, k], [-0.02, 0.62])
        best = int(true.argmin())
        text = (
            f"m = {len(x)}, k = {k}:  L_S = {number(empirical[k])},  L_D = {number(true[k])},  "
            f"gap {number(true[k] - empirical[k])};  L_D is lowest at k = {best} ({number(true[best])})"
        )
        self.words.place(text=text)
        style.describe(
            self.axes,
            f"{text}. L_S falls from {number(empirical[0])} to {number(empirical[-1])} at k = {ks[-1]}, where L_D is "
            f"{number(true[-1])}. Fitted: {len(path[k][0])} intervals; true: {len(task.intervals)}; noise "
            f"{number(task.noise)}. First x {number(x[0])}.",
        )


def interval_fit(task: Any, x: ArrayLike, label: ArrayLike, path: Sequence[Sequence[Any]], k: int) -> Panels:
    """A sample, the union of at most k intervals that fits it best, and both errors for every k.

    task: an IntervalDistribution; x, label (m,): a sample of it; path: `risk.interval_erm_path(x, label, most)`.
    """
    x, label = inputs.pair("interval_fit", "x", x, "label", label)
    if not isinstance(task, IntervalDistribution):
        raise TypeError(f"interval_fit: task is {task!r}; expected a risk.IntervalDistribution.")
    if not path or not all(isinstance(pair, tuple) and isinstance(pair[0], Intervals) for pair in path):
        raise TypeError(
            "interval_fit: path must be a list of pairs (Intervals, mistakes); interval_erm_path returns one."
        )
    if checks.positive_integer("interval_fit", "k", k, least=0) >= len(path):
        raise ValueError(f"interval_fit: k is {k}, but the path ends at {len(path) - 1}.")
    drawing = IntervalFit(len(path) - 1)
    true = np.array([h.true_error(task) for h, _ in path])
    drawing.update(task=task, x=x, label=label, path=path, true=true, k=k)
    return drawing.axes


class CurveFit(Drawing):
    """The robot's sensor and motor: a sample, the curve behind it, a polynomial; beside it both errors by degree."""

    @style.look
    def __init__(self, most):
        self.grid, self.degrees = np.linspace(-1, 1, 301), np.arange(most + 1)
        self.axes = curve, errors = panels(1, 2, height=4.2, width_ratios=(1.25, 1))
        curve.set(xlabel="sensor x", ylabel="motor y", xlim=(-1, 1), ylim=(-2.2, 2.2))
        curve.set_title("sample, truth and fit", pad=24)
        (self.truth,) = curve.plot([], [], "--", color=style.MUTED, label="truth f")
        (self.dots,) = curve.plot([], [], "o", color=style.INK, markersize=5, alpha=0.7, label="sample")
        (self.fit,) = curve.plot([], [], "-", color=style.BLUE, label="fit h")
        curve.legend(loc="upper left")
        errors.set(
            xlabel="degree", ylabel="squared error", yscale="log", xlim=(-0.4, most + 0.4), ylim=(3e-3, 3e4)
        )
        errors.set_title("both errors", pad=24)
        errors.xaxis.get_major_locator().set_params(integer=True)
        self.curves = [
            errors.plot([], [], label=name, **style.series(i))[0]
            for i, name in enumerate(("true, exact", "empirical"))
        ]
        (self.floor,) = errors.plot([], [], ":", color=style.MUTED, label="noise²")
        (self.now,) = errors.plot([], [], "-", color=style.INK, linewidth=1)
        errors.legend(loc="upper left")
        self.words = [ax.add_artist(Caption(0, 1.02, transform=ax.transAxes)) for ax in self.axes]
        self.moving = [self.truth, self.fit, self.dots, self.floor, self.now, *self.curves, *self.words]

    def update(self, task, x, y, degree):
        """A sample x, y (m, 1) of the task, and the polynomial of this degree that fits it best."""
        fits = [polynomial_erm(x, y, d) for d in self.degrees]
        true = np.array([task.true_error(h) for h in fits])
        empirical = np.array([np.mean((h(x) - y) ** 2) for h in fits])
        self.truth.set_data(self.grid, task.f(self.grid))
        self.dots.set_data(x[:, 0], y[:, 0])
        self.fit.set_data(self.grid, np.clip(fits[degree](self.grid), -50, 50))
        for curve, values in zip(self.curves, (true, empirical), strict=True):
            curve.set_data(self.degrees, np.clip(values, 1e-6, 1e6))
        self.floor.set_data([-1, len(fits)], [task.bayes_error] * 2)
        self.now.set_data([degree, degree], [1e-6, 1e2])  # below the legend
        best = int(true.argmin())
        texts = (
            f"degree {degree}, m = {len(x)};  L_D is lowest at degree {best}",
            f"L_S = {number(empirical[degree])},  L_D = {number(true[degree])}",
        )
        for caption, text in zip(self.words, texts, strict=True):
            caption.place(text=text)
        style.describe(
            self.axes,
            f"Polynomial of degree {degree}, {len(x)} points: empirical error {number(empirical[degree])}, true error "
            f"{number(true[degree])}. The true error is lowest at degree {best} with {number(true[best])}; noise² is "
            f"{number(task.bayes_error)}. First point at {number(x[0, 0])}.",
        )


def curve_fit(x: ArrayLike, y: ArrayLike, degree: int, task: Any = None, most: int = 15) -> Panels:
    """The polynomial of this degree that fits a sample best, and both errors for degrees from 0 to `most`.

    x, y (m, 1): a sample of the task, a `risk.CurveTask`, by default the one with noise 0.3.
    """
    task = CurveTask() if task is None else task
    x, y = (v[:, None] for v in inputs.pair("curve_fit", "x", x, "y", y))
    most = checks.positive_integer("curve_fit", "most", most)
    if checks.positive_integer("curve_fit", "degree", degree, least=0) > most:
        raise ValueError(f"curve_fit: degree is {degree}, more than most = {most}.")
    drawing = CurveFit(most)
    drawing.update(task=task, x=x, y=y, degree=degree)
    return drawing.axes
