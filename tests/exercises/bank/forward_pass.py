"""Wrong answers to the exercises of lesson 00."""
# Beginners' code is the data of these tests, so its style stays as it is.
# ruff: noqa

import numpy as np

from .wrong import wrong


def sigmoid(z):
    """A correct helper: a learner's mistake is elsewhere."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


@wrong("00.1", "the bias is forgotten")
def layer_forward(W, b, x):
    z = x @ W.T
    return z, sigmoid(z)


@wrong("00.1", "the bias is subtracted")
def layer_forward(W, b, x):
    z = x @ W.T - b
    return z, sigmoid(z)


@wrong("00.1", "W is not transposed, which fits only square matrices")
def layer_forward(W, b, x):
    z = x @ W + b
    return z, sigmoid(z)


@wrong("00.1", "the sigmoid has exp(z) where it needs exp(-z)")
def layer_forward(W, b, x):
    z = x @ W.T + b
    return z, sigmoid(-z)


@wrong("00.1", "a is returned before z")
def layer_forward(W, b, x):
    z = x @ W.T + b
    a = sigmoid(z)
    return a, z


@wrong("00.1", "only a is returned")
def layer_forward(W, b, x):
    z = x @ W.T + b
    return sigmoid(z)


@wrong("00.1", "tanh in place of the sigmoid")
def layer_forward(W, b, x):
    z = x @ W.T + b
    return z, np.tanh(z)


@wrong("00.1", "the sigmoid is 1 / 1 + exp(-z), without the parentheses")
def layer_forward(W, b, x):
    z = np.dot(x, W.T) + b
    a = 1 / 1 + np.exp(-np.clip(z, -700, 700))
    return z, a


@wrong("00.1", "the sigmoid of W x, with the bias added after it")
def layer_forward(W, b, x):
    z = x @ W.T + b
    return z, sigmoid(x @ W.T) + b


@wrong("00.1", "the inner loop stops one input too early")
def layer_forward(W, b, x):
    x2 = np.atleast_2d(x)
    z = np.zeros((len(x2), len(W)))
    for s in range(len(x2)):
        for i in range(W.shape[0]):
            total = b[i]
            for j in range(W.shape[1] - 1):
                total += W[i, j] * x2[s, j]
            z[s, i] = total
    if np.ndim(x) == 1:
        z = z[0]
    return z, sigmoid(z)


@wrong("00.1", "the softmax over the units in place of the sigmoid")
def layer_forward(W, b, x):
    z = x @ W.T + b
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return z, e / e.sum(axis=-1, keepdims=True)


@wrong("00.1", "prints the outputs and returns nothing")
def layer_forward(W, b, x):
    z = x @ W.T + b
    a = sigmoid(z)
    print(z, a)


@wrong("00.2", "the biases are never counted")
def count_parameters(sizes, bias=True):
    total = 0
    for i in range(len(sizes) - 1):
        total += sizes[i] * sizes[i + 1]
    return total


@wrong("00.2", "the biases are always counted")
def count_parameters(sizes, bias=True):
    total = 0
    for a, b in zip(sizes, sizes[1:]):
        total += a * b + b
    return total


@wrong("00.2", "one bias per layer instead of one per neuron")
def count_parameters(sizes, bias=True):
    total = 0
    for a, b in zip(sizes[:-1], sizes[1:]):
        total = total + a * b
        if bias:
            total = total + 1
    return total


@wrong("00.2", "the inputs get a bias too")
def count_parameters(sizes, bias=True):
    total = sum(a * b for a, b in zip(sizes[:-1], sizes[1:]))
    if bias:
        total += sum(sizes)
    return total


@wrong("00.2", "the last layer is left out")
def count_parameters(sizes, bias=True):
    total = 0
    for i in range(len(sizes) - 2):
        total += sizes[i] * sizes[i + 1]
        if bias:
            total += sizes[i + 1]
    return total


@wrong("00.2", "returns inside the loop, so only the first layer counts")
def count_parameters(sizes, bias=True):
    total = 0
    for i in range(len(sizes) - 1):
        total += sizes[i] * sizes[i + 1]
        if bias:
            total += sizes[i + 1]
        return total


@wrong("00.2", "the number of units instead of weights")
def count_parameters(sizes, bias=True):
    return sum(sizes)


@wrong("00.2", "the product of all sizes")
def count_parameters(sizes, bias=True):
    n = 1
    for s in sizes:
        n *= s
    if bias:
        n += sum(sizes[1:])
    return n


@wrong("00.2", "one bias per input of each layer instead of one per neuron")
def count_parameters(sizes, bias=True):
    total = 0
    for i in range(len(sizes) - 1):
        total += sizes[i] * sizes[i + 1]
        if bias:
            total += sizes[i]
    return total


@wrong("00.2", "the sizes of two neighbors are added instead of multiplied")
def count_parameters(sizes, bias=True):
    total = 0
    for a, b in zip(sizes, sizes[1:]):
        total += a + b
        if bias:
            total += b
    return total


@wrong("00.3", "a layer reads the network's input wherever its shape fits, instead of the previous output")
def forward(weights, biases, x):
    out = []
    for W, b in zip(weights, biases):
        if W.shape[1] == x.shape[1]:
            z = x @ W.T + b
        else:
            z = out[-1][1] @ W.T + b
        out.append((z, sigmoid(z)))
    return out


@wrong("00.3", "the next layer reads z instead of a")
def forward(weights, biases, x):
    out = []
    for W, b in zip(weights, biases):
        z = x @ W.T + b
        a = sigmoid(z)
        out.append((z, a))
        x = z
    return out


@wrong("00.3", "the output layer has no sigmoid")
def forward(weights, biases, x):
    out = []
    for i in range(len(weights)):
        z = x @ weights[i].T + biases[i]
        a = z if i == len(weights) - 1 else sigmoid(z)
        out.append((z, a))
        x = a
    return out


@wrong("00.3", "only the last layer's (z, a) is returned")
def forward(weights, biases, x):
    for W, b in zip(weights, biases):
        z = x @ W.T + b
        x = sigmoid(z)
    return [(z, x)]


@wrong("00.3", "the biases are forgotten")
def forward(weights, biases, x):
    result = []
    a = x
    for W in weights:
        z = a @ W.T
        a = sigmoid(z)
        result.append((z, a))
    return result


@wrong("00.3", "only the outputs a are returned, without z")
def forward(weights, biases, x):
    result = []
    a = x
    for W, b in zip(weights, biases):
        z = a @ W.T + b
        a = sigmoid(z)
        result.append(a)
    return result


@wrong("00.3", "returns inside the loop, after the first layer")
def forward(weights, biases, x):
    result = []
    for W, b in zip(weights, biases):
        z = x @ W.T + b
        x = sigmoid(z)
        result.append((z, x))
        return result


@wrong("00.3", "ReLU in place of the sigmoid")
def forward(weights, biases, x):
    result = []
    for W, b in zip(weights, biases):
        z = x @ W.T + b
        x = np.maximum(0, z)
        result.append((z, x))
    return result


@wrong("00.3", "the pairs are (a, z) instead of (z, a)")
def forward(weights, biases, x):
    result = []
    for W, b in zip(weights, biases):
        z = x @ W.T + b
        x = sigmoid(z)
        result.append((x, z))
    return result


@wrong("00.3", "W is not transposed")
def forward(weights, biases, x):
    result = []
    for W, b in zip(weights, biases):
        z = np.dot(x, W) + b
        x = sigmoid(z)
        result.append((z, x))
    return result


@wrong("00.3", "the outputs are transposed, one column per sample")
def forward(weights, biases, x):
    result = []
    a = x.T
    for W, b in zip(weights, biases):
        z = W @ a + b[:, None]
        a = sigmoid(z)
        result.append((z, a))
    return result


@wrong("00.4", "the matrices are multiplied in the wrong order")
def collapse_linear(weights, biases):
    W, b = weights[0], biases[0]
    for V, c in zip(weights[1:], biases[1:]):
        b = V @ b + c
        W = W @ V
    return W, b


@wrong("00.4", "every entry of b is the sum of all entries of all biases")
def collapse_linear(weights, biases):
    W = weights[0]
    for V in weights[1:]:
        W = V @ W
    return W, sum(b.sum() for b in biases) + np.zeros(len(W))


@wrong("00.4", "only the last layer's bias is kept")
def collapse_linear(weights, biases):
    W = weights[0]
    for V in weights[1:]:
        W = V @ W
    return W, biases[-1]


@wrong("00.4", "W is the transposed matrix")
def collapse_linear(weights, biases):
    W, b = weights[0], biases[0]
    for V, c in zip(weights[1:], biases[1:]):
        W = V @ W
        b = V @ b + c
    return W.T, b


@wrong("00.4", "the last layer is left out")
def collapse_linear(weights, biases):
    W, b = weights[0], biases[0]
    for i in range(1, len(weights) - 1):
        W = weights[i] @ W
        b = weights[i] @ b + biases[i]
    return W, b


@wrong("00.4", "the next bias is forgotten: b becomes V b")
def collapse_linear(weights, biases):
    W, b = weights[0], biases[0]
    for V, c in zip(weights[1:], biases[1:]):
        W = V @ W
        b = V @ b
    return W, b


@wrong("00.4", "each later bias is counted twice")
def collapse_linear(weights, biases):
    W, b = weights[0], biases[0]
    for V, c in zip(weights[1:], biases[1:]):
        W = V @ W
        b = V @ b + c * 2
    return W, b


@wrong("00.4", "b starts from zeros, so the first bias is lost")
def collapse_linear(weights, biases):
    W = np.eye(weights[0].shape[1])
    b = np.zeros(weights[0].shape[0])
    for i, (V, c) in enumerate(zip(weights, biases)):
        W = V @ W
        b = b if i == 0 else V @ b + c
    return W, b


@wrong("00.4", "a sigmoid is applied to the bias at each layer")
def collapse_linear(weights, biases):
    W, b = weights[0], biases[0]
    for V, c in zip(weights[1:], biases[1:]):
        W = V @ W
        b = V @ sigmoid(b) + c
    return W, b


@wrong("00.4", "b has shape (n, 1) instead of (n,)")
def collapse_linear(weights, biases):
    W, b = weights[0], biases[0].reshape(-1, 1)
    for V, c in zip(weights[1:], biases[1:]):
        W = V @ W
        b = V @ b + c.reshape(-1, 1)
    return W, b


@wrong("00.4", "b is returned before W")
def collapse_linear(weights, biases):
    W, b = weights[0], biases[0]
    for V, c in zip(weights[1:], biases[1:]):
        W = V @ W
        b = V @ b + c
    return b, W
