"""Lesson 07a: how the numbers of a network are distributed, layer by layer."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number


@style.look
def histograms_by_layer(
    values: Mapping[str, Mapping[int, ArrayLike]], xlabel: str, limits: Sequence[float], log: bool = False
) -> Panels:
    """Histograms of activations or error signals: one row per network, one column per layer, one axis for all.

    values: {network: {layer: array}}, the same layers for all networks; limits: (low, high) of the axis. log: the
    axis shows log₁₀ of the size |value|, for numbers of very different sizes, and zeros are left out. Values beyond the
    axis are counted in the outermost bar.
    """
    inputs.named("histograms_by_layer", "network: {layer: array}", values)
    low, high = inputs.interval("histograms_by_layer", "limits", limits)
    layers = list(next(iter(values.values())))
    axes = panels(len(values), len(layers), height=0.7 + 1.25 * len(values), sharex=True)
    axes, parts, edges = np.reshape(axes, (len(values), len(layers))), [], np.linspace(low, high, 41)
    for i, (name, by_layer) in enumerate(values.items()):
        if list(by_layer) != layers:
            raise ValueError(
                f"histograms_by_layer: {name} has layers {list(by_layer)}; expected {layers} in all rows."
            )
        words = []
        for ax, layer in zip(axes[i], layers, strict=True):
            numbers = checks.numeric("histograms_by_layer", name, by_layer[layer]).ravel()
            if log:
                numbers = np.log10(np.abs(numbers[numbers != 0]))
            inside = np.clip(numbers, low, high)
            share, _ = np.histogram(inside, edges)
            ax.stairs(share / share.sum(), edges, fill=True, color=style.PALETTE[i % 5], alpha=0.8)
            ax.set(yticks=[], xlim=(low, high), ylim=(0, None))
            ax.grid(visible=False)
            if i == 0:
                ax.set_title(f"layer {layer}", fontsize=10)
            middle, spread = np.median(numbers), numbers.std()
            words.append(f"layer {layer} median {number(middle, 2)}, standard deviation {number(spread, 2)}")
        axes[i, 0].set_ylabel(name, rotation=0, ha="right", va="center")
        parts.append(f"{name}: {', '.join(words)}")
    for ax in axes[-1]:
        ax.set_xlabel(xlabel, fontsize=10)
    return style.describe(axes.ravel().view(Panels), f"Histograms of {xlabel} by layer. {'; '.join(parts)}.")
