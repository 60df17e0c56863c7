"""Lesson 03: the 4-2-2-1 network in three views of one backward pass, and what four checks say of it."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.backpropagation import backprop_words as words
from coursekit.plots.backpropagation import broken_backprop as bb
from coursekit.plots.backpropagation.backprop_words import SUB, say
from coursekit.plots.base import style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import Panels, panels

HEIGHTS = ((3.0, 2.0, 1.0, 0.0), (2.3, 0.7), (2.3, 0.7), (1.5,))  # of the units of each layer
COLUMNS = (0.0, 2.6, 5.2, 7.8)
RADIUS = 0.3
# A point of the words panel is one of 100 × 100; columns of the two lower views.
LEFT, RIGHT = 0, 60.0
LABEL = (0.26, 0.3, 0.5)  # where along an edge its weight is written
DIGIT, LINE = 0.075, 0.13  # half of the width of a character and of the height of a line


def _short(value):
    return f"{value:g}".replace("-", "−")


class BackpropViews(Drawing):
    """Above the graph, with every activation and δ; below one weight's gradient as a chain of factors, as lines of
    Mitchell's table, and as matrices; last the checks.

    weights, biases: of the layers, as in `broken_backprop`; x: the input (4,). only_chain: leave out all that is below
    the chain of factors.
    """

    @style.look
    def __init__(self, weights, biases, x, only_chain=False):
        self.weights, self.biases, self.x, self.only_chain = weights, biases, x, only_chain
        self.names = bb.parameter_names()
        below = 0.21 if only_chain else 0.98
        self.axes = graph, page = panels(2, 1, height=3.5 * (1 + below), height_ratios=(1, below))
        graph.set(xlim=(-0.75, 10.4), ylim=(-0.4, 3.8))
        page.set(xlim=(0, 100), ylim=(80, 100) if only_chain else (0, 100))
        for ax in self.axes:
            ax.axis("off")
        self._still_parts(graph)
        self.path = graph.add_collection(LineCollection([], colors=style.VIOLET, linewidths=3, zorder=2.2))
        self.chosen = graph.add_collection(
            LineCollection([], colors=style.VERMILLION, linewidths=5, zorder=2.3)
        )
        (self.ring,) = graph.plot([], [], "o", markersize=36, markerfacecolor="none", zorder=3)
        self.ring.set(markeredgecolor=style.VERMILLION, markeredgewidth=3)
        self.units = [
            [graph.add_artist(Caption(COLUMNS[l], y, across=0.5, up=0.5)) for y in HEIGHTS[l]]
            for l in (1, 2, 3)
        ]
        self.deltas = [
            [
                # beside the unit, away from the edges between the two units of a layer
                graph.add_artist(
                    Caption(COLUMNS[l], y - 0.38, across=0.5, up=1, color=style.VIOLET)
                    if y < 1
                    else Caption(COLUMNS[l], y + 0.38, across=0.5, color=style.VIOLET)
                )
                for y in HEIGHTS[l]
            ]
            for l in (1, 2, 3)
        ]
        self.cost = graph.add_artist(Caption(8.55, 1.5, up=0.5))
        numbers = [*chain(*self.units, *self.deltas), self.cost]
        for artist in numbers:
            artist.set_zorder(4)
        self.factors = page.add_artist(Caption(LEFT, 100, up=1))
        self.table = page.add_artist(Caption(LEFT, 76, up=1))
        self.matrices = page.add_artist(Caption(RIGHT, 76, up=1))
        self.verdict = page.add_artist(Caption(LEFT, 0))
        self.moving = [
            self.path,
            self.chosen,
            self.ring,
            *numbers,
            self.factors,
            self.table,
            self.matrices,
            self.verdict,
        ]

    def _still_parts(self, graph):
        """Edges with their weights, circles, inputs."""
        for l, W in enumerate(self.weights):
            for (j, k), weight in np.ndenumerate(W):
                for part in self._edge(l, k, j):
                    graph.plot(*np.transpose(part), color=style.MUTED, linewidth=1, zorder=1)
                at = COLUMNS[l], HEIGHTS[l][k]
                way = np.subtract((COLUMNS[l + 1], HEIGHTS[l + 1][j]), at)
                graph.text(
                    *(at + LABEL[l] * way), _short(weight), ha="center", va="center", zorder=2,
                    bbox={"facecolor": "white", "linewidth": 0, "pad": 0.5},
                )  # fmt: skip
        graph.plot((COLUMNS[3], 8.5), (1.5, 1.5), color=style.MUTED, linewidth=1, zorder=1)
        for l, heights in enumerate(HEIGHTS):
            for i, y in enumerate(heights):
                graph.add_patch(
                    Circle(
                        (COLUMNS[l], y),
                        RADIUS,
                        facecolor="white",
                        edgecolor=style.INK,
                        linewidth=1.2,
                        zorder=2.5,
                    )
                )
                if l == 0:
                    graph.text(COLUMNS[0], y, _short(self.x[i]), ha="center", va="center", zorder=4)
                    graph.text(COLUMNS[0] - 0.38, y, f"x{SUB[i]}", ha="right", va="center")
        for l, title in enumerate(("input x", "layer 1: a⁽¹⁾", "layer 2: a⁽²⁾", "layer 3: s", "cost C")):
            graph.text((*COLUMNS, 9.1)[l], 3.6, title, ha="center")

    def _edge(self, layer, k, j):
        """The two parts of the edge from unit k of a layer to unit j of the next: up to its label, and from there."""
        start = np.array([COLUMNS[layer], HEIGHTS[layer][k]])
        way = np.array([COLUMNS[layer + 1], HEIGHTS[layer + 1][j]]) - start
        across, up = abs(way)
        wide = DIGIT * len(_short(self.weights[layer][j, k]))
        gap = min(wide / across, LINE / up if up else 1)
        end = RADIUS / np.hypot(*way)
        parts = ((end, LABEL[layer] - gap), (LABEL[layer] + gap, 1 - end))
        return [[start + t * way for t in part] for part in parts if part[0] < part[1]]

    def nearest(self, x, y):
        """The parameter whose edge (or unit, for a bias) lies nearest to a point of the graph; None if none is near."""
        found = {}
        for index in range(len(self.names)):
            l, j, k = bb.place(index)
            end = np.array([COLUMNS[l + 1], HEIGHTS[l + 1][j]])
            start = end if k is None else np.array([COLUMNS[l], HEIGHTS[l][k]])
            along = np.clip(
                np.dot([x, y] - start, end - start) / max(np.dot(end - start, end - start), 1e-9), 0, 1
            )
            away = np.hypot(*([x, y] - start - along * (end - start)))
            found[index] = away - (RADIUS if k is None else 0)
        best = min(found, key=lambda index: found[index])
        return best if found[best] < 0.15 else None

    def update(self, weight, y, bug="none", output="linear"):
        """weight: index of a parameter; y: the target; bug: one of BUGS; output: "linear" or "sigmoid"."""
        found = bb.inspect(self.weights, self.biases, self.x, y, output, bug, weight)
        self._show_graph(found, weight, y)
        self.factors.place(text=words.factors(found, weight, self.weights, y, output))
        if not self.only_chain:
            self.table.place(text=words.mitchell(found, weight, self.weights, y, output))
            self.matrices.place(text=words.matrices(found, weight, self.weights, y, output))
            self.verdict.place(text=words.verdict(found, weight, bug))
        signals = [f"{bb.of_layer('δ', l)} = {words.row(found.back.delta[l - 1])}" for l in (3, 2, 1)]
        parts = [
            f"Network 4-2-2-1 with {output} output {say(found.there.s)}, target {say(y)}, cost {say(found.there.cost)}",
            self.factors.text,
            *([] if self.only_chain else [self.verdict.text]),
            "; ".join(signals),
        ]
        style.describe(self.axes, f"{'. '.join(parts)}.")

    def _show_graph(self, found, weight, y):
        l, j, k = bb.place(weight)
        self.chosen.set_segments([] if k is None else self._edge(l, k, j))
        self.ring.set_data(*([[COLUMNS[l + 1]], [HEIGHTS[l + 1][j]]] if k is None else ([], [])))
        segments, reached = [[(COLUMNS[3] + RADIUS, 1.5), (8.5, 1.5)]], [j]
        for layer in range(l + 1, 3):
            following = range(len(HEIGHTS[layer + 1]))
            segments += [
                part for one in reached for other in following for part in self._edge(layer, one, other)
            ]
            reached = list(following)
        self.path.set_segments(segments)
        for layer in range(3):
            for i, unit in enumerate(self.units[layer]):
                unit.place(text=f"{found.there.a[layer + 1][i]:.2f}".replace("-", "−"))
                self.deltas[layer][i].place(text=f"δ {say(found.back.delta[layer][i])}")
        self.cost.place(
            text=f"s − y = {say(found.there.s - y)}\nC = ½(s − y)²\n    = {say(found.there.cost)}"
        )


def backprop_views(
    weight: str = "W⁽¹⁾₁₃",
    bug: str = "none",
    y: float = bb.Y,
    output: str = "linear",
    weights: Sequence[ArrayLike] = bb.WEIGHTS,
    biases: Sequence[ArrayLike] = bb.BIASES,
    x: ArrayLike = bb.X,
) -> Panels:
    """One backward pass through the 4-2-2-1 network: the graph, a weight's chain of factors, Mitchell's lines, matrices.

    weight: one of the 19 parameters, "W⁽¹⁾₁₁" … "b⁽³⁾₁"; bug: a named mistake ("none", "transpose forgotten", …) that is
    put into the backward pass; output: "linear", or "sigmoid" as in Mitchell; y: the target. Checks of
    the gradient are below: shapes, whether a step of 0.1 lowers the cost, central differences. Returns two panels.
    """
    names = bb.parameter_names()
    drawing = BackpropViews(weights, biases, x)
    drawing.update(
        weight=names.index(checks.one_of("backprop_views", "weight", weight, names)),
        bug=checks.one_of("backprop_views", "bug", bug, tuple(bb.BUGS)),
        y=checks.number("backprop_views", "y", y),
        output=checks.one_of("backprop_views", "output", output, ("linear", "sigmoid")),
    )
    return drawing.axes
