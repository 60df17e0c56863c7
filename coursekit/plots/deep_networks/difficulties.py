"""Lesson 07a: hidden units with equal weights, and how training separates them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number


@style.look
def clones(
    W_in: ArrayLike, W_out: ArrayLike, titles: Sequence[str] = ("inputs", "hidden units", "outputs")
) -> Axes:
    """A network with one hidden layer, each connection with its weight: equal weights have equal lines.

    W_in (n, m), W_out (k, n), at most 4 units a layer. The number of different lines is the number of different
    weights, rounded to two digits after the point.
    """
    W_in, W_out = checks.numeric("clones", "W_in", W_in), checks.numeric("clones", "W_out", W_out)
    if (
        W_in.ndim != 2
        or W_out.ndim != 2
        or W_out.shape[1] != W_in.shape[0]
        or max(W_in.shape + W_out.shape) > 4
    ):
        raise ValueError(
            f"clones: W_in has shape {W_in.shape} and W_out {W_out.shape}; expected (n, m) and (k, n), at most 4 each."
        )
    ax = panels(height=3.6)
    ax.set(xlim=(-0.35, 2.35), ylim=(-0.7, 3.6), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.grid(visible=False)
    columns = [
        np.linspace(3, 0, size) if size > 1 else np.array([1.5])
        for size in (W_in.shape[1], *W_out.shape[::-1])
    ]
    different = sorted({round(float(w), 2) for w in (*W_in.flat, *W_out.flat)})
    for layer, W in enumerate((W_in, W_out)):
        for (to, source), w in np.ndenumerate(W):
            look = style.series(different.index(round(float(w), 2)))
            y0, y1 = columns[layer][source], columns[layer + 1][to]
            ax.plot(
                [layer, layer + 1], [y0, y1], color=look["color"], linestyle=look["linestyle"], linewidth=1.8
            )
            at = 0.28 if (to + source) % 2 else 0.62
            ax.text(
                layer + at, y0 + at * (y1 - y0), number(round(float(w), 2)), fontsize=10, ha="center", va="center",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )  # fmt: skip
    for layer, (column, title) in enumerate(zip(columns, titles, strict=True)):
        ax.text(layer, -0.6, title, ha="center")
        for y in column:
            ax.plot(layer, y, "o", markersize=22, markerfacecolor="#DCEBF5", markeredgecolor=style.INK)
    rows = "; ".join(
        f"unit {j + 1} in {', '.join(number(round(float(w), 2)) for w in row)}, out "
        f"{', '.join(number(round(float(w), 2)) for w in column)}"
        for j, (row, column) in enumerate(zip(W_in, W_out.T, strict=True))
    )
    return style.describe(
        ax, f"A network of {len(W_in)} hidden units with {len(different)} different weights: {rows}."
    )


@style.look
def clone_training(runs: Mapping[str, Any]) -> Panels:
    """Left: training loss against step, one line a run. Right: how far its hidden units are apart.

    runs: {name: symmetry.Training}. A spread of exactly 0 has no place on a logarithmic axis and is drawn on a line
    of its own at the bottom.
    """
    inputs.named("clone_training", "name: symmetry.Training", runs)
    axes, parts = panels(1, 2, height=3.9), []
    floor = 1e-19
    for i, (name, run) in enumerate(runs.items()):
        loss, spread = run.losses, run.spreads
        window = np.ones(25) / 25  # single batches are noisy
        smooth = np.convolve(loss, window, "valid") if loss.size > 50 else loss
        every = {"label": name, "markevery": (40 * i, max(1, smooth.size // 6)), **style.series(i)}
        axes[0].plot(smooth, **every)
        axes[1].plot(np.where(spread == 0, floor, spread), **every)
        last = "exactly 0" if spread[-1] == 0 else number(spread[-1], 2)
        parts.append(f"{name} ends at loss {number(smooth[-1])}, its units apart by {last}")
    axes[0].set(xlabel="step", ylabel="training loss", title="loss (mean of 25 batches)")
    axes[1].set(xlabel="step", ylabel="largest difference of two units", yscale="log", ylim=(1e-20, 1e3))
    axes[1].set_title("difference between hidden units")
    axes[1].set_yticks([floor, 1e-15, 1e-10, 1e-5, 1], ["0", "1e−15", "1e−10", "1e−5", "1"])
    axes[0].legend(loc="lower left", bbox_to_anchor=(0, 1.1), ncols=2, borderpad=0)
    return style.describe(axes, f"{'; '.join(parts)}.")
