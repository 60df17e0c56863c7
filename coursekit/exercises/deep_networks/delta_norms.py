"""Exercise 07.1: how large the error signal is at each layer."""

import numpy as np

from coursekit.exercises.deep_networks.inputs import (
    activations,
    awkward,
    back,
    case,
    deltas,
    network,
    sigmoid,
    some_sizes,
)
from coursekit.exercises.engine.draws import one_hot_rows, tenths
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _one_layer(rng):
    return [case(rng, [3, 2], 4), case(rng, [2, 4], 5), case(rng, [4, 3], 6)]


def _one_hidden(rng):
    return [case(rng, [2, 3, 2], 4), case(rng, some_sizes(rng, 2), 7), case(rng, [5, 2, 4], 6)]


def _deep(rng):
    """Four to six layers; one network whose signal grows toward the input."""
    weights, biases = network(rng, [3, 5, 2, 4, 3])
    large = [np.round(4 * W, 1) for W in weights[:-1]], [0.0 * b for b in biases[:-1]]
    x, y = tenths(rng, (6, 3), -0.2, 0.2), one_hot_rows(rng, 6, 3)
    return [
        case(rng, some_sizes(rng, 4), 6),
        case(rng, some_sizes(rng, 6), 7),
        ([*large[0], weights[-1]], [*large[1], biases[-1]], x, y),
    ]


def _awkward(rng):
    return awkward(rng, [3, 4, 2, 5])


def delta_norms(weights, biases, x, y):
    """The size of the error signal at each layer: the Frobenius norm of dC/dz, input side first.

    weights, biases: lists with W (n, m) and b (n,) for each layer; sigmoid hidden layers
    x: inputs (B, m); y: one-hot targets (B, K); C: softmax cross-entropy averaged over the batch
    Returns a list with one number for each layer.
    """
    a = [x]  # a[l] goes into layer l
    for layer in range(len(weights) - 1):
        a.append(1 / (1 + np.exp(-(a[layer] @ weights[layer].T + biases[layer]))))
    z = a[-1] @ weights[-1].T + biases[-1]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    delta = (e / e.sum(axis=1, keepdims=True) - y) / len(x)
    norms = [np.linalg.norm(delta)]
    for layer in range(len(weights) - 1, 0, -1):
        delta = delta @ weights[layer] * a[layer] * (1 - a[layer])
        norms.insert(0, np.linalg.norm(delta))
    return norms


def _textbook(weights, biases, x, y):
    """The same with the softmax as it is printed, a list that is reversed, and the norm written out."""
    a = [x]
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        a.append(1 / (1 + np.exp(-(a[-1] @ W.T + b))))
    e = np.exp(a[-1] @ weights[-1].T + biases[-1])
    delta = (e / e.sum(axis=1, keepdims=True) - y) / len(x)
    norms = [np.sqrt(np.sum(delta**2))]
    for layer in range(len(weights) - 1, 0, -1):
        delta = delta @ weights[layer] * a[layer] * (1 - a[layer])
        norms.append(np.sqrt(np.sum(delta**2)))
    return norms[::-1]


def _reference(weights, biases, x, y):
    """Sample by sample: δ^l is the output's error times the Jacobian ∂z^L/∂z^l."""
    a, squares = activations(weights, biases, x), np.zeros(len(weights))
    for i in range(len(x)):
        jacobian = np.eye(len(biases[-1]))
        for layer in range(len(weights) - 1, -1, -1):
            squares[layer] += np.sum(((a[-1][i] - y[i]) @ jacobian) ** 2)
            jacobian = jacobian @ weights[layer] @ np.diag(a[layer][i] * (1 - a[layer][i]))
    return [float(s) for s in np.sqrt(squares) / len(x)]


def _norms(arrays):
    return [float(np.linalg.norm(d)) for d in arrays]


def _weight_gradient_norms(weights, biases, x, y):
    a = [x]
    for layer in range(len(weights) - 1):
        a.append(1 / (1 + np.exp(-(a[layer] @ weights[layer].T + biases[layer]))))
    e = np.exp(a[-1] @ weights[-1].T + biases[-1])
    delta = (e / e.sum(axis=1, keepdims=True) - y) / len(x)
    norms = [np.linalg.norm(delta.T @ a[-1])]
    for layer in range(len(weights) - 1, 0, -1):
        delta = delta @ weights[layer] * a[layer] * (1 - a[layer])
        norms.insert(0, np.linalg.norm(delta.T @ a[layer - 1]))
    return norms


