"""Where the steps of `fit` compute: some members of an ensemble, their parameters side by side.

A small network waits for each operation, not for its numbers: with all parameters in one buffer, the optimizer takes
as many operations as for one. And of an ensemble too large for the memory, a part is trained at a time: it is copied
here before its epoch and written back after it, so that an epoch cut off by a lack of memory has changed nothing.
"""

import contextlib
import itertools

import numpy as np
import torch
from torch import nn

from coursekit.torch_backend.layers import Activation, BatchNorm, Dropout, Linear
from coursekit.torch_backend.networks import Sequential
from coursekit.torch_backend.optimizers import Optimizer

SMALL = 2**17  # numbers; more of them are no longer waiting for the operations


def copyable(net, optimizer):
    """Whether all layers and the optimizer are this backend's: what others hold is not known here."""
    layers = (Sequential, nn.Sequential, Linear, Activation, BatchNorm, Dropout)
    return isinstance(optimizer, Optimizer) and all(type(module) in layers for module in net.modules())


def worth_copying(net, optimizer, ensemble, several_steps):
    """Whether `fit` trains in a `Workspace`: ensembles, and small networks if an epoch has several steps."""
    small = several_steps and sum(p.numel() for p in net.parameters()) <= SMALL
    return copyable(net, optimizer) and (bool(ensemble) or small)


def cut(x, box, trailing):
    """The members of x (ensemble, …) in the box, one slice an axis; axes of size 1, or missing, are shared by all.

    `trailing` is the number of axes behind those of the ensemble; what is no array is returned as it is.
    """
    if not hasattr(x, "ndim") or x.ndim <= trailing:
        return x
    lead = x.ndim - trailing
    slices = box[len(box) - lead :]
    return x[tuple(s if size > 1 else slice(None) for s, size in zip(slices, x.shape, strict=False))]


def boxes(ensemble, most):
    """Boxes of at most `most` members, one slice an axis, that cover an ensemble of this shape in order."""
    if np.prod(ensemble) <= most:
        return [tuple(slice(0, size) for size in ensemble)]
    inner = int(np.prod(ensemble[1:]))
    if inner <= most:
        step = most // inner
        whole = tuple(slice(0, size) for size in ensemble[1:])
        starts = range(0, ensemble[0], step)
        return [(slice(start, min(start + step, ensemble[0])), *whole) for start in starts]
    rest = boxes(ensemble[1:], most)
    return [(slice(i, i + 1), *box) for i, box in itertools.product(range(ensemble[0]), rest)]


def inside(box, part):
    """The box that is this part of a box."""
    return tuple(
        slice(outer.start + s.start, outer.start + s.stop) for outer, s in zip(box, part, strict=True)
    )


class InPlace:
    """The whole network where it is, whatever it is made of."""

    def __init__(self, net, optimizer, moving):
        self.net, self.moving = net, moving
        self.slots = []  # (values, number of the group, states): what the optimizer moves
        for i, group in enumerate(optimizer.param_groups if isinstance(optimizer, Optimizer) else []):
            self.slots += [(p, i, optimizer.state[p]) for p in group["params"] if p.requires_grad]

    def holding(self, box):
        """Nothing has to be copied."""
        return contextlib.nullcontext()

    def gradients(self, cost):
        """The gradients by slot; they stay with the parameters too, where hooks and torch's optimizers look."""
        for p in self.moving:
            p.grad = None
        cost.backward(inputs=self.moving)
        return [p.grad for p in self.moving]

    def gathered(self, grads):
        """The gradients of the parameters by slot."""
        return list(grads)

    def unpacked(self, values):
        """The values of the slots by parameter."""
        return list(values)


class Workspace:
    """Room for the members of a box of the given shape."""

    def __init__(self, net, optimizer, shape):
        self.net, self.optimizer, self.shape = net, optimizer, shape
        self.moving, self.slots, self.pairs, self.layout = [], [], [], []
        axes = len(shape)
        total = sum(p[(slice(0, 1),) * axes].numel() for p in net.parameters()) * int(np.prod(shape))
        moving = {id(p) for group in optimizer.param_groups for p in group["params"] if p.requires_grad}
        for i, group in enumerate(optimizer.param_groups):
            params = [p for p in group["params"] if p.requires_grad]
            self.moving += params
            for together in [params] if total <= SMALL else [[p] for p in params]:
                if together:
                    self._slot(i, together)
        shared = [*(p for p in net.parameters() if id(p) not in moving), *net.buffers()]
        self.pairs += [(x, x.new_empty((*shape, *x.shape[axes:]))) for x in shared]

    def _slot(self, i, params):
        """One slot for these parameters, which lie in it side by side."""
        axes = len(self.shape)
        tails = [tuple(p.shape[axes:]) for p in params]
        self.layout.append(tails)

        def room(tensors):
            one = tails[0] if len(tails) == 1 else (1, sum(r * c for r, c in tails))
            buffer = tensors[0].new_empty((*self.shape, *one))
            self.pairs += zip(tensors, _views(buffer, tails), strict=True)
            return buffer

        values, remembered = room(params), [self.optimizer.state[p] for p in params]
        states = {name: room([each[name] for each in remembered]) for name in remembered[0]}
        self.slots.append((values, i, states))

    @contextlib.contextmanager
    def holding(self, box):
        """Inside, network and optimizer consist of these members alone; what they become is written back."""
        wholes = [x.data for x, _ in self.pairs]
        try:
            for (x, room), whole in zip(self.pairs, wholes, strict=True):
                room.copy_(whole[box])
                x.data = room
            yield
            for (_, room), whole in zip(self.pairs, wholes, strict=True):
                whole[box].copy_(room)
        finally:
            for (x, _), whole in zip(self.pairs, wholes, strict=True):
                x.data = whole

    def gradients(self, cost):
        """The gradients by slot."""
        return self.gathered(torch.autograd.grad(cost, self.moving))

    def gathered(self, grads):
        """The gradients of the parameters by slot."""
        grads, slots = iter(grads), []
        for tails in self.layout:
            if len(tails) == 1:
                slots.append(next(grads))
            else:
                parts = [g.reshape(*self.shape, 1, -1) for g in itertools.islice(grads, len(tails))]
                slots.append(torch.cat(parts, dim=-1))
        return slots

    def unpacked(self, values):
        """The values of the slots by parameter."""
        return [view for x, tails in zip(values, self.layout, strict=True) for view in _views(x, tails)]


def _views(buffer, tails):
    """Matrices of these shapes (r, c): one after another in the buffer (..., 1, Σ r·c), or the buffer itself."""
    if len(tails) == 1:
        return [buffer]
    parts = buffer[..., 0, :].split([r * c for r, c in tails], dim=-1)
    return [part.unflatten(-1, tail) for part, tail in zip(parts, tails, strict=True)]
