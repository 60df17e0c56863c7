"""Lesson 03, still figures: which check catches which bug, every run of an experiment, codes of hidden units."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number


@style.look
def caught(bugs: Mapping[str, Any]) -> Axes:
    """A table of bugs (rows) and checks (columns): which check fails, and so catches the bug.

    bugs: {bug: {check: True (passes), False (fails) or None (could not be asked)}}, the same checks in each.
    """
    inputs.named("caught", "bug: {check: passes}", bugs)
    names = list(next(iter(bugs.values())))
    ax = panels(height=0.9 + 0.42 * len(bugs))
    words = {True: "passes", False: "✗ caught", None: "not asked"}
    for i, found in enumerate(bugs.values()):
        if list(found) != names:
            raise ValueError(f"caught: the checks are {list(found)}; those of the first bug are {names}.")
        for j, passes in enumerate(found.values()):
            if passes is False:
                ax.fill_between([j - 0.48, j + 0.48], i - 0.44, i + 0.44, color=style.BLUE, linewidth=0)
            color = "white" if passes is False else style.MUTED
            ax.text(j, i, words[passes], ha="center", va="center", color=color)
    ax.set(xlim=(-0.5, len(names) - 0.5), ylim=(len(bugs) - 0.5, -0.5))
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(bugs)), list(bugs))
    ax.tick_params(length=0, labeltop=True, labelbottom=False)
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    parts = []
    for bug, found in bugs.items():
        failing = [name for name, passes in found.items() if passes is False]
        parts.append(f"{bug}: {' and '.join(failing) if failing else 'no check'}")
    return style.describe(ax, f"Which check catches which bug. {'; '.join(parts)}.")


@style.look
def every_run(
    curves: Mapping[str, ArrayLike], ylabel: str, solved: float | None = None, xlabel: str = "epoch"
) -> Axes:
    """Each run as a thin line, and the median over the runs: for outcomes of two kinds, where a mean misleads.

    curves: {name: (epochs, runs)}, one panel a name; solved: a run counts as solved if it ends below this value.
    """
    inputs.named("every_run", "name: values (epochs, runs)", curves)
    axes = panels(1, len(curves), height=3.7, sharey=True)
    parts, highest = [], 0.0
    for ax, (name, values) in zip(np.atleast_1d(axes), curves.items(), strict=True):
        values = checks.numeric("every_run", name, values)
        checks.finite("every_run", name, values)
        if values.ndim != 2 or values.shape[1] < 2:
            raise ValueError(
                f"every_run: {name} has shape {values.shape}; expected (epochs, runs), runs ≥ 2."
            )
        epochs = np.arange(1, len(values) + 1)
        ax.plot(epochs, values, color=style.BLUE, linewidth=0.8, alpha=0.45)
        ax.plot(epochs, np.median(values, axis=1), color=style.INK, linestyle="--", label="median")
        ax.set(xlabel=xlabel)
        highest = max(highest, values.max())
        runs = values.shape[1]
        summary = f"{name}\n{runs} runs"
        part = f"{name}: {runs} runs, median at the end {number(np.median(values[-1]))}"
        if solved is not None:
            count = int((values[-1] < solved).sum())
            summary += f", {count} end below {number(solved)}"
            part += f", {count} end below {number(solved)}"
            ax.axhline(solved, color=style.MUTED, linewidth=1)
        ax.set_title(summary)
        ax.legend(loc="upper right")
        parts.append(part)
    first = np.atleast_1d(axes)[0]
    first.set(ylabel=ylabel, ylim=(0, 1.03 * highest))
    if solved is not None:
        first.annotate(
            "solved below", (len(values), solved), (-2, 3), textcoords="offset points", ha="right", color=style.MUTED
        )  # fmt: skip
    return style.describe(axes, f"{ylabel} against {xlabel}. {'; '.join(parts)}.")


@style.look
def hidden_codes(codes: ArrayLike, names: Sequence[str] | None = None) -> Axes:
    """What the hidden units say to each input: a table of outputs in [0, 1], the darker the nearer to 1.

    codes (inputs, hidden): outputs of sigmoid units; names: one for each input.
    """
    codes = checks.numeric("hidden_codes", "codes", codes)
    checks.in_unit_interval("hidden_codes", "codes", codes)
    if codes.ndim != 2:
        raise ValueError(f"hidden_codes: codes has shape {codes.shape}; expected (inputs, hidden).")
    rows, columns = codes.shape
    names = [f"input {i + 1}" for i in range(rows)] if names is None else list(names)
    if len(names) != rows:
        raise ValueError(f"hidden_codes: {len(names)} names for {rows} inputs; expected one each.")
    ax = panels(height=0.9 + 0.36 * rows, width=4.6)
    ax.imshow(codes, cmap=style.FIELD, vmin=0, vmax=1, aspect="auto")
    for i, j in np.ndindex(codes.shape):
        ax.text(j, i, f"{codes[i, j]:.2f}", ha="center", va="center")
    ax.set_xticks(range(columns), [f"unit {j + 1}" for j in range(columns)])
    ax.set_yticks(range(rows), names)
    ax.tick_params(length=0, labeltop=True, labelbottom=False)
    ax.grid(visible=False)
    rounded = ["".join(str(int(v > 0.5)) for v in code) for code in codes]
    return style.describe(
        ax,
        f"Outputs of {columns} hidden units for {rows} inputs. Rounded to 0 and 1: "
        f"{', '.join(f'{name} {code}' for name, code in zip(names, rounded, strict=True))}; "
        f"{len(set(rounded))} different codes.",
    )
