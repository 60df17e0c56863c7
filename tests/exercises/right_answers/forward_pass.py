"""Lesson 00, Forward pass."""

import math
from itertools import pairwise

import numpy as np
import torch


def layer_by_loops(W, b, x):
    def sigmoid(v):
        return 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))

    def one(sample):
        z = [sum(w * v for w, v in zip(row, sample, strict=True)) + c for row, c in zip(W, b, strict=True)]
        return z, [sigmoid(v) for v in z]

    if np.ndim(x) == 1:
        return one(x)
    pairs = [one(sample) for sample in x]
    return [z for z, _ in pairs], [a for _, a in pairs]


def layer_by_columns(W, b, x):
    """As some books write it: [W] @ [X] + [Bias], samples as columns, turned back at the end."""
    X = np.atleast_2d(x).T
    Z = W @ X + b[:, None]
    A = 0.5 * (1 + np.tanh(0.5 * Z))
    return (Z[:, 0], A[:, 0]) if x.ndim == 1 else (Z.T, A.T)


def layer_in_float32(W, b, x):
    z = (np.dot(x, W.T) + b).astype(np.float32)
    return z, 1 / (1 + np.exp(-np.clip(z, -80, 80)))


def layer_by_masks(W, b, x):
    z = np.einsum("nm,...m->...n", W, x) + b
    a = np.empty(z.shape)
    up = z >= 0
    a[up] = 1 / (1 + np.exp(-z[up]))
    a[~up] = np.exp(z[~up]) / (1 + np.exp(z[~up]))
    return [z, a]


def layer_by_torch(W, b, x):
    W, b, x = (torch.tensor(np.ascontiguousarray(v), dtype=torch.float64) for v in (W, b, x))
    z = torch.nn.functional.linear(x, W, b)
    return z, torch.sigmoid(z)


def count_by_a_sum(sizes, bias=True):
    return sum(n * m for m, n in pairwise(sizes)) + (sum(sizes[1:]) if bias else 0)


def count_by_arrays(sizes, bias=True):
    s = np.array(sizes)
    return np.sum((s[:-1] + (1 if bias else 0)) * s[1:])


def count_by_building_it(sizes, bias=True):
    weights = [np.empty((n, m)) for m, n in pairwise(sizes)]
    return sum(W.size + bias * len(W) for W in weights)


def count_by_recursion(sizes, bias=True):
    if len(sizes) < 2:
        return 0.0
    return sizes[0] * sizes[1] + bool(bias) * sizes[1] + count_by_recursion(sizes[1:], bias)


def forward_by_index(weights, biases, x):
    activations, result = [x], []
    for i in range(len(weights)):
        z = np.dot(activations[-1], np.transpose(weights[i])) + biases[i].reshape(1, -1)
        activations.append(1 / (1 + np.exp(-z)))
        result.append([z, activations[-1]])
    return result


def forward_by_columns(weights, biases, x):
    A, out = x.T, []
    for W, b in zip(weights, biases, strict=True):
        Z = W @ A + b[:, None]
        A = np.tanh(Z / 2) / 2 + 0.5
        out += [(Z.T, A.T)]
    return tuple(out)


def forward_in_float32(weights, biases, x):
    a, out = x.astype("float32"), []
    for W, b in zip(weights, biases, strict=True):
        z = np.einsum("bm,nm->bn", a, W.astype("float32")) + b.astype("float32")
        a = np.float32(1) / (1 + np.exp(-z))
        out.append((z, a))
    return out


def forward_by_lists(weights, biases, x):
    rows, out = np.asarray(x).tolist(), []
    for W, b in zip(weights, biases, strict=True):
        z = [
            [sum(map(float.__mul__, map(float, w), map(float, r))) + c for w, c in zip(W, b, strict=True)]
            for r in rows
        ]
        rows = [[1 / (1 + math.exp(-v)) for v in row] for row in z]
        out.append((z, rows))
    return out


def forward_by_torch(weights, biases, x):
    a, out = torch.tensor(np.ascontiguousarray(x), dtype=torch.float64), []
    for W, b in zip(weights, biases, strict=True):
        z = a @ torch.tensor(np.ascontiguousarray(W), dtype=torch.float64).T + torch.tensor(b.copy())
        a = z.sigmoid()
        out.append((z, a))
    return out


def collapse_from_the_end(weights, biases):
    W, b = weights[-1], biases[-1].astype(float)
    for V, c in zip(weights[-2::-1], biases[-2::-1], strict=True):
        b = b + W @ c
        W = W @ V
    return W, b


def collapse_by_homogeneous_matrices(weights, biases):
    """Each layer as a matrix with the bias as last column and a row 0 … 0 1 below."""
    total = np.eye(weights[0].shape[1] + 1)
    for W, b in zip(weights, biases, strict=True):
        layer = np.zeros((len(b) + 1, W.shape[1] + 1))
        layer[:-1, :-1], layer[:-1, -1], layer[-1, -1] = W, b, 1
        total = layer @ total
    return total[:-1, :-1], total[:-1, -1]


def collapse_in_float32(weights, biases):
    if len(weights) == 1:
        return weights[0], biases[0]
    W = np.linalg.multi_dot([np.float32(V) for V in weights[::-1]])
    b = np.zeros(weights[0].shape[1], dtype=np.float32)
    for V, c in zip(weights, biases, strict=True):
        b = np.float32(V) @ b + np.float32(c)
    return [W, b]


def collapse_by_lists(weights, biases):
    def times(W, x):
        return [sum(w * v for w, v in zip(row, x, strict=True)) for row in W]

    columns, b = np.transpose(weights[0]).tolist(), list(biases[0])
    for V, c in zip(weights[1:], biases[1:], strict=True):
        columns = [times(V, column) for column in columns]
        b = [v + shift for v, shift in zip(times(V, b), c, strict=True)]
    return [list(row) for row in zip(*columns, strict=True)], b


RIGHT = {
    "00.1": [layer_by_loops, layer_by_columns, layer_in_float32, layer_by_masks, layer_by_torch],
    "00.2": [count_by_a_sum, count_by_arrays, count_by_building_it, count_by_recursion],
    "00.3": [forward_by_index, forward_by_columns, forward_in_float32, forward_by_lists, forward_by_torch],
    "00.4": [
        collapse_from_the_end,
        collapse_by_homogeneous_matrices,
        collapse_in_float32,
        collapse_by_lists,
    ],
}
