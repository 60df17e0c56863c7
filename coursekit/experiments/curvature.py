"""How steeply the gradient changes: the largest eigenvalue of a network's Hessian, without the Hessian.

    sharpness, _ = largest_curvature(ck, net, X, y, loss=ck.mse, rng=rng)    # gradient descent wants lr < 2/sharpness

`ck` is a backend.
"""

import numpy as np

from coursekit import checks
from coursekit.training.members import copy_into, named_parameters


def largest_curvature(ck, net, X, y, *, loss, rng=None, direction=None, rounds=20):
    """(λ, direction): the largest eigenvalue of ∂²C/∂θ² for each network of an ensemble, (...), and its eigenvector.

    Power iteration, v ← Hv/‖Hv‖ `rounds` times, with Hv from central differences of the gradient along v:
    Hv ≈ (∇C(θ + hv) − ∇C(θ − hv)) / 2h. It finds the eigenvalue of largest absolute value.

    direction: where to begin, as an earlier call returned it; else rng draws it. The parameters are put back.
    """
    checks.positive_integer("largest_curvature", "rounds", rounds)
    live = named_parameters(net)
    theta = {key: np.array(ck.to_numpy(value)) for key, value in live.items()}
    if direction is None:
        if rng is None:
            raise TypeError("largest_curvature: it wants rng, or a direction to begin with.")
        direction = {key: rng.normal(size=value.shape) for key, value in theta.items()}
    h = np.finfo(next(iter(theta.values())).dtype).eps ** (1 / 3)

    def slopes(shift):
        moved = {key: theta[key] + shift * direction[key] for key in theta}
        copy_into(live, moved)
        return ck.cost_gradients(net, X, y, loss=loss)

    try:
        for _ in range(rounds):
            direction = _over(direction, np.sqrt(_dot(direction, direction)))
            above, below = slopes(h), slopes(-h)
            product = {key: (above[key] - below[key]) / (2 * h) for key in theta}
            size, direction = _dot(direction, product), product
    finally:
        copy_into(live, theta)
    return size, direction


def _dot(a, b):
    """The inner product over all parameters, one number a network."""
    return sum((a[key] * b[key]).sum(axis=(-2, -1)) for key in a)


def _over(a, numbers):
    return {key: value / numbers[..., None, None] for key, value in a.items()}
