"""In what precision `fit` computes."""

import contextlib
import functools

import torch

from coursekit import checks

PRECISIONS = ("float64", "float32", "tf32", "bfloat16")


def convert(net, optimizer, precision):
    """Network and optimizer in the precision that holds the parameters: float64, or float32 for all others."""
    if precision is None:
        return
    checks.one_of("fit", "precision", precision, PRECISIONS)
    dtype = torch.float64 if precision == "float64" else torch.float32
    if dtype == torch.float64 and any(p.device.type == "mps" for p in net.parameters()):
        raise ValueError(
            'fit: precision="float64" on MPS, which has no float64. Take precision="float32", or train on the CPU: '
            "net.cpu(), and an optimizer made anew."
        )
    net.to(dtype)  # the parameters stay the same objects: the optimizer still knows them
    for values in (*optimizer.param_groups, *optimizer.state.values()):
        if isinstance(values, dict):
            for name, value in values.items():
                if isinstance(value, torch.Tensor) and value.is_floating_point() and value.ndim:
                    values[name] = value.to(dtype)


@contextlib.contextmanager
def float32_products(precision):
    """How exact float32 products are, inside: full ("float32"), TF32 where the device has it ("tf32")."""
    if precision not in ("float32", "tf32"):
        yield
        return
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high" if precision == "tf32" else "highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


def products(precision, device):
    """A context for the network's matrix products: in bfloat16 if so wanted; None: as they are."""
    if precision != "bfloat16":
        return None
    # no cache: each weight is used once, and a cache would outlive a CUDA graph
    return functools.partial(torch.autocast, device.type, torch.bfloat16, cache_enabled=False)
