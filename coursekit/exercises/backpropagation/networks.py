"""Networks of sigmoid hidden layers under a softmax, for exercise 03.5: draws, and the cost."""

from itertools import pairwise

import numpy as np

from coursekit.exercises.backpropagation.inputs import nonzero
from coursekit.exercises.engine.draws import one_hot_rows


def network(rng, sizes, samples):
    """(weights, biases, x, y) of a network with these layer sizes; no weight or input is 0."""
    weights = [nonzero(rng, (n, m), most=15) for m, n in pairwise(sizes)]
    biases = [nonzero(rng, n, most=9) for n in sizes[1:]]
    return weights, biases, nonzero(rng, (samples, sizes[0])), one_hot_rows(rng, samples, sizes[-1])


def cost(weights, biases, x, y):
    """Mean cross-entropy. It takes complex weights, for derivatives by a complex step."""
    a = x
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        a = 0.5 + 0.5 * np.tanh((a @ W.T + b) / 2)  # the sigmoid, without overflow
    z = a @ weights[-1].T + biases[-1]
    s = z - z.real.max(axis=1, keepdims=True)
    return np.sum(np.log(np.exp(s).sum(axis=1)) - np.sum(y * s, axis=1)) / len(x)


def complex_step_gradient(weights, biases, x, y, step=1e-20):
    """(dW, db) by Im cost(θ + ih)/h for one parameter θ after another: exact, and without a chain rule.

    Squire & Trapp (1998).
    """
    parameters = [p.astype(complex) for p in (*weights, *biases)]
    layers = len(weights)
    gradients = []
    for p in parameters:
        gradient = np.zeros(p.shape)
        for i in np.ndindex(p.shape):
            p[i] += 1j * step
            gradient[i] = cost(parameters[:layers], parameters[layers:], x, y).imag / step
            p[i] = p[i].real
        gradients.append(gradient)
    return gradients[:layers], gradients[layers:]
