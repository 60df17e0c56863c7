"""The largest eigenvalue of the Hessian of the cost, computed without forming the Hessian.

sharpness, _ = largest_curvature(ck, net, X, y, loss=ck.mse, rng=rng)    # gradient descent needs lr < 2/sharpness
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.experiments.weights import parameters_of
from coursekit.training.members import copy_into, named_parameters

Parameters = dict[str, np.ndarray]


def largest_curvature(
    ck: ModuleType,
    net: Any,
    X: ArrayLike,
    y: ArrayLike,
    *,
    loss: Callable,
    rng: np.random.Generator | None = None,
    direction: Parameters | None = None,
    rounds: int = 20,
) -> tuple[np.ndarray, Parameters]:
    """Return (λ, direction): the largest eigenvalue of ∂²C/∂θ² for each network, (...), and its eigenvector.

    Power iteration, v ← Hv/‖Hv‖ `rounds` times, with Hv from central differences of the gradient along v:
    Hv ≈ (∇C(θ + hv) − ∇C(θ − hv)) / 2h. It finds the eigenvalue of the largest absolute value.

    direction: the start, from an earlier call; by default rng draws it. The parameters of `net` are restored.
    """
    checks.positive_integer("largest_curvature", "rounds", rounds)
    live = named_parameters(net)
    theta = parameters_of(ck, net)
    if direction is None:
        if rng is None:
            raise TypeError(
                "largest_curvature: pass rng, or the direction that an earlier call returned, but both are None."
            )
        direction = {key: rng.normal(size=value.shape) for key, value in theta.items()}
    h = np.finfo(next(iter(theta.values())).dtype).eps ** (1 / 3)

    def gradient_at(shift: float, direction: Parameters) -> Parameters:
        copy_into(live, {key: theta[key] + shift * direction[key] for key in theta})
        return ck.cost_gradients(net, X, y, loss=loss)

    size = np.array(np.nan)
    try:
        for _ in range(rounds):
            direction = _over(direction, np.sqrt(_dot(direction, direction)))
            above, below = gradient_at(h, direction), gradient_at(-h, direction)
            product = {key: (above[key] - below[key]) / (2 * h) for key in theta}
            size, direction = _dot(direction, product), product
    finally:
        copy_into(live, theta)
    return size, direction


def _dot(a: Parameters, b: Parameters) -> np.ndarray:
    """The inner product over all parameters, one number per network."""
    return np.sum([(a[key] * b[key]).sum(axis=(-2, -1)) for key in a], axis=0)


def _over(a: Parameters, numbers: np.ndarray) -> Parameters:
    return {key: value / numbers[..., None, None] for key, value in a.items()}
