"""The error signal inside a network, layer by layer: where a gradient vanishes or explodes."""

import numpy as np

from coursekit.checks import bare
from coursekit.numpy_backend.gradients import gradient_of
from coursekit.numpy_backend.layers import Linear
from coursekit.numpy_backend.modules import inputs


def delta_norms(net, X, y, *, loss):
    """‖∂C/∂z^l‖ of each linear layer, input side first: a NumPy array (layers, ...).

    z^l (..., B, n_l) is what the l-th Linear layer puts out, C = loss(net(X), y), and the norm is Frobenius's, over
    samples and units. In training mode: batch norm takes the statistics of X. Nothing of the network changes.
    """
    X, y = inputs("delta_norms", "X", X, net), inputs("delta_norms", "y", y, net)
    kept = {
        (i, key): value.copy() for i, layer in enumerate(net.layers) for key, value in layer.buffers.items()
    }
    with np.errstate(over="ignore", invalid="ignore"):
        z, caches = net.forward(X)
        delta, norms = bare(gradient_of(loss))(z, y), []
        for layer, cache in zip(net.layers[::-1], caches[::-1], strict=True):
            if isinstance(layer, Linear):
                norms.insert(0, np.sqrt(np.sum(delta**2, axis=(-2, -1))))
            delta = layer.backward(delta, cache)[0]
    for (i, key), value in kept.items():
        net.layers[i].buffers[key][...] = value
    return np.stack(norms)
