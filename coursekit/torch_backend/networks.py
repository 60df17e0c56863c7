"""Networks: layers one after another, and the multilayer perceptron."""

import copy
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from coursekit import checks
from coursekit.checks import without_checks
from coursekit.numpy_backend import networks as numpy_networks
from coursekit.torch_backend.activations import identity
from coursekit.torch_backend.arrays import dtype_of, like_parameters, tensor
from coursekit.torch_backend.layers import Activation, BatchNorm, Dropout, Linear


class Sequential(nn.Sequential):
    """Layers one after another. Parameters are keyed by position and name: "0.W", "0.b", "2.W", …"""

    def __init__(self, *layers: nn.Module):
        flat = []
        for layer in layers:
            if isinstance(layer, dict):  # how torch makes a slice
                layer = nn.Sequential(layer)
            if not isinstance(layer, nn.Module):
                raise TypeError(
                    f"Sequential: expected layers, for example Linear(64, 10, rng=rng), but got {layer!r}."
                )
            flat += layer if isinstance(layer, nn.Sequential) else [layer]
        if not flat:
            raise ValueError("Sequential: expected at least one layer, but got none.")
        super().__init__(*flat)

    def forward(self, x: Any) -> torch.Tensor:
        """The output (..., B, n) in the current mode; an array is first moved to the network."""
        if not isinstance(x, torch.Tensor):
            x = like_parameters(self, tensor(x, "net", "x"))
        for layer in self:
            x = layer(x)
        return x

    def member(self, index: int | tuple[int, ...]) -> "Sequential":
        """A copy of one member of an ensemble, as a separate network: `member(3)`, `member((2, 5))`."""
        copied = {id(b): b[index].clone() for b in self.buffers()}
        copied |= {id(p): nn.Parameter(p.detach()[index].clone(), p.requires_grad) for p in self.parameters()}
        return copy.deepcopy(self, copied)  # these count as copies that are already made


def mlp(
    sizes: Sequence[int], hidden: Callable, *, rng: np.random.Generator, ensemble: int | tuple[int, ...] = (),
    init: Callable | None = None, dropout: float = 0.0, batch_norm: bool = False, output: Callable | None = None,
    dtype: Any = None,
) -> Sequential:  # fmt: skip
    if np.ndim(sizes) != 1 or len(sizes) < 2:
        raise ValueError(
            f"mlp: sizes must hold at least inputs and outputs, for example [64, 32, 10], but is {sizes!r}."
        )
    checks.number("mlp", "dropout", dropout, low=0, high=1, open_high=True)
    dtype = dtype_of(dtype)
    layers = []
    for i, (m, n) in enumerate(itertools.pairwise(sizes)):
        layers.append(Linear(m, n, rng=rng, ensemble=ensemble, init=init, dtype=dtype))
        if i < len(sizes) - 2:
            layers += [BatchNorm(n, ensemble=ensemble, dtype=dtype)] if batch_norm else []
            layers.append(Activation(hidden))
            layers += [Dropout(dropout, rng=rng)] if dropout else []
    if output is not None and without_checks(output) is not identity:
        layers.append(Activation(output))
    return Sequential(*layers)


mlp.__doc__ = (numpy_networks.mlp.__doc__ or "").replace("None: float64", "None: torch's default dtype")
