"""Small images in rows, some of them marked: labels that turned out to be wrong."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import style
from coursekit.plots.base.picture import panels

COLUMNS = 10


@style.look
def image_grid(images: ArrayLike, names: Sequence[str], marked: Sequence[bool] | None = None) -> np.ndarray:
    """Gray images, ten in a row, each with its name above; marked ones have a thick frame and a cross before the name.

    images (k, height, width), dark where the value is high; names: k texts; marked: k truth values, None for no marks.
    """
    images = checks.numeric("image_grid", "images", images)
    marked = [False] * len(names) if marked is None else list(map(bool, marked))
    if images.ndim != 3 or not len(images) == len(names) == len(marked):
        raise ValueError(
            f"image_grid: images must have shape (k, height, width), with k names and k marks, but they have shape "
            f"{images.shape}, with {len(names)} names and {len(marked)} marks."
        )
    columns = min(COLUMNS, len(images))
    rows = math.ceil(len(images) / columns)
    lines = max(name.count("\n") for name in names) + 1
    axes = np.atleast_1d(panels(rows, columns, height=rows * (0.95 + 0.22 * lines)))
    for ax in axes[len(images) :]:
        ax.set_visible(False)
    shown = []
    for ax, image, name, is_marked in zip(axes, images, names, marked, strict=False):
        ax.imshow(image, cmap="gray_r", vmin=images.min(), vmax=images.max())
        ax.set(xticks=[], yticks=[])
        text = f"✗ {name}" if is_marked else name
        ax.set_title(text, color=style.VERMILLION if is_marked else style.INK, loc="center", fontsize=11)
        ax.grid(visible=False)
        for spine in ax.spines.values():
            spine.set(visible=is_marked, color=style.VERMILLION, linewidth=3)
        shown.append(text.replace("\n", ", "))
    count = f", {sum(marked)} of them marked with ✗" if any(marked) else ""
    size = f"{images.shape[1]} × {images.shape[2]}"
    return style.describe(axes, f"{len(images)} images of {size} pixels{count}: {'; '.join(shown)}.")
