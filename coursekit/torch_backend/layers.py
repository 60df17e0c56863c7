"""Layers: `y = layer(x)`; each is an `nn.Module`, and autograd goes back through it.

Layers own parameters and no activations. The leading axes of the parameters are the members of an ensemble:
with ensemble=(300,) one layer is 300 layers, and inputs (B, m), (1, B, m) or (300, B, m) all broadcast
against it.
"""

import numpy as np
import torch
from torch import nn

from coursekit import checks, initializers
from coursekit.checks import bare
from coursekit.torch_backend.arrays import device, dtype_of


class Linear(nn.Module):
    """z = x Wᵀ + b, with W (..., n, m) drawn by `init` and b (..., 1, n) starting from 0.

    NumPy draws the weights, so that both backends start from the same numbers.
    """

    def __init__(self, m, n, *, rng, ensemble=(), init=initializers.he, dtype=None):
        super().__init__()
        m, n = checks.positive_integer("Linear", "m", m), checks.positive_integer("Linear", "n", n)
        checks.generator("Linear", rng)
        ensemble = _ensemble_shape("Linear", ensemble)
        made = {"dtype": dtype_of(dtype), "device": device()}
        self.W = nn.Parameter(
            torch.tensor(initializers.initial_weights("Linear", init, rng, (*ensemble, n, m)), **made)
        )
        self.b = nn.Parameter(torch.zeros((*ensemble, 1, n), **made))

    def forward(self, x):
        W, b = self.W, self.b
        if x.shape[-1] != W.shape[-1]:
            raise ValueError(
                f"Linear: inputs are (..., B, m) = {tuple(x.shape)}, but W is (..., n, m) = "
                f"{tuple(W.shape)}: m wants to be {W.shape[-1]}."
            )
        if x.ndim == W.ndim == 2:
            return torch.addmm(b, x, W.mT)  # the same in one operation
        return _shared_product(x, W) + b  # (..., B, n) = (..., B, m) @ (..., m, n) + (..., 1, n)

    def extra_repr(self):
        *ensemble, n, m = self.W.shape
        return f"{m}, {n}" + (f", ensemble={tuple(ensemble)}" if ensemble else "")


def _shared_product(x, W):
    """x @ W.mT; members that share their inputs are computed as one wide product."""
    k = _merged_axes(x, W)
    if k is None:
        return x @ W.mT
    *shared, n, m = W.shape
    x = x.reshape(*shared[:k], *x.shape[-2:])  # (k axes, B, m)
    z = x @ W.reshape(*shared[:k], -1, m).mT  # (k axes, B, members * n)
    return z.unflatten(-1, (*shared[k:], n)).movedim(k, -2)  # (k axes, members, B, n)


def _merged_axes(x, W):
    """Number of leading axes that x and W share, if behind them all members of W see the same x; else None."""
    lead = (1,) * (W.ndim - x.ndim) + tuple(x.shape[:-2])
    k = 0
    while k < len(lead) and lead[k] == W.shape[k] and lead[k] != 1:
        k += 1
    rest = len(lead) == W.ndim - 2 and all(size == 1 for size in lead[k:])
    return k if rest and k < len(lead) else None


class Activation(nn.Module):
    """a = f(z), element by element."""

    def __init__(self, f):
        super().__init__()
        if not callable(f):
            raise TypeError(f"Activation: f is {f!r}; it wants a function such as ck.relu.")
        self.f, self.f_bare = f, bare(f)

    def forward(self, x):
        return self.f_bare(x)

    def extra_repr(self):
        return getattr(self.f, "__name__", repr(self.f))


