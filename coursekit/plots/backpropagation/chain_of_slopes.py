"""Lesson 03: a chain of numbers with the slope of each link, and the gradient that flows back through it."""

from collections.abc import Sequence

import numpy as np
from matplotlib.patches import FancyBboxPatch
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import style
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number

WIDE, HIGH = 0.3, 0.22  # half of a box
FORWARD, BACKWARD = 0.05, -0.45  # heights of the arrows


@style.look
def chain_of_slopes(names: Sequence[str], values: ArrayLike, slopes: ArrayLike):
    """Draw a chain of numbers from left to right, with the slope of each link and the gradient of the last number.

    names, values: of the n numbers; slopes: the n − 1 derivatives of each number with respect to the one before it.
    Under each box is the derivative of the last number with respect to this one: the product of the slopes to its right.
    """
    values = checks.numeric("chain_of_slopes", "values", values)
    slopes = checks.numeric("chain_of_slopes", "slopes", slopes)
    if not len(names) == len(values) == len(slopes) + 1:
        raise ValueError(
            f"chain_of_slopes: n names, n values and n − 1 slopes are needed, but there are {len(names)}, "
            f"{len(values)} and {len(slopes)}."
        )
    gradients = np.append(np.cumprod(slopes[::-1])[::-1], 1.0)
    ax = panels(height=2.6)
    ax.set(xlim=(-0.75, len(values) - 0.5), ylim=(-0.95, 0.75))
    ax.axis("off")
    for i, name in enumerate(names):
        box = FancyBboxPatch(
            (i - WIDE, FORWARD - HIGH), 2 * WIDE, 2 * HIGH, boxstyle="round,pad=0,rounding_size=0.05"
        )
        box.set(facecolor="white", edgecolor=style.INK)
        ax.add_patch(box)
        ax.text(i, FORWARD, number(values[i]), ha="center", va="center")
        ax.text(i, FORWARD + HIGH + 0.08, name, ha="center", va="bottom")
        ax.text(i, BACKWARD, number(gradients[i]), ha="center", va="center", color=style.VIOLET)
    for i, slope in enumerate(slopes):
        for height, start, end, color in (
            (FORWARD, i + WIDE, i + 1 - WIDE, style.MUTED),
            (BACKWARD, i + 1 - WIDE, i + WIDE, style.VIOLET),
        ):
            ax.annotate("", (end, height), (start, height), arrowprops={"arrowstyle": "-|>", "color": color})
        ax.text(i + 0.5, FORWARD + 0.1, number(slope), ha="center", va="bottom", color=style.MUTED)
        ax.text(i + 0.5, BACKWARD - 0.1, f"× {number(slope)}", ha="center", va="top", color=style.VIOLET)
    ax.text(
        -0.75, 0.72, "forward: values, and the slope of each link", ha="left", va="top", color=style.MUTED
    )
    ax.text(
        -0.75, -0.92, f"backward: the derivative of {names[-1]} with respect to each number", color=style.VIOLET,
        ha="left", va="bottom",
    )  # fmt: skip
    parts = [
        f"{name} is {number(value)} with gradient {number(gradient)}"
        for name, value, gradient in zip(names, values, gradients, strict=True)
    ]
    return style.describe(ax, f"Chain of {len(names)} numbers. {'; '.join(parts)}.")
