"""What `fit` and `predict` ask of a network, which may be any `nn.Module`."""

import contextlib

import torch
from torch import nn

from coursekit.torch_backend.arrays import tensor
from coursekit.torch_backend.layers import Dropout, Linear
from coursekit.training.arguments import chunks, small_products


def like_parameters(net, x):
    """x where the network's parameters are, in their precision."""
    for parameter in net.parameters():
        return x.to(parameter.device, parameter.dtype)
    return x


def check_network(where, net):
    """Raise unless net is a torch.nn.Module whose tensors are all on one device."""
    if not isinstance(net, nn.Module):
        kind = f"{type(net).__module__}.{type(net).__name__}"
        raise TypeError(
            f"{where}: net is a {kind}; it wants a torch.nn.Module. After changing the import line, run the "
            "cell that builds the network again."
        )
    devices = {str(x.device): key for key, x in (*net.named_parameters(), *net.named_buffers())}
    if len(devices) > 1:
        places = ", ".join(f"{key} on {device}" for device, key in devices.items())
        raise ValueError(
            f"{where}: the network lies on several devices ({places}). Move it to one: net.to(ck.device()), and make "
            "its optimizer afterwards."
        )


def inputs(where, name, x, net):
    """x as a matrix (or more axes) beside the network's parameters, in their precision."""
    check_network(where, net)
    x = tensor(x, where, name)
    if x.ndim < 2:
        raise ValueError(
            f"{where}: {name} has shape {tuple(x.shape)}; it wants a matrix, one row a sample: a single "
            f"feature or target is {name}[:, None], class labels become targets with one_hot(labels, n)."
        )
    return like_parameters(net, x)


def outputs(net, X):
    """What `predict` returns, for checked inputs; each module's mode is left as it was."""
    matrices = [p for p in net.parameters() if p.ndim > 1 and p.shape[-2] > 1]
    widest = max((p.numel() // p.shape[-1] for p in matrices), default=1)  # numbers computed for one sample
    with evaluating(net), torch.no_grad():
        parts = [net(X[..., rows, :]) for rows in chunks(X.shape[-2], widest)]
    return parts[0] if len(parts) == 1 else torch.cat(parts, dim=-2)


def dropped(net, X):
    """What shape the inputs X have when they reach each dropout layer, in order of the layers."""
    layers = [layer for layer in net.modules() if isinstance(layer, Dropout)]
    shapes = {}
    hooks = [
        layer.register_forward_pre_hook(lambda layer, x: shapes.update({layer: tuple(x[0].shape)}))
        for layer in layers
    ]
    if layers:
        outputs(net, X)
    for hook in hooks:
        hook.remove()
    return [shapes[layer] for layer in layers]


@contextlib.contextmanager
def evaluating(net):
    """Evaluation mode inside, each module's own mode again afterwards."""
    modes = [(module, module.training) for module in net.modules()]
    net.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


def ensemble_parameters(net):
    """The parameters that carry the ensemble's axes; none in a network of torch's own layers."""
    return {name: layer.W for name, layer in net.named_modules() if isinstance(layer, Linear)}


def moving_parameters(net, optimizer):
    """The parameters that the optimizer moves: the network's own."""
    if not isinstance(optimizer, torch.optim.Optimizer):
        kind = f"{type(optimizer).__module__}.{type(optimizer).__name__}"
        raise TypeError(
            f"fit: optimizer is a {kind}; it wants one of torch's kind, for example "
            "ck.SGD(net.parameters(), lr=0.1)."
        )
    if isinstance(optimizer, torch.optim.LBFGS):
        raise TypeError("fit: LBFGS asks for the loss several times a step; fit wants one that asks once.")
    own = {id(p) for p in net.parameters()}
    given = [p for group in optimizer.param_groups for p in group["params"]]
    if not all(id(p) in own for p in given):
        raise ValueError(
            "fit: the optimizer moves parameters that are not this network's; make it anew, for example "
            "ck.SGD(net.parameters(), lr=0.1)."
        )
    for p in given:
        for name, x in optimizer.state.get(p, {}).items():
            if isinstance(x, torch.Tensor) and x.ndim and x.device != p.device:
                raise ValueError(
                    f"fit: the optimizer keeps {name} on {x.device}, but its parameters are on {p.device}. Make the "
                    "optimizer after moving the network."
                )
    moving = [p for p in given if p.requires_grad]
    if not moving:
        raise ValueError(
            "fit: every parameter of the optimizer has requires_grad=False; none of them can learn."
        )
    return moving


def weights(net, parameters):
    """Those of the parameters that are weights: `W` of this backend's layers, `weight` of torch's."""
    names = {id(p): name.rsplit(".", 1)[-1] for name, p in net.named_parameters()}
    return [p for p in parameters if names[id(p)] in ("W", "weight") and p.ndim > 1]


@contextlib.contextmanager
def threads(net, arguments):
    """One thread for small products on the CPU."""
    before = torch.get_num_threads()
    if small_products(net.parameters(), arguments):
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
