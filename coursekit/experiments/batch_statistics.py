"""Batch norm used as in training, with the statistics of the batch, on images that it should only classify (lesson 07a)."""

from types import ModuleType
from typing import Any

import numpy as np


def error_in_batches(ck: ModuleType, net: Any, x: np.ndarray, y: np.ndarray, size: int) -> np.ndarray:
    """Return the error in percent, (...,), of an ensemble that classifies x (..., N, m) in training mode, `size` rows at once.

    y (..., N, K) is one-hot, and N must be a multiple of size, which is at least 2. The running statistics of the
    network change, as they do in training, so call `ck.predict` before and not after; the weights do not change.
    """
    count = x.shape[-2]
    if size < 2 or count % size:
        raise ValueError(
            f"error_in_batches: size must be at least 2 and divide the number of rows, {count}, but is {size}."
        )
    net.train()
    parts = [ck.to_numpy(net(ck.asarray(x[..., i : i + size, :]))) for i in range(0, count, size)]
    net.eval()
    outputs = np.concatenate(parts, axis=-2)
    return 100 * np.mean(outputs.argmax(axis=-1) != y.argmax(axis=-1), axis=-1)


def sorted_by_class(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return x (..., N, m) and y (..., N, K) with the rows in the order of their classes."""
    order = np.argsort(y.argmax(axis=-1), axis=-1, kind="stable")[..., None]
    return np.take_along_axis(x, order, axis=-2), np.take_along_axis(y, order, axis=-2)
