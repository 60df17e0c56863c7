"""The error signal inside a network, layer by layer: where a gradient vanishes or explodes."""

import numpy as np
import torch

from coursekit.checks import bare
from coursekit.torch_backend.arrays import to_numpy
from coursekit.torch_backend.layers import Linear
from coursekit.torch_backend.modules import inputs


def delta_norms(net, X, y, *, loss):
    """‖∂C/∂z^l‖ of each linear layer, input side first: a NumPy array (layers, ...).

    z^l (..., B, n_l) is what the l-th linear layer puts out (torch's own count too), C = loss(net(X), y), and the
    norm is Frobenius's, over samples and units. In training mode: batch norm takes the statistics of X. Nothing of
    the network changes.
    """
    X, y = inputs("delta_norms", "X", X, net), inputs("delta_norms", "y", y, net)
    kept = {key: value.clone() for key, value in net.named_buffers()}
    sums = []
    layers = [module for module in net.modules() if isinstance(module, Linear | torch.nn.Linear)]
    hooks = [layer.register_forward_hook(lambda layer, x, z: sums.append(z)) for layer in layers]
    try:
        cost = bare(loss)(net(X), y)
    finally:
        for hook in hooks:
            hook.remove()
    deltas = torch.autograd.grad(cost.sum(), sums)  # members of an ensemble do not mix
    with torch.no_grad():
        for key, value in net.named_buffers():
            value.copy_(kept[key])
        return np.stack([to_numpy(torch.sqrt((delta**2).sum(dim=(-2, -1)))) for delta in deltas])
