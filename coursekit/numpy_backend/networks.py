"""Networks: layers one after another, and the multilayer perceptron."""

import copy
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from coursekit import checks
from coursekit.checks import without_checks
from coursekit.numpy_backend.activations import identity
from coursekit.numpy_backend.arrays import asarray, dtype_of, pack
from coursekit.numpy_backend.layers import Activation, BatchNorm, Dropout, Layer, Linear


class Sequential(Layer):
    """Layers one after another. Parameters are keyed by position and name: "0.W", "0.b", "2.W", …"""

    def __init__(self, *layers: Layer):
        super().__init__()
        self.layers = []
        for layer in layers:
            if not isinstance(layer, Layer):
                raise TypeError(
                    f"Sequential: expected layers, for example Linear(64, 10, rng=rng), but got {layer!r}."
                )
            self.layers += layer.layers if isinstance(layer, Sequential) else [layer]
        if not self.layers:
            raise ValueError("Sequential: expected at least one layer, but got none.")
        parameters = self.parameters()
        if parameters:  # all parameters, and all gradients, side by side in memory: see `pack`
            self._store_in("params", pack(parameters)[1])
            self._store_in("grads", pack({key: np.zeros_like(value) for key, value in parameters.items()})[1])
        self._grads = self._named("grads")

    def _store_in(self, what, arrays):
        for key, array in arrays.items():
            i, name = key.split(".")
            getattr(self.layers[int(i)], what)[name] = array

    def _named(self, what):
        return {
            f"{i}.{name}": v
            for i, layer in enumerate(self.layers)
            for name, v in getattr(layer, what).items()
        }

    def parameters(self) -> dict[str, np.ndarray]:
        """The live parameter arrays by key: changing one changes the network."""
        return self._named("params")

    def named_buffers(self) -> dict[str, np.ndarray]:
        """The live arrays that are kept but not learned (batch norm's running statistics) by key."""
        return self._named("buffers")

    def train(self, mode: bool = True) -> "Sequential":
        """Training mode for every layer."""
        for layer in self.layers:
            layer.train(mode)
        self.training = mode
        return self

    def forward(self, x: np.ndarray) -> tuple[np.ndarray, list]:
        """(y, caches): the output (..., B, n) and what each layer needs for `backward`."""
        caches = []
        for layer in self.layers:
            x, cache = layer.forward(x)
            caches.append(cache)
        return x, caches

    def backward(
        self, dy: Any, caches: list, input_gradient: bool = True
    ) -> tuple[np.ndarray | None, dict[str, np.ndarray]]:
        """(dx, grads) from dy = ∂C/∂y, layer by layer from the output to the input.

        grads has the keys of `parameters()`; its arrays are overwritten at every call. The gradient with respect to
        the network's input costs one more product, which `input_gradient=False` saves.
        """
        for i in reversed(range(len(self.layers))):
            layer = self.layers[i]
            if i == 0 and not input_gradient and isinstance(layer, Linear):
                dy, grads = layer.backward(dy, caches[i], input_gradient=False)
            else:
                dy, grads = layer.backward(dy, caches[i])
            for name, value in grads.items():
                if value is not layer.grads[name]:
                    layer.grads[name][...] = value
        return dy, dict(self._grads)

    def __call__(self, x: ArrayLike) -> np.ndarray:
        """The output (..., B, n) in the current mode."""
        return self.forward(asarray(x, "net", "x"))[0]

    def member(self, index: int | tuple[int, ...]) -> "Sequential":
        """A copy of one member of an ensemble, as a separate network: `net.member(3)`, `net.member((2, 5))`."""
        layers = []
        for layer in self.layers:
            layer = copy.copy(layer)
            layer.params = {key: value[index] for key, value in layer.params.items()}
            layer.buffers = {key: value[index].copy() for key, value in layer.buffers.items()}
            layer.grads = {}
            layers.append(layer)
        return Sequential(*layers)


def mlp(
    sizes: Sequence[int],
    hidden: Callable,
    *,
    rng: np.random.Generator,
    ensemble: int | tuple[int, ...] = (),
    init: Callable | None = None,
    dropout: float = 0.0,
    batch_norm: bool = False,
    output: Callable | None = None,
    dtype: DTypeLike | None = None,
) -> Sequential:
    """A multilayer perceptron: Linear → (BatchNorm) → Activation → (Dropout) for each hidden layer, then Linear → output.

    sizes     [m, …, n]: inputs, hidden layers, outputs
    hidden    activation of the hidden layers, for example `relu`
    rng       draws the weights with `init(rng, (*ensemble, n, m))`; biases start from 0
    ensemble  () for one network, (E,) or (E1, E2, …) for that many networks side by side
    init      initializer of the weights; None: `initializers.he`
    dropout   probability with which an output of a hidden layer is set to 0 in training
    output    activation of the last layer; None: the identity, so that the outputs are logits
    dtype     None: float64

    Keys of the parameters without extras: "0.W", "0.b", "2.W", "2.b", …
    """
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
