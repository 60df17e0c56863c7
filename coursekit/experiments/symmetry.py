"""Hidden units that start with equal weights, in a network that lets one choose the order of its sums.

In real arithmetic such units stay equal. In floating point a sum depends on the order of its terms, and a fast matrix
product may sum two equal columns in two different orders: `np.matmul` calls such a library, `in_order` does not.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


def in_order(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a @ b with every entry summed in the same order, so that equal rows and columns give equal bits."""
    return np.einsum("ij,jk->ik", a, b)


@dataclass(frozen=True)
class SymmetryRun:
    """Result of `train`: the loss before each step, the spread after it, both (steps,), and the final weights.

    The spread is the largest difference between two hidden units in an incoming weight, the bias or an outgoing
    weight; W (n, m) and V (k, n) are the weights of the two layers.
    """

    losses: np.ndarray
    spreads: np.ndarray
    W: np.ndarray
    V: np.ndarray


def train(
    W: np.ndarray,
    V: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    *,
    steps: int,
    product: Callable[[np.ndarray, np.ndarray], np.ndarray] = in_order,
    rate: float = 0.5,
    batch_size: int = 50,
    rng: np.random.Generator,
) -> SymmetryRun:
    """Train a network with one layer of sigmoid units and a softmax output by SGD.

    W (n, m), V (k, n): the initial weights; biases start at 0. x (N, m), y (N, k) one-hot. Everything is computed in
    the data type of W. product: the function that multiplies two matrices.
    """
    kind = W.dtype
    x, y, V = x.astype(kind), y.astype(kind), V.astype(kind)
    b, c = np.zeros(len(W), kind), np.zeros(len(V), kind)
    losses, spreads = np.zeros(steps), np.zeros(steps)
    for step in range(steps):
        rows = rng.integers(0, len(x), batch_size)
        h = 1 / (1 + np.exp(-(product(x[rows], W.T) + b)))
        z = product(h, V.T) + c
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        losses[step] = -np.mean(np.log(np.sum(p * y[rows], axis=1)))
        delta = (p - y[rows]) / kind.type(batch_size)
        below = product(delta, V) * h * (1 - h)
        V, c = V - kind.type(rate) * product(delta.T, h), c - kind.type(rate) * delta.sum(axis=0)
        W, b = W - kind.type(rate) * product(below.T, x[rows]), b - kind.type(rate) * below.sum(axis=0)
        spreads[step] = max(np.ptp(W, axis=0).max(), np.ptp(b), np.ptp(V, axis=1).max())
    return SymmetryRun(losses, spreads, W, V)