def _slope_at_z(weights, biases, x, y):
    *into, p = activations(weights, biases, x)
    z = [a @ W.T + b for a, W, b in zip(into, weights, biases, strict=True)]
    return _norms(back((p - y) / len(x), weights, [v * (1 - v) for v in z[:-1]]))


def _sigmoid_output(weights, biases, x, y):
    *into, _ = activations(weights, biases, x)
    o = sigmoid(into[-1] @ weights[-1].T + biases[-1])
    return _norms(back((o - y) / len(x), weights, [a * (1 - a) for a in into[1:]]))


def _slope_at_the_output(weights, biases, x, y):
    _, *hidden, p = activations(weights, biases, x)
    return _norms(back((p - y) / len(x) * p * (1 - p), weights, [a * (1 - a) for a in hidden]))


def _to_activations(weights, biases, x, y):
    """‖∂C/∂a^l‖ of the hidden layers, ‖∂C/∂z^L‖ of the last."""
    found = deltas(weights, biases, x, y)
    return _norms([d @ W for d, W in zip(found[1:], weights[1:], strict=True)] + [found[-1]])


def _to_inputs(weights, biases, x, y):
    return _norms(d @ W for d, W in zip(deltas(weights, biases, x, y), weights, strict=True))


def _of(norm):
    return lambda weights, biases, x, y: [float(norm(d)) for d in deltas(weights, biases, x, y)]


def _by_sample(weights, biases, x, y):
    return [np.linalg.norm(d, axis=1) for d in deltas(weights, biases, x, y)]


