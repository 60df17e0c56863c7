"""Lesson 00, a figure that a widget can move: an image on its way through a network of one hidden layer."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number


class DigitPass(Drawing):
    """Images (N, 8, 8), activations of the hidden units (N, H), outputs (N, K): one image's at a time.

    names: of the K classes; label (N,): the true ones.
    """

    @style.look
    def __init__(self, images, hidden, probability, label, names):
        self.images, self.hidden, self.probability = images, hidden, probability
        self.label, self.names = label, list(names)
        self.axes = image, units, classes = panels(1, 3, height=3.5, width_ratios=(1, 1.6, 1.6))
        for ax, title in zip(
            self.axes, ("x: the image", f"a: {hidden.shape[1]} hidden units", "p: the outputs"), strict=True
        ):
            ax.set_title(title, pad=24)
        image.set(xticks=[], yticks=[])
        image.grid(visible=False)
        image.set_anchor("N")
        image.spines[:].set_visible(False)
        self.picture = image.imshow(images[0], cmap=style.FIELD, vmin=0, vmax=images.max())
        units.set(xlabel="unit", ylabel="activation", ylim=(0, 1.05 * hidden.max()))
        classes.set(xlabel="class", ylabel="output", ylim=(0, 1.05), xticks=range(len(self.names)))
        classes.set_xticklabels(self.names)
        self.units = units.bar(range(hidden.shape[1]), hidden[0], color=style.BLUE)
        self.classes = classes.bar(
            range(len(self.names)), probability[0], color=style.BLUE, edgecolor=style.INK
        )
        for ax in (units, classes):
            ax.grid(axis="x", visible=False)
        self.words = [ax.add_artist(Caption(0, 1.02, transform=ax.transAxes)) for ax in self.axes]
        self.moving = [self.picture, *self.units, *self.classes, *self.words]

    def update(self, index):
        """Show the image of this number, from 0."""
        a, p, truth = self.hidden[index], self.probability[index], self.names[self.label[index]]
        self.picture.set_data(self.images[index])
        for bars, heights in ((self.units, a), (self.classes, p)):
            for bar, height in zip(bars, heights, strict=True):
                bar.set_height(height)
        guess = self.names[int(p.argmax())]
        verdict = "right" if guess == truth else "wrong"
        self.words[0].place(text=f"truth: {truth}")
        active = int((a > 0).sum())
        if active < a.size:
            spread = f"{active} of {a.size} above 0"
        else:
            spread = f"from {a.min():.2f} to {a.max():.2f}"
        self.words[1].place(text=spread)
        self.words[2].place(text=f"largest: {guess} with {p.max():.2f}, {verdict}")
        style.describe(
            self.axes,
            f"Image {index}, truly {truth}. {active} of {a.size} hidden units are above 0, the largest "
            f"at {number(a.max())}. The largest output is {p.max():.2f}, for {guess}, which is {verdict}.",
        )


def digit_pass(
    images: ArrayLike,
    hidden: ArrayLike,
    probability: ArrayLike,
    label: ArrayLike,
    names: Sequence[str] | None = None,
    index: int = 0,
) -> Panels:
    """One image, the hidden activations and the outputs (one per class) that a network computes from it.

    images (N, rows, columns), hidden (N, H), probability (N, K), label (N,); index: which image. Three panels.
    """
    arrays = [
        checks.numeric("digit_pass", *pair)
        for pair in (("images", images), ("hidden", hidden), ("probability", probability))
    ]
    label = np.asarray(label)
    if arrays[0].ndim != 3 or len({len(a) for a in (*arrays, label)}) > 1:
        shapes = [a.shape for a in (*arrays, label)]
        raise ValueError(
            f"digit_pass: the shapes are {shapes}; expected (N, rows, columns), (N, H), (N, K), (N,)."
        )
    names = [str(k) for k in range(arrays[2].shape[1])] if names is None else names
    drawing = DigitPass(arrays[0], arrays[1], arrays[2], label, names)
    drawing.update(index=index)
    return drawing.axes
