"""Lesson 05, still figures of a classifier: its confusion matrix, its rates when positives are rare, its ROC curve."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number

# (row, column) of the matrix: the truth, positive first, by the guess, positive first
CELLS = {
    "tp": (0, 0, "true positive"),
    "fn": (0, 1, "false negative\nmiss, Type II error"),
    "fp": (1, 0, "false positive\nfalse alarm, Type I error"),
    "tn": (1, 1, "true negative"),
}
FILLS = {True: "#DCEAF4", False: "#FBEADF"}  # right, wrong


def ratio(part, whole):
    """part / whole, 0.0 where there is nothing to divide by."""
    return part / whole if whole else 0.0


@style.look
def confusion_matrix(
    tp: float, fp: float, fn: float, tn: float, names: Sequence[str] = ("positive", "negative")
) -> Axes:
    """The four counts as a table: rows are the truth, columns the answer, with the rates at the margins.

    names: of the positive and of the negative class.
    """
    counts = {"tp": tp, "fp": fp, "fn": fn, "tn": tn}
    for key, count in counts.items():
        checks.number("confusion_matrix", key, count, 0, np.inf, open_high=True)
    total = sum(counts.values())
    if not total:
        raise ValueError("confusion_matrix: all four counts are 0; expected at least one sample.")
    ax = panels(height=3.7)
    for key, (row, column, kind) in CELLS.items():
        ax.add_patch(Rectangle((column, row), 1, 1, facecolor=FILLS[row == column], edgecolor=style.INK))
        ax.text(column + 0.5, row + 0.36, f"{counts[key]:g}", ha="center", va="center", size=19)
        ax.text(column + 0.5, row + 0.74, kind, ha="center", va="center", linespacing=1.3)
    recall, specificity = ratio(tp, tp + fn), ratio(tn, tn + fp)
    precision, accuracy = ratio(tp, tp + fp), ratio(tp + tn, total)
    for row, (name, rate) in enumerate((("recall", recall), ("specificity", specificity))):
        ax.text(2.07, row + 0.5, f"{name}\n{number(rate, 2)}", va="center", linespacing=1.4)
    ax.text(0.5, 2.1, f"precision {number(precision, 2)}", ha="center", va="top")
    ax.text(2.07, 2.1, f"accuracy {number(accuracy, 2)}", va="top")
    ax.set(xlim=(-0.02, 2.75), ylim=(2.32, -0.02), xticks=[0.5, 1.5], yticks=[0.5, 1.5])
    ax.set_xticklabels([f"called {name}" for name in names], size=10.5)
    ax.set_yticklabels([f"truly {name}" for name in names], size=10.5)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    return style.describe(
        ax,
        f"Confusion matrix of {total:g} samples, {names[0]} being positive: {tp:g} true positives, {fn:g} false "
        f"negatives (misses, Type II errors), {fp:g} false positives (false alarms, Type I errors), {tn:g} true "
        f"negatives. Recall {number(recall)}, specificity {number(specificity)}, precision {number(precision)}, "
        f"accuracy {number(accuracy)}.",
    )


@style.look
def prevalence(tpr: float, fpr: float, marks: ArrayLike = (0.5, 0.1, 0.01)) -> Axes:
    """The rates of a test with fixed tpr and fpr, against the share of positives among those tested.

    With π the share: accuracy π·tpr + (1 − π)(1 − fpr), precision π·tpr / (π·tpr + (1 − π)·fpr), recall tpr, and
    the accuracy 1 − π of saying "negative" to everybody. marks: shares whose precision is printed.
    """
    where = "prevalence"
    tpr, fpr = checks.number(where, "tpr", tpr, 0, 1), checks.number(where, "fpr", fpr, 0, 1)
    marks = inputs.vector(where, "marks", marks)
    if not ((marks > 0) & (marks < 1)).all():
        raise ValueError(f"{where}: marks are {marks.tolist()}; expected shares above 0 and below 1.")
    share = np.union1d(np.geomspace(0.001, 0.5, 200), marks)
    called = share * tpr + (1 - share) * fpr
    precision = np.divide(share * tpr, called, out=np.zeros_like(share), where=called > 0)
    total = precision + tpr
    lines = {
        "accuracy": share * tpr + (1 - share) * (1 - fpr),
        "recall": np.full_like(share, tpr),
        "precision": precision,
        "F1": np.divide(2 * precision * tpr, total, out=np.zeros_like(share), where=total > 0),
    }
    ax = panels(height=4.0)
    at = np.searchsorted(share, marks)
    ax.plot(share, 1 - share, color=style.MUTED, linewidth=1.2, label="accuracy of always “negative”")
    for i, (name, values) in enumerate(lines.items()):
        ax.plot(share, values, label=name, markevery=sorted(at.tolist()), **style.series(i))
    color = style.series(list(lines).index("precision"))["color"]
    for value, i in zip(marks, at, strict=True):
        down = -4 if i == share.size - 1 else -11  # below the curve, except behind its end
        ax.annotate(
            number(precision[i], 2), (value, precision[i]), (9, down), textcoords="offset points", color=color
        )
    ax.set(
        xscale="log",
        xlabel="share π of positives among those tested",
        ylabel="rate",
        xlim=(0.0008, 1),
        ylim=(-0.03, 1.05),
    )
    ticks = [0.001, 0.01, 0.1, 0.5]
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    parts = "; ".join(
        f"at a share of {number(value)} precision {number(precision[i], 2)}, accuracy "
        f"{number(lines['accuracy'][i])}, always negative {number(1 - value)}"
        for value, i in zip(marks, at, strict=True)
    )
    return style.describe(
        ax, f"Rates of a test with recall {number(tpr)} and false positive rate {number(fpr)}: {parts}."
    )


@style.look
def roc(
    curves: Mapping[str, Sequence[np.ndarray]], marks: Mapping[str, Sequence[float]] | None = None
) -> Axes:
    """ROC curves: the true positive rate over the false positive rate, and the area under each.

    The area under the first curve is shaded. curves: {name: (fpr, tpr)}, two arrays as `ck.roc_curve` returns them first; marks: {text: (fpr, tpr)}, single
    points.
    """
    inputs.named("roc", "name: (fpr, tpr)", curves)
    ax = panels(height=4.4, width=7.6)
    ax.plot([0, 1], [0, 1], color=style.MUTED, linewidth=1, label="chance: area 0.5")
    parts = []
    for i, (name, (fpr, tpr)) in enumerate(curves.items()):
        fpr, tpr = inputs.pair("roc", f"fpr of {name}", fpr, f"tpr of {name}", tpr)
        area = np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2)
        look = style.series(i) | {"markersize": 4}
        ax.plot(fpr, tpr, label=f"{name}: area {number(area)}", markevery=max(1, fpr.size // 25), **look)
        if i == 0:
            ax.fill_between(fpr, tpr, color=look["color"], alpha=0.1, linewidth=0)
        parts.append(f"{name} has area {number(area)}")
    for text, (x, y) in (marks or {}).items():
        ax.plot(
            x,
            y,
            "X",
            color=style.INK,
            markersize=11,
            markeredgecolor="white",
            zorder=5,
            linestyle="",
            label=text,
        )
        parts.append(f"{text} lies at false positive rate {number(x)}, true positive rate {number(y)}")
    ax.set(
        xlabel="false positive rate   FP / (FP + TN)",
        ylabel="true positive rate   TP / (TP + FN)",
        xlim=(-0.03, 1.03),
        ylim=(-0.03, 1.03),
        aspect="equal",
    )
    ax.set_anchor("W")
    ax.legend(loc="upper left", bbox_to_anchor=(1.02, 1))
    return style.describe(ax, f"ROC curves from (0, 0) to (1, 1): {'; '.join(parts)}. Chance has area 0.5.")
