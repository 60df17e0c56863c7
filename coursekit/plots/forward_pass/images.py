"""Lesson 00: an image as the numbers of its pixels, and the weights of hidden units as images."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from coursekit import checks
from coursekit.plots.base import style
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number

MOST_PIXELS = 12  # along a side; more numbers could not be read
SIGNED = LinearSegmentedColormap.from_list("signed", [style.VERMILLION, "white", style.BLUE])


@style.look
def pixel_values(image):
    """An image twice: as gray levels, and as the numbers it consists of.

    image (rows, columns), at most 12 × 12; numbers are printed with one decimal.
    """
    image = checks.numeric("pixel_values", "image", image)
    if image.ndim != 2 or max(image.shape) > MOST_PIXELS:
        raise ValueError(
            f"pixel_values: image has shape {image.shape}; expected (rows, columns), at most "
            f"({MOST_PIXELS}, {MOST_PIXELS})."
        )
    axes = panels(1, 2, height=4.0)
    for ax, title in zip(
        axes, ("what we see", "what the network receives: its pixels, row by row"), strict=True
    ):
        ax.set(xticks=[], yticks=[], title=title)
        ax.grid(visible=False)
        ax.spines[:].set_visible(False)
    axes[0].imshow(image, cmap="gray_r")
    axes[1].imshow(image, cmap="gray_r", alpha=0.25)
    for (row, column), value in np.ndenumerate(image):
        axes[1].text(column, row, f"{value:.1f}".replace("-", "−"), ha="center", va="center")
    first = ", ".join(f"{value:.1f}" for value in image.ravel()[:8])
    return style.describe(
        axes,
        f"An image of {image.shape[0]} × {image.shape[1]} pixels beside its {image.size} numbers, from "
        f"{number(image.min())} to {number(image.max())}; row by row they begin with {first}.",
    )


@style.look
def weight_images(W, shape, columns=8):
    """The weights of each unit as an image: blue where a pixel raises the unit's sum z, orange where it lowers it.

    W (n, m): one row per unit; shape (rows, columns): of an image, with m pixels; columns: images side by side. All
    images share one scale; strongly negative weights also carry a minus sign.
    """
    W = checks.numeric("weight_images", "W", W)
    if W.ndim != 2 or W.shape[1] != np.prod(shape):
        raise ValueError(
            f"weight_images: W has shape {W.shape} and an image {tuple(shape)}; expected one row per unit with "
            f"{np.prod(shape)} weights."
        )
    n, rows = len(W), -(-len(W) // columns)
    axes = np.atleast_1d(panels(rows, columns, height=1.3 * rows + 0.1))
    most = abs(W).max()
    for ax in axes:
        ax.set_axis_off()
    for j, (ax, weights) in enumerate(zip(axes, W, strict=False)):
        image = weights.reshape(shape)
        ax.imshow(image, cmap=SIGNED, vmin=-most, vmax=most)
        row, column = np.nonzero(image < -0.25 * most)
        ax.plot(column, row, "_", color=style.INK, markersize=5)
        ax.set_title(f"unit {j + 1}", fontsize=10, pad=3)
    return style.describe(
        axes,
        f"The weights of {n} units as images of {shape[0]} × {shape[1]} pixels, from {number(W.min())} to "
        f"{number(W.max())}. Blue pixels raise a unit's sum, orange ones, marked with a minus where strong, lower it. "
        f"{np.mean(W > 0):.0%} of the weights are positive.",
    )
