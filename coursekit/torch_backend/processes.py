"""Processes that train one network together, on one machine or several: how they meet, add and agree.

`torchrun` starts them; gloo carries what is on the CPU, NCCL what is on GPUs. All make the same calls in the
same order, and each call below waits for the others.
"""

import atexit
import contextlib
import datetime
import os
import signal
import threading

import numpy as np
import torch
from torch import distributed

from coursekit.torch_backend.arrays import to_numpy
from coursekit.training.processes import OneProcess

_PATIENCE = datetime.timedelta(minutes=10)  # how long a silent process is waited for


def join(net):
    """The processes of this run: those of torch.distributed, if it is initialized, or of torchrun."""
    if not distributed.is_available():
        return OneProcess()
    if not distributed.is_initialized():
        if not distributed.is_torchelastic_launched() or os.environ["WORLD_SIZE"] == "1":
            return OneProcess()
        _meet()
        atexit.register(_leave)
    if distributed.get_world_size() == 1:
        return OneProcess()
    device = next((p.device for p in net.parameters()), torch.device("cpu"))
    if device.type not in ("cpu", "cuda"):
        raise ValueError(
            f"fit: several processes cannot share {device}; move the network to the CPU: net.cpu()."
        )
    if device.type == "cuda":
        torch.cuda.set_device(device)
    return Processes(device)


def _meet():
    """As `init_process_group()`; but where torchrun starts all anew, nobody finds addresses of the last time."""
    from torch.distributed.rendezvous import rendezvous  # not there where torch has no distributed

    store, rank, size = next(rendezvous("env://", timeout=_PATIENCE))
    alone = os.environ["GROUP_WORLD_SIZE"] == "1"  # several machines count their attempts differently
    store = distributed.PrefixStore(os.environ["TORCHELASTIC_RESTART_COUNT"] if alone else "", store)
    distributed.init_process_group(store=store, rank=rank, world_size=size, timeout=_PATIENCE)


def _leave():
    if distributed.is_initialized():
        distributed.destroy_process_group()


class Processes:
    """The processes of torch.distributed's default group; tensors travel on `device`."""

    def __init__(self, device):
        self.device = device
        self.rank, self.size = distributed.get_rank(), distributed.get_world_size()

    def add(self, *tensors):
        """Replace each tensor by its sum over the processes, by one message for all."""
        flat = torch.cat([x.reshape(-1) for x in tensors])
        with _heard():
            distributed.all_reduce(flat)
        for x, total in zip(tensors, flat.split([x.numel() for x in tensors]), strict=True):
            x.copy_(total.reshape(x.shape))

    def total(self, x):
        """Σ x over the processes; its gradient is the sum of theirs."""
        return _Total.apply(x)

    def joined(self, f, X):
        """f(X), (..., N, n): each process computes N/size rows, rounded up; some at the end come twice."""
        n = X.shape[-2]
        step = -(-n // self.size)
        starts = [min(rank * step, n - step) for rank in range(self.size)]
        own = f(X[..., starts[self.rank] : starts[self.rank] + step, :]).contiguous()
        parts = [torch.empty_like(own) for _ in starts]
        with _heard():
            distributed.all_gather(parts, own)
        whole = own.new_empty((*own.shape[:-2], n, own.shape[-1]))
        for start, part in zip(starts, parts, strict=True):
            whole[..., start : start + step, :] = part
        return whole

    def agreed(self, array):
        """The first process's array, in every process: the same decisions everywhere."""
        return to_numpy(self._from_first(torch.tensor(np.asarray(array), device=self.device)))

    def from_first(self, data):
        """The first process's bytes, in every process."""
        size = self._from_first(torch.tensor(len(data), device=self.device))
        buffer = torch.empty(int(size), dtype=torch.uint8, device=self.device)
        if self.rank == 0:
            buffer.copy_(torch.frombuffer(bytearray(data), dtype=torch.uint8))
        return to_numpy(self._from_first(buffer)).tobytes()

    def anywhere(self, flag):
        """Whether the flag is set in any process."""
        flags = torch.tensor(float(flag), device=self.device)
        self.add(flags)
        return bool(flags)

    def _from_first(self, tensor):
        with _heard():
            distributed.broadcast(tensor, 0)
        return tensor

    @contextlib.contextmanager
    def held_together(self, checkpoint):
        """Inside, the end of another process is a ConnectionError that says how to go on."""
        with _told_to_end():
            try:
                yield
            except _Lost as error:
                mend = (
                    "Without checkpoint= it begins anew"
                    if checkpoint is None
                    else f"{checkpoint} holds it up to its last whole epoch: the same call goes on from there"
                )
                raise ConnectionError(
                    f"fit: process {self.rank} of {self.size} ends: {error}. The run is broken off. {mend}, with as "
                    "many processes as you like."
                ) from error.__cause__


class _Lost(ConnectionError):
    """The other processes cannot be reached."""


class _Total(torch.autograd.Function):
    """A sum over the processes. Each adds its own terms to the cost, so that the gradients add up too."""

    @staticmethod
    def forward(ctx, x):
        return _sum(x)

    @staticmethod
    def backward(ctx, dy):
        return _sum(dy)


def _sum(x):
    x = x.clone(memory_format=torch.contiguous_format)
    with _heard():
        distributed.all_reduce(x)
    return x


@contextlib.contextmanager
def _heard():
    """Another process that is gone, or silent for too long, as a ConnectionError."""
    try:
        yield
    except RuntimeError as error:
        raise _Lost("another process has ended or is silent") from error


@contextlib.contextmanager
def _told_to_end():
    """SIGTERM, by which torchrun ends the processes when one of them is dead, as a ConnectionError."""

    def end(*_):
        raise _Lost("it was told to end (SIGTERM), as torchrun does when another process has died")

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
