"""Lesson 05, a figure with parts that move: one threshold, seen in two histograms, a confusion matrix, a ROC curve."""

from collections.abc import Sequence

import numpy as np
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number
from coursekit.plots.model_selection.classifiers import CELLS, ratio

PEOPLE = 1000  # to whom the counts refer if the share of positives is not that of the data
BINS = 20
SHORT = {"tp": "TP", "fn": "FN", "fp": "FP", "tn": "TN"}


class Threshold(Drawing):
    """Scores of two classes, those from the threshold on called positive; what that gives, as counts and as rates.

    score (N,) in [0, 1], label (N,) of 0 and 1, names: of the positive and the negative class.
    """

    @style.look
    def __init__(self, score, label, names):
        self.names = names
        self.positive, self.negative = np.sort(score[label == 1]), np.sort(score[label == 0])
        self.axes = scores, matrix, roc = panels(1, 3, height=3.9, width_ratios=(1.25, 1.2, 1))
        self._draw_scores(scores)
        self._draw_matrix(matrix)
        self._draw_roc(roc)
        for ax, title in zip(self.axes, ("scores", "confusion matrix", "ROC curve"), strict=True):
            ax.set_title(title, pad=24)  # points: room for the words
        self.words = [ax.add_artist(Caption(0, 1.03, transform=ax.transAxes)) for ax in (scores, matrix, roc)]
        self.moving = [self.called, self.line, *self.areas.values(), *self.counts.values()]
        self.moving += [self.guides, self.dot, *self.words]

    def _draw_scores(self, ax):
        bins = np.linspace(0, 1, BINS + 1)
        for scores, sign, look in (
            (self.positive, 1, {"color": style.BLUE}),
            (self.negative, -1, {"color": style.VERMILLION, "hatch": "//"}),
        ):
            height = np.histogram(scores, bins)[0] / len(scores)
            ax.bar(
                bins[:-1],
                sign * height,
                1 / BINS,
                align="edge",
                alpha=0.55,
                edgecolor="white",
                linewidth=0.5,
                **look,
            )
        top = 1.12 * max(abs(bar.get_height()) for bar in ax.patches)
        ax.axhline(0, color=style.INK, linewidth=0.8)
        ax.set(xlim=(0, 1), ylim=(-top, top), xlabel="score", yticks=[top / 2, -top / 2])
        ax.set_yticklabels([f"truly {name}" for name in self.names], rotation=90, va="center")
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False)
        self.called = ax.add_patch(
            Rectangle((0, -top), 1, 2 * top, color=style.VIOLET, alpha=0.13, linewidth=0)
        )
        (self.line,) = ax.plot([], [], color=style.VIOLET, linestyle="--")
        self.top = top

    def _draw_matrix(self, ax):
        self.areas, self.counts = {}, {}
        for key, (row, column, _) in CELLS.items():
            ax.add_patch(Rectangle((column, row), 1, 1, facecolor="none", edgecolor=style.INK, linewidth=1.2))
            area = Rectangle((0, 0), 0, 0, facecolor=style.VERMILLION if key in ("fp", "fn") else style.BLUE)
            area.set(alpha=0.3, linewidth=0)
            self.areas[key] = ax.add_patch(area)
            self.counts[key] = ax.add_artist(Caption(column + 0.06, row + 0.06, up=1))
        ax.set(xlim=(-0.02, 2.02), ylim=(2.02, -0.02), xticks=[0.5, 1.5], yticks=[0.5, 1.5])
        ax.set_xticklabels([f"called\n{name}" for name in self.names])
        ax.set_yticklabels([f"truly\n{name}" for name in self.names], rotation=90, va="center", ha="center")
        ax.tick_params(length=0)
        ax.tick_params(axis="y", pad=12)
        ax.grid(visible=False)
        ax.spines[:].set_visible(False)

    def _draw_roc(self, ax):
        thresholds = np.append(np.inf, np.unique(np.append(self.positive, self.negative))[::-1])
        rates = np.array([self.rates(t) for t in thresholds])
        ax.plot([0, 1], [0, 1], color=style.MUTED, linewidth=1)
        ax.plot(rates[:, 1], rates[:, 0], color=style.BLUE)
        (self.guides,) = ax.plot([], [], color=style.VIOLET, linestyle="--", linewidth=1)
        (self.dot,) = ax.plot([], [], "o", color=style.INK, markersize=10, markeredgecolor="white")
        ax.set(
            xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), xlabel="false positive rate", ylabel="true positive rate"
        )
        ax.set(xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
        self.corners = thresholds, rates

    def rates(self, threshold):
        """(true, false) positive rate of calling positive what scores at least the threshold."""
        return tuple(1 - np.searchsorted(s, threshold) / len(s) for s in (self.positive, self.negative))

    def nearest(self, fpr, tpr):
        """The threshold whose point on the curve is nearest to (fpr, tpr), as a number in [0, 1]."""
        thresholds, rates = self.corners
        return float(np.clip(thresholds[((rates - (tpr, fpr)) ** 2).sum(axis=1).argmin()], 0, 1))

    def update(self, threshold, share=None):
        """Show this threshold; share: of positives among 1000 people, in place of the data's own counts."""
        tpr, fpr = self.rates(threshold)
        p, n = (
            (len(self.positive), len(self.negative))
            if share is None
            else (PEOPLE * share, PEOPLE * (1 - share))
        )
        counts = {"tp": p * tpr, "fn": p * (1 - tpr), "fp": n * fpr, "tn": n * (1 - fpr)}
        precision = ratio(counts["tp"], counts["tp"] + counts["fp"])
        accuracy = (counts["tp"] + counts["tn"]) / (p + n)
        self.called.set(x=threshold, width=1 - threshold)
        self.line.set_data([threshold, threshold], [-self.top, self.top])
        for key, (row, column, _) in CELLS.items():
            side = np.sqrt(counts[key] / (p + n))  # the area is the share of all
            self.areas[key].set_bounds(column + 1 - side, row + 1 - side, side, side)
            self.counts[key].place(text=f"{SHORT[key]} {counts[key]:.0f}")
        self.dot.set_data([fpr], [tpr])
        self.guides.set_data([fpr, fpr, -0.03], [-0.03, tpr, tpr])
        self.words[0].place(text=f"called {self.names[0]}: score ≥ {threshold:.2f}")
        self.words[1].place(text=f"precision {precision:.2f}, accuracy {accuracy:.2f}")
        self.words[2].place(text=f"recall {tpr:.2f} at FPR {fpr:.2f}")
        who = f"{p + n:.0f} {'cases' if share is None else 'people'}"
        style.describe(
            self.axes,
            f"Threshold {threshold:.2f} on {who}, {p:.0f} of them {self.names[0]}: "
            f"{counts['tp']:.0f} true positives, {counts['fn']:.0f} false negatives, {counts['fp']:.0f} false "
            f"positives, {counts['tn']:.0f} true negatives. True positive rate (recall) {number(tpr)}, false positive "
            f"rate {number(fpr)}, precision {number(precision)}, accuracy {number(accuracy)}.",
        )


def threshold(
    score: ArrayLike,
    label: ArrayLike,
    at: float = 0.5,
    share: float | None = None,
    names: Sequence[str] = ("positive", "negative"),
) -> Panels:
    """Two histograms of scores, the confusion matrix at a threshold, and its point on the ROC curve.

    score (N,): in [0, 1], high means positive; label (N,): 0 or 1, both present; at: the threshold; share: of
    positives among 1000 people, in place of the data's own counts. Returns three panels.
    """
    drawing = Threshold(*scores_and_labels("threshold", score, label), names)
    share = None if share is None else checks.number("threshold", "share", share, 0, 1)
    drawing.update(threshold=checks.number("threshold", "at", at, 0, 1), share=share)
    return drawing.axes


def scores_and_labels(where, score, label):
    """The two as vectors of one length: scores in [0, 1], labels 0 and 1, both present."""
    score, label = inputs.pair(where, "score", score, "label", label)
    checks.in_unit_interval(where, "score", score, tolerance=0)
    if set(np.unique(label)) != {0, 1}:
        raise ValueError(f"{where}: label holds {np.unique(label)[:4]}; expected 0 and 1, both present.")
    return score, label
