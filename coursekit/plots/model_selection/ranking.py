"""Lesson 05, still figures of how scores rank two classes: the pairs under the ROC curve, precision against recall."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number
from coursekit.plots.model_selection.threshold import scores_and_labels

MOST = 12  # of each class: beyond that the cells of `ranked_pairs` are too small for their marks
NAMED = 6  # distinct scores: with more of them the thresholds are not written beside the curve

# What a pair is worth: its mark and the color of its cell.
ORDERED = ("1", "#CFE3F1")
TIED = ("½", "#EADCFB")
REVERSED = ("0", "#F7DDCC")


@style.look
def ranked_pairs(score: ArrayLike, label: ArrayLike, names: Sequence[str] = ("positive", "negative")) -> Axes:
    """Each pair of a positive and a negative as one cell, and the ROC curve as the border of those in order.

    score (N,): in [0, 1], high means positive; label (N,): 0 or 1, at most 12 of each; names: of the positive and
    of the negative class. Rows and columns are sorted by score, the highest first, upward and to the right. The
    points of the curve carry their thresholds if there are at most 6 distinct scores.
    """
    where = "ranked_pairs"
    score, label = scores_and_labels(where, score, label)
    positive, negative = (np.sort(score[label == c])[::-1] for c in (1, 0))
    if max(positive.size, negative.size) > MOST:
        raise ValueError(
            f"{where}: there are {positive.size} positives and {negative.size} negatives; expected at most {MOST} of "
            "each, since every pair has a cell."
        )
    ax = panels(height=4.2, width=7.6)
    worth = (1 + np.sign(positive[:, None] - negative)) / 2  # (P, N): 1 in order, ½ tied, 0 reversed
    for (row, column), value in np.ndenumerate(worth):
        mark, color = {1.0: ORDERED, 0.5: TIED, 0.0: REVERSED}[value]
        ax.add_patch(Rectangle((column, row), 1, 1, facecolor=color, edgecolor="white", linewidth=2))
        # a tied cell is crossed by the curve, so its mark goes below it
        x, y = (column + 0.72, row + 0.25) if value == 0.5 else (column + 0.5, row + 0.5)
        ax.text(x, y, mark, ha="center", va="center", size=12)
    thresholds = np.append(np.inf, np.unique(score)[::-1])
    right, up = ((scores >= thresholds[:, None]).sum(axis=1) for scores in (negative, positive))
    ax.plot(right, up, color=style.INK, marker="o", markersize=6, linewidth=2.4, clip_on=False, zorder=4)
    if thresholds.size <= NAMED + 1:
        for x, y, t in zip(right, up, thresholds, strict=True):
            text = f"$t$ = {t:g}" if np.isfinite(t) else f"start: $t$ > {thresholds[1]:g}"
            # below the curve and, except at its end, inside the square
            dy = 4 if y == 0 else -4 if x == negative.size else -13
            ax.annotate(text, (x, y), (8, dy), textcoords="offset points")
    ax.set(xlim=(0, negative.size), ylim=(0, positive.size), aspect="equal", anchor="W")
    ax.set_xticks(np.arange(negative.size) + 0.5, [f"{s:g}" for s in negative])
    ax.set_yticks(np.arange(positive.size) + 0.5, [f"{s:g}" for s in positive])
    ax.set(
        xlabel=f"scores of the {names[1]} ones\none column to the right: FPR + 1/{negative.size}",
        ylabel=f"scores of the {names[0]} ones\none row up: TPR + 1/{positive.size}",
    )
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    counts = [int(np.sum(worth == value)) for value in (1, 0.5, 0)]
    area = worth.mean()
    handles = [
        Patch(facecolor=color, edgecolor=style.MUTED, linewidth=0.6, label=f"{mark}:  {meaning}: {count}")
        for count, (mark, color), meaning in zip(
            counts,
            (ORDERED, TIED, REVERSED),
            (f"{names[0]} score higher", "tied", f"{names[1]} score higher"),
            strict=True,
        )
    ]
    title = f"area = ({counts[0]} + ½ · {counts[1]}) / {worth.size} = {number(area)}"
    ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.03, 0.88), title=title, alignment="left")
    return style.describe(
        ax,
        f"One cell for each of {positive.size} × {negative.size} pairs ({names[0]}, {names[1]}), with the ROC curve as "
        f"the border: {counts[0]} in order below it, {counts[2]} reversed above it, {counts[1]} tied and cut in half. "
        f"The area is {number(area)}.",
    )


@style.look
def precision_recall(fpr: ArrayLike, tpr: ArrayLike, shares: ArrayLike, at: float = 0.8) -> Panels:
    """One ROC curve, and the precision–recall curves it gives for several shares of positives.

    fpr, tpr (T + 1,): as `ck.roc_curve` returns them; shares: of positives, above 0 and below 1. With π the share the
    precision is π·tpr / (π·tpr + (1 − π)·fpr). at: a recall at which the precision is printed.
    """
    where = "precision_recall"
    fpr, tpr = inputs.pair(where, "fpr", fpr, "tpr", tpr)
    shares = inputs.vector(where, "shares", shares)
    if not ((shares > 0) & (shares < 1)).all():
        raise ValueError(f"{where}: shares are {shares.tolist()}; expected numbers above 0 and below 1.")
    at = checks.number(where, "at", at, 0, 1)
    axes = left, right = panels(1, 2, height=4.0, width_ratios=(1, 1.25))
    left.plot([0, 1], [0, 1], color=style.MUTED, linewidth=1)
    left.plot(fpr, tpr, color=style.INK)
    left.set(
        xlabel="false positive rate", ylabel="true positive rate (recall)", title="ROC curve, for every share"
    )
    called = tpr + fpr > 0  # where nothing is called positive there is no precision
    mark = int(np.argmax(tpr >= at))  # the highest threshold that reaches this recall
    parts = []
    for i, share in enumerate(shares):
        precision = share * tpr[called] / (share * tpr[called] + (1 - share) * fpr[called])
        here = share * tpr[mark] / (share * tpr[mark] + (1 - share) * fpr[mark])
        look = style.series(i)
        look["marker"] = ""
        right.plot(tpr[called], precision, label=f"{number(share, 2)} positive", **look)
        right.axhline(share, color=look["color"], linewidth=0.8, linestyle=":")
        right.plot(tpr[mark], here, style.MARKERS[i % 5], color=look["color"], markersize=8, zorder=4)
        right.annotate(
            number(here, 2),
            (tpr[mark], here),
            (7, 6),
            textcoords="offset points",
            color=look["color"],
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},  # a dotted line may pass behind it
        )
        parts.append(f"with a share of {number(share, 2)} positives {number(here, 2)}")
    left.plot(fpr[mark], tpr[mark], "o", color=style.INK, markersize=9, markeredgecolor="white", zorder=4)
    right.set(xlabel="recall", ylabel="precision", title="precision–recall curves")
    for ax in axes:
        ax.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.05))
    right.legend(loc="center left", bbox_to_anchor=(1, 0.5), title="share of positives\n(dotted: chance)")
    return style.describe(
        axes,
        f"One ROC curve and {shares.size} precision–recall curves. At a recall of {number(tpr[mark])} and a false "
        f"positive rate of {number(fpr[mark])} the precision is {'; '.join(parts)}.",
    )
