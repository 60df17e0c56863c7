"""Into how many parts a search splits its ensemble, by an estimate of the memory that training takes."""

import math
import os
from typing import Any

from coursekit.training.members import named_parameters

SHARE = 0.5  # of the memory that a search may use: the estimate is rough, and other programs need memory too


def parts_needed(net: Any, batch_size: int) -> int:
    """How many parts keep the training of this ensemble within the memory of its device; at least 1."""
    return max(1, math.ceil(bytes_to_train(net, batch_size) / (SHARE * memory_of(net))))


def bytes_to_train(net: Any, batch_size: int) -> int:
    """About what training takes: parameters, gradients, two states and temporary arrays, and a batch's activations."""
    total = 0
    for p in named_parameters(net).values():
        entries, units = (
            math.prod(p.shape),
            math.prod(p.shape[:-1]),
        )  # units of all members, for W (..., n, m)
        activations = 6 * batch_size * units if p.shape[-2:-1] != (1,) else 0
        total += (6 * entries + activations) * p.dtype.itemsize
    return total


def memory_of(net: Any) -> float:
    """Bytes of memory: free on a CUDA device, installed for everything else; infinite where the system does not say."""
    parameter = next(iter(named_parameters(net).values()))
    if getattr(getattr(parameter, "device", None), "type", "cpu") == "cuda":
        import torch  # only where the network is torch's

        return torch.cuda.mem_get_info(parameter.device)[0]
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # Windows does not say
        return math.inf
