"""What every layer of an untrained deep network computes, and the error signal that arrives there (lesson 07a).

    activations, signals = through_layers(x, y, "relu", initializers.he, rng=np.random.default_rng(0))
    activations[0], signals[0]     # a and ∂C/∂z of layer 1, both (B, width); the last signal is the output's, (B, K)

`ck.delta_norms` gives the norms alone, for any network; here the arrays themselves are kept, for histograms.
"""

import itertools
from typing import Any

import numpy as np

from coursekit.initializers import Initializer

ACTIVATIONS = {  # name: (f, the slope f' in terms of a = f(z))
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a)),
    "tanh": (np.tanh, lambda a: 1 - a**2),
    "relu": (lambda z: np.maximum(z, 0), lambda a: (a > 0).astype(float)),
}


def through_layers(
    x: np.ndarray,
    y: np.ndarray,
    activation: str,
    init: Initializer,
    *,
    rng: np.random.Generator,
    depth: int = 20,
    width: int = 64,
    shortcuts: bool = False,
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the activations f(z) of the hidden layers and the error signals ∂C/∂z of all layers, input side first.

    x (B, m), y (B, K) one-hot; depth hidden layers of `width` units without biases, then a softmax output; C is the
    cross-entropy averaged over the batch. shortcuts: from the second hidden layer on, each adds its input to its
    output, a⁽ˡ⁾ = a⁽ˡ⁻¹⁾ + f(z⁽ˡ⁾) (He et al. 2016).
    """
    f, slope = ACTIVATIONS[activation]
    sizes = [x.shape[-1], *[width] * depth]
    weights = [init(rng, (n, m)) for m, n in itertools.pairwise(sizes)]
    out = init(rng, (y.shape[-1], width))
    a, own = x, []  # own: f(z) of each layer, without the shortcut
    for layer, W in enumerate(weights):
        own.append(f(a @ W.T))
        a = a + own[-1] if shortcuts and layer else own[-1]
    logits = a @ out.T
    p = np.exp(logits - logits.max(axis=-1, keepdims=True))
    delta = (p / p.sum(axis=-1, keepdims=True) - y) / len(x)
    signals, arriving = [delta], delta @ out  # arriving: ∂C/∂a of the present layer
    for layer in range(depth - 1, -1, -1):
        delta = arriving * slope(own[layer])
        signals.insert(0, delta)
        arriving = delta @ weights[layer] + (arriving if shortcuts and layer else 0)
    return own, signals


def signal_left(
    x: np.ndarray, y: np.ndarray, activation: str, init: Initializer, *, seeds: int, **network: Any
) -> np.ndarray:
    """Return ‖∂C/∂z⁽¹⁾‖ relative to that of the last hidden layer, one number per seed; `network` as in `through_layers`."""
    left = []
    for seed in range(seeds):
        _, signals = through_layers(x, y, activation, init, rng=np.random.default_rng(seed), **network)
        left.append(np.linalg.norm(signals[0]) / np.linalg.norm(signals[-2]))
    return np.array(left)
