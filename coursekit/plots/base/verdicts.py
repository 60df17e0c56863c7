"""What each of several treatments did, seed by seed: the last figure of an experiment."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import mean_and_sd


@style.look
def verdicts(
    results: Mapping[str, ArrayLike],
    what: str,
    baseline: str | Mapping[str, str] | None = None,
    limits: Sequence[float] | None = None,
    standard_error: bool = False,
    each: str = "seed",
) -> Axes:
    """One row a treatment: every seed a dot, mean ± one standard deviation beside them.

    results: {name: (seeds,)}, of the same seeds in the same order; what: the name of the x axis. baseline: one of
    the names, or {name: the name it is compared with}; the other rows then say by how much they differ from it (mean
    ± sd over the seeds, or ± the standard error of the mean), and in how many seeds they are lower. limits: (low,
    high) of the axis. each: what one entry is, if not a seed ("draw").
    """
    inputs.named("verdicts", "name: values (seeds,)", results)
    rows = {name: checks.numeric("verdicts", name, values) for name, values in results.items()}
    seeds = next(iter(rows.values())).size
    for name, values in rows.items():
        checks.finite("verdicts", name, values)
        if values.shape != (seeds,) or seeds < 2:
            raise ValueError(
                f"verdicts: {name} has shape {values.shape}; each row needs the same seeds, at least 2: ({max(seeds, 2)},)."
            )
    if isinstance(baseline, str):
        baseline = dict.fromkeys(rows, baseline)
    compared = dict(baseline or {})
    for name in (*compared, *compared.values()):
        checks.one_of("verdicts", "baseline", name, list(rows))
    ax = panels(height=1.3 + 0.52 * len(rows))
    parts = []
    for place, (name, values) in enumerate(rows.items()):
        reference = compared.get(name, name)
        look = style.series(0 if reference == name else 1)
        mean, sd = values.mean(), values.std(ddof=1)
        spread = ((np.arange(seeds) * 0.618) % 1 - 0.5) * 0.4  # equal values stay visible
        ax.plot(values, place + spread, "o", color=look["color"], alpha=0.35, markersize=4)
        ax.errorbar(mean, place, xerr=sd, fmt="D", color=style.INK, capsize=4, markersize=6, linewidth=1.5)
        words = mean_and_sd(mean, sd)
        if reference != name:
            gap = values - rows[reference]
            lower, sd = int((gap < 0).sum()), gap.std(ddof=1)
            change = ("+" if gap.mean() > 0 else "") + (
                f"{mean_and_sd(gap.mean(), sd / np.sqrt(seeds))} (se)"
                if standard_error
                else mean_and_sd(gap.mean(), sd)
            )
            words += f"\n{change}, lower in {lower} of {seeds}"
        ax.annotate(
            words, (1.01, place), xycoords=("axes fraction", "data"), va="center", annotation_clip=False
        )
        parts.append(f"{name} {words}".replace("\n", ", "))
    ax.set(
        yticks=range(len(rows)), yticklabels=list(rows), ylim=(len(rows) - 0.5, -0.5), xlabel=what,
        title=f"dots: {seeds} {each}s; diamonds: mean ± sd",
    )  # fmt: skip
    if limits is not None:
        ax.set_xlim(inputs.interval("verdicts", "limits", limits))
    ax.grid(axis="y", visible=False)
    return style.describe(ax, f"{what}, mean ± sd of {seeds} {each}s: {'; '.join(parts)}.")
