"""Lesson 05, still figures of validation: folds, leaks, what estimates are worth, what choosing does to a score."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number

# Part of a split: color, hatch. In the order of the tuples (train, val, test).
PARTS = {"train": ("#D6E4F0", None), "validation": (style.VERMILLION, "//"), "test": (style.VIOLET, "xx")}


@style.look
def folds(rounds: Sequence[Sequence[np.ndarray]], names: Sequence[str] | None = None) -> Axes:
    """One row per round, one cell per sample: the part that the sample is in.

    rounds: [(train, val), …] or [(train, val, test), …], index arrays as `kfold` returns them; names: of the rounds.
    """
    if not rounds:
        raise ValueError("folds: there are no rounds; expected a list of pairs (train, val) of index arrays.")
    n = 1 + max(int(np.max(part)) for parts in rounds for part in parts if len(part))
    names = names or [f"round {i + 1}" for i in range(len(rounds))]
    ax = panels(height=1.1 + 0.34 * len(rounds))
    for i, parts in enumerate(rounds):
        for (color, hatch), part in zip(PARTS.values(), parts, strict=False):
            for j in part:
                ax.add_patch(
                    Rectangle(
                        (j, i + 0.08), 1, 0.84, facecolor=color, hatch=hatch, edgecolor="white", linewidth=1
                    )
                )
    ax.set(xlim=(0, n), ylim=(len(rounds), 0), xlabel="example, in the order of the file")
    ax.set_yticks(np.arange(len(rounds)) + 0.5, names)
    step = max(1, n // 12)
    ax.set_xticks(np.arange(0, n, step) + 0.5, np.arange(0, n, step))
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    parts = list(PARTS)[: max(map(len, rounds))]
    ax.legend(
        handles=[Patch(facecolor=PARTS[p][0], hatch=PARTS[p][1], edgecolor="white", label=p) for p in parts],
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=3,
        borderaxespad=0.2,
    )
    sizes = "; ".join(
        f"{name}: " + ", ".join(f"{len(part)} {what}" for what, part in zip(PARTS, row, strict=False))
        for name, row in zip(names, rounds, strict=True)
    )
    return style.describe(ax, f"{len(rounds)} rounds over {n} samples. {sizes}.")


@style.look
def leaks(reached: Mapping[str, ArrayLike], folds: Sequence[Sequence[np.ndarray]]) -> np.ndarray:
    """Which rows reach `fit` in each round, side by side for several procedures; held-out ones that do are leaks.

    reached: {name: bool (k, N)} as `leaks.rows_that_reach_fit` returns it; folds: [(train, val), …]. The samples are
    sorted by fold, so that the held-out ones are on the diagonal.
    """
    inputs.named("leaks", "name: bool (k, N)", reached)
    order = np.concatenate([val for _, val in folds])
    edges = np.cumsum([0, *(len(val) for _, val in folds)])
    k, n = len(folds), len(order)
    axes = np.atleast_1d(panels(1, len(reached), height=3.7, sharey=True))
    parts = []
    for ax, (name, seen) in zip(axes, reached.items(), strict=True):
        seen = np.asarray(seen, dtype=bool)
        if seen.shape != (k, n):
            raise ValueError(f"leaks: {name} has shape {seen.shape}; expected (folds, rows) = {(k, n)}.")
        count = 0
        for i in range(k):
            for j, row in enumerate(order):
                held_out = edges[i] <= j < edges[i + 1]
                leak = held_out and seen[i, row]
                count += leak
                color = style.VERMILLION if leak else style.BLUE if seen[i, row] else "white"
                look: dict[str, Any] = {"hatch": "//", "edgecolor": "white"} if leak else {"alpha": 0.35}
                ax.add_patch(Rectangle((j, i), 1, 1, facecolor=color, linewidth=0, **look))
            ax.add_patch(
                Rectangle(
                    (edges[i], i), edges[i + 1] - edges[i], 1, fill=False, edgecolor=style.INK, linewidth=1.6
                )
            )
        ax.set(xlim=(0, n), ylim=(k, 0), title=f"{name}\n{count} of {n} held-out rows leak")
        ax.set(xlabel="row, sorted by fold")
        ax.grid(visible=False)
        parts.append(f"{name}: {count} of {n} held-out rows reach the fit of their own round")
    axes[0].set_yticks(np.arange(k) + 0.5, [f"fit {i + 1}" for i in range(k)])
    axes[0].figure.legend(
        handles=[
            Patch(facecolor=style.BLUE, alpha=0.35, label="reaches this fit"),
            Patch(
                facecolor=style.VERMILLION,
                hatch="//",
                edgecolor="white",
                label="held out, but reaches this fit",
            ),
            Patch(fill=False, edgecolor=style.INK, linewidth=1.6, label="held out"),
        ],
        loc="outside lower center",
        ncols=3,
    )
    return style.describe(axes if len(axes) > 1 else axes[0], f"Rows against rounds. {'; '.join(parts)}.")


@style.look
def estimates(values: Mapping[str, ArrayLike], truth: ArrayLike, what: str = "error") -> Axes:
    """How estimates of a known true value spread: for each its mean, ± one standard deviation, bias and sd.

    values: {name: (runs,)}; truth (runs,): the true value in each run. The bias is the mean of estimate − truth, with
    its standard error.
    """
    inputs.named("estimates", "name: values (runs,)", values)
    truth = inputs.vector("estimates", "truth", truth)
    ax = panels(height=1.3 + 0.42 * len(values))
    ax.axvline(truth.mean(), color=style.INK, linewidth=1.2)
    parts, rows = [], np.arange(len(values))
    for row, (name, v) in zip(rows, values.items(), strict=True):
        v, _ = inputs.pair("estimates", name, v, "truth", truth)
        bias, sd = (v - truth).mean(), v.std(ddof=1)
        se = (v - truth).std(ddof=1) / np.sqrt(v.size)
        ax.plot([v.mean() - sd, v.mean() + sd], [row, row], color=style.BLUE, linewidth=3, alpha=0.45)
        ax.plot(v.mean(), row, "o", color=style.BLUE, markersize=8)
        digits = max(0, -int(np.floor(np.log10(se)))) if se else 3  # as many as the standard error has
        signed = f"{bias:+.{digits}f}" if round(bias, digits) else f"{0:.{digits}f}"
        words = f"bias {signed} ± {se:.{digits}f},  sd {number(sd, 2)}".replace("-", "−")
        ax.annotate(words, (1.02, row), xycoords=("axes fraction", "data"), va="center")
        parts.append(f"{name} has mean {number(v.mean())}, {words.replace(',  ', ', ')}")
    ax.set_yticks(rows, list(values))
    ax.set(ylim=(len(values) - 0.4, -0.6), xlabel=f"{what}: mean ± sd over {truth.size} runs")
    ax.annotate(
        f"true {what} {number(truth.mean())}",
        (truth.mean(), 1),
        (0, 4),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="center",
    )
    return style.describe(
        ax,
        f"Estimates of a true {what} of {number(truth.mean())} over {truth.size} runs: {'; '.join(parts)}.",
    )


@style.look
def selection_optimism(models: ArrayLike, lowest: ArrayLike, exact: ArrayLike, truth: float) -> Axes:
    """The lowest of many measured errors against the number of models, all of them equally good.

    models (M,): how many were compared; lowest (M, runs): the lowest error measured in each run; exact (M,): its
    expectation; truth: the true error of each model.
    """
    models, exact = inputs.pair("selection_optimism", "models", models, "exact", exact)
    lowest = checks.numeric("selection_optimism", "lowest", lowest)
    if lowest.ndim != 2 or len(lowest) != models.size or lowest.shape[1] < 2:
        raise ValueError(
            f"selection_optimism: lowest has shape {lowest.shape}; expected ({models.size}, runs), at least 2 runs."
        )
    mean, sd, runs = lowest.mean(axis=1), lowest.std(axis=1, ddof=1), lowest.shape[1]
    ax = panels(height=3.6)
    ax.axhline(truth, color=style.INK, linewidth=1.2)
    ax.annotate(
        f"true error of every model: {number(truth)}",
        (models[-1], truth),
        (0, 5),
        textcoords="offset points",
        ha="right",
    )
    ax.errorbar(
        models, mean, sd, fmt="o", color=style.BLUE, capsize=4, label=f"measured: mean ± sd (n = {runs})"
    )
    ax.plot(models, exact, color=style.VERMILLION, linestyle="--", label="computed exactly")
    for m, value in zip(models, exact, strict=True):
        ax.annotate(f"{value:.3f}", (m, value), (8, 5), textcoords="offset points")
    ax.set(xscale="log", xlabel="number of models compared", ylabel="lowest error measured")
    ax.set_xticks(models, [number(m, 5) for m in models])
    ax.margins(x=0.1, y=0.15)
    ax.legend(loc="lower left")
    parts = "; ".join(
        f"among {number(m, 5)} it is {number(v)} ± {number(s, 2)}, exactly {e:.4f}"
        for m, v, s, e in zip(models, mean, sd, exact, strict=True)
    )
    return style.describe(
        ax, f"The lowest measured error of models whose true error is {number(truth)} ({runs} runs): {parts}."
    )


@style.look
def one_standard_error(
    x: ArrayLike, errors: ArrayLike, chosen: int, xlabel: str, ylabel: str = "validation error"
) -> Axes:
    """Errors of models from the simplest to the most complex, ± one standard error, the best and the chosen one.

    x (M,): the models, in this order; errors (M, folds); chosen: the index that `one_standard_error_rule` gives.
    """
    where = "one_standard_error"
    x, errors = inputs.vector(where, "x", x), checks.numeric(where, "errors", errors)
    if errors.ndim != 2 or len(errors) != x.size or errors.shape[1] < 2:
        raise ValueError(
            f"{where}: errors has shape {errors.shape}; expected ({x.size}, folds), at least 2 folds."
        )
    mean, folds = errors.mean(axis=1), errors.shape[1]
    se = errors.std(axis=1, ddof=1) / np.sqrt(folds)
    best, limit = int(mean.argmin()), mean.min() + se[mean.argmin()]
    ax = panels(height=3.7)
    ax.errorbar(
        np.arange(x.size),
        mean,
        se,
        fmt="o-",
        color=style.BLUE,
        capsize=4,
        label=f"mean ± standard error ({folds} folds)",
    )
    ax.axhline(limit, color=style.MUTED, linestyle="--", linewidth=1.2)
    ax.annotate(
        "lowest mean +\nits standard error",
        (1.01, limit),
        xycoords=("axes fraction", "data"),
        va="center",
        color=style.MUTED,
    )
    for i, text, marker, color in (
        (best, "lowest mean", "D", style.VERMILLION),
        (chosen, "chosen by the rule", "s", style.VIOLET),
    ):
        ax.plot(
            i,
            mean[i],
            marker,
            color=color,
            markersize=11,
            label=f"{text}: {xlabel} = {number(x[i], 2)}",
            zorder=4,
        )
    ax.set_xticks(np.arange(x.size), [number(v, 2) for v in x])
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend(loc="best")
    return style.describe(
        ax,
        f"{ylabel} against {xlabel}, {folds} folds: lowest at {number(x[best])} with {number(mean[best])} ± {number(se[best], 2)} "
        f"(standard error). The simplest model within one standard error has {number(x[chosen])}, error "
        f"{number(mean[chosen])}.",
    )
