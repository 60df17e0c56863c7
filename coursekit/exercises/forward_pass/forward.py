"""Exercise 00.3: from the input to the output, layer after layer."""

import numpy as np

from coursekit.exercises.engine.draws import sizes
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.exercises.forward_pass.inputs import network, samples, views


def _case(rng, *units, batch, dtype=float):
    return *network(rng, units, dtype), samples(rng, batch, units[0], dtype=dtype)


def _one_layer(rng):
    m, n, B = sizes(rng, 3)
    return [_case(rng, 3, 2, batch=4), _case(rng, m, n, batch=B)]


def _two_layers(rng):
    m, n, k, B = sizes(rng, 4)
    return [_case(rng, 3, 4, 2, batch=5), _case(rng, m, n, k, batch=B), _case(rng, 3, 3, 2, batch=4)]


def _deep(rng):
    weights, biases, x = _case(rng, 3, 5, 2, 4, batch=6)
    return [
        _case(rng, *sizes(rng, 5), batch=8),
        _case(rng, 4, 3, 5, 2, batch=1),
        _case(rng, 2, 3, 4, batch=5, dtype=int),
        (*views(weights, biases), np.asfortranarray(x)),
    ]


def forward(weights, biases, x):
    """All layers of a network with a sigmoid after each, from the input to the output.

    weights, biases: lists with W (n, m) and b (n,) for each layer, the first layer first
    x: samples (B, m), one per row
    Returns a list with (z, a) for each layer, both (B, n): z = x Wᵀ + b (W x + b for
    each sample) and a = sigmoid(z), which is the x of the next layer.
    """

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    layers = []
    for W, b in zip(weights, biases, strict=True):
        z = x @ W.T + b
        x = sigmoid(z)
        layers.append((z, x))
    return layers


def _reference(weights, biases, x):
    """Sample by sample, by recursion over the layers."""

    def through(a, layer):
        if layer == len(weights):
            return []
        z = np.array([row @ a for row in weights[layer]]) + biases[layer]
        a = (1 + np.tanh(z / 2)) / 2
        return [(z, a), *through(a, layer + 1)]

    columns = [through(sample, 0) for sample in np.asarray(x, float)]
    return [
        tuple(np.stack(parts) for parts in zip(*layer, strict=True)) for layer in zip(*columns, strict=True)
    ]


def _layers(activation, feed=lambda z, a: a):
    """A forward pass; activation(z, i, last) for layer i; feed(z, a) is what the next layer gets."""

    def wrong(weights, biases, x):
        layers = []
        for i, (W, b) in enumerate(zip(weights, biases, strict=True)):
            z = x @ W.T + b
            a = activation(z, i, len(weights) - 1)
            x = feed(z, a)
            layers.append((z, a))
        return layers

    return wrong


def _sigmoid(z, *_):
    return (1 + np.tanh(z / 2)) / 2


def _again(product):
    """A forward pass in which every layer reads x."""

    def wrong(weights, biases, x):
        pairs = [(product(x, W) + b,) * 2 for W, b in zip(weights, biases, strict=True)]
        return [(z, _sigmoid(a)) for z, a in pairs]

    return wrong


def _again_where_it_fits(weights, biases, x):
    layers, read = [], x
    for W, b in zip(weights, biases, strict=True):
        read = x if W.shape[1] == x.shape[1] else layers[-1][1]
        z = read @ W.T + b
        layers.append((z, _sigmoid(z)))
    return layers


def _feeds_z(weights, biases, x):
    layers = []
    for W, b in zip(weights, biases, strict=True):
        x = x @ W.T + b
        layers.append((x, 1 / (1 + np.exp(-x))))
    return layers


def _of(change):
    """The right list of (z, a), changed."""
    return lambda weights, biases, x: change(forward(weights, biases, x))


