"""Lesson 01: curves that were fitted to samples, side by side, and what bias and variance make of many of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number
from coursekit.risk import CurveTask

LIMIT = 2.2  # of the motor's axis; what leaves it is cut off
TICKS = (-1, -0.5, 0, 0.5, 1)


@style.look
def curve_fits(
    x: ArrayLike, y: ArrayLike, fits: Mapping[str, Callable[[np.ndarray], ArrayLike]], task: Any = None
) -> Panels:
    """Several curves that were fitted to the same sample, one per panel, with their empirical and true errors.

    x, y (m, 1): a sample of the task, a `risk.CurveTask`, by default the one with noise 0.3. fits: {name: a function of
    x (N, 1)}.
    """
    inputs.named("curve_fits", "name: function of x", fits)
    task = CurveTask() if task is None else task
    x, y = (v[:, None] for v in inputs.pair("curve_fits", "x", x, "y", y))
    grid = np.linspace(-1, 1, 301)[:, None]
    axes = np.atleast_1d(panels(1, len(fits), height=3.4, sharey=True)).view(Panels)
    words = []
    for ax, (name, h) in zip(axes, fits.items(), strict=True):
        curve, at_sample = (checks.numeric("curve_fits", name, h(points)) for points in (grid, x))
        if curve.shape != grid.shape:
            raise ValueError(
                f"curve_fits: {name!r} must return one number per row of x, shape {grid.shape}, but returns shape "
                f"{curve.shape}."
            )
        L_S, L_D = float(np.mean((at_sample - y) ** 2)), task.true_error(h)
        ax.plot(grid, task.f(grid), "--", color=style.MUTED, label="truth f")
        ax.plot(x, y, "o", color=style.INK, markersize=4, alpha=0.7, label="sample")
        ax.plot(grid, curve, "-", color=style.BLUE, label="fit h")
        ax.set(xlim=(-1, 1), ylim=(-LIMIT, LIMIT), xlabel="sensor x", xticks=TICKS)
        ax.set_title(f"{name}\nL_S = {number(L_S)}, L_D = {number(L_D)}", fontsize=10.5)
        words.append(
            f"{name}: empirical error {number(L_S)}, true error {number(L_D)}, the curve reaches from "
            f"{number(curve.min())} to {number(curve.max())}"
        )
    axes[0].set_ylabel("motor y")
    axes[0].legend(loc="upper left")
    return style.describe(axes, f"Fits to the same {len(x)} points. {'; '.join(words)}.")


@style.look
def bias_and_variance(
    x: ArrayLike, truth: ArrayLike, curves: ArrayLike, show: Sequence[int], noise: float
) -> Panels:
    """Fits of three degrees to many samples, their mean and the truth; and bias², variance, noise by degree.

    x, truth (points,): evenly spaced x and f(x); curves (degrees, samples, points): the fits, degree 0 first;
    show: three degrees; noise: the variance of the noise in y.
    """
    where = "bias_and_variance"
    x, truth = inputs.pair(where, "x", x, "truth", truth)
    curves = checks.numeric(where, "curves", curves)
    checks.finite(where, "curves", curves)
    if curves.ndim != 3 or curves.shape[2] != x.size or curves.shape[1] < 2:
        raise ValueError(
            f"{where}: curves must have shape (degrees, samples, {x.size}) with at least 2 samples, but have shape "
            f"{curves.shape}."
        )
    if len(show) != 3 or not all(0 <= degree < len(curves) for degree in show):
        raise ValueError(
            f"{where}: show must name three degrees from 0 to {len(curves) - 1}, but is {tuple(show)}."
        )
    noise = checks.number(where, "noise", noise, 0)
    mean = curves.mean(axis=1)  # (degrees, points)
    bias2, variance = ((mean - truth) ** 2).mean(axis=1), curves.var(axis=1).mean(axis=1)
    axes = panels(2, 2, height=6)
    for ax, degree in zip(axes[:3], show, strict=True):
        ax.plot(x, curves[degree, :30].T, color=style.BLUE, linewidth=0.7, alpha=0.35)
        ax.plot(x, mean[degree], color=style.INK, linewidth=2.5, label="mean of all fits")
        ax.plot(x, truth, "--", color=style.VERMILLION, label="truth f")
        ax.set(xlim=(-1, 1), ylim=(-LIMIT, LIMIT), xlabel="sensor x", ylabel="motor y", xticks=TICKS)
        ax.set_title(f"degree {degree}: bias² {number(bias2[degree])}, variance {number(variance[degree])}")
    axes[0].legend(loc="upper left")
    _parts(axes[3], bias2, variance, noise)
    total = bias2 + variance + noise
    parts = (
        f"degree {d}: bias² {number(b)}, variance {number(v)}"
        for d, (b, v) in enumerate(zip(bias2, variance, strict=True))
    )
    return style.describe(
        axes,
        f"Fits to {curves.shape[1]} samples. {'; '.join(parts)}; noise {number(noise)}. Their sum is lowest at degree "
        f"{total.argmin()} with {number(total.min())}.",
    )


def _parts(ax, bias2, variance, noise):
    """Bias², variance, noise and their sum by degree."""
    degrees, total = np.arange(len(bias2)), bias2 + variance + noise
    for i, (name, values) in enumerate((("bias²", bias2), ("variance", variance))):
        ax.plot(degrees, values, label=name, **style.series(i))
    ax.axhline(noise, color=style.MUTED, linestyle=":", label="noise")
    ax.plot(degrees, total, color=style.INK, marker="v", label="sum: mean true error")
    ax.set(xlabel="degree", ylabel="squared error", ylim=(0, 1.15 * total.max()), title="the three parts")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend()
