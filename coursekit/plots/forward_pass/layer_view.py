"""Lesson 00, a figure that a widget can move: one layer with its network, two tables and the product in numbers."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle, Rectangle
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import panels
from coursekit.plots.forward_pass.figures import bare, grid

CELL = 4.4, 3.1  # width and height of a cell on the sheet
INPUT, NEURON = 2.4, 3.2  # radii of the circles
SHADE = "#D5E7F3"


def _tenths(value):
    return f"{value + 0.0:.1f}".replace("-0.0", "0.0").replace("-", "−")


def _hundredths(value):
    return f"{value:.2f}".replace("-", "−")


def _indexed(symbol, number):
    """A symbol with its index: _indexed("x", 4) is "x₄"."""
    return f"{symbol}{'₀₁₂₃₄₅₆₇₈₉'[number]}"


def _factor(value):
    """A number in a sum of products: in parentheses where it is negative."""
    return f"({_tenths(value)})" if value < 0 else _tenths(value)


def _between(source, neuron):
    """The line from circle to circle: what moves is drawn over what stays."""
    step = (neuron - source) / np.hypot(*(neuron - source))
    return [source + INPUT * step, neuron - NEURON * step]


class LayerView(Drawing):
    """A layer of W (n, m) up to 4 × 6: choose a connection, a sample or the batch, and change the numbers at its ends.

    W (n, m), b (n,), x (B, m): numbers with one decimal. A connection leads from input `source` to `neuron`, both
    counted from 1.
    """

    @style.look
    def __init__(self, W, b, x):
        self.W, self.b, self.x = W, b, x
        self.axes = ax = bare(panels(height=5.8), 86, 58)
        n, m = W.shape
        self.inputs = np.array([[7, 52 - 6.2 * i] for i in range(m)])
        middle = self.inputs[:, 1].mean()
        self.neurons = np.array([[27, middle + 12 * ((n - 1) / 2 - j)] for j in range(n)])
        for source in self.inputs:
            for neuron in self.neurons:
                ax.plot(*np.stack([source, neuron], axis=1), "-", color=style.MUTED, linewidth=0.8, alpha=0.6)
        self.edges = ax.add_collection(LineCollection([], colors=style.BLUE, linewidths=2.5, zorder=2))
        self.edge = ax.add_collection(LineCollection([], colors=style.VERMILLION, linewidths=4.5, zorder=2.5))
        for i, at in enumerate(self.inputs):
            ax.add_patch(Circle(at, INPUT, facecolor="white", edgecolor=style.INK, zorder=3))
            ax.text(at[0] - 3.2, at[1], _indexed("x", i + 1), ha="right", va="center")
        for j, at in enumerate(self.neurons):
            ax.add_patch(Circle(at, NEURON, facecolor=SHADE, edgecolor=style.INK, zorder=3))
            ax.text(at[0] + 4, at[1] + 1.6, f"Neuron {j + 1}", va="center")
        self.table, self.matrix = (56, 52.2), (56, 52.2 - m * CELL[1] - 9)
        ax.text(46, 56.6, f"one row for each input,  {m} × {n}", va="center")
        ax.text(
            46, self.matrix[1] + 4.4, f"its transpose [W]:  a row for each neuron,  {n} × {m}", va="center"
        )
        band = {"fill": False, "ec": style.BLUE, "lw": 2.5, "zorder": 4}
        self.bands = [ax.add_patch(Rectangle((0, 0), 1, 1, **band)) for _ in range(2)]
        names = [_indexed("x", i + 1) for i in range(m)], [_indexed("z", j + 1) for j in range(n)]
        self.cells = [
            [[ax.add_artist(Caption(across=0.5, up=0.5)) for _ in range(columns)] for _ in range(rows)]
            for rows, columns in ((m, n), (n, m))
        ]
        for place, captions, labels in zip(
            (self.table, self.matrix), self.cells, (names, names[::-1]), strict=True
        ):
            grid(ax, *place, np.full((len(captions), len(captions[0])), ""), CELL, labels)
            for row, line in enumerate(captions):
                for column, caption in enumerate(line):
                    caption.place(x=place[0] + (column + 0.5) * CELL[0], y=place[1] - (row + 0.5) * CELL[1])
        frame = {"fill": False, "ec": style.VERMILLION, "lw": 2.5, "zorder": 5}
        self.frames = [ax.add_patch(Rectangle((0, 0), *CELL, **frame)) for _ in range(2)]
        self.numbers = [ax.add_artist(Caption(*at, across=0.5, up=0.5)) for at in self.inputs]
        self.sums = [ax.add_artist(Caption(*at, across=0.5, up=0.5)) for at in self.neurons]
        self.outputs = [ax.add_artist(Caption(at[0] + 4, at[1] - 2, up=0.5)) for at in self.neurons]
        self.words = [ax.add_artist(Caption(1, y)) for y in (17.5, 14.2, 10.9, 7.6, 4.3, 1)]
        cells = (caption for table in self.cells for row in table for caption in row)
        captions = [*self.numbers, *self.sums, *self.outputs, *self.words, *cells]
        for caption in captions:
            caption.set_zorder(6)
        self.moving = [*self.bands, self.edges, self.edge, *self.frames, *captions]

    def hit(self, x, y):
        """The connection's end nearest to a point on the sheet: {"neuron": …} or {"source": …}, or {}."""
        near = {}
        for name, places, reach in (("source", self.inputs, 3.2), ("neuron", self.neurons, 4)):
            distance = np.hypot(*(places - (x, y)).T)
            if distance.min() < reach:
                near = {name: int(distance.argmin()) + 1}
        return near

    def update(self, source, neuron, sample, batch, add_to_x=0.0, add_to_W=0.0, add_to_b=0.0):
        """Show the connection from `source` to `neuron` and the output of the neuron for `sample`; all from 1.

        add_to_x, add_to_W, add_to_b: changes of the sample's input, of the connection's weight, of the neuron's bias.
        """
        (n, m), i, j = self.W.shape, source - 1, neuron - 1
        W, b, X = self.W.copy(), self.b.copy(), self.x.copy()
        X[sample - 1, i] += add_to_x
        W[j, i] += add_to_W
        b[j] += add_to_b
        x = X[sample - 1]
        z = W @ x + b
        a = 1 / (1 + np.exp(-z))
        segments = [_between(at, self.neurons[j]) for at in self.inputs]
        self.edges.set_segments(segments)
        self.edge.set_segments(segments[i : i + 1])
        wide, high = CELL
        for band, (left, top), corner, size in (
            (self.bands[0], self.table, (j * wide, -m * high), (wide, m * high)),
            (self.bands[1], self.matrix, (0, -(j + 1) * high), (m * wide, high)),
        ):
            band.set_bounds(left + corner[0], top + corner[1], *size)
        for frame, (left, top), row, column in (
            (self.frames[0], self.table, i, j), (self.frames[1], self.matrix, j, i)
        ):  # fmt: skip
            frame.set_xy((left + column * wide, top - (row + 1) * high))
        for caption, value in zip(self.numbers, x, strict=True):
            caption.place(text=_tenths(value))
        for captions, values in zip(self.cells, (W.T, W), strict=True):
            for line, row in zip(captions, values, strict=True):
                for caption, value in zip(line, row, strict=True):
                    caption.place(text=_tenths(value))
        for inside, beside, score, activation in zip(self.sums, self.outputs, z, a, strict=True):
            inside.place(text=_hundredths(score))
            beside.place(text=f"a = {_hundredths(activation)}")
        terms = " + ".join(f"{_factor(w)}·{_factor(v)}" for w, v in zip(W[j], x, strict=True))
        weight = _tenths(W[j, i])
        B = len(X)
        columns, rows = (B, f"{B}, ") if batch else (1, "")
        shapes = (
            f"{f'a batch of {B}' if batch else 'one sample'}:  [W] {n} × {m}  @  [X] {m} × {columns}  +  [Bias] {n} × 1  "
            f"=  [Z] {n} × {columns}"
        )
        code = f"in code, samples as rows:  x ({rows}{m}) @ W.T ({m}, {n}) + b ({n})  →  z ({rows}{n})"
        zs = X @ W.T + b
        values = "  ".join(
            f"[{'  '.join(map(_hundredths, row))}]" for row in (zs if batch else zs[sample - 1 : sample])
        )
        lines = (
            f"in the table W({source}, {neuron}), row {source}, column {neuron};  in [W] row {neuron}, column {source}:  {weight}",
            f"{_indexed('z', neuron)} = {terms} + {_factor(b[j])} = {_hundredths(z[j])}",
            f"{_indexed('a', neuron)} = σ({_indexed('z', neuron)}) = {a[j]:.3f}",
            shapes,
            code,
            f"z = {values}",
        )
        for caption, line in zip(self.words, lines, strict=True):
            caption.place(text=line)
        style.describe(
            self.axes,
            f"{m} inputs, {n} neurons. Sample {sample} of {B}: {', '.join(map(_tenths, x))}. {'. '.join(lines)}.",
        )


def layer_view(
    W: ArrayLike, b: ArrayLike, x: ArrayLike, source: int = 4, neuron: int = 2, batch: bool = False
) -> Axes:
    """A layer of W (n, m) and b (n,) for samples x (B, m): a connection, both tables of weights, the product.

    source, neuron: the two ends of the connection, counted from 1. Shown are the first sample's numbers; `batch`:
    the shapes and outputs of all samples.
    """
    W, b = checks.numeric("layer_view", "W", W), checks.numeric("layer_view", "b", b)
    x = np.atleast_2d(checks.numeric("layer_view", "x", x))
    if W.ndim != 2 or b.shape != W.shape[:1] or x.shape[1:] != W.shape[1:]:
        raise ValueError(
            f"layer_view: W has shape {W.shape}, b {b.shape} and x {x.shape}; expected (n, m), (n,), (B, m)."
        )
    for name, value, most in (("source", source, W.shape[1]), ("neuron", neuron, len(W))):
        if checks.positive_integer("layer_view", name, value) > most:
            raise ValueError(f"layer_view: {name} is {value}, but there are only {most}.")
    drawing = LayerView(W, b, x)
    drawing.update(source=source, neuron=neuron, sample=1, batch=batch)
    return drawing.axes