EXERCISE = Exercise(
    id="07.1",
    points=4,
    returns="list of norms",
    solution=delta_norms,
    forms=(_textbook,),
    reference=_reference,
    properties=(
        Property("the output layer: ‖(p − y)/B‖", 1, _one_layer),
        Property("one hidden layer: δ = (δ of the next layer · W) ⊙ a(1 − a)", 1, _one_hidden),
        Property("deep networks: one norm per layer, input side first", 1, _deep),
        Property("one sample, whole numbers and views", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "norms of the weight gradients",
            (
                _weight_gradient_norms,
                lambda weights, biases, x, y: [
                    float(np.sqrt(np.sum((d.T @ into) ** 2) + np.sum(d.sum(axis=0) ** 2)))
                    for d, into in zip(
                        deltas(weights, biases, x, y), activations(weights, biases, x)[:-1], strict=True
                    )
                ],
            ),
            "Those are the norms of ∂C/∂W: the error signal times what comes into the layer. They hide what "
            "depth does (with ReLU, ⟨W, ∂C/∂W⟩ is even the same number at every layer). Take the norm of "
            "δ = ∂C/∂z itself.",
        ),
        Misconception(
            "norms of the bias gradients",
            lambda weights, biases, x, y: _norms(d.sum(axis=0) for d in deltas(weights, biases, x, y)),
            "You summed δ over the batch first: that is ∂C/∂b, in which samples cancel each other. The "
            "Frobenius norm runs over all entries of δ (B, n).",
        ),
        Misconception(
            "norms of the activations",
            (
                lambda weights, biases, x, y: _norms(activations(weights, biases, x)[1:]),
                lambda weights, biases, x, y: _norms(activations(weights, biases, x)[:-1]),
            ),
            "Those are the sizes of the signal going forward. The question is what comes back: δ = ∂C/∂z.",
        ),
        Misconception(
            "output side first",
            lambda weights, biases, x, y: _norms(deltas(weights, biases, x, y)[::-1]),
            "The numbers are right, in the order in which backpropagation finds them. The list starts at "
            "the input side.",
        ),
        Misconception(
            "sums over the batch",
            lambda weights, biases, x, y: _norms(deltas(weights, biases, x, y, average=False)),
            "Your norms grow with the batch. The cost is an average over B samples, so δ at the output is "
            "(p − y)/B.",
        ),
        Misconception(
            "a mean in place of the norm",
            (
                _of(lambda d: np.mean(np.abs(d))),
                _of(lambda d: np.sqrt(np.mean(d**2))),
                _of(lambda d: np.mean(np.linalg.norm(d, axis=1))),
                _of(lambda d: np.mean(d)),
            ),
            "You averaged over entries or samples. The Frobenius norm is the root of the sum of all squares: "
            "√Σ δ².",
        ),
        Misconception(
            "another norm than Frobenius",
            (
                _of(lambda d: np.linalg.norm(d, 2)),
                _of(lambda d: np.abs(d).max()),
                _of(lambda d: np.abs(d).sum()),
                _of(lambda d: np.linalg.norm(d, axis=1).sum()),
                _of(lambda d: np.linalg.norm(d, 1)),
            ),
            "That is another norm of the same δ. The Frobenius norm is √Σ δ², `np.linalg.norm(delta)` with "
            "no second argument.",
        ),
        Misconception(
            "the square of the norm",
            _of(lambda d: np.sum(d**2)),
            "You return Σ δ². The norm is its root.",
        ),
        Misconception(
            "forgets the slope of the sigmoid",
            lambda weights, biases, x, y: _norms(deltas(weights, biases, x, y, slope=lambda a: 1.0)),
            "On its way back the signal passes each unit's slope, a(1 − a) ≤ ¼. Without it, sigmoids would "
            "not vanish.",
        ),
        Misconception(
            "takes the slope at z in place of a",
            _slope_at_z,
            "The sigmoid's slope is a(1 − a) in terms of its output a. You put z in.",
        ),
        Misconception(
            "the slope of another activation",
            lambda weights, biases, x, y: _norms(deltas(weights, biases, x, y, slope=lambda a: 1 - a**2)),
            "1 − a² is the slope of tanh. The hidden layers here are sigmoids: a(1 − a).",
        ),
        Misconception(
            "stops at the activations",
            (_to_activations, _to_inputs),
            "Some of your norms are of ∂C/∂a, the signal before it passes the slope (or one layer too far). "
            "Each layer's entry is the norm of ∂C/∂z.",
        ),
        Misconception(
            "sigmoid at the output",
            _sigmoid_output,
            "The output layer is a softmax over the classes; only the hidden layers are sigmoids.",
        ),
        Misconception(
            "the slope applied at the output too",
            _slope_at_the_output,
            "For softmax with cross-entropy, ∂C/∂z at the output is (p − y)/B itself; the factor "
            "p(1 − p) belongs to squared error on a sigmoid.",
        ),
        Misconception(
            "leaves the output layer out",
            lambda weights, biases, x, y: _norms(deltas(weights, biases, x, y)[:-1]),
            "One norm is missing: the output layer has a z, and so a δ, as well.",
        ),
        Misconception(
            "the deltas in place of their norms",
            deltas,
            "You return the arrays δ. The exercise asks for one number per layer: their norms.",
        ),
        Misconception(
            "relative to the output layer",
            lambda weights, biases, x, y: [
                n / _reference(weights, biases, x, y)[-1] for n in _reference(weights, biases, x, y)
            ],
            "You divide by the last layer's norm. That makes a good plot, but the exercise asks for the "
            "norms.",
        ),
        Misconception(
            "one norm for each sample",
            _by_sample,
            "You return one norm per sample. The Frobenius norm takes all samples of the batch together: one number per layer.",
        ),
    ),
    hints=(
        "Which gradient shrinks from layer to layer: that with respect to the weights, or that with respect to the weighted inputs z?",
        "The output's δ is (p − y)/B, (B, K). Layer l: δ⁽ˡ⁾ = (δ⁽ˡ⁺¹⁾ W⁽ˡ⁺¹⁾) ⊙ a⁽ˡ⁾(1 − a⁽ˡ⁾), (B, n). ‖δ‖ = √Σ δ².",
        "Go forward and keep each a; start with the output's delta; then, from the last layer down: "
        "`delta = delta @ weights[layer] * ___` and put `np.linalg.norm(delta)` in front of the list.",
    ),
    explanation=(
        "One number per layer shows the difficulty. If the norms fall toward the input, along a straight line on "
        "a log axis, the gradients vanish, and if they rise, the gradients explode. The slope of the line gives "
        "the factor by which each layer multiplies the signal. Look at δ and not at ∂C/∂W, because the "
        "latter also contains the activations, which can hide the trend."
    ),
)
