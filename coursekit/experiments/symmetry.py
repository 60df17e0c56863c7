"""Hidden units that start as clones: a network small enough to choose how its products are summed.

In real arithmetic clones stay clones. In floating point a sum depends on the order of its terms, and a fast matrix
product may sum two equal columns in two orders: `np.matmul` calls such a library, `in_order` does not.
"""

from dataclasses import dataclass

import numpy as np


def in_order(a, b):
    """a @ b, every entry summed in the same order: equal rows and columns give equal results, bit for bit."""
    return np.einsum("ij,jk->ik", a, b)


@dataclass(frozen=True)
class Training:
    """What `train` saw: the loss before each step, the spread after it, both (steps,), and the weights at the end.

    The spread is the largest difference between two hidden units in an incoming weight, the bias or an outgoing
    weight; W (n, m) and V (k, n) are the weights of the two layers.
    """

    losses: np.ndarray
    spreads: np.ndarray
    W: np.ndarray
    V: np.ndarray


def train(W, V, x, y, *, steps, product=in_order, rate=0.5, batch_size=50, rng) -> Training:
    """Train a network with one layer of sigmoid units and a softmax output by SGD.

    W (n, m), V (k, n): the weights to start from; biases start at 0. x (N, m), y (N, k) one-hot. Everything is
    computed in the type of W. product: how matrices are multiplied.
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
    return Training(losses, spreads, W, V)
