"""Arrays in and out of the backend, and where they are stored."""

from typing import Any

import numpy as np
import torch
from torch import nn

from coursekit import checks
from coursekit.training.arguments import check_matrix


def asarray(x: Any, where: str = "asarray", name: str = "x") -> torch.Tensor:
    """x as a tensor of torch's default dtype on `device()`; a tensor keeps its autograd graph.

    Raises TypeError for strings and everything else that is not a number, ValueError for ragged or empty input.
    """
    dtype = _supported(torch.get_default_dtype(), device())
    return tensor(x, where, name).to(dtype).to(device())  # converted first: fewer bytes to move


def to_numpy(x: Any) -> np.ndarray:
    """x as a NumPy array: off the device and out of the autograd graph."""
    if not isinstance(x, torch.Tensor):
        return np.asarray(x)
    x = x.detach().cpu()
    return (x.float() if x.dtype == torch.bfloat16 else x).numpy()  # NumPy has no bfloat16


def device() -> str:
    """The device on which this backend computes: "cuda", else "mps", else "cpu"."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def tensor(x: Any, where: str, name: str) -> torch.Tensor:
    """x as a floating-point tensor, in its own precision and on its own device."""
    if isinstance(x, torch.Tensor):
        if x.is_complex():
            raise TypeError(f"{where}: {name} must hold real numbers, but is a tensor of dtype {x.dtype}.")
        if x.numel() == 0:
            raise ValueError(
                f"{where}: {name} must have at least one entry, but its shape is {tuple(x.shape)}."
            )
        return x if x.is_floating_point() else x.to(torch.get_default_dtype())
    array = checks.numeric(where, name, x)
    native = array.dtype.type if array.dtype.itemsize <= 8 else np.float64  # torch has no long double
    return torch.as_tensor(np.require(array, native, ["C", "W"]))  # copied only where torch cannot share it


def operand(x: Any, where: str, name: str) -> torch.Tensor:
    """x as the argument of a formula: on `device()`, in its own precision where the device has it.

    Data that are not tensors are float64 here as on the NumPy side, so that both print the same numbers.
    """
    x = tensor(x, where, name)
    if device() == "mps" and x.dtype == torch.float64:
        x = x.to(torch.float32)
    return x.to(device())


def like_parameters(net: nn.Module, x: torch.Tensor) -> torch.Tensor:
    """x on the device of the network's parameters, in their precision."""
    for parameter in net.parameters():
        return x.to(parameter.device, parameter.dtype)
    return x


def inputs(where: str, name: str, x: Any, net: Any) -> torch.Tensor:
    """x as a matrix (or more axes) beside the network's parameters, in their precision; net must be an nn.Module."""
    if not isinstance(net, nn.Module):
        raise TypeError(
            f"{where}: net must be a torch.nn.Module, but is a {kind_of(net)}. After changing the import line, run the cell that "
            "builds the network again."
        )
    devices = {str(x.device): key for key, x in (*net.named_parameters(), *net.named_buffers())}
    if len(devices) > 1:
        places = ", ".join(f"{key} on {device}" for device, key in devices.items())
        raise ValueError(
            f"{where}: the network must be on one device, but is on several ({places}). Move it with net.to(ck.device()), "
            "and create its optimizer afterwards."
        )
    x = tensor(x, where, name)
    check_matrix(where, name, x)
    return like_parameters(net, x)


def kind_of(value: object) -> str:
    """The full name of a value's class, for messages."""
    return f"{type(value).__module__}.{type(value).__name__}"


def dtype_of(dtype: Any) -> torch.dtype:
    """A floating-point torch dtype that `device()` has, from torch's, NumPy's or a name; None: torch's default."""
    if dtype is None:
        return _supported(torch.get_default_dtype(), device())
    named = dtype if isinstance(dtype, torch.dtype) else getattr(torch, np.dtype(dtype).name, None)
    if named is None or not named.is_floating_point:
        raise TypeError(f"dtype must be a floating-point type, for example np.float32, but is {dtype}.")
    return _supported(named, device())


def _supported(dtype, where):
    """The dtype itself, or an error where the device does not have it."""
    if dtype == torch.float64 and where == "mps":
        raise TypeError(
            "dtype is float64, which MPS does not have. Take float32 (torch's default), or compute on the CPU: "
            "net.cpu()."
        )
    return dtype
