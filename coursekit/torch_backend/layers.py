"""Layers: `y = layer(x)`; each is an `nn.Module`, and autograd goes back through it.

Layers store parameters but no activations. The leading axes of the parameters are the members of an ensemble:
with ensemble=(300,) one layer is 300 layers, and inputs (B, m), (1, B, m) or (300, B, m) all broadcast
against it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from coursekit import checks, initializers
from coursekit.checks import without_checks
from coursekit.numpy_backend.layers import ensemble_shape, merged_axes  # of shapes alone
from coursekit.torch_backend.arrays import device, dtype_of


class Linear(nn.Module):
    """z = x Wᵀ + b, with W (..., n, m) drawn by `init` (None: initializers.he) and b (..., 1, n) from 0.

    NumPy draws the weights, so that both backends start from the same numbers.
    """

    def __init__(
        self, m: int, n: int, *, rng: np.random.Generator, ensemble: int | tuple[int, ...] = (),
        init: Callable | None = None, dtype: Any = None,
    ):  # fmt: skip
        super().__init__()
        m, n = checks.positive_integer("Linear", "m", m), checks.positive_integer("Linear", "n", n)
        checks.generator("Linear", rng)
        ensemble = ensemble_shape("Linear", ensemble)
        kind = {"dtype": dtype_of(dtype), "device": device()}
        W = initializers.initial_weights("Linear", init or initializers.he, rng, (*ensemble, n, m))
        self.W = nn.Parameter(torch.tensor(W, **kind))
        self.b = nn.Parameter(torch.zeros((*ensemble, 1, n), **kind))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        W, b = self.W, self.b
        if x.shape[-1] != W.shape[-1]:
            raise ValueError(
                f"Linear: inputs (..., B, m) must have m = {W.shape[-1]} columns, since W is (..., n, m) = "
                f"{tuple(W.shape)}, but have shape {tuple(x.shape)}."
            )
        if x.ndim == W.ndim == 2:
            return torch.addmm(b, x, W.mT)  # the same in one operation
        return (
            _shared_product(x, W) + b
        )  # x @ W.mT + b: (..., B, n) = (..., B, m) @ (..., m, n) + (..., 1, n)

    def extra_repr(self) -> str:
        *ensemble, n, m = self.W.shape
        return f"{m}, {n}" + (f", ensemble={tuple(ensemble)}" if ensemble else "")


def _shared_product(x, W):
    """x @ W.mT; members that share their inputs are computed as one wide product."""
    k = merged_axes(x, W)
    if k is None:
        return x @ W.mT
    *shared, n, m = W.shape
    x = x.reshape(*shared[:k], *x.shape[-2:])  # (k axes, B, m)
    z = x @ W.reshape(*shared[:k], -1, m).mT  # (k axes, B, members * n)
    return z.unflatten(-1, (*shared[k:], n)).movedim(k, -2)  # (k axes, members, B, n)


class Activation(nn.Module):
    """a = f(z), element by element."""

    def __init__(self, f: Callable):
        super().__init__()
        if not callable(f):
            raise TypeError(f"Activation: f must be a function such as ck.relu, but is {f!r}.")
        self.f = without_checks(f)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.f(x)

    def extra_repr(self) -> str:
        return getattr(self.f, "__name__", repr(self.f))


class Dropout(nn.Module):
    """Inverted dropout: in training mode an entry is 0 with probability p, else divided by 1 − p; in
    evaluation x itself.

    E[mask] = 1, so that evaluation needs no correction. Srivastava et al. (2014). The masks come from a torch
    generator seeded by `rng`: they are drawn on the device and differ from the NumPy backend's.
    """

    def __init__(self, p: float, *, rng: np.random.Generator):
        super().__init__()
        self.p = checks.number("Dropout", "p", p, low=0, high=1, open_high=True)
        # a stream of its own, so that the order of the batches is the same with and without dropout
        stream = checks.generator("Dropout", rng).spawn(1)[0]
        self.generator = torch.Generator(device()).manual_seed(int(stream.integers(2**63)))

    def mask(self, shape: tuple[int, ...], dtype: torch.dtype) -> torch.Tensor:
        """A new random mask: 0 with probability p, else 1 / (1 − p)."""
        chance = torch.rand(shape, generator=self.generator, device=self.generator.device)
        return (chance >= self.p).to(dtype) / (1 - self.p)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training or self.p == 0:
            return x
        return x * self.mask(x.shape, x.dtype).to(x.device)

    def extra_repr(self) -> str:
        return f"{self.p:g}"


class BatchNorm(nn.Module):
    """y = γ (x − μ) / √(σ² + ε) + β for each feature, with μ and σ² over the batch while training.

    γ starts at 1, β at 0, both (..., 1, n). The biased variance normalizes; the running mean and the running
    unbiased variance, updated as (1 − momentum)·old + momentum·new, replace the batch's in evaluation mode.
    Ioffe & Szegedy (2015), algorithms 1 and 2.
    """

    def __init__(
        self, n: int, *, ensemble: int | tuple[int, ...] = (), eps: float = 1e-5, momentum: float = 0.1,
        dtype: Any = None,
    ):  # fmt: skip
        super().__init__()
        n, ensemble = checks.positive_integer("BatchNorm", "n", n), ensemble_shape("BatchNorm", ensemble)
        self.eps = checks.number("BatchNorm", "eps", eps, low=0)
        self.momentum = checks.number("BatchNorm", "momentum", momentum, low=0, high=1)
        shape, kind = (*ensemble, 1, n), {"dtype": dtype_of(dtype), "device": device()}
        self.gamma = nn.Parameter(torch.ones(shape, **kind))
        self.beta = nn.Parameter(torch.zeros(shape, **kind))
        self.running_mean: torch.Tensor
        self.running_var: torch.Tensor
        self.register_buffer("running_mean", torch.zeros(shape, **kind))
        self.register_buffer("running_var", torch.ones(shape, **kind))
        self.rows: torch.Tensor | None = (
            None  # (..., B, 1) of 0 and 1 set by `fit`: the rows that count, where folds are unequal
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if x.shape[-1] != self.gamma.shape[-1]:
            raise ValueError(
                f"BatchNorm: inputs (..., B, n) must have n = {self.gamma.shape[-1]} columns, but have shape "
                f"{tuple(x.shape)}."
            )
        if not self.training:
            mean, var = self.running_mean, self.running_var
        else:
            if x.shape[-2] < 2:
                raise ValueError(
                    "BatchNorm: a batch of one sample has no variance; train with batch_size of at least 2, "
                    "or call eval()."
                )
            rows = x.new_ones(x.shape[-2], 1) if self.rows is None else self.rows
            count = rows.sum(dim=-2, keepdim=True)  # (..., 1, 1)
            safe = count.clamp(min=1)
            mean = (x * rows).sum(dim=-2, keepdim=True) / safe  # (..., 1, n)
            var = ((x - mean) ** 2 * rows).sum(dim=-2, keepdim=True) / safe  # (..., 1, n)
            self._update_running(mean, var, count)
        return self.gamma * (x - mean) / torch.sqrt(var + self.eps) + self.beta

    @torch.no_grad()
    def _update_running(self, mean, var, count):
        unbiased = var * (count / (count - 1).clamp(min=1))
        step = self.momentum * (count >= 2).to(count.dtype)  # a member without rows keeps its statistics
        for old, new in ((self.running_mean, mean), (self.running_var, unbiased)):
            old += step * (new - old)

    def extra_repr(self) -> str:
        return f"{self.gamma.shape[-1]}, eps={self.eps:g}, momentum={self.momentum:g}"
