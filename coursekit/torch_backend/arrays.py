"""Arrays in and out of the backend, and where they live."""

import os

import numpy as np
import torch

from coursekit import checks


def asarray(x, where="asarray", name="x"):
    """x as a tensor of torch's default dtype on `device()`; a tensor keeps its autograd graph.

    Raises TypeError for strings and other non-numbers, ValueError for ragged or empty input.
    """
    dtype = supported(torch.get_default_dtype(), device())
    return (
        tensor(x, where, name).to(dtype).to(device())
    )  # in one move, of numbers no longer than they will be


def to_numpy(x):
    """x as a NumPy array: off the device and out of the autograd graph."""
    if not isinstance(x, torch.Tensor):
        return np.asarray(x)
    x = x.detach().cpu()
    return (x.float() if x.dtype == torch.bfloat16 else x).numpy()  # NumPy has no bfloat16


def device():
    """Where this backend computes: "cuda", else "mps", else "cpu"; `describe_device` says more.

    In a process that torchrun started it is a GPU of the process's own, such as "cuda:1"; RuntimeError if there
    are too few.
    """
    if torch.cuda.is_available():
        place = os.environ.get("LOCAL_RANK")  # torchrun numbers the processes of a machine
        if place is not None and int(place) >= torch.cuda.device_count():
            raise RuntimeError(
                f"device: process {place} of this machine finds only {torch.cuda.device_count()} GPUs, counted from "
                "0, and wants one of its own. Give torchrun a smaller --nproc-per-node, or hide the GPUs with "
                "CUDA_VISIBLE_DEVICES= to compute on the CPU."
            )
        return "cuda" if place is None else f"cuda:{place}"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def describe_device():
    """A sentence about `device()`: which hardware it is, and in which precisions it can compute."""
    where = device()
    if where.startswith("cuda"):
        card = torch.cuda.get_device_properties(where)
        tf32 = ", tf32" if card.major >= 8 else ""
        return f"{where}: {card.name}, {card.total_memory / 2**30:.0f} GiB; float64, float32{tf32}, bfloat16"
    if where == "mps":
        return "mps: Apple's GPU; float32, bfloat16 (it has no float64)"
    return (
        f"cpu: {torch.get_num_threads()} threads; no CUDA or MPS device was found; float64, float32, bfloat16"
    )


def tensor(x, where, name):
    """x as a floating-point tensor, in its own precision and where it is: `asarray` without its moves."""
    if isinstance(x, torch.Tensor):
        if x.is_complex():
            raise TypeError(f"{where}: {name} is a tensor of dtype {x.dtype}; it wants real numbers.")
        if x.numel() == 0:
            raise ValueError(
                f"{where}: {name} is empty: its shape is {tuple(x.shape)}. It wants at least one entry."
            )
        return x if x.is_floating_point() else x.to(torch.get_default_dtype())
    array = checks.numeric(where, name, x)
    native = array.dtype.type if array.dtype.itemsize <= 8 else np.float64  # torch has no long double
    return torch.as_tensor(
        np.require(array, native, ["C", "W"])
    )  # a copy where torch cannot share the memory


def _operand(x, where, name):
    """What a formula computes with: x on `device()`, in its own precision where the device has it.

    Data that is no tensor is float64 here as on the NumPy side, so that both print the same numbers.
    """
    x = tensor(x, where, name)
    if device() == "mps" and x.dtype == torch.float64:
        x = x.to(torch.float32)
    return x.to(device())


formula = checks.make_formula(_operand)


def supported(dtype, place):
    """The dtype itself, or an error where the device does not have it."""
    if dtype == torch.float64 and str(place).startswith("mps"):
        raise TypeError(
            "dtype is float64, which MPS does not have. Take float32 (torch's default), or compute on the CPU: "
            "net.cpu()."
        )
    return dtype


def dtype_of(dtype):
    """A torch dtype that `device()` has, from one of torch's, one of NumPy's or a name; None is torch's default."""
    if dtype is None:
        return supported(torch.get_default_dtype(), device())
    made = dtype if isinstance(dtype, torch.dtype) else getattr(torch, np.dtype(dtype).name, None)
    if made is None or not made.is_floating_point:
        raise TypeError(f"dtype is {dtype}; it wants a floating type, for example np.float32.")
    return supported(made, device())
