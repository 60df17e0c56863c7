"""How many members of an ensemble fit into the memory, and what to do when they did not."""

import math
import os

import torch

from coursekit import checks

RESERVE = 0.8  # of what is free: an estimate is no measurement, and others use the device too


def members_at_once(net, optimizer, arguments, memory):
    """How many members of the ensemble train at a time, within `memory` bytes or what the device has free."""
    device = next(net.parameters()).device
    if memory is None:
        memory = free_memory(device)
    else:
        memory = checks.positive_integer("fit", "memory", memory)
    members = min(memory / bytes_of_a_member(net, optimizer, arguments), math.prod(arguments.ensemble))
    return max(1, int(members))


def bytes_of_a_member(net, optimizer, arguments):
    """About what one member takes while it trains: its copy, gradients and temporaries, activations, outputs."""
    axes = len(arguments.ensemble)
    one = (slice(0, 1),) * axes
    kept = [x[one] for x in (*net.parameters(), *net.buffers())]
    learned = sum(x.numel() for x in kept)
    width = sum(x.shape[-2] for x in kept if x.shape[-2] > 1)
    numbers = (5 + len(optimizer.states)) * learned + 6 * arguments.batch_size * width
    if arguments.watched is not None:
        numbers += 4 * arguments.watched[1].shape[-2] * arguments.watched[1].shape[-1]
    return numbers * kept[0].element_size()


def free_memory(device):
    """Bytes that may be used on the device; infinite where nobody can tell."""
    if device.type == "cuda":
        cached = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return RESERVE * (torch.cuda.mem_get_info(device)[0] + cached)
    if device.type == "mps":
        return RESERVE * (torch.mps.recommended_max_memory() - torch.mps.current_allocated_memory())
    try:  # half of all: what is free looks little where caches, which yield, have taken the rest
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2
    except (AttributeError, OSError, ValueError):  # Windows does not say
        return math.inf


def out_of_memory(error):
    """Whether an error says that the device has no memory left; torch has a class for it on CUDA alone."""
    words = ("MPS backend out of memory", "can't allocate memory")
    return isinstance(error, torch.OutOfMemoryError) or any(text in str(error) for text in words)
