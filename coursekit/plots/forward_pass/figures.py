"""Lesson 00, still figures: a network, the two ways to write its weights down, shapes, activations."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number

MOST_UNITS = 8  # of a layer drawn one by one; of larger ones, the first five and the last


def bare(ax, width, height):
    """Turn an Axes into a sheet of `width` × `height` units of the same size, without axes."""
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.set_axis_off()
    return ax


def _places(units, height, gap):
    """(numbers of the units drawn, their heights on the sheet, the height of the dots or None)."""
    if units <= MOST_UNITS:
        return list(range(1, units + 1)), height / 2 + (np.arange(units)[::-1] - (units - 1) / 2) * gap, None
    rows = height / 2 + (np.arange(7)[::-1] - 3) * gap
    return [*range(1, 6), units], np.delete(rows, 5), rows[5]


@style.look
def network(sizes: Sequence[int], titles: Sequence[str] | None = None) -> Axes:
    """A fully connected network, layer by layer from the inputs at the left, every connection a line.

    sizes: [m, …, n], the inputs first; of layers with more than 8 units, six are drawn. titles: one for each
    layer. Under each layer are the numbers of weights and biases that lead into it.
    """
    sizes = [checks.positive_integer("network", "sizes", n) for n in sizes]
    if len(sizes) < 2:
        raise ValueError(f"network: sizes is {sizes}; expected inputs and outputs at least, such as [5, 2].")
    if titles is None:
        titles = ["inputs", *(f"hidden layer {i}" for i in range(1, len(sizes) - 1)), "output layer"]
    if len(titles) != len(sizes):
        raise ValueError(f"network: {len(titles)} titles for {len(sizes)} layers; expected one per layer.")
    width, height = 86, 38
    ax = bare(panels(height=4.4), width, height + 6)
    columns = np.linspace(9, width - 9, len(sizes))
    gap = (height - 7) / max(min(max(sizes), 7), 5)
    places = [_places(n, height - 7, gap) for n in sizes]
    for (x, right), ((_, ys, _), (_, beyond, _)) in zip(pairwise(columns), pairwise(places), strict=True):
        for y in ys:
            for other in beyond:
                ax.plot([x, right], [y + 7, other + 7], "-", color=style.MUTED, linewidth=0.7, alpha=0.6)
    for i, (x, (units, ys, dots), n) in enumerate(zip(columns, places, sizes, strict=True)):
        ax.text(x, height + 3.5, titles[i], ha="center", va="center")
        for unit, y in zip(units, ys, strict=True):
            face = "white" if i == 0 else "#DCEBF5"
            ax.add_patch(Circle((x, y + 7), 1.7, facecolor=face, edgecolor=style.INK, zorder=3))
            ax.text(x, y + 7, str(unit), ha="center", va="center", fontsize=10, zorder=4)
        if dots is not None:
            ax.text(x, dots + 7, "⋮", ha="center", va="center", fontsize=16)
        words = f"{n} numbers" if i == 0 else f"W {n} × {sizes[i - 1]},  b {n}"
        ax.text(x, 2.8, words, ha="center", va="center", color=style.MUTED)
    weights, biases = sum(m * n for m, n in pairwise(sizes)), sum(sizes[1:])
    return style.describe(
        ax,
        f"A network with {' → '.join(map(str, sizes))} units, each connected to every unit of the next layer: "
        f"{weights:,} weights and {biases:,} biases, {weights + biases:,} parameters.",
    )


def grid(ax, x, y, values, cell=(5.2, 3.6), names=None):
    """Numbers (rows, columns) in a grid of cells whose top left corner is (x, y); names: (rows, columns)."""
    wide, high = cell
    rows, columns = values.shape
    for i in range(rows):
        for j in range(columns):
            ax.add_patch(
                Rectangle((x + j * wide, y - (i + 1) * high), wide, high, fill=False, ec=style.MUTED, lw=0.8)
            )
            words = str(values[i, j]).replace("-", "−")
            ax.text(x + (j + 0.5) * wide, y - (i + 0.5) * high, words, ha="center", va="center", fontsize=10)
    if names:
        for i, name in enumerate(names[0]):
            ax.text(x - 0.8, y - (i + 0.5) * high, name, ha="right", va="center", fontsize=10)
        for j, name in enumerate(names[1]):
            ax.text(x + (j + 0.5) * wide, y + 0.7, name, ha="center", va="bottom", fontsize=10)


@style.look
def weight_table(W: ArrayLike, neuron: int = 2, source: int = 4) -> Axes:
    """The table of weights with one row for each input, beside [W] with one row for each neuron.

    W (n, m), at most 6 × 6. The weight from input `source` to `neuron` (both counted from 1) is
    framed in both; the neuron's weights are shaded: a column of the table, a row of [W].
    """
    W = checks.numeric("weight_table", "W", W)
    if W.ndim != 2 or max(W.shape) > 6:
        raise ValueError(f"weight_table: W has shape {W.shape}; expected (n, m) with at most 6 of each.")
    n, m = W.shape
    for name, value, most in (("neuron", neuron, n), ("source", source, m)):
        if checks.positive_integer("weight_table", name, value) > most:
            raise ValueError(f"weight_table: {name} is {value}, but W (n, m) = {W.shape} has only {most}.")
    high, wide = 3.6, 5.2
    ax = bare(panels(height=0.36 * m + 1.5), 86, 3.6 * m + 15)
    top = 3.6 * m + 5
    left, right = 15, 86 - 3 - m * wide
    for x, values in ((left, W.T), (right, W)):
        rows, columns = (m, n) if x == left else (n, m)
        at = (neuron - 1, source - 1)
        i, j = at[::-1] if x == left else at
        shade = (x + j * wide, top - rows * high, wide, rows * high)
        shade = shade if x == left else (x, top - (i + 1) * high, columns * wide, high)
        ax.add_patch(Rectangle(shade[:2], *shade[2:], facecolor="#D5E7F3", edgecolor="none"))
        kinds = ("Input", "Neuron") if x == left else ("Neuron", "Input")
        named = [
            [f"{kind} {k + 1}" for k in range(size)]
            for kind, size in zip(kinds, (rows, columns), strict=True)
        ]
        if x == right:
            named[1] = [f"In {k + 1}" for k in range(m)]
        else:
            named[1] = [f"N {k + 1}" for k in range(n)]
        grid(ax, x, top, values, (wide, high), named)
        ax.add_patch(
            Rectangle(
                (x + j * wide, top - (i + 1) * high),
                wide,
                high,
                fill=False,
                ec=style.VERMILLION,
                lw=2.5,
                zorder=5,
            )
        )
    ax.text(left - 12, top + 6, f"table  $W_{{input,\\,neuron}}$,  {m} × {n}", fontsize=11)
    ax.text(
        right - 12,
        top + 6,
        f"the matrix  [W] $= W_{{neuron,\\,input}}$,  {n} × {m}:  its transpose",
        fontsize=11,
    )
    value = number(W[neuron - 1, source - 1])
    return style.describe(
        ax,
        f"The weight {value} from input {source} to neuron {neuron} is in row {source}, column {neuron} of "
        f"the {m} × {n} table, and in row {neuron}, column {source} of the {n} × {m} matrix [W], which is "
        "the transpose. The neuron's weights are a column of the table and a row of [W].",
    )


@style.look
def layer_shapes(n: int, m: int, batch: int) -> Axes:
    """[W] @ [X] + [Bias] = [Z] as blocks drawn to scale: one sample, a batch as columns, a batch as rows.

    n neurons, m inputs, `batch` samples, at most 8 of each.
    """
    for name, value in (("n", n), ("m", m), ("batch", batch)):
        if checks.positive_integer("layer_shapes", name, value) > 8:
            raise ValueError(
                f"layer_shapes: {name} is {value}; the tables are drawn to scale; expected at most 8."
            )
    rows = (
        ("one sample", "[W]  @  [X]  +  [Bias]  =  [Z]", (("W", n, m), ("X", m, 1), ("b", n, 1), ("Z", n, 1))),
        ("a batch, one sample per column", "one more column for each sample", (("W", n, m), ("X", m, batch), ("b", n, 1), ("Z", n, batch))),
        ("a batch, one sample per row", "z = x @ W.T + b", (("x", batch, m), ("Wᵀ", m, n), ("b", 1, n), ("z", batch, n))),
    )  # fmt: skip
    unit, tallest = 1.9, max(m, n, batch)
    step = unit * tallest + 6.5
    ax = bare(panels(height=3 * step / 86 * style.WIDTH + 0.2), 86, 3 * step)
    for i, (title, formula, blocks) in enumerate(rows):
        middle = 3 * step - i * step - step / 2 - 0.5
        ax.text(0.5, middle + 1.6, title, va="center")
        ax.text(0.5, middle - 1.6, formula, va="center", color=style.MUTED, fontsize=10)
        x = 30.0
        for (name, high, wide), sign in zip(blocks, ("@", "+", "=", ""), strict=True):
            face = {"W": "#D5E7F3", "X": "#F6DDCB", "Z": "#E4D6F8", "b": "#EEEEEE"}[
                name[0].replace("x", "X").replace("z", "Z")
            ]
            for row in range(high):
                for column in range(wide):
                    corner = (x + column * unit, middle + unit * (high / 2 - row - 1))
                    ax.add_patch(
                        Rectangle(corner, unit, unit, facecolor=face, edgecolor=style.INK, linewidth=0.7)
                    )
            ax.text(
                x + wide * unit / 2,
                middle + high * unit / 2 + 1.3,
                f"{name}  {high} × {wide}",
                ha="center",
                va="center",
                fontsize=10,
            )
            x += wide * unit
            ax.text(x + 3.4, middle, sign, ha="center", va="center", fontsize=13)
            x += 6.8
    return style.describe(
        ax,
        f"Shapes of a layer of {n} neurons on {m} inputs. One sample: W {n} × {m} times X {m} × 1 plus bias {n} × 1 "
        f"is Z {n} × 1. A batch of {batch}, one sample per column: X {m} × {batch} gives Z {n} × {batch}. A "
        f"batch, one sample per row: x {batch} × {m} times W transposed {m} × {n} plus b 1 × {n} is z {batch} × {n}.",
    )


@style.look
def activation_curves(functions: Mapping[str, Callable[..., Any]], z: ArrayLike | None = None) -> Axes:
    """Activations f(z), one line each.

    functions: {name: f}, for example `{"sigmoid": ck.sigmoid, "ReLU": ck.relu}`; z (n,): by default from −4 to 4.
    """
    inputs.named("activation_curves", "name: function", functions)
    z = np.linspace(-4, 4, 161) if z is None else inputs.vector("activation_curves", "z", z)
    ax = panels(height=3.7)
    parts = []
    for i, (name, f) in enumerate(functions.items()):
        out = f(z)
        a = np.asarray(out.detach().cpu() if hasattr(out, "detach") else out, dtype=float)
        ax.plot(z, a, label=name, markevery=(4 * i, 24), **style.series(i))
        parts.append(f"{name} goes from {number(a[0])} to {number(a[-1])}")
    ax.axhline(0, color=style.MUTED, linewidth=0.8)
    ax.axvline(0, color=style.MUTED, linewidth=0.8)
    ax.set(xlabel="z", ylabel="a = f(z)", ylim=(-1.6, 3))
    ax.legend(loc="upper left")
    return style.describe(
        ax, f"Activations for z from {number(z[0])} to {number(z[-1])}: {'; '.join(parts)}."
    )
