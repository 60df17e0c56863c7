"""Lesson 04, still figures: what penalties do to boundaries, to weights and to the steps of an optimizer.

Every function takes arrays, leaves them as they were, and returns Axes with an alt text.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.data.labels import class_labels
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number

# Keywords of `imshow` that shade where a field, clipped to −1 … 1, is positive; its boundary is smooth.
TWO_CLASSES: dict[str, Any] = {
    "cmap": ListedColormap([style.FIELD(0.0), style.FIELD(0.45)]),
    "vmin": -1,
    "vmax": 1,
    "interpolation": "bilinear",
    "interpolation_stage": "data",
}


def lattice(x, size=90):
    """A square grid over the points x (N, 2): its extent (left, right, bottom, top) and nodes (size², 2)."""
    low, high = x.min(axis=0), x.max(axis=0)
    room = 0.12 * (high - low)
    low, high = low - room, high + room
    nodes = np.stack(np.meshgrid(*np.linspace(low, high, size).T), axis=-1).reshape(-1, 2)
    return (low[0], high[0], low[1], high[1]), nodes


def points_and_labels(where, x, label):
    """x (N, 2) and as many labels 0 or 1, checked."""
    x = checks.numeric(where, "x", x)
    checks.finite(where, "x", x)
    label = class_labels(where, "label", label)
    if x.ndim != 2 or x.shape[1] != 2 or label.shape != x.shape[:1] or not np.isin(label, (0, 1)).all():
        raise ValueError(
            f"{where}: x has shape {x.shape} and label {label.shape}; expected points (N, 2) and a label 0 or 1 for "
            "each."
        )
    return x, label


def scatter(ax, x, label):
    """The two classes: circles and triangles."""
    for value, marker, color in ((0, "o", style.BLUE), (1, "^", style.VERMILLION)):
        look = {"color": color, "markeredgecolor": "white", "markersize": 7.5, "linestyle": "none"}
        ax.plot(*x[label == value].T, marker=marker, label=f"class {value}", **look)


@style.look
def decision_regions(
    x: ArrayLike, label: ArrayLike, score: Callable[..., Any], names: Sequence[str]
) -> np.ndarray:
    """One panel per network: the training points, and shaded where the network says class 1.

    x (N, 2), label (N,) of 0 and 1; score: function of points (P, 2) that returns (networks, P), positive for
    class 1; names: of the networks.
    """
    x, label = points_and_labels("decision_regions", x, label)
    extent, nodes = lattice(x)
    size = int(np.sqrt(len(nodes)))
    everywhere, here = (checks.numeric("decision_regions", "score", score(p)) for p in (nodes, x))
    if everywhere.shape != (len(names), len(nodes)):
        raise ValueError(
            f"decision_regions: score returns {everywhere.shape} for {len(nodes)} points and {len(names)} names; it "
            "must be (networks, points), one row for each name."
        )
    axes = np.atleast_1d(panels(1, len(names), height=3.4, sharex=True, sharey=True))
    wrong = ((here > 0) != label).sum(axis=1)
    for ax, name, field, mistakes in zip(axes, names, everywhere, wrong, strict=True):
        field = field.reshape(size, size)
        shown = np.clip(field, -1, 1)
        ax.imshow(shown, extent=extent, origin="lower", aspect="auto", **TWO_CLASSES)
        if field.min() < 0 < field.max():
            ax.contour(
                field,
                levels=[0],
                extent=extent,
                colors=style.INK,
                linewidths=1.5,
            )
        scatter(ax, x, label)
        ax.grid(visible=False)
        ax.set(title=f"{name}\n{mistakes} of {len(x)} training points wrong", xlabel="x₁")
    axes[0].set_ylabel("x₂")
    axes[-1].legend(loc="upper right", frameon=True, framealpha=1, handletextpad=0.1, borderpad=0.3)
    parts = (
        f"{name}: {mistakes} wrong, class 1 on {np.mean(field > 0):.0%} of the area"
        for name, mistakes, field in zip(names, wrong, everywhere, strict=True)
    )
    return style.describe(axes, f"Boundaries of networks on {len(x)} training points. {'; '.join(parts)}.")


@style.look
def decay(paths: Mapping[str, ArrayLike], close: float = 0.05) -> Panels:
    """A weight under a penalty alone, by step; beside it the same around 0, magnified.

    paths: {name: weights (steps + 1,)}; close: the magnified range is −close to close.
    """
    inputs.named("decay", "name: weights (steps + 1,)", paths)
    axes = panels(1, 2, height=3.7, width_ratios=(1.2, 1))
    parts = []
    for i, (name, w) in enumerate(paths.items()):
        w = inputs.vector("decay", name, w)
        for ax in axes:
            ax.plot(w, label=name, markevery=(2 * i, max(1, w.size // 12)), **style.series(i))
        end = f"exactly 0 from step {np.argmax(w == 0)} on" if w[-1] == 0 else f"{number(w[-1])} at the end"
        parts.append(f"{name}: from {number(w[0])} to {end}")
    axes[0].set(title="a weight that only its penalty moves", xlabel="step", ylabel="weight w")
    axes[1].set(title="the same, close to 0", xlabel="step", ylim=(-close, close))
    for ax in axes:
        ax.axhline(0, color=style.INK, linewidth=1)
    axes[0].legend()
    return style.describe(axes, f"A weight against the step. {'; '.join(parts)}.")


@style.look
def coefficients(estimates: Mapping[str, ArrayLike], truth: ArrayLike) -> np.ndarray:
    """Estimated coefficients beside the true ones, one panel per method; exact zeros are hollow and counted.

    estimates: {name: (n,)}; truth (n,).
    """
    inputs.named("coefficients", "name: coefficients (n,)", estimates)
    axes = np.atleast_1d(panels(1, len(estimates), height=3.5, sharey=True))
    parts = []
    for ax, (name, w) in zip(axes, estimates.items(), strict=True):
        w, true = inputs.pair("coefficients", name, w, "truth", truth)
        place, zero = np.arange(1, w.size + 1), w == 0
        ax.vlines(place, 0, w, color=style.BLUE, linewidth=1.5)
        ax.plot(place, true, "_", color=style.VERMILLION, markersize=9, markeredgewidth=2, label="true")
        ax.plot(place[~zero], w[~zero], "o", color=style.BLUE, markersize=5, label="estimated")
        look = {"color": style.BLUE, "markerfacecolor": "white", "markersize": 5}
        ax.plot(place[zero], w[zero], "s", label="exactly 0", **look)
        ax.axhline(0, color=style.MUTED, linewidth=1)
        ax.set(title=f"{name}\n{zero.sum()} of {w.size} exactly 0", xlabel="coefficient")
        least = abs(w[~zero]).min() if (~zero).any() else 0
        parts.append(
            f"{name} has {zero.sum()} exact zeros of {w.size}, its smallest other coefficient is {number(least)}"
        )
    axes[0].set_ylabel("value")
    axes[0].legend()
    return style.describe(
        axes,
        f"Coefficients of which {int((np.asarray(truth) == 0).sum())} are truly 0: {'; '.join(parts)}.",
    )


@style.look
def decay_by_gradient(gradient: ArrayLike, decayed: Mapping[str, ArrayLike]) -> Axes:
    """How far decay moved a weight, against the size of the weight's gradient (logarithmic axes).

    gradient (G,) positive; decayed: {name: (G,)} positive, the difference of a run without and a run with decay.
    """
    gradient = inputs.vector("decay_by_gradient", "gradient", gradient)
    inputs.named("decay_by_gradient", "name: differences (G,)", decayed)
    if (gradient <= 0).any():
        raise ValueError(
            f"decay_by_gradient: a gradient is {gradient.min():g}; the axis is logarithmic and needs sizes above 0."
        )
    ax = panels(height=3.6)
    parts = []
    for i, (name, moved) in enumerate(decayed.items()):
        _, moved = inputs.pair("decay_by_gradient", "gradient", gradient, name, moved)
        if (moved <= 0).any():
            raise ValueError(
                f"decay_by_gradient: {name} holds {moved.min():g}; the axis is logarithmic and needs values above 0."
            )
        ax.plot(gradient, moved, label=name, markevery=(i, 3), **style.series(i))
        parts.append(
            f"{name} {number(moved[0])} at gradient {number(gradient[0])} and "
            f"{number(moved[-1])} at {number(gradient[-1])}"
        )
    ax.set(xscale="log", yscale="log", xlabel="size s of the gradient", ylabel="moved toward 0 by decay")
    ax.legend()
    return style.describe(ax, f"How far decay moved a weight: {'; '.join(parts)}.")


@style.look
def shrinkage() -> Axes:
    """What is kept of a least-squares coefficient by ridge and by early stopping, and the gap between them.

    In a direction of curvature h ridge keeps h/(h + λ/m), gradient descent 1 − e^(−h η τ) after τ steps of rate η;
    drawn against q = h m/λ, with η τ = m/λ. Ali, Kolter & Tibshirani (2019).
    """
    q = np.geomspace(0.01, 100, 2001)
    ridge, stopped = q / (1 + q), -np.expm1(-q)
    widest = np.argmax(stopped - ridge)
    gap = (stopped - ridge)[widest]
    ax = panels(height=3.7)
    ax.plot(q, ridge, label="ridge  q/(1 + q)", markevery=200, **style.series(0))
    ax.plot(q, stopped, label="early stopping  1 − exp(−q)", markevery=200, **style.series(1))
    ax.vlines(q[widest], ridge[widest], stopped[widest], color=style.INK, linewidth=1.5)
    ax.annotate(
        f"widest gap: {gap:.4f} at q = {q[widest]:.2f}",
        (q[widest], ridge[widest]),
        (10, -14),
        textcoords="offset points",
    )
    ax.set(
        xscale="log", xlabel="q = h m / λ = h η τ", ylabel="share of the coefficient kept", ylim=(-0.03, 1.05)
    )
    ax.legend(loc="upper left")
    return style.describe(
        ax,
        f"Shares kept by ridge and by early stopping, both from 0 to 1 with growing q = h m / λ. The widest gap is "
        f"{gap:.4f}, at q = {q[widest]:.2f}; at q = 1 ridge keeps 0.5 and early stopping {1 - np.exp(-1):.3f}.",
    )
