"""Lesson 01, still figures: what words say, true against empirical error over many samples, a bound's price."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number


@style.look
def word_chances(chances: Mapping[str, ArrayLike], classes: Sequence[str] = ("ham", "spam")) -> Axes:
    """How often each word occurs in either class, as pairs of bars.

    chances: {word: (in the first class, in the second)}, probabilities.
    """
    inputs.named("word_chances", "word: (chance, chance)", chances)
    values = np.array([inputs.vector("word_chances", word, pair) for word, pair in chances.items()])
    checks.in_unit_interval("word_chances", "chances", values)
    if values.shape[1] != 2:
        raise ValueError(
            f"word_chances: a word has {values.shape[1]} probabilities; expected one for each class."
        )
    ax = panels(height=3.4)
    place = np.arange(len(values))
    for k, (name, hatch) in enumerate(zip(classes, ("", "//"), strict=True)):
        bars = ax.bar(
            place + 0.4 * k - 0.2, values[:, k], 0.38, label=name, color=style.PALETTE[k], edgecolor=style.INK
        )
        for bar in bars:
            bar.set_hatch(hatch)
    ax.set_xticks(place, list(chances))
    ax.grid(axis="x", visible=False)
    ax.set(ylabel="chance to occur", ylim=(0, 1.15 * values.max()))
    ax.legend(ncols=2, loc="upper right")
    parts = (f"{word} {number(a)} and {number(b)}" for word, (a, b) in zip(chances, values, strict=True))
    return style.describe(ax, f"Chance of each word in {classes[0]} and in {classes[1]}: {'; '.join(parts)}.")


def _band(where, ax, x, name, values, i):
    """Median line and band from the 25th to the 75th percentile of (points, samples); the median."""
    values = checks.numeric(where, name, values)
    if values.ndim != 2 or len(values) != len(x) or values.shape[1] < 2:
        raise ValueError(
            f"{where}: {name} has shape {values.shape}; expected ({len(x)}, samples), at least 2 samples."
        )
    checks.finite(where, name, values)
    low, median, high = np.percentile(values, [25, 50, 75], axis=1)
    look = style.series(i)
    ax.fill_between(x, low, high, color=look["color"], alpha=0.18, linewidth=0)
    ax.plot(x, median, label=name, markevery=max(1, len(x) // 10), **look)
    return median


@style.look
def true_and_empirical(
    x: ArrayLike,
    true: ArrayLike,
    empirical: ArrayLike,
    xlabel: str,
    ylabel: str = "error",
    least: float | None = None,
    log: str = "",
    mark: tuple[float, str] | None = None,
    names: tuple[str, str] = ("true error", "empirical error"),
) -> Axes:
    """True against empirical error over x: median of many samples, band from the 25th to the 75th percentile.

    x (points,) increasing: how large the class is, or how long it was trained. true, empirical (points, samples).
    least: what no hypothesis beats, drawn as a line. log: "x", "y" or "xy". mark: a place on the x axis and
    what is there, (x, words). Medians, since means of errors without a limit say more about the worst sample.
    names: of the two curves; where the first is measured on test examples, say so here.
    """
    x = inputs.vector("true_and_empirical", "x", x)
    ax = panels(height=4.0)
    curves = dict(zip(names, (true, empirical), strict=True))
    medians = [
        _band("true_and_empirical", ax, x, name, values, i) for i, (name, values) in enumerate(curves.items())
    ]
    samples, best = np.shape(true)[1], int(medians[0].argmin())
    ax.set(
        xlabel=xlabel,
        ylabel=ylabel,
        xscale="log" if "x" in log else "linear",
        yscale="log" if "y" in log else "linear",
        title=f"median and middle half of {samples} samples (n = {samples})",
    )
    if "y" in log:
        ax.set_ylim(bottom=max(medians[1].min() / 2, medians[0].min() / 300))
    words = (
        f"the median {names[0]} is lowest at {number(x[best])} with {number(medians[0][best])}, and "
        f"{number(medians[0][-1])} at {number(x[-1])}; the median {names[1]} goes from "
        f"{number(medians[1][0])} to {number(medians[1][-1])}"
    )
    ax.plot(
        x[best], medians[0][best], "*", color=style.INK, markersize=14, label=f"lowest, at {number(x[best])}"
    )
    if least is not None:
        ax.axhline(least, color=style.MUTED, linestyle=":", label=f"least possible: {number(least)}")
        words += f"; no hypothesis is below {number(least)}"
    if mark is not None:
        ax.axvline(
            mark[0], color=style.MUTED, linestyle="--", linewidth=1, label=f"{mark[1]} ({number(mark[0])})"
        )
        words += f"; {mark[1]} at {number(mark[0])}"
    ax.legend()
    return style.describe(
        ax, f"{ylabel} against {xlabel}, {number(x[0])} to {number(x[-1])}, {samples} samples: {words}."
    )


@style.look
def deviation_bound(sizes: ArrayLike, deviations: ArrayLike, bound: ArrayLike) -> Axes:
    """The largest |L_S − L_D| in a class, measured, against what the union bound allows for.

    sizes (K,): hypotheses in each class; deviations (K, samples): the largest deviation in each sample; bound (K,).
    """
    sizes, bound = inputs.pair("deviation_bound", "sizes", sizes, "bound", bound)
    deviations = checks.numeric("deviation_bound", "deviations", deviations)
    if deviations.ndim != 2 or len(deviations) != sizes.size:
        raise ValueError(
            f"deviation_bound: deviations have shape {deviations.shape} for {sizes.size} classes; expected "
            "(classes, samples)."
        )
    ax = panels(height=3.8)
    mean, most, samples = deviations.mean(axis=1), deviations.max(axis=1), deviations.shape[1]
    for i, (name, values) in enumerate((("bound ε", bound), ("largest seen", most), ("mean", mean))):
        ax.plot(sizes, values, label=name, **style.series(i))
    ax.set(
        xscale="log",
        xlabel="hypotheses in the class",
        ylabel="largest |L_S − L_D| in the class",
        ylim=(0, None),
        title=f"{samples} samples (n = {samples})",
    )
    ax.legend()
    broken = int((deviations > bound[:, None]).sum())
    parts = (
        f"with {number(n)} hypotheses mean {number(a)}, largest {number(b)}, bound {number(c)}"
        for n, a, b, c in zip(sizes, mean, most, bound, strict=True)
    )
    return style.describe(
        ax,
        f"Largest deviation in {samples} samples: {'; '.join(parts)}. The bound was broken {broken} times.",
    )
