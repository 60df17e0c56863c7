"""A confusion matrix of many classes: how often each is taken for each."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import style
from coursekit.plots.base.picture import panels

SHOWN = 3  # mistakes named in the alt text


@style.look
def class_matrix(label: ArrayLike, guess: ArrayLike, names: Sequence[str]) -> Axes:
    """Rows are the true classes, columns the guesses; entries are percent of the row, shaded where they are wrong.

    label, guess (N,): integer classes from 0; names: of the classes. Entries below 0.5 % are left out.
    """
    label, guess = (checks.numeric("class_matrix", *pair) for pair in (("label", label), ("guess", guess)))
    if label.ndim != 1 or label.shape != guess.shape:
        raise ValueError(
            f"class_matrix: label has shape {label.shape}, guess {guess.shape}; both must be (N,)."
        )
    classes = len(names)
    pairs = np.stack([label, guess]).astype(int)
    if (pairs != [label, guess]).any() or pairs.min() < 0 or pairs.max() >= classes:
        raise ValueError(f"class_matrix: classes are whole numbers from 0 to {classes - 1}, one per name.")
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, tuple(pairs), 1)
    totals = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    percent = 100 * counts / totals
    wrong = np.where(np.eye(classes, dtype=bool), 0, percent)
    ax = panels(height=5.0, width=6.2)  # square, and still to be read on a phone
    ax.imshow(wrong, cmap=style.FIELD, vmin=0, vmax=1.6 * max(wrong.max(), 1))
    for row, column in np.argwhere(percent >= 0.5):
        right = row == column
        ax.text(
            column,
            row,
            f"{percent[row, column]:.0f}",
            ha="center",
            va="center",
            weight="bold" if right else "normal",
        )
    ax.set(xticks=range(classes), yticks=range(classes), xlabel="the network says", ylabel="the image shows")
    ax.set_xticklabels(names)
    ax.set_yticklabels(names)
    ax.set_title(f"% of each row; bold: correct (N = {label.size:,})")
    ax.grid(visible=False)
    ax.tick_params(length=0)
    worst = sorted(zip(*np.nonzero(wrong), strict=True), key=lambda at: -wrong[at])[:SHOWN]
    said = "; ".join(f"{names[r]} is taken for {names[c]} in {percent[r, c]:.1f} %" for r, c in worst)
    accuracy = 100 * np.trace(counts) / label.size
    return style.describe(
        ax,
        f"Confusion matrix of {label.size:,} samples in {classes} classes: {accuracy:.1f} % lie on the diagonal. "
        f"The most frequent mistakes: {said or 'none'}.",
    )
