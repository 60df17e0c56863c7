"""The loss on a plane through the weight space of a network; each point of the plane is one member of an ensemble.

loss = loss_on_plane(ck, build, (start, one_end, other_end), across, up, X, y, loss=ck.softmax_cross_entropy)
"""

from collections.abc import Callable, Sequence
from types import ModuleType

import numpy as np
from numpy.typing import ArrayLike

from coursekit.training.members import copy_into, named_parameters


def loss_on_plane(
    ck: ModuleType,
    build: Callable,
    corners: Sequence[dict[str, np.ndarray]],
    across: ArrayLike,
    up: ArrayLike,
    X: ArrayLike,
    y: ArrayLike,
    *,
    loss: Callable,
) -> np.ndarray:
    """Return the loss (U, A) at corner₀ + a (corner₁ − corner₀) + u (corner₂ − corner₀), a in across, u in up.

    build(ensemble) makes networks of the corners' sizes; corners: three dicts from `weights.parameters_of`; across (A,), up (U,);
    X (N, m), y (N, n).
    """
    if len(corners) != 3 or any(corner.keys() != corners[0].keys() for corner in corners):
        raise ValueError(
            "loss_on_plane: corners must be three dicts with the same keys, each from weights.parameters_of, but "
            f"there are {len(corners)}, or their keys differ."
        )
    origin, one, other = corners
    a, u = np.asarray(across)[None, :, None, None], np.asarray(up)[:, None, None, None]
    net = build((u.shape[0], a.shape[1]))
    values = {
        key: origin[key] + a * (one[key] - origin[key]) + u * (other[key] - origin[key]) for key in origin
    }
    copy_into(named_parameters(net), values)
    z = ck.predict(net, X)
    targets = np.broadcast_to(y, (*z.shape[:-2], *np.shape(y)))
    return np.asarray(ck.to_numpy(loss(z, targets)))
