"""What `fit` and `predict` ask of a network: its inputs, its weights in training, its threads."""

import contextlib
import functools

import numpy as np
import threadpoolctl

from coursekit.numpy_backend.arrays import asarray
from coursekit.numpy_backend.layers import Layer
from coursekit.numpy_backend.optimizers import Optimizer
from coursekit.training.arguments import small_products


def moving_parameters(net, optimizer):
    """The keys of the parameters that the optimizer moves; they are the network's own."""
    if not isinstance(optimizer, Optimizer):
        kind = f"{type(optimizer).__module__}.{type(optimizer).__name__}"
        raise TypeError(
            f"fit: optimizer is a {kind}; it wants one of this backend, for example ck.SGD(net.parameters(), lr=0.1)."
        )
    live = net.parameters()
    if any(live.get(key) is not p for key, p in optimizer.params.items()):
        raise ValueError(
            "fit: the optimizer moves parameters that are not this network's; make it anew, for example "
            "ck.SGD(net.parameters(), lr=0.1)."
        )
    return list(optimizer.params)


@functools.cache
def _blas():
    try:
        return threadpoolctl.ThreadpoolController()
    except OSError:  # a sandbox that hides which libraries are loaded; it limits threads itself
        return None


def threads(net, arguments):
    """One BLAS thread for small products."""
    if small_products(net.parameters().values(), arguments) and _blas():
        return _blas().limit(limits=1, user_api="blas")
    return contextlib.nullcontext()


def inputs(where, name, x, net):
    """x as a matrix (or more axes) of the network's dtype."""
    if not isinstance(net, Layer):
        kind = f"{type(net).__module__}.{type(net).__name__}"
        raise TypeError(
            f"{where}: net is a {kind}; it wants a network of the NumPy backend. After changing the import line, run the "
            "cell that builds the network again."
        )
    x = asarray(x, where, name)
    if x.ndim < 2:
        raise ValueError(
            f"{where}: {name} has shape {x.shape}; it wants a matrix, one row a sample: a single feature or target is "
            f"{name}[:, None], class labels become targets with one_hot(labels, n)."
        )
    for parameter in net.parameters().values():
        return x.astype(parameter.dtype, copy=False)
    return x


def widest(net):
    """Numbers computed for one sample: the widest layer times the members."""
    return max((p.size // p.shape[-1] for p in net.parameters().values() if p.shape[-2] > 1), default=1)


def rows_in_order(x, order):
    """The examples of x (..., N, m) in the given order: (n,) for all, or (k, …, n) with a row for each fold."""
    if order.ndim == 1:
        return np.take(x, order, axis=-2)  # x[..., order, :], laid out as x is: products read it row by row
    return x[order]


def clip(grads, clip_norm):
    """Scale the gradients of each network to a global norm of at most clip_norm, as torch.nn.utils.clip_grad_norm_."""
    norm = np.sqrt(sum(np.sum(g * g, axis=(-2, -1), keepdims=True) for g in grads.values()))  # (..., 1, 1)
    factor = np.minimum(clip_norm / (norm + 1e-6), 1)
    for g in grads.values():
        g *= factor