class Dropout(nn.Module):
    """Inverted dropout: in training mode an entry is 0 with probability p, else divided by 1 − p; in
    evaluation x itself.

    E[mask] = 1, so that evaluation needs no correction. Srivastava et al. (2014). The masks come from a torch
    generator seeded by `rng`: they are drawn on the device and differ from the NumPy backend's.
    """

    def __init__(self, p, *, rng):
        super().__init__()
        self.p = checks.number("Dropout", "p", p, low=0, high=1, open_high=True)
        stream = checks.generator("Dropout", rng).spawn(1)[0]  # its own: batch orders stay as they were
        self.generator = torch.Generator(device()).manual_seed(int(stream.integers(2**63)))
        self.given = None  # the mask of the next batch, where `fit` draws it before

    def mask(self, shape, dtype):
        """A fresh mask: 0 with probability p, else 1 / (1 − p)."""
        chance = torch.rand(shape, generator=self.generator, device=self.generator.device)
        return (chance >= self.p).to(dtype) / (1 - self.p)

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        mask = self.mask(x.shape, x.dtype).to(x.device) if self.given is None else self.given
        return x * mask

    def extra_repr(self):
        return f"{self.p:g}"


class BatchNorm(nn.Module):
    """y = γ (x − μ) / √(σ² + ε) + β for each feature, with μ and σ² over the batch while training.

    γ starts at 1, β at 0, both (..., 1, n). The biased variance normalizes; the running mean and the running
    unbiased variance, updated as (1 − momentum)·old + momentum·new, replace the batch's in evaluation mode.
    Ioffe & Szegedy (2015), algorithms 1 and 2.
    """

    def __init__(self, n, *, ensemble=(), eps=1e-5, momentum=0.1, dtype=None):
        super().__init__()
        n, ensemble = checks.positive_integer("BatchNorm", "n", n), _ensemble_shape("BatchNorm", ensemble)
        self.eps = checks.number("BatchNorm", "eps", eps, low=0)
        self.momentum = checks.number("BatchNorm", "momentum", momentum, low=0, high=1)
        shape, made = (*ensemble, 1, n), {"dtype": dtype_of(dtype), "device": device()}
        self.gamma = nn.Parameter(torch.ones(shape, **made))
        self.beta = nn.Parameter(torch.zeros(shape, **made))
        self.register_buffer("running_mean", torch.zeros(shape, **made))
        self.register_buffer("running_var", torch.ones(shape, **made))
        self.rows = None  # (..., B, 1) of 0 and 1 set by `fit`: the rows that count, where folds are unequal
        self.share = None  # set by `fit` where this process has only a share of the batch's rows

    def forward(self, x):
        if x.shape[-1] != self.gamma.shape[-1]:
            raise ValueError(
                f"BatchNorm: inputs are (..., B, n) = {tuple(x.shape)}; n wants to be {self.gamma.shape[-1]}."
            )
        if not self.training:
            mean, var = self.running_mean, self.running_var
        else:
            if (x.shape[-2] if self.share is None else self.share.size) < 2:
                raise ValueError(
                    "BatchNorm: a batch of one sample has no variance; train with batch_size of at least 2, "
                    "or call eval()."
                )
            rows = x.new_ones(x.shape[-2], 1) if self.rows is None else self.rows
            count = self._sum(rows)  # (..., 1, 1)
            safe = count.clamp(min=1)
            mean = self._sum(x * rows) / safe  # (..., 1, n)
            var = self._sum((x - mean) ** 2 * rows) / safe  # (..., 1, n)
            self._remember(mean, var, count)
        return self.gamma * (x - mean) / torch.sqrt(var + self.eps) + self.beta

    def _sum(self, x):
        """Σ over the rows of the batch, wherever they are."""
        total = x.sum(dim=-2, keepdim=True)
        return total if self.share is None else self.share.total(total)

    @torch.no_grad()
    def _remember(self, mean, var, count):
        unbiased = var * (count / (count - 1).clamp(min=1))
        step = self.momentum * (count >= 2).to(count.dtype)  # a member that sits out keeps its statistics
        for old, new in ((self.running_mean, mean), (self.running_var, unbiased)):
            old += step * (new - old)

    def extra_repr(self):
        return f"{self.gamma.shape[-1]}, eps={self.eps:g}, momentum={self.momentum:g}"


def _ensemble_shape(where, ensemble):
    shape = (ensemble,) if np.ndim(ensemble) == 0 else tuple(ensemble)
    return tuple(checks.positive_integer(where, f"ensemble[{i}]", size) for i, size in enumerate(shape))
