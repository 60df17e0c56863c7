"""The loss on a plane through a network's space of weights: each point of the plane is a member of one ensemble.

    loss = loss_on_plane(ck, build, (start, one_end, other_end), across, up, X, y, loss=ck.softmax_cross_entropy)

`ck` is a backend.
"""

import numpy as np

from coursekit.training.members import copy_into, named_parameters


def weights_of(ck, net):
    """A copy of the parameters as NumPy arrays, {"0.W": (..., n, m), …}."""
    return {key: np.array(ck.to_numpy(value)) for key, value in named_parameters(net).items()}


def loss_on_plane(ck, build, corners, across, up, X, y, *, loss):
    """The loss (U, A) at corner₀ + a (corner₁ − corner₀) + u (corner₂ − corner₀), for a in across (A,), u in up (U,).

    build(ensemble) makes networks of the corners' sizes; corners: three dicts as `weights_of` gives them; X (N, m),
    y (N, n).
    """
    if len(corners) != 3 or any(corner.keys() != corners[0].keys() for corner in corners):
        raise ValueError(
            "loss_on_plane: it wants three corners with the same parameters, as weights_of gives them."
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
