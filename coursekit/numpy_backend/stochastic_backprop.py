"""Mitchell's BACKPROPAGATION procedure, a line of code for each line of Mitchell (1997), Table 4.2.

It is the stochastic version, for two layers of sigmoid units and the error E = ½ Σ_k (t_k − o_k)² of one
example. The sign is Mitchell's: δ_j = −∂E/∂net_j, so weights are moved by +η δ_j x_ji. For other depths,
activations and losses use `mlp` and `fit`.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.initializers import small_uniform
from coursekit.numpy_backend.activations import sigmoid


def stochastic_backprop(
    training_examples: Iterable[tuple[ArrayLike, ArrayLike]], eta: float, n_in: int, n_out: int, n_hidden: int,
    *, epochs: int, rng: np.random.Generator, weights: dict[str, np.ndarray] | None = None,
) -> dict[str, np.ndarray]:  # fmt: skip
    """Train a network of two sigmoid layers by stochastic gradient descent on E; return its weights.

    training_examples  pairs (x, t) of vectors (n_in,) and (n_out,), taken in the given order in every epoch
    eta                the learning rate η, at least 0
    n_in, …            numbers of inputs, of output units, of hidden units
    epochs             the termination condition: passes over the examples; 0 returns the initial weights
    rng                draws all initial weights, thresholds too, from U(−.05, .05); unused with `weights`
    weights            initial weights instead; left unchanged

    Weights, passed or returned: "0.W" is w_hi (n_hidden, n_in), "0.b" w_h0 (1, n_hidden), "2.W" w_kh (n_out,
    n_hidden), "2.b" w_k0 (1, n_out). w_ji is the weight from unit i to unit j, w_j0 that from
    the constant input x_0 = 1. Raises ValueError for examples or weights of other shapes.
    """
    eta = checks.number("stochastic_backprop", "eta", eta, low=0)
    epochs = checks.positive_integer("stochastic_backprop", "epochs", epochs, least=0)
    # Create a feed-forward network with n_in inputs, n_hidden hidden units, and n_out output units.
    shapes = _shapes(n_in, n_out, n_hidden)
    training_examples = _examples(training_examples, n_in, n_out)
    # Initialize all network weights to small random numbers (e.g., between −.05 and .05).
    weights = _small_weights(rng, shapes) if weights is None else _copied(weights, shapes)
    w_hi, (w_h0,), w_kh, (w_k0,) = (weights[key] for key in shapes)

    for _ in range(epochs):  # Until the termination condition is met, Do
        for x, t in training_examples:  # For each (x, t) in training_examples, Do
            # 1. Input the instance x to the network and compute the output o_u of every unit u.
            o_h = sigmoid(w_hi @ x + w_h0)  # (n_hidden,)
            o_k = sigmoid(w_kh @ o_h + w_k0)  # (n_out,)
            # 2. For each network output unit k, calculate its error term δ_k.
            delta_k = o_k * (1 - o_k) * (t - o_k)  # (n_out,)  (T4.3)
            # 3. For each hidden unit h, calculate its error term δ_h: w_kh is still the old one.
            delta_h = o_h * (1 - o_h) * (w_kh.T @ delta_k)  # (n_hidden,)  (T4.4)
            # 4. Update each network weight w_ji ← w_ji + Δw_ji where Δw_ji = η δ_j x_ji.
            w_kh += eta * np.outer(delta_k, o_h)  # (n_out, n_hidden)  (T4.5)
            w_k0 += eta * delta_k  # (n_out,), for x_0 = 1
            w_hi += eta * np.outer(delta_h, x)  # (n_hidden, n_in)
            w_h0 += eta * delta_h  # (n_hidden,)
    return weights


def _shapes(n_in, n_out, n_hidden):
    for name, n in (("n_in", n_in), ("n_out", n_out), ("n_hidden", n_hidden)):
        checks.positive_integer("stochastic_backprop", name, n)
    return {"0.W": (n_hidden, n_in), "0.b": (1, n_hidden), "2.W": (n_out, n_hidden), "2.b": (1, n_out)}


def _small_weights(rng, shapes):
    checks.generator("stochastic_backprop", rng)
    draw = small_uniform(0.05)
    return {key: draw(rng, shape) for key, shape in shapes.items()}


def _copied(weights, shapes):
    if not isinstance(weights, dict):
        raise TypeError(
            f"stochastic_backprop: weights must be a dict with the keys {list(shapes)}, but is "
            f"{type(weights).__name__}."
        )
    if weights.keys() != shapes.keys():
        raise ValueError(
            f"stochastic_backprop: weights must have the keys {list(shapes)}, like an earlier result or the "
            f"parameters() of mlp([n_in, n_hidden, n_out], sigmoid, rng=rng), but has {list(weights)}."
        )
    return {key: _float_copy(f'weights["{key}"]', weights[key], shape) for key, shape in shapes.items()}


def _examples(training_examples, n_in, n_out):
    expected = "pairs (x, t): for matrices X and Y with one row per example, zip(X, Y)"
    try:
        examples = [tuple(example) for example in training_examples]
    except TypeError:
        raise TypeError(
            f"stochastic_backprop: training_examples must be {expected}, but is {training_examples!r}."
        ) from None
    if not examples:
        raise ValueError(f"stochastic_backprop: training_examples must be {expected}, but is empty.")
    for i, example in enumerate(examples):
        if len(example) != 2:
            raise ValueError(
                f"stochastic_backprop: training_examples must be {expected}, but entry {i} has {len(example)} parts."
            )
    return [
        (_float_copy(f"x of example {i}", x, (n_in,)), _float_copy(f"t of example {i}", t, (n_out,)))
        for i, (x, t) in enumerate(examples)
    ]


def _float_copy(name, value, shape):
    """A float64 copy of value, checked to have this shape; a number counts as a vector of one entry."""
    array = checks.numeric("stochastic_backprop", name, value).astype(np.float64)
    checks.finite("stochastic_backprop", name, array)
    array = array.reshape(1) if array.ndim == 0 else array
    if array.shape != shape:
        fix = " A class label becomes a target with one_hot(labels, n)." if name.startswith("t ") else ""
        raise ValueError(f"stochastic_backprop: {name} must have shape {shape}, but has {array.shape}.{fix}")
    return array
