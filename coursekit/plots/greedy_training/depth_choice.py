"""Lesson 08: a depth is chosen by validation, with the one-standard-error rule, on as many images as there are."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.model_selection import one_standard_error_rule
from coursekit.plots.base import style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import panels


class DepthChoice(Drawing):
    """A bar a depth, ± one standard error; the limit of the rule; what each depth has on all other images.

    depths: how many; most: the end of the axis, in %.
    """

    @style.look
    def __init__(self, depths, most):
        self.axes = panels(height=4.4)
        x = np.arange(1, depths + 1)
        self.axes.set(
            xlabel="hidden layers", ylabel="error (%)", xlim=(0.4, depths + 0.6), ylim=(-0.2 * most, most)
        )
        self.axes.set_xticks(x)
        self.axes.set_yticks([tick for tick in self.axes.get_yticks() if 0 <= tick <= most])
        self.axes.axhline(0, color=style.INK, linewidth=1)
        self.axes.grid(axis="x", visible=False)
        self.axes.set_title("validation error ± one standard error", pad=4 + 17 * 3)  # points, for words
        self.bars = list(self.axes.bar(x, 0 * x, 0.5, color="#B9D4E8", edgecolor=style.INK, linewidth=1))
        self.whiskers = self.axes.add_collection(LineCollection([], colors=style.INK, linewidths=1.6))
        (self.limit,) = self.axes.plot(
            [], [], color=style.VERMILLION, linestyle="--", label="lowest error + its standard error"
        )
        (self.others,) = self.axes.plot(
            [], [], "D", color=style.VIOLET, markersize=8, label="error on the other images"
        )
        self.axes.legend(loc="upper left", ncols=2)
        self.numbers = [self.axes.add_artist(Caption(d, -0.02 * most, across=0.5, up=1)) for d in x]
        self.words = self.axes.add_artist(Caption(0, 1.02, transform=self.axes.transAxes))
        self.moving = [*self.bars, self.whiskers, self.limit, self.others, *self.numbers, self.words]

    def update(self, wrong, others, state=""):
        """Show wrong (D, images), which validation images each depth gets wrong, and others (D,), errors in %."""
        images = wrong.shape[1]
        share = wrong.mean(axis=1)
        mean, se = 100 * share, 100 * np.sqrt(share * (1 - share) / images)
        best, chosen = int(mean.argmin()), one_standard_error_rule(mean, se)
        x = np.arange(1, len(mean) + 1)
        for i, (bar, words) in enumerate(zip(self.bars, self.numbers, strict=True)):
            bar.set_height(mean[i])
            bar.set_hatch("//" if i == chosen else "")
            marks = ", ".join(["lowest"] * (i == best) + ["chosen"] * (i == chosen))
            words.place(text=f"{mean[i]:.1f} ± {se[i]:.1f}" + f"\n{marks}" * bool(marks))
        self.whiskers.set_segments([[(d, m - s), (d, m + s)] for d, m, s in zip(x, mean, se, strict=True)])
        limit = mean[best] + se[best]
        self.limit.set_data([0.4, len(x) + 0.6], [limit, limit])
        self.others.set_data(x, others)
        head = f"{state + ', ' if state else ''}n = {images} validation images"
        summary = f"lowest: depth {best + 1} with {mean[best]:.1f} ± {se[best]:.1f} %, limit {limit:.1f} %\n"
        summary += f"chosen: depth {chosen + 1}, {others[chosen]:.1f} % on the other images"
        summary += f" (depth {best + 1}: {others[best]:.1f} %)" * (chosen != best)
        self.words.place(text=f"{head}\n{summary}")
        each = ", ".join(f"depth {d} {m:.1f} ± {s:.1f}" for d, m, s in zip(x, mean, se, strict=True))
        style.describe(
            self.axes, f"{head}: error in % ± standard error: {each}; {summary}.".replace("\n", "; ")
        )


def wrong_at_depths(where, wrong):
    """A bool array (depths, images), or an error that says so."""
    wrong = np.asarray(wrong)
    if wrong.dtype != bool or wrong.ndim != 2 or min(wrong.shape) < 2:
        raise ValueError(
            f"{where}: wrong is {wrong.dtype} of shape {wrong.shape}; expected bools (depths, images), at least 2 of "
            "each: guess != label."
        )
    return wrong


def depth_choice(wrong: ArrayLike, images: int) -> Axes:
    """Choose a depth on the first `images` held-out images by the one-standard-error rule; the others judge the choice.

    wrong (D, N): bools, whether the network with 1, 2, …, D hidden layers gets an image wrong. A standard error here
    is that of a share e of n images, √(e (1 − e)/n).
    """
    wrong = wrong_at_depths("depth_choice", wrong)
    if not 2 <= checks.positive_integer("depth_choice", "images", images) < wrong.shape[1]:
        raise ValueError(
            f"depth_choice: images is {images} of {wrong.shape[1]}; expected at least 2, and some for the others."
        )
    others = 100 * wrong[:, images:].mean(axis=1)
    drawing = DepthChoice(len(wrong), 1.6 * max(100 * wrong[:, :images].mean(axis=1).max(), others.max(), 5))
    drawing.update(wrong=wrong[:, :images], others=others)
    return drawing.axes
