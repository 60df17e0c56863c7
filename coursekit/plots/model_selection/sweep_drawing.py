"""Lesson 05, a figure with parts that move: hundreds of networks of one sweep, and what the winner is worth."""

import numpy as np

from coursekit.plots.base import style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number


class Sweep(Drawing):
    """Left: validation error of each network by rate and penalty strength. Right: the winner's errors by epoch.

    rates (R,), strengths (S,): of the networks, R·S in all; epochs: the length of the axis on the right.
    """

    @style.look
    def __init__(self, rates, strengths, epochs):
        self.rates, self.strengths, self.epochs = rates, strengths, epochs
        self.axes = field, curves = panels(1, 2, height=4.3, width_ratios=(1, 1.1))
        shape = len(strengths), len(rates)
        self.image = field.imshow(
            np.zeros(shape),
            cmap=style.FIELD,
            vmin=0,
            vmax=50,
            origin="lower",
            aspect="auto",
            interpolation="nearest",
        )
        every = [range(0, size, max(1, size // 5)) for size in (len(rates), len(strengths))]
        field.set_xticks(list(every[0]), [number(rates[i], 2) for i in every[0]])
        field.set_yticks(list(every[1]), [number(strengths[i], 2) for i in every[1]])
        field.set_title("validation error, darker is higher", pad=24)
        field.set(xlabel="learning rate", ylabel="strength λ of the penalty")
        field.grid(visible=False)
        (self.star,) = field.plot(
            [], [], "X", color=style.VERMILLION, markersize=12, markeredgecolor="white", clip_on=False
        )
        curves.set(xlabel="epoch", ylabel="error (%)", xlim=(0.5, epochs + 0.5), ylim=(0, 60))
        curves.xaxis.get_major_locator().set_params(integer=True)
        curves.set_title("the network that is lowest now", pad=40)
        self.lines = [
            curves.plot([], [], label=name, markevery=max(1, epochs // 10), **style.series(i))[0]
            for i, name in enumerate(("on the validation images", "on the test images"))
        ]
        curves.legend(loc="upper right")
        self.words = [ax.add_artist(Caption(0, 1.02, transform=ax.transAxes)) for ax in self.axes]
        self.moving = [self.image, self.star, *self.lines, *self.words]

    def update(self, validation, test, images):
        """Show errors (%) so far: validation, test (epochs so far, S, R); images: how many of each kind."""
        now = validation[-1]
        winner = np.unravel_index(np.argmin(now), now.shape)
        lowest, unseen = (errors[(slice(None), *winner)] for errors in (validation, test))
        self.image.set_data(now)
        self.star.set_data([winner[1]], [winner[0]])
        x = np.arange(1, len(validation) + 1)
        for line, values in zip(self.lines, (lowest, unseen), strict=True):
            line.set_data(x, values)
        where = f"rate {number(self.rates[winner[1]], 2)}, λ {number(self.strengths[winner[0]], 2)}"
        self.words[0].place(text=f"{now.size} networks, epoch {len(x)} of {self.epochs}")
        self.words[1].place(
            text=f"{lowest[-1]:.1f} % on the {images[0]} that chose it,\n{unseen[-1]:.1f} % on {images[1]} others"
        )
        style.describe(
            self.axes,
            f"{now.size} networks after epoch {len(x)} of {self.epochs}: validation error from {number(now.min())} % to "
            f"{number(now.max())} %. The lowest has {where}: {lowest[-1]:.1f} % on the {images[0]} validation images "
            f"that chose it, {unseen[-1]:.1f} % on {images[1]} test images.",
        )
