"""Gradients of a network without a training step: of every parameter, and of every layer's output."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import nn

from coursekit.checks import without_checks
from coursekit.torch_backend.arrays import inputs, to_numpy
from coursekit.torch_backend.layers import Linear


def cost_gradients(net: nn.Module, X: ArrayLike, y: ArrayLike, *, loss: Callable) -> dict[str, np.ndarray]:
    """∂C/∂θ for each parameter θ of the network, C = loss(net(X), y): {"0.W": (..., n, m), …}, NumPy arrays.

    In the network's current mode (training or evaluation), over all samples of X (..., N, m) and y (..., N, n)
    at once. The parameters do not change.
    """
    X, y = inputs("cost_gradients", "X", X, net), inputs("cost_gradients", "y", y, net)
    parameters = dict(net.named_parameters())
    cost = without_checks(loss)(net(X), y)
    grads = torch.autograd.grad(cost.sum(), list(parameters.values()))  # members of an ensemble do not mix
    return {key: to_numpy(grad) for key, grad in zip(parameters, grads, strict=True)}


def delta_norms(net: nn.Module, X: ArrayLike, y: ArrayLike, *, loss: Callable) -> np.ndarray:
    """‖∂C/∂z^l‖ of each linear layer, input side first: a NumPy array (layers, ...).

    This shows where a gradient vanishes or explodes. z^l (..., B, n_l) is the output of the l-th linear layer
    (this backend's or torch's), C = loss(net(X), y), and the norm is the Frobenius norm, over samples and units.
    In training mode batch norm uses the statistics of X. Nothing in the network changes.
    """
    X, y = inputs("delta_norms", "X", X, net), inputs("delta_norms", "y", y, net)
    buffers = {key: value.clone() for key, value in net.named_buffers()}
    outputs = []
    layers = [module for module in net.modules() if isinstance(module, Linear | nn.Linear)]
    hooks = [layer.register_forward_hook(lambda layer, x, z: outputs.append(z)) for layer in layers]
    try:
        cost = without_checks(loss)(net(X), y)
    finally:
        for hook in hooks:
            hook.remove()
    deltas = torch.autograd.grad(cost.sum(), outputs)  # members of an ensemble do not mix
    with torch.no_grad():
        for key, value in net.named_buffers():
            value.copy_(buffers[key])
        return np.stack([to_numpy(torch.sqrt((delta**2).sum(dim=(-2, -1)))) for delta in deltas])
