"""Lesson 07a: the error signal on its way back through a deep network."""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number


def factor(norms):
    """By how much a hidden layer multiplies the signal on its way to the input, for each network (seeds,).

    norms (layers, seeds) of two or more layers: the geometric mean of the ratios of neighbors. The first and the last
    layer of a network are better left out, since their sizes differ from those between.
    """
    return (norms[0] / norms[-1]) ** (1 / (len(norms) - 1))


@style.look
def signal_by_layer(norms: Mapping[str, ArrayLike], like: Sequence[str] = ()) -> Axes:
    """‖∂C/∂z‖ of each layer on a logarithmic axis, one line per network design: mean ± sd of its logarithm.

    norms: {name: (layers, seeds)}, input side first, as `ck.delta_norms` gives them for an ensemble; all positive.
    like: the names of an earlier figure in their order; a line with one of these names looks as it did there.
    """
    inputs.named("signal_by_layer", "name: norms (layers, seeds)", norms)
    ax, parts = panels(height=4.2), []
    free = (i for i in itertools.count() if i >= len(like) or like[i] not in norms)
    for name, values in norms.items():
        look = style.series(list(like).index(name) if name in like else next(free))
        values = checks.numeric("signal_by_layer", name, values)
        if values.ndim != 2 or min(values.shape) < 2 or not (values > 0).all():
            raise ValueError(
                f"signal_by_layer: {name} has shape {values.shape} and smallest value {values.min():g}; expected "
                "positive norms (layers, seeds), at least 2 of each."
            )
        x, logs = np.arange(1, len(values) + 1), np.log10(values)
        mean, sd = logs.mean(axis=1), logs.std(axis=1, ddof=1)
        ax.fill_between(x, 10 ** (mean - sd), 10 ** (mean + sd), color=look["color"], alpha=0.18, lw=0)
        ax.plot(x, 10**mean, label=name, markevery=max(1, len(x) // 8), **look)
        end, start = 10 ** mean[0], 10 ** mean[-1]
        parts.append(f"{name} goes from {number(start)} at the output to {number(end)} at layer 1")
    ax.set(yscale="log", xlabel="layer (1: next to the input)", ylabel="‖δ‖ = ‖∂C/∂z‖")
    ax.set_title(f"size of the error signal, mean ± sd of its logarithm over {values.shape[1]} networks")
    ax.xaxis.get_major_locator().set_params(integer=True)
    if len(norms) > 2:  # a legend this large would cover a line
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    else:
        ax.legend(loc="lower right")
    return style.describe(
        ax, f"Norm of the error signal by layer ({values.shape[1]} networks): {'; '.join(parts)}."
    )


class SignalByDepth(Drawing):
    """The signal of one design at every layer, on fixed axes, with its factor per layer in words."""

    @style.look
    def __init__(self, most, limits=(1e-46, 1e6)):
        self.axes = panels(height=4.3)
        self.axes.set(
            yscale="log", xlim=(0.5, most + 1.5), ylim=limits, ylabel="‖∂C/∂z‖ relative to the output's"
        )
        self.axes.set_xlabel("layer (1: next to the input)")
        self.axes.set_title(
            "size of the error signal, mean ± sd of its logarithm", pad=24
        )  # points: for words
        self.axes.axhline(1, color=style.INK, linewidth=1)
        self.axes.axhspan(limits[0], 1e-7, color=style.MUTED, alpha=0.12, linewidth=0)
        self.axes.text(  # a signal that vanishes is at the lower left
            0.98, 0.03, "shaded: too small to change a float32 weight", transform=self.axes.transAxes, ha="right",
            color=style.INK,
        )  # fmt: skip
        band = PolyCollection([], facecolor=style.BLUE, alpha=0.25, linewidth=0)
        self.band = self.axes.add_collection(band, autolim=False)
        (self.line,) = self.axes.plot([], [], color=style.BLUE, marker="o")
        self.words = self.axes.add_artist(Caption(0, 1.02, transform=self.axes.transAxes))
        self.moving = [self.band, self.line, self.words]

    def update(self, norms, name):
        """Show norms (layers, seeds), input side first; name: what the network is."""
        logs = np.log10(np.maximum(norms / norms[-1], 1e-300))
        x, mean, sd = np.arange(1, len(norms) + 1), logs.mean(axis=1), logs.std(axis=1, ddof=1)
        self.line.set_data(x, 10**mean)
        low, high = 10 ** (mean - sd), 10 ** (mean + sd)
        self.band.set_verts([np.r_[np.c_[x, low], np.c_[x, high][::-1]]])
        each = factor(norms[1:-1]) if len(norms) > 3 else norms[0] / norms[1]
        words = (
            f"{len(norms) - 1} hidden layers: × {number(each.mean())} ± {number(each.std(ddof=1), 2)} per layer, so that "
            f"{number(10 ** mean[0], 2)} is left at layer 1"
        )
        self.words.place(text=words)
        style.describe(self.axes, f"Error signal of {norms.shape[1]} networks, {name}. {words}.")
