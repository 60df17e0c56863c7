"""Lesson 06, still figures of experiments: gradient noise, the edge of stability, schedules, a plane of the loss."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.experiments import bands
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number


@style.look
def gradient_noise(sizes: ArrayLike, measured: ArrayLike, exact: Callable[[np.ndarray], np.ndarray]) -> Axes:
    """The variance of a mini-batch's gradient against the size of the batch, both axes logarithmic.

    sizes (S,); measured (S, draws): ‖batch gradient − full gradient‖² of each draw; exact: its mean by formula, a
    function of an array of sizes.
    """
    sizes = inputs.vector("gradient_noise", "sizes", sizes)
    measured = checks.numeric("gradient_noise", "measured", measured)
    if measured.ndim != 2 or len(measured) != sizes.size:
        raise ValueError(
            f"gradient_noise: measured has shape {measured.shape}; expected (sizes, draws) = ({sizes.size}, draws)."
        )
    draws, mean = measured.shape[1], measured.mean(axis=1)
    ax = panels(height=3.9)
    dense = np.geomspace(sizes.min(), sizes.max(), 200)
    ax.plot(dense, exact(dense), color=style.BLUE, label="exact: σ²/B · (N − B)/(N − 1)")
    ax.plot(sizes, mean, "s", color=style.VERMILLION, label=f"mean of {draws} draws")
    ax.set(xscale="log", yscale="log", xlabel="batch size B", ylabel=r"mean of $\Vert g_B - \nabla C\Vert^2$")
    ax.legend()
    parts = [
        f"at {number(b)} {number(m)} (exact {number(e)})"
        for b, m, e in zip(sizes, mean, exact(sizes), strict=True)
    ]
    return style.describe(
        ax,
        f"Mean squared distance of a batch's gradient from the full one, over {draws} draws: {', '.join(parts)}.",
    )


@style.look
def edge_of_stability(
    steps: ArrayLike, ratios: Mapping[str, np.ndarray], losses: Mapping[str, np.ndarray]
) -> Panels:
    """Left: the largest curvature of networks in training, in units of 2/η. Right: their training loss.

    steps (T,): when the curvature was measured; ratios: {name: (T, seeds)}, λmax·η/2; losses: {name: (all steps,
    seeds)}, of the same names. Bands are ± one standard deviation over seeds.
    """
    steps = inputs.vector("edge_of_stability", "steps", steps)
    inputs.named("edge_of_stability", "name: values (T, seeds)", ratios)
    if losses.keys() != ratios.keys():
        raise ValueError(
            f"edge_of_stability: losses of {list(losses)}, but ratios of {list(ratios)}; expected the same names."
        )
    axes = left, right = panels(1, 2, height=3.9)
    parts = [
        f"{name}: from {number(mean[0])}{_spread(sd[0])} to {number(mean[-1])}{_spread(sd[-1])} (n = {n} seeds)"
        for name, mean, sd, n in bands("edge_of_stability", left, steps, ratios)
    ]
    left.axhline(1, color=style.MUTED, linewidth=1)
    left.set(xlabel="step", title="λmax · η/2 (limit on a bowl: 1)")
    left.legend(loc="upper right")
    for i, (name, values) in enumerate(losses.items()):
        one = values[:, 0]
        right.plot(
            one,
            color=style.series(i)["color"],
            linestyle=style.LINE_STYLES[i],
            label=f"{name}, first seed",
            linewidth=1,
        )
        rises = np.mean(np.diff(values, axis=0) > 0)
        parts.append(
            f"the loss of {name} rises in {100 * rises:.0f} % of the steps (mean of {values.shape[1]} seeds) "
            f"and falls from {number(values[0].mean())} to {number(values[-1].mean())}"
        )
    right.set(xlabel="step", yscale="log", title="training loss")
    right.legend()
    return style.describe(axes, f"Largest curvature times η/2 over training: {'; '.join(parts)}.")


def _spread(sd):
    """ " ± sd"; what is too small to be seen in the figure is no number to be compared."""
    return f" ± {number(sd, 2)}" if sd >= 0.01 else " ± less than 0.01"


@style.look
def schedules(rates: Mapping[str, Callable[..., Any]], steps: int) -> Axes:
    """Learning rates over the steps of a run.

    rates: {name: schedule}, functions of the step t = 0, 1, …, as `ck.cosine(0.1, steps)` gives them.
    """
    inputs.named("schedules", "name: function of the step", rates)
    steps = checks.positive_integer("schedules", "steps", steps, least=2)
    ax, parts = panels(height=3.4), []
    for i, (name, schedule) in enumerate(rates.items()):
        values = np.array([float(schedule(t)) for t in range(steps)])
        ax.plot(values, label=name, markevery=max(1, steps // 8), **style.series(i))
        parts.append(
            f"{name} goes from {number(values[0])} to {number(values[-1])}, at most {number(values.max())}"
        )
    ax.set(xlabel="step t", ylabel="rate η(t)")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return style.describe(ax, f"Learning rates over {steps} steps: {'; '.join(parts)}.")


@style.look
def loss_plane(
    across: ArrayLike,
    up: ArrayLike,
    loss: ArrayLike,
    points: Mapping[str, Sequence[float]],
    names: Sequence[str] = ("across", "up"),
) -> Axes:
    """The loss of a network on a plane through its space of weights, with points of that plane.

    across (A,), up (U,): coordinates; loss (U, A), finite; points: {name: (x, y)}; names: of the two axes. The levels
    are evenly spaced in the logarithm.
    """
    across, up = inputs.vector("loss_plane", "across", across), inputs.vector("loss_plane", "up", up)
    loss = checks.numeric("loss_plane", "loss", loss)
    if loss.shape != (up.size, across.size):
        raise ValueError(
            f"loss_plane: loss has shape {loss.shape}; expected (up, across) = ({up.size}, {across.size})."
        )
    checks.finite("loss_plane", "loss", loss)
    ax = panels(height=4.6)
    levels = np.geomspace(max(loss.min(), 1e-6), loss.max() * 1.0001, 11)
    filled = ax.contourf(
        across,
        up,
        np.maximum(loss, levels[0]),
        levels=levels,
        cmap=style.FIELD,
        norm=BoundaryNorm(levels, 10),
    )
    bar = ax.figure.colorbar(filled, ax=ax, ticks=levels[::2], label="loss")
    bar.ax.set_yticklabels([number(level, 2) for level in levels[::2]])
    bar.ax.minorticks_off()
    for i, (name, (x, y)) in enumerate(points.items()):
        look = style.series(i) | {"linestyle": "none", "markersize": 11, "markeredgecolor": "white"}
        ax.plot([x], [y], label=name, **look)
    ax.grid(visible=False)
    ax.set(xlabel=names[0], ylabel=names[1])
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 1.12), ncols=len(points))
    at = [
        f"{name} at ({number(x)}, {number(y)}), loss {number(loss[abs(up - y).argmin(), abs(across - x).argmin()])}"
        for name, (x, y) in points.items()
    ]
    return style.describe(
        ax,
        f"Loss on a plane through weight space, from {number(loss.min())} to {number(loss.max())}: {'; '.join(at)}.",
    )
