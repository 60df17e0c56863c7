"""Networks: layers one after another, and the multilayer perceptron."""

import copy
import itertools

import numpy as np
import torch
from torch import nn

from coursekit import checks, initializers
from coursekit.torch_backend.activations import identity
from coursekit.torch_backend.arrays import dtype_of, tensor
from coursekit.torch_backend.layers import Activation, BatchNorm, Dropout, Linear
from coursekit.torch_backend.modules import like_parameters


class Sequential(nn.Sequential):
    """Layers one after another. Parameters are keyed by position and name: "0.W", "0.b", "2.W", …"""

    def __init__(self, *layers):
        flat = []
        for layer in layers:
            if isinstance(layer, dict):  # how torch makes a slice
                layer = nn.Sequential(layer)
            if not isinstance(layer, nn.Module):
                raise TypeError(
                    f"Sequential: got {layer!r}; it wants layers, for example Linear(64, 10, rng=rng)."
                )
            flat += layer if isinstance(layer, nn.Sequential) else [layer]
        if not flat:
            raise ValueError("Sequential: got no layers; it wants at least one.")
        super().__init__(*flat)

    def forward(self, x):
        """The output (..., B, n) in the present mode; an array is first moved to the network."""
        if not isinstance(x, torch.Tensor):
            x = like_parameters(self, tensor(x, "net", "x"))
        for layer in self:
            x = layer(x)
        return x

    def member(self, index):
        """A copy of one member of an ensemble, a network of its own: `member(3)`, `member((2, 5))`."""
        copied = {id(b): b[index].clone() for b in self.buffers()}
        copied |= {id(p): nn.Parameter(p.detach()[index].clone(), p.requires_grad) for p in self.parameters()}
        return copy.deepcopy(self, copied)  # which takes these for copies already made


def mlp(
    sizes,
    hidden,
    *,
    rng,
    ensemble=(),
    init=initializers.he,
    dropout=0.0,
    batch_norm=False,
    output=identity,
    dtype=None,
):
    """A multilayer perceptron: hidden layers, then Linear → output.

    A hidden layer is Linear → (BatchNorm) → Activation → (Dropout).

    sizes     [m, …, n]: inputs, hidden layers, outputs
    hidden    activation of the hidden layers, for example `relu`
    rng       draws the weights with `init(rng, (*ensemble, n, m))`; biases start from 0
    ensemble  () for one network, (E,) or (E1, E2, …) for as many networks side by side
    output    activation of the last layer; identity leaves logits
    dtype     torch's default dtype unless said otherwise

    Keys of the parameters without extras: "0.W", "0.b", "2.W", "2.b", …
    """
    if np.ndim(sizes) != 1 or len(sizes) < 2:
        raise ValueError(
            f"mlp: sizes is {sizes!r}; it wants at least inputs and outputs, for example [64, 32, 10]."
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
    if output is not identity:
        layers.append(Activation(output))
    return Sequential(*layers)
