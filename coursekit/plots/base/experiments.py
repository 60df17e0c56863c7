"""Figures of experiments over seeds: mean ± one standard deviation, with the number of seeds printed.

The standard deviation is that of the sample (divided by n − 1). A single seed has none and is refused.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number


def _mean_sd(where, name, values):
    """Mean and sd over the last axis of (points, seeds)."""
    values = checks.numeric(where, name, values)
    checks.finite(where, name, values)
    if values.ndim != 2 or values.shape[1] < 2:
        raise ValueError(
            f"{where}: {name} has shape {values.shape}; expected (points, seeds) with at least 2 seeds. "
            "Train more networks at once with ensemble=(seeds,)."
        )
    return values.mean(axis=1), values.std(axis=1, ddof=1), values.shape[1]


def _statistics(where, x, curves):
    """The mean and sd of each curve (points, seeds), one for each x; yields (i, name, mean, sd, seeds)."""
    for i, (name, values) in enumerate(curves.items()):
        mean, sd, seeds = _mean_sd(where, name, values)
        if mean.size != len(x):
            raise ValueError(
                f"{where}: {name} has {mean.size} points, but {len(x)} are wanted, one for each x."
            )
        yield i, name, mean, sd, seeds


def bands(where, ax, x, curves):
    """Draw each curve (points, seeds) as mean line and ± sd band; yields (name, mean, sd, seeds)."""
    for i, name, mean, sd, seeds in _statistics(where, x, curves):
        ax.fill_between(x, mean - sd, mean + sd, color=style.series(i)["color"], alpha=0.18, linewidth=0)
        ax.plot(x, mean, label=f"{name} (n = {seeds})", markevery=max(1, mean.size // 10), **style.series(i))
        yield name, mean, sd, seeds


def _bars(where, ax, x, curves):
    """The same with ± sd as bars, each curve shifted a little sideways."""
    step = 0.09 * np.diff(x).min() if len(x) > 1 else 0.09
    for i, name, mean, sd, seeds in _statistics(where, x, curves):
        at = x + step * (i - (len(curves) - 1) / 2)
        look = style.series(i)
        ax.errorbar(at, mean, sd, fmt="none", ecolor=look["color"], elinewidth=1.8, capsize=4, alpha=0.8)
        ax.plot(at, mean, label=f"{name} (n = {seeds})", **look)
        yield name, mean, sd, seeds


@style.look
def mean_and_spread(
    curves: Mapping[str, ArrayLike],
    ylabel: str,
    xlabel: str = "epoch",
    first: int = 1,
    log: bool = False,
    each: str = "seed",
) -> Axes:
    """One line a method: mean over seeds, with a band of ± one standard deviation.

    curves: {name: (epochs, seeds)}, for example `{"MSE": history.metrics["accuracy"]}`; all of the same
    number of epochs. first: the x of the first row; log: logarithmic y axis; each: what one column is, if not a
    seed ("draw").
    """
    inputs.named("mean_and_spread", "name: values (epochs, seeds)", curves)
    epochs = len(_mean_sd("mean_and_spread", *next(iter(curves.items())))[0])
    x = np.arange(first, first + epochs)
    ax = panels(height=3.9)
    parts = [
        f"{name} ends at {number(mean[-1])} ± {number(sd[-1], 2)} "
        f"(mean ± sd of {n} {each}s; first {number(mean[0])})"
        for name, mean, sd, n in bands("mean_and_spread", ax, x, curves)
    ]
    ax.set(xlabel=xlabel, ylabel=ylabel, yscale="log" if log else "linear")
    ax.set_title(f"mean ± sd over {each}s")
    ax.xaxis.get_major_locator().set_params(integer=True)
    if len(curves) > 3:  # a legend this tall would cover a curve
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    else:
        ax.legend()
    return style.describe(ax, f"{ylabel} against {xlabel} {x[0]} to {x[-1]}: {'; '.join(parts)}.")


@style.look
def rate_sweep(
    rates: ArrayLike,
    curves: Mapping[str, ArrayLike],
    ylabel: str = "loss after training",
    guess: float | None = None,
    zoom: Sequence[float] | None = None,
) -> Any:
    """A result against the learning rate (logarithmic axis): mean ± sd over seeds, one line per method.

    rates (R,) positive; curves: {name: (R, seeds)}; guess: the loss of a uniform guess, drawn as a line
    (`np.log(10)` for ten classes); zoom: (low, high) of a second panel beneath, which shows this part of the
    result's axis. Returns Axes, or two panels.
    """
    rates = inputs.vector("rate_sweep", "rates", rates)
    if (rates <= 0).any():
        raise ValueError(
            f"rate_sweep: a rate is {rates.min():g}; the axis is logarithmic and needs rates above 0."
        )
    inputs.named("rate_sweep", "name: values (rates, seeds)", curves)
    if zoom is None:
        ax = axes = panels(height=3.9)
    else:
        limits = inputs.interval("rate_sweep", "zoom", zoom)
        ax, near = axes = panels(2, 1, height=5.6, sharex=True)
        for _ in bands("rate_sweep", near, rates, curves):
            near.set(ylim=limits, ylabel=ylabel, title="the same, closer")
    parts = []
    for name, mean, sd, n in bands("rate_sweep", ax, rates, curves):
        best = mean.argmin()
        parts.append(
            f"{name} is lowest at {number(rates[best])} with {number(mean[best])} ± {number(sd[best], 2)} "
            f"(mean ± sd of {n} seeds), {number(mean[0])} at {number(rates[0])}, "
            f"{number(mean[-1])} at {number(rates[-1])}"
        )
    ax.set(xscale="log", xlabel="learning rate", ylabel=ylabel, title="mean ± sd over seeds")
    if guess is not None:
        ax.axhline(guess, color=style.MUTED, linewidth=1, label=f"uniform guess: {number(guess)}")
        parts.append(f"a uniform guess has {number(guess)}")
    if zoom is not None:
        ax.set_xlabel("")
        near.set_xlabel("learning rate")
        near.set_xticks(rates, [number(rate) for rate in rates])
        near.minorticks_off()
        ax.minorticks_off()
    ax.legend()
    return style.describe(axes, f"{ylabel} against learning rate: {'; '.join(parts)}.")


@style.look
def against(
    x: ArrayLike,
    curves: Mapping[str, ArrayLike],
    xlabel: str,
    ylabel: str,
    xscale: str = "linear",
    yscale: str = "linear",
    spread: str = "band",
) -> Axes:
    """A result against whatever was varied: mean ± sd over seeds at each x, one line a method.

    x (R,), increasing; curves: {name: (R, seeds)}; xscale, yscale: "linear" or "log". spread: how ± sd is drawn,
    as a "band", or as "bars", which are shifted sideways so that they stay apart where bands would overlap (x on a
    linear axis).
    """
    checks.one_of("against", "spread", spread, ("band", "bars"))
    x = inputs.vector("against", "x", x)
    if (np.diff(x) <= 0).any():
        raise ValueError(
            f"against: x is {x.tolist()}; expected increasing numbers, in the order of the rows."
        )
    inputs.named("against", "name: values (x, seeds)", curves)
    ax, parts = panels(height=3.9), []
    drawn = bands("against", ax, x, curves) if spread == "band" else _bars("against", ax, x, curves)
    for name, mean, sd, n in drawn:
        values = ", ".join(
            f"{number(m)} ± {number(s, 2)} at {number(at)}" for at, m, s in zip(x, mean, sd, strict=True)
        )
        parts.append(f"{name}: {values} ({n} seeds)" if x.size < 9 else f"{name} ends at {number(mean[-1])}")
    ax.set(xlabel=xlabel, ylabel=ylabel, xscale=xscale, yscale=yscale, title="mean ± sd over seeds")
    if spread == "bars":
        ax.set_title("mean ± sd over seeds, shifted sideways to keep the bars apart")
    if x.size < 9:
        ax.set_xticks(x, [number(at) for at in x])
        ax.minorticks_off()
    ax.legend()
    return style.describe(ax, f"{ylabel} against {xlabel}, mean ± sd: {'; '.join(parts)}.")


@style.look
def paired_difference(
    a: ArrayLike,
    b: ArrayLike,
    names: Sequence[str] = ("a", "b"),
    what: str = "difference",
    each: str = "seed",
) -> Axes:
    """The difference a − b of two methods, seed by seed, with its mean and standard deviation.

    a, b (seeds,): results of the same seeds, in the same order: what both share (data, initial weights)
    cancels. each: what one entry is, if not a seed ("split").
    """
    a, b = inputs.pair("paired_difference", names[0], a, names[1], b)
    if a.size < 2:
        raise ValueError("paired_difference: got one seed; expected the same seeds of both, at least 2.")
    d = a - b
    mean, sd, above = d.mean(), d.std(ddof=1), int((d > 0).sum())
    mean = 0.0 if abs(mean) < 1e-12 * sd else mean  # rounding errors are no difference
    ax = panels(height=2.5)
    rows = (
        np.arange(d.size) * 0.618
    ) % 1 - 0.5  # spread over the height so that equal differences stay visible
    ax.plot(d, rows, "o", color=style.BLUE, alpha=0.75, label=f"one {each} (n = {d.size})")
    ax.axvline(0, color=style.INK, linewidth=1)
    ax.axvspan(mean - sd, mean + sd, color=style.VERMILLION, alpha=0.15, linewidth=0)
    ax.axvline(
        mean, color=style.VERMILLION, linestyle="--", label=f"mean {number(mean)} ± sd {number(sd, 2)}"
    )
    ax.set(
        xlabel=f"{what}:  {names[0]} − {names[1]}",
        yticks=[],
        ylim=(-0.7, 0.7),
        title=f"{names[0]} is higher in {above} of {d.size} {each}s",
    )
    ax.margins(x=0.08)
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return style.describe(
        ax,
        f"{what}, {names[0]} minus {names[1]}, for {d.size} {each}s: mean {number(mean)}, sd {number(sd, 2)}, "
        f"above 0 in {above} of {d.size}, from {number(d.min())} to {number(d.max())}.",
    )
