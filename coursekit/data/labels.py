"""Class labels: checks that name a wrong label, and one-hot targets."""

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks


def class_labels(where: str, name: str, x: ArrayLike, classes: int | None = None) -> np.ndarray:
    """Return x as integers of the same shape; raise ValueError unless they are 0, …, classes − 1, if `classes` is given."""
    array = checks.numeric(where, name, x)
    checks.finite(where, name, array)
    odd = (array != np.rint(array)) | (np.abs(array) > 2**31)
    if odd.any():
        raise ValueError(
            f"{where}: {name} must hold class labels, which are small integers, but it holds {array[odd].flat[0]:g}. "
            "Scores or probabilities become labels with (score > threshold) or argmax(-1)."
        )
    label = array.astype(np.int64)
    if classes is not None and (label.min() < 0 or label.max() >= classes):
        raise ValueError(
            f"{where}: with {classes} classes, {name} must hold integers from 0 to {classes - 1}, but it holds integers "
            f"from {label.min()} to {label.max()}."
        )
    return label


def label_vector(where: str, name: str, x: ArrayLike, classes: int | None = None) -> np.ndarray:
    """Return x as a vector (N,) of integer class labels."""
    label = class_labels(where, name, x, classes)
    if label.ndim != 1:
        raise ValueError(
            f"{where}: {name} must hold class labels of shape (N,), but it has shape {label.shape}. "
            "A column becomes a vector with y[:, 0], one-hot targets become labels with y.argmax(-1)."
        )
    return label


def one_hot(labels: ArrayLike, n: int) -> np.ndarray:
    """Targets y (N, n): y[i, j] = 1 where j = labels[i], else 0, for integer labels (N,) in 0, …, n − 1.

    Raises ValueError if a label is not one of the n classes or if labels is not a vector.
    """
    n = checks.positive_integer("one_hot", "n", n)
    return np.eye(n)[label_vector("one_hot", "labels", labels, n)]
