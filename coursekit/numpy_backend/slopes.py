"""The gradient of the cost with respect to every parameter, without a step."""

import numpy as np

from coursekit.checks import bare
from coursekit.numpy_backend.gradients import gradient_of
from coursekit.numpy_backend.modules import inputs


def cost_gradients(net, X, y, *, loss):
    """∂C/∂θ for each parameter θ of the network, C = loss(net(X), y): {"0.W": (..., n, m), …}, NumPy arrays.

    In the network's present mode, over all samples of X (..., N, m) and y (..., N, n) at once. The parameters stay.
    """
    X, y = inputs("cost_gradients", "X", X, net), inputs("cost_gradients", "y", y, net)
    with np.errstate(over="ignore", invalid="ignore"):
        z, caches = net.forward(X)
        grads = net.backward(bare(gradient_of(loss))(z, y), caches, input_gradient=False)[1]
    return {key: grad.copy() for key, grad in grads.items()}  # `backward` fills its own arrays anew each time
