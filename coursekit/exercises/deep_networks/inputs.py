"""Networks and batches for the exercises of lessons 07 and 08, and the signals of such a network."""

import numpy as np

from coursekit.exercises.engine.draws import one_hot_rows, strided, tenths, transposed


def network(rng, sizes):
    """Weights (n, m) and biases (n,) of fully connected layers of these sizes."""
    pairs = list(zip(sizes[1:], sizes[:-1], strict=True))
    weights = [tenths(rng, pair, -1.5, 1.5) for pair in pairs]
    return weights, [tenths(rng, n, -1, 1) for n, _ in pairs]


def batch(rng, samples, sizes):
    """Inputs x (B, m) and one-hot y (B, K) for a network of these sizes."""
    return tenths(rng, (samples, sizes[0]), -2, 2), one_hot_rows(rng, samples, sizes[-1])


def some_sizes(rng, layers):
    """Layer sizes between 2 and 5, no two neighbors equal: no weight matrix is square."""
    sizes = [int(rng.integers(2, 6))]
    while len(sizes) <= layers:
        sizes.append(int(rng.choice([n for n in range(2, 6) if n != sizes[-1]])))
    return sizes


def case(rng, sizes, samples):
    """The arguments (weights, biases, x, y)."""
    return (*network(rng, sizes), *batch(rng, samples, sizes))


def awkward(rng, sizes):
    """One sample, whole numbers as inputs and targets, views of larger arrays."""
    weights, biases = network(rng, sizes)
    whole = rng.integers(-2, 3, (7, sizes[0])), one_hot_rows(rng, 7, sizes[-1], dtype=int)
    x, y = batch(rng, 6, sizes)
    return [
        case(rng, sizes, 1),
        (weights, biases, *whole),
        ([strided(W) for W in weights], biases, transposed(x), strided(y)),
    ]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def activations(weights, biases, x):
    """[x, a^1, …, p]: sigmoid hidden layers, softmax output, each (B, n)."""
    found = [np.asarray(x, dtype=float)]
    for W, b in zip(weights, biases, strict=True):
        found.append(sigmoid(found[-1] @ W.T + b))
    e = np.exp(found[-2] @ weights[-1].T + biases[-1])
    return [*found[:-1], e / e.sum(axis=1, keepdims=True)]


def back(delta, weights, slopes):
    """[δ^1, …, δ^L] from the output's δ^L; slopes: f'(z^l) of the hidden layers."""
    found = [delta]
    for W, slope in zip(weights[:0:-1], slopes[::-1], strict=True):
        found.insert(0, found[0] @ W * slope)
    return found


def deltas(weights, biases, x, y, slope=lambda a: a * (1 - a), average=True):
    """[δ^1, …, δ^L] with δ^l = ∂C/∂z^l (B, n_l); `slope` is f'(z) as a function of a = f(z)."""
    _, *hidden, p = activations(weights, biases, x)
    return back((p - y) / (len(x) if average else 1), weights, [slope(a) for a in hidden])
