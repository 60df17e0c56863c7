"""Wrong back-propagations, made from the right one by replacing some of its formulas."""

import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


_RIGHT = {
    "affine": lambda a, W, b: a @ W.T + b,
    "hidden": lambda z: 0.5 + 0.5 * np.tanh(z / 2),
    "hand_on": lambda a, z: a,  # what dW of the next layer takes for its input
    "probabilities": softmax,
    "output": lambda p, y: (p - y) / len(y),
    "weight": lambda delta, a: delta.T @ a,
    "bias": lambda delta: delta.sum(axis=0),
    "back": lambda delta, W: delta @ W,
    "slope": lambda a, z: a * (1 - a),
}


def with_(**wrong):
    """A back-propagation in which the named formulas are replaced."""
    f = _RIGHT | wrong

    def backprop(weights, biases, x, y):
        a, z, inputs = x, None, [x]
        kept = []  # a and z of the hidden layers
        for W, b in zip(weights[:-1], biases[:-1], strict=True):
            z = f["affine"](a, W, b)
            a = f["hidden"](z)
            inputs.append(f["hand_on"](a, z))
            kept.append((a, z))
        delta = f["output"](f["probabilities"](f["affine"](a, weights[-1], biases[-1])), y)
        dW, db = [], []
        for l in reversed(range(len(weights))):
            dW.insert(0, f["weight"](delta, inputs[l]))
            db.insert(0, f["bias"](delta))
            if l > 0:
                delta = f["back"](delta, weights[l]) * f["slope"](*kept[l - 1])
        return dW, db

    return backprop
