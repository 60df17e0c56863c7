"""Lesson 07b: the points that generators make from the few examples there are."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.regularization.figures import points_and_labels, scatter


@style.look
def generated_points(
    x: ArrayLike, label: ArrayLike, made: Mapping[str, tuple[ArrayLike, ArrayLike]]
) -> Panels:
    """Examples of two classes in the plane, and beside them the points that each generator makes.

    x (N, 2), label (N,) of 0 and 1: the examples. made: {name: (x, label)}, the new points alone. The alt text counts
    the new points whose nearest example belongs to the other class.
    """
    x, label = points_and_labels("generated_points", x, label)
    inputs.named("generated_points", "name: (x, label)", made)
    sets = {name: points_and_labels("generated_points", *pair) for name, pair in made.items()}
    axes = panels(1, 1 + len(sets), height=3.4, sharex=True, sharey=True)
    parts = []
    scatter(axes[0], x, label)
    axes[0].set_title(f"{len(x)} examples")
    for ax, (name, (points, own)) in zip(axes[1:], sets.items(), strict=True):
        scatter(ax, points, own)
        for line in ax.lines:
            line.set(markersize=4.5, alpha=0.7)
        ax.set_title(f"{name}:\n{len(points)} new points")
        nearest = np.square(points[:, None] - x).sum(axis=-1).argmin(axis=1)
        astray = int((label[nearest] != own).sum())
        parts.append(f"{name}: {len(points)} new points ({astray} nearest to an example of the other class)")
    for ax in axes:
        ax.set_xlabel("x₁")
    axes[0].set_ylabel("x₂")
    axes[0].legend(loc="upper right", frameon=True, framealpha=1, handletextpad=0.1, borderpad=0.3)
    return style.describe(axes, f"{len(x)} examples of two classes. {'; '.join(parts)}.")