EXERCISE = Exercise(
    id="00.3",
    points=3,
    returns="list",
    solution=forward,
    reference=_reference,
    properties=(
        Property("one layer", 1, _one_layer),
        Property("two layers: the second sees the first one's activations", 1, _two_layers),
        Property("deeper networks, one sample, whole numbers, views", 1, _deep),
    ),
    misconceptions=(
        Misconception(
            "passes z on instead of a",
            _feeds_z,
            "Your second layer receives z, the first one's sum before its sigmoid. What a neuron sends on is "
            "its activation a.",
        ),
        Misconception(
            "feeds x to every layer",
            (
                *map(_again, (lambda x, W: x @ W.T, lambda x, W: (W @ x.T).T, lambda x, W: np.dot(x, W.T))),
                _again_where_it_fits,
            ),
            "Your second layer reads x again. Each layer reads the activations of the one "
            "before: after the step, a takes the place of x.",
        ),
        Misconception(
            "W not transposed",
            tuple(map(_again, (lambda x, W: x @ W, lambda x, W: np.dot(x, W), lambda x, W: W @ x))),
            "W is (n, m) and the samples are rows, so the product is x Wᵀ: (B, m) times (m, n).",
        ),
        Misconception(
            "no activation at the output",
            _layers(lambda z, i, last: z if i == last else _sigmoid(z)),
            "Your last layer returns z as a. In this exercise every layer has a sigmoid, the last one too.",
        ),
        Misconception(
            "activation at the output only",
            _layers(lambda z, i, last: _sigmoid(z) if i == last else z),
            "Only your last layer has a sigmoid. Each layer applies it before it hands on.",
        ),
        Misconception(
            "no activation at all",
            _layers(lambda z, *_: z),
            "Your layers hand on z unchanged, so the whole stack is one affine map. Each applies the sigmoid.",
        ),
        Misconception(
            "applies the sigmoid twice",
            (
                _layers(lambda z, *_: _sigmoid(_sigmoid(z))),
                _layers(_sigmoid, lambda z, a: _sigmoid(a)),
            ),
            "What you pass on has been through the sigmoid twice. Once per layer is enough: a = sigmoid(z), and "
            "the next layer reads a as it is.",
        ),
        Misconception(
            "another activation",
            (
                _layers(lambda z, *_: np.tanh(z)),
                _layers(lambda z, *_: np.maximum(z, 0)),
                _layers(lambda z, i, last: np.maximum(z, 0) if i < last else _sigmoid(z)),
            ),
            "You use tanh or ReLU. In this exercise every layer has a sigmoid, 1/(1 + e^(−z)).",
        ),
        Misconception(
            "sigmoid without the minus",
            _layers(lambda z, *_: _sigmoid(-z)),
            "Your sigmoid falls where it should rise: it is 1/(1 + e^(−z)), so that a large z gives an "
            "output near 1.",
        ),
        Misconception(
            "softmax at the output",
            _layers(
                lambda z, i, last: (
                    np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True)) if i == last else _sigmoid(z)
                )
            ),
            "Your last layer has a softmax. That is a good choice for one class among many; this exercise "
            "asks for a sigmoid at every layer.",
        ),
        Misconception(
            "forgets the biases",
            lambda weights, biases, x: forward(weights, [0 * b for b in biases], x),
            "Your layers compute W x. Each neuron also adds its bias.",
        ),
        Misconception(
            "subtracts the biases",
            lambda weights, biases, x: forward(weights, [-b for b in biases], x),
            "The bias is added to W x: a large bias makes the neuron's output larger.",
        ),
        Misconception(
            "only the last layer",
            (
                _of(lambda layers: layers[-1]),
                _of(lambda layers: [layers[-1]]),
                _of(lambda layers: layers[-1][1]),
            ),
            "You return what comes out at the end. Back-propagation will need z and a of every layer, so the "
            "list has one (z, a) for each.",
        ),
        Misconception(
            "only the first layer",
            _of(lambda layers: layers[:1]),
            "Your list ends after one layer. Is `return` inside the loop? It ends the function in its first "
            "round.",
        ),
        Misconception(
            "forgets the last layer",
            _of(lambda layers: layers[:-1]),
            "Your list is one layer short. Does the loop end too early? It runs over all of `weights`.",
        ),
        Misconception(
            "activations alone",
            (_of(lambda layers: [a for _, a in layers]), _of(lambda layers: [z for z, _ in layers])),
            "For each layer you keep one array. The exercise asks for both, as pairs (z, a).",
        ),
        Misconception(
            "two lists instead of pairs",
            (
                _of(lambda layers: tuple(map(list, zip(*layers, strict=True)))),
                _of(lambda layers: [part for layer in layers for part in layer]),
            ),
            "The numbers are there, but not as pairs: one list, with a (z, a) for each layer.",
        ),
        Misconception(
            "pairs in the wrong order",
            _of(lambda layers: [(a, z) for z, a in layers]),
            "Each pair is (z, a): first the sum, then the activation.",
        ),
        Misconception(
            "the input as a layer",
            lambda weights, biases, x: [(x, x), *forward(weights, biases, x)],
            "Your list starts with the input. It is no layer: it has no weights and no z.",
        ),
        Misconception(
            "z overwritten by a",
            _of(lambda layers: [(a, a) for _, a in layers]),
            "Both entries of your pairs are the activation. Was z changed in place? Compute a as a new array.",
        ),
        Misconception(
            "a column for each sample",
            _of(lambda layers: [(z.T, a.T) for z, a in layers]),
            "Your arrays are (n, B), one column per sample, as some books write it. Here samples are rows: (B, n).",
        ),
    ),
    hints=(
        "Layer 1 reads x. Which array does layer 2 read, and what are its shapes?",
        "a⁽⁰⁾ = x; z⁽ˡ⁾ = a⁽ˡ⁻¹⁾ (W⁽ˡ⁾)ᵀ + b⁽ˡ⁾, (B, n); a⁽ˡ⁾ = sigmoid(z⁽ˡ⁾). Keep (z⁽ˡ⁾, a⁽ˡ⁾) in a list.",
        "`for W, b in zip(weights, biases): z = x @ W.T + b; a = sigmoid(z); layers.append((z, a)); x = ___`",
    ),
    explanation=(
        "A network is a loop over its layers: the activations of one are the inputs of the next, and only the "
        "shapes change, from (B, m) to (B, n). Every z and a is kept because the backward pass of lesson 03 "
        "reads them again. That is also why training takes more memory than predicting."
    ),
)
