"""The gradient of the cost with respect to every parameter, without a step."""

import torch

from coursekit.checks import bare
from coursekit.torch_backend.arrays import to_numpy
from coursekit.torch_backend.modules import inputs


def cost_gradients(net, X, y, *, loss):
    """∂C/∂θ for each parameter θ of the network, C = loss(net(X), y): {"0.W": (..., n, m), …}, NumPy arrays.

    In the network's present mode, over all samples of X (..., N, m) and y (..., N, n) at once. The parameters stay.
    """
    X, y = inputs("cost_gradients", "X", X, net), inputs("cost_gradients", "y", y, net)
    parameters = dict(net.named_parameters())
    cost = bare(loss)(net(X), y)
    grads = torch.autograd.grad(cost.sum(), parameters.values())  # members of an ensemble do not mix
    return {key: to_numpy(grad) for key, grad in zip(parameters, grads, strict=True)}
