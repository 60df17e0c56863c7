"""More examples from those there are: moved images, and points between two examples of a class."""

import numpy as np

from coursekit import checks

STEPS = ((1, 0), (-1, 0), (0, 1), (0, -1))  # (right, down) in pixels


def shift(x, right: int, down: int):
    """Square images x (..., N, side²) moved by so many pixels; what enters from outside is 0."""
    x = checks.numeric("shift", "x", x)
    side = round(x.shape[-1] ** 0.5)
    if side * side != x.shape[-1]:
        raise ValueError(
            f"shift: x has shape {x.shape}; its rows want to be square images, side² numbers each."
        )
    reach = max(abs(right), abs(down))
    images = np.pad(x.reshape(*x.shape[:-1], side, side), [(0, 0)] * (x.ndim - 1) + [(reach, reach)] * 2)
    rows, columns = (slice(reach - by, reach - by + side) for by in (down, right))
    return images[..., rows, columns].reshape(x.shape)


def with_shifts(x):
    """x (..., N, m) and four copies of it, moved by a pixel to each side: (..., 5N, m); targets repeat five times."""
    return np.concatenate([x, *(shift(x, *step) for step in STEPS)], axis=-2)


def between_pairs(x, y, times: int, rng: np.random.Generator):
    """x (E, N, m), y (E, N, n) one-hot with `times`·N new examples: each between two of one class, at random.

    Returns (x, y) with (times + 1)·N rows. The interpolation of Chawla et al. (2002), between any two of a class.
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
