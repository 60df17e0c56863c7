"""Lesson 03: how a number was made: a graph of operations, with the slope on every edge and every gradient."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from coursekit.plots.base import style
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number

WIDE, HIGH = 0.29, 0.21  # half of a box, in columns and rows
BEND = 0.3  # of an edge that passes over a column: its height over half its length


def _placed(root):
    """{node: (column, row)}: the root right, what it was made from to the left, the first of these in its row."""
    depth = {}

    def deepen(node, d):
        if depth.get(node, -1) < d:
            depth[node] = d
            for parent, _ in node.made_from:
                deepen(parent, d + 1)

    deepen(root, 0)
    last, places = max(depth.values()), {}

    def put(node, row):
        if node not in places:
            places[node] = (last - depth[node], row)
            for i, (parent, _) in enumerate(node.made_from):
                put(parent, row - i)

    put(root, 0)
    return places


def _edge(ax, start, end, slope):
    """An arrow from box to box with its slope; one that passes over a column goes around above."""
    over = end[0] - start[0] > 1
    if over:
        start, end = (start[0] + WIDE / 2, start[1] + HIGH), (end[0], end[1] + HIGH)
    elif start[1] == end[1]:
        start, end = (start[0] + WIDE, start[1]), (end[0] - WIDE, end[1])
    else:
        start, end = (start[0], start[1] + HIGH), (end[0] - WIDE / 2, end[1] - HIGH)
    look = {"arrowstyle": "-|>", "mutation_scale": 11, "shrinkA": 0, "shrinkB": 0, "color": style.MUTED}
    ax.add_patch(FancyArrowPatch(start, end, connectionstyle=f"arc3,rad={-BEND if over else 0}", **look))
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    apart = 72 * style.WIDTH * (end[0] - start[0]) / np.ptp(ax.get_xlim())  # points
    level = over or start[1] == end[1]
    ax.annotate(
        slope,
        middle,
        (0, 3 + (0.5 * BEND * apart if over else 0)) if level else (8, -2),
        textcoords="offset points",
        ha="center" if level else "left",
        va="bottom" if level else "center",
    )


@style.look
def computation(root: Any, names: Mapping[str, Any] | None = None) -> Axes:
    """The graph of a number and of all that it was made from; `backward` has been called.

    root: has `number`, `grad` and `made_from`, pairs (another such node, derivative of this number by that one), as
    lesson 03's Value; its `operation` ("×"), if it has one, is written beside its name. names: {name: node}. On each edge is the derivative of its end by its start; in a box its number
    and, under it, ∂root/∂node: the sum over the edges that leave it of slope × gradient at the end.
    """
    places = _placed(root)
    if len(set(places.values())) < len(places):
        raise ValueError(
            f"computation: {len(places)} nodes fall onto one another; draw a smaller expression."
        )
    called = {node: name for name, node in (names or {}).items()}
    columns, rows = ([place[i] for place in places.values()] for i in (0, 1))
    ax = panels(height=0.9 + 1.2 * (max(rows) - min(rows) + 1))
    ax.set(xlim=(min(columns) - 0.36, max(columns) + 0.36), ylim=(min(rows) - 0.4, max(rows) + 0.8))
    ax.axis("off")
    for node, (column, row) in places.items():
        for parent, slope in node.made_from:
            _edge(ax, places[parent], (column, row), number(slope, 2))
        ax.add_patch(
            FancyBboxPatch(
                (column - WIDE, row - HIGH),
                2 * WIDE,
                2 * HIGH,
                boxstyle="round,pad=0,rounding_size=0.05",
                facecolor="white",
                edgecolor=style.INK,
            )
        )
        ax.text(column, row + 0.03, number(node.number, 2), ha="center", va="bottom")
        ax.text(column, row - 0.03, f"∂ {number(node.grad, 2)}", ha="center", va="top", color=style.VIOLET)
        operation = getattr(node, "operation", "")
        title = " ".join(part for part in (called.get(node, ""), operation) if part)
        ax.text(column - WIDE, row + HIGH + 0.04, title, ha="left", va="bottom")
    parts = [
        f"{name} is {number(node.number)} with gradient {number(node.grad)}" for node, name in called.items()
    ]
    return style.describe(
        ax,
        f"Graph of {len(places)} numbers that ends in {number(root.number)}. {'; '.join(parts)}.",
    )
