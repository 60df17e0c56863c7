"""Lesson 03: back-propagation through the 4-2-2-1 network, whole or with a named bug, and four checks of it."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np

LAYERS = (4, 2, 2, 1)
# The lesson's numbers: x, target y, W⁽¹⁾ W⁽²⁾ W⁽³⁾, b⁽¹⁾ b⁽²⁾ b⁽³⁾. Layers are superscripts in parentheses: no powers.
X, Y = np.array([0.5, -1.0, 0.8, 0.2]), 1.0
WEIGHTS = (
    np.array([[0.4, -0.6, 0.9, 0.3], [-0.7, 0.2, 0.5, -1.1]]),
    np.array([[1.2, -0.8], [0.5, 1.6]]),
    np.array([[1.4, -0.9]]),
)
BIASES = (np.array([0.1, -0.2]), np.array([-0.3, 0.4]), np.array([0.0]))
ETA = 0.5  # of the update that one bug makes too early
SMALL = 0.1  # the rate of the step that ought to lower the cost
TOLERANCE = 1e-5  # of a relative error

# name → what is done instead
BUGS = {
    "none": "back-propagation as derived",
    "transpose forgotten": "δ⁽¹⁾ from W⁽²⁾δ⁽²⁾ instead of (W⁽²⁾)ᵀδ⁽²⁾",
    "slope forgotten": "hidden δ without a(1 − a)",
    "slope taken at z": "hidden δ with z(1 − z)",
    "sign turned": "δ⁽³⁾ from y − s, still subtracted",
    "factor 2": "δ⁽³⁾ from 2(s − y)",
    "updates too early": "δ⁽²⁾ from the updated W⁽³⁾",
    "biases forgotten": "∂C/∂b = 0",
    "x instead of a⁽¹⁾": "∂C/∂W⁽²⁾ = δ⁽²⁾xᵀ",
}
CHECKS = ("shapes fit", "cost falls", "this weight", "every weight")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def of_layer(symbol, l):
    """A symbol with the number of its layer: of_layer("a", 2) is "a⁽²⁾"."""
    return f"{symbol}⁽{'⁰¹²³'[l]}⁾"


def parameter_names():
    """["W⁽¹⁾₁₁", …, "b⁽³⁾₁"]: the 19 parameters, layer by layer, row by row, a layer's biases after its weights."""
    names = []
    for l, (m, n) in enumerate(pairwise(LAYERS), start=1):
        names += [f"{of_layer('W', l)}{'₁₂'[j]}{'₁₂₃₄'[k]}" for j in range(n) for k in range(m)]
        names += [f"{of_layer('b', l)}{'₁₂'[j]}" for j in range(n)]
    return names


def place(index):
    """(layer, unit j, input k) of a parameter, from 0; k is None for a bias."""
    for l, (m, n) in enumerate(pairwise(LAYERS)):
        if index < n * m:
            return l, index // m, index % m
        if index < n * (m + 1):
            return l, index - n * m, None
        index -= n * (m + 1)
    raise IndexError("The 4-2-2-1 network has 19 parameters.")


def forward(weights, biases, x, y, output):
    """All z, all a (the input first) and the cost ½(s − y)²; output: "linear" or "sigmoid"."""
    a, z = [x], []
    for l, (W, b) in enumerate(zip(weights, biases, strict=True)):
        z.append(W @ a[-1] + b)
        a.append(sigmoid(z[-1]) if l < 2 or output == "sigmoid" else z[-1])
    return SimpleNamespace(z=z, a=a, s=a[-1][0], cost=0.5 * (a[-1][0] - y) ** 2)


def backward(weights, there, y, output, bug="none"):
    """δ of the three layers and the gradients dW, db, from a forward pass `there`."""
    a, z = there.a, there.z
    slope = [
        {"slope forgotten": 1.0, "slope taken at z": z[l] * (1 - z[l])}.get(bug, a[l + 1] * (1 - a[l + 1]))
        for l in (0, 1)
    ]
    error = {"sign turned": y - a[3], "factor 2": 2 * (a[3] - y)}.get(bug, a[3] - y)
    last = error * (a[3] * (1 - a[3]) if output == "sigmoid" else 1.0)
    W3 = weights[2] - ETA * np.outer(last, a[2]) if bug == "updates too early" else weights[2]
    middle = W3.T @ last * slope[1]
    W2 = weights[1] if bug == "transpose forgotten" else weights[1].T
    delta = [W2 @ middle * slope[0], middle, last]
    inputs = [a[0], a[0] if bug == "x instead of a⁽¹⁾" else a[1], a[2]]
    dW = [np.outer(d, i) for d, i in zip(delta, inputs, strict=True)]
    db = [0 * d if bug == "biases forgotten" else d for d in delta]
    return SimpleNamespace(delta=delta, dW=dW, db=db)


def flat(weights, biases):
    """All parameters, or their gradients, in the order of `parameter_names`."""
    return np.concatenate([np.r_[W.ravel(), b] for W, b in zip(weights, biases, strict=True)])


def unflat(theta):
    """weights, biases of a flat vector."""
    weights, biases, start = [], [], 0
    for m, n in pairwise(LAYERS):
        weights.append(theta[start : start + n * m].reshape(n, m))
        biases.append(theta[start + n * m : start + n * (m + 1)])
        start += n * (m + 1)
    return weights, biases


def central_differences(weights, biases, x, y, output, h=1e-5):
    """∂C/∂θ of all 19 parameters, by two forward passes each."""
    theta = flat(weights, biases)
    cost = lambda t: forward(*unflat(t), x, y, output).cost
    return np.array([(cost(theta + h * e) - cost(theta - h * e)) / (2 * h) for e in np.eye(theta.size)])


def relative_error(a, b):
    return abs(a - b) / max(abs(a), abs(b), 1e-5)


def inspect(weights, biases, x, y, output, bug, index):
    """The forward and backward pass, central differences, and what each check says.

    checks: {name: True, False or None}; after gradients of a wrong shape nothing else can be asked (None).
    falls: the cost after a small step; wrong: how many of the 19 differ.
    """
    there = forward(weights, biases, x, y, output)
    back = backward(weights, there, y, output, bug)
    numerical = central_differences(weights, biases, x, y, output)
    found = SimpleNamespace(
        there=there, back=back, numerical=numerical, gradient=None, falls=None, wrong=None
    )
    fits = all(g.shape == W.shape for g, W in zip(back.dW, weights, strict=True))
    found.checks = dict.fromkeys(CHECKS) | {"shapes fit": fits}
    if fits:
        found.gradient = flat(back.dW, back.db)
        found.falls = forward(*unflat(flat(weights, biases) - SMALL * found.gradient), x, y, output).cost
        off = np.array(
            [relative_error(*pair) > TOLERANCE for pair in zip(found.gradient, numerical, strict=True)]
        )
        found.wrong = int(off.sum())
        answers = (bool(found.falls < there.cost), not off[index], not off.any())
        found.checks |= dict(zip(CHECKS[1:], answers, strict=True))
    return found
