"""Gradients of a network without a training step: of every parameter, and of every layer's output."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from coursekit.numpy_backend.gradients import gradient_of
from coursekit.numpy_backend.layers import Linear
from coursekit.numpy_backend.networks import Sequential
from coursekit.numpy_backend.training import inputs


def cost_gradients(net: Sequential, X: ArrayLike, y: ArrayLike, *, loss: Callable) -> dict[str, np.ndarray]:
    """∂C/∂θ for each parameter θ of the network, C = loss(net(X), y): {"0.W": (..., n, m), …}, NumPy arrays.

    In the network's current mode (training or evaluation), over all samples of X (..., N, m) and y (..., N, n) at once.
    The parameters do not change.
    """
    X, y = inputs("cost_gradients", "X", X, net), inputs("cost_gradients", "y", y, net)
    with np.errstate(over="ignore", invalid="ignore"):
        z, caches = net.forward(X)
        grads = net.backward(gradient_of(loss)(z, y), caches, input_gradient=False)[1]
    return {key: grad.copy() for key, grad in grads.items()}  # `backward` fills the same arrays at each call


def delta_norms(net: Sequential, X: ArrayLike, y: ArrayLike, *, loss: Callable) -> np.ndarray:
    """‖∂C/∂z^l‖ of each linear layer, input side first: a NumPy array (layers, ...).

    This shows where a gradient vanishes or explodes. z^l (..., B, n_l) is the output of the l-th Linear layer, C =
    loss(net(X), y), and the norm is the Frobenius norm, over samples and units. In training mode batch norm uses the
    statistics of X. Nothing in the network changes.
    """
    X, y = inputs("delta_norms", "X", X, net), inputs("delta_norms", "y", y, net)
    buffers = {key: value.copy() for key, value in net.named_buffers().items()}
    with np.errstate(over="ignore", invalid="ignore"):
        z, caches = net.forward(X)
        delta, norms = gradient_of(loss)(z, y), []
        for layer, cache in zip(net.layers[::-1], caches[::-1], strict=True):
            if isinstance(layer, Linear):
                norms.insert(0, np.sqrt(np.sum(delta**2, axis=(-2, -1))))
            delta = np.asarray(layer.backward(delta, cache)[0])
    for key, value in net.named_buffers().items():
        value[...] = buffers[key]
    return np.stack(norms)
