"""New training examples made from the old ones: shifted images, and points between two examples of a class."""

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks

STEPS = ((1, 0), (-1, 0), (0, 1), (0, -1))  # (right, down) in pixels


def shift(x: ArrayLike, right: int, down: int) -> np.ndarray:
    """Square images x (..., N, side²), shifted by `right` and `down` pixels; the pixels that enter are 0."""
    x = checks.numeric("shift", "x", x)
    side = round(x.shape[-1] ** 0.5)
    if side * side != x.shape[-1]:
        raise ValueError(
            f"shift: each row of x must be a square image of side² numbers, but x has shape {x.shape}. "
            "Pass images as rows, for example x.reshape(len(x), -1)."
        )
    reach = max(abs(right), abs(down))
    images = np.pad(x.reshape(*x.shape[:-1], side, side), [(0, 0)] * (x.ndim - 1) + [(reach, reach)] * 2)
    rows, columns = (slice(reach - by, reach - by + side) for by in (down, right))
    return images[..., rows, columns].reshape(x.shape)


def with_shifts(x: ArrayLike) -> np.ndarray:
    """Images x (..., N, m) followed by four copies, shifted by one pixel to each side: (..., 5N, m).

    Repeat the targets five times, for example np.tile(y, (5, 1)).
    """
    x = np.asarray(x)
    return np.concatenate([x, *(shift(x, *step) for step in STEPS)], axis=-2)


def between_pairs(
    x: ArrayLike, y: ArrayLike, times: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Add `times`·N examples to x (E, N, m), y (E, N, n): each at a random place between two of the same class.

    y is one-hot. Returns (x, y) with (times + 1)·N rows. Chawla et al. (2002) interpolate between near neighbors;
    here the two examples are any two of a class.
    """
    x, y = checks.numeric("between_pairs", "x", x), checks.numeric("between_pairs", "y", y)
    checks.positive_integer("between_pairs", "times", times)
    checks.generator("between_pairs", rng)
    made_x, made_y = [x], [y]
    for _ in range(times):
        same = y @ y.mT  # (E, N, N): 1 where two examples share their class
        partner = (same * rng.random(same.shape)).argmax(axis=-1)
        weight = rng.random((*x.shape[:-1], 1))
        made_x.append(weight * x + (1 - weight) * np.take_along_axis(x, partner[..., None], axis=-2))
        made_y.append(y)
    return np.concatenate(made_x, axis=-2), np.concatenate(made_y, axis=-2)
