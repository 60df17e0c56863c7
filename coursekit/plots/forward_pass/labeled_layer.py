"""Lesson 00: one layer with every symbol in its place, from the inputs to the activations."""

import numpy as np
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from coursekit import checks
from coursekit.plots.base import style
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number
from coursekit.plots.forward_pass.figures import bare

MOST_INPUTS, MOST_NEURONS = 6, 3
INPUT, NEURON = 2.7, 3.3  # radii of the circles
FACE = "#D5E7F3"


def _arrow(ax, start, end, **look):
    ax.add_patch(
        FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=12, shrinkA=0, shrinkB=0, **look)
    )


def _circle(ax, at, radius, symbol, face="white"):
    ax.add_patch(Circle(at, radius, facecolor=face, edgecolor=style.INK, zorder=3))
    ax.text(*at, symbol, ha="center", va="center", fontsize=12, zorder=4)


@style.look
def labeled_layer(W, b, x):
    """A layer with its symbols: inputs x, weights W and biases b of the neurons, sums z, activations a = sigmoid(z).

    W (n, m) with at most 3 × 6, b (n,), x (m,). The weights of neuron 1 are labeled, those of the other neurons dashed.
    """
    W, b, x = (checks.numeric("labeled_layer", *pair) for pair in (("W", W), ("b", b), ("x", x)))
    if W.ndim != 2 or b.shape != W.shape[:1] or x.shape != W.shape[1:]:
        raise ValueError(
            f"labeled_layer: W has shape {W.shape}, b {b.shape} and x {x.shape}; expected (n, m), (n,), (m,)."
        )
    n, m = W.shape
    if n > MOST_NEURONS or m > MOST_INPUTS:
        raise ValueError(
            f"labeled_layer: W has shape {W.shape}; expected at most ({MOST_NEURONS}, {MOST_INPUTS})."
        )
    z = W @ x + b
    a = 1 / (1 + np.exp(-z))
    ax = bare(panels(height=4.9), 86, 49)
    middle = 22.0
    inputs = [np.array([12.0, middle + 8 * ((m - 1) / 2 - i)]) for i in range(m)]
    sums = [np.array([49.0, middle - 2 + 17 * ((n - 1) / 2 - j)]) for j in range(n)]
    for j, end in reversed(list(enumerate(sums))):
        look = {"color": style.BLUE, "lw": 1.8} if j == 0 else {"color": style.MUTED, "lw": 1.2, "ls": "--"}
        for i, start in enumerate(inputs):
            step = (end - start) / np.hypot(*(end - start))
            _arrow(ax, start + INPUT * step, end - NEURON * step, **look)
            if j == 0:
                place = start + 0.3 * (end - start)
                box = {"facecolor": "white", "edgecolor": "none", "pad": 1.2}
                ax.text(
                    *place,
                    f"$W_{{1,{i + 1}}}$",
                    ha="center",
                    va="center",
                    color=style.BLUE,
                    bbox=box,
                    zorder=5,
                )
    for i, at in enumerate(inputs):
        _circle(ax, at, INPUT, f"$x_{i + 1}$")
        ax.text(at[0] - 3.8, at[1], number(x[i]), ha="right", va="center")
    for j, at in enumerate(sums):
        above = at + np.array([0, 8.2])
        ax.add_patch(
            Rectangle(
                (above[0] - 2.2, above[1] - 1.7), 4.4, 3.4, facecolor="#EEEEEE", edgecolor=style.INK, zorder=3
            )
        )
        ax.text(*above, f"$b_{j + 1}$", ha="center", va="center", fontsize=12, zorder=4)
        ax.text(above[0] + 3, above[1], number(b[j]), va="center")
        _arrow(ax, above - (0, 1.7), at + np.array([0, NEURON]), color=style.INK, lw=1.2)
        out = at + np.array([20, 0])
        _circle(ax, at, NEURON, f"$z_{j + 1}$", FACE)
        _circle(ax, out, NEURON, f"$a_{j + 1}$", FACE)
        _arrow(ax, at + np.array([NEURON, 0]), out - (NEURON, 0), color=style.INK, lw=1.2)
        ax.text(*(at + np.array([10, 1.6])), r"$\sigma$", ha="center", va="center", fontsize=12)
        ax.text(at[0], at[1] - 5, f"{z[j]:.2f}".replace("-", "−"), ha="center", va="center")
        ax.text(out[0], out[1] - 5, f"{a[j]:.3f}", ha="center", va="center")
    for left, words in ((12, f"{m} inputs"), (49, f"{n} neurons: weighted sum"), (71, "activation")):
        ax.text(left, 47, words, ha="center", va="center", color=style.MUTED)
    values = "; ".join(
        f"neuron {j + 1} has bias {number(b[j])}, z = {z[j]:.2f} and a = {a[j]:.3f}".replace("-", "−")
        for j in range(n)
    )
    return style.describe(
        ax,
        f"A layer of {n} neurons on {m} inputs x = {', '.join(map(number, x))}. An arrow with a weight leads from "
        f"each input to each neuron's sum z, where the bias b is added; an arrow marked σ leads from z to a: {values}.",
    )
