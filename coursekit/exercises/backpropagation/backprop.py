"""Exercise 03.5: back-propagation through any number of layers."""

import numpy as np

from coursekit.exercises.backpropagation.backprop_mistakes import softmax, with_
from coursekit.exercises.backpropagation.networks import complex_step_gradient, network
from coursekit.exercises.engine.draws import one_hot_rows, sizes, strided, transposed
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _one_layer(rng):
    b, m, k = sizes(rng, 3)
    return [network(rng, (2, 3), 4), network(rng, (m, k), b)]


def _two_layers(rng):
    b, m, h, k = sizes(rng, 4)
    return [network(rng, (2, 3, 2), 4), network(rng, (m, h, k), b)]


def _deep(rng):
    b, m, h, k = sizes(rng, 4)
    return [network(rng, (3, 2, 4, 3), 2), network(rng, (m, h, k, h, k), b)]


def _awkward(rng):
    """One sample, whole numbers, views, logits of ±1000."""
    b, m, h, k = sizes(rng, 4)
    weights, biases, x, y = network(rng, (m, h, k), b)
    whole = (
        [np.array([[1, -1], [2, 1], [0, 1]]), np.array([[1, -2, 1], [-1, 0, 2]])],
        [np.array([0, 1, -1]), np.array([1, 0])],
        np.array([[1, 2], [0, -1], [1, 1], [-2, 1]]),
        one_hot_rows(rng, 4, 2, dtype=int),
    )
    certain = (
        [np.array([[1000.0, 0.0, -1000.0]]).T],
        [np.zeros(3)],
        np.array([[1.0], [-1.0]]),
        np.eye(3)[[1, 2]],
    )
    return [
        network(rng, (3, 2, 4), 1),
        whole,
        ([transposed(weights[0]), strided(weights[1])], biases, strided(x), transposed(y)),
        certain,
        network(rng, (m, 1, k), b),
    ]


def backprop(weights, biases, x, y):
    """The gradient of the cost: sigmoid hidden layers, softmax output, mean cross-entropy.

    weights: a list with one matrix (n_l, n_{l-1}) per layer; biases: a list of vectors (n_l,)
    x: inputs (B, m); y: one-hot targets (B, K)
    Returns (dW, db): two lists of the same shapes as weights and biases.
    """
    a = [x]  # the input of every layer
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        a.append(1 / (1 + np.exp(-(a[-1] @ W.T + b))))
    z = a[-1] @ weights[-1].T + biases[-1]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    delta = (e / e.sum(axis=1, keepdims=True) - y) / len(x)  # ∂C/∂z of the last layer, (B, K)
    dW, db = [], []
    for l in reversed(range(len(weights))):
        dW.insert(0, delta.T @ a[l])  # (n_l, n_{l-1})
        db.insert(0, delta.sum(axis=0))  # (n_l,)
        if l > 0:
            delta = delta @ weights[l] * a[l] * (1 - a[l])  # of the layer before, (B, n_{l-1})
    return dW, db


def _by_index(weights, biases, x, y):
    """The same with lists that are filled by index, and a mean over the batch at the end."""
    n = len(weights)
    a = [x]
    for l in range(n - 1):
        a.append(1 / (1 + np.exp(-(a[l] @ weights[l].T + biases[l]))))
    e = np.exp(a[n - 1] @ weights[n - 1].T + biases[n - 1])
    delta = e / e.sum(axis=1, keepdims=True) - y
    dW, db = [None] * n, [None] * n
    for l in range(n - 1, -1, -1):
        dW[l] = delta.T @ a[l] / len(x)
        db[l] = delta.mean(axis=0)
        if l > 0:
            delta = (delta @ weights[l]) * a[l] * (1 - a[l])
    return dW, db


def _summed_over_the_batch(weights, biases, x, y):
    a = [x]
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        a.append(1 / (1 + np.exp(-(a[-1] @ W.T + b))))
    z = a[-1] @ weights[-1].T + biases[-1]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    delta = e / e.sum(axis=1, keepdims=True) - y
    dW, db = [], []
    for l in reversed(range(len(weights))):
        dW.insert(0, delta.T @ a[l])
        db.insert(0, delta.sum(axis=0))
        if l > 0:
            delta = delta @ weights[l] * a[l] * (1 - a[l])
    return dW, db


def _changed(change):
    """The right (dW, db) and the arguments, through change."""
    return lambda *args: change(*backprop(*args), *args)


EXERCISE = Exercise(
    id="03.5",
    points=6,
    returns=("dW", "db"),
    solution=backprop,
    forms=(_by_index,),
    reference=complex_step_gradient,
    properties=(
        Property("no hidden layer: the gradient of the weights", 1, _one_layer, "dW"),
        Property("no hidden layer: the gradient of the biases", 1, _one_layer, "db"),
        Property("one hidden layer: the gradient of the weights", 1, _two_layers, "dW"),
        Property("one hidden layer: the gradient of the biases", 1, _two_layers, "db"),
        Property("two and three hidden layers", 1, _deep),
        Property("one sample, whole numbers, views, a layer of one unit, logits of ±1000", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "sums over the batch",
            _summed_over_the_batch,
            "The cost is averaged over the batch, so its gradient is as well: divide by B. It is enough to divide the δ of "
            "the output once, because everything else follows from it.",
        ),
        Misconception(
            "sign of Mitchell's delta",
            with_(output=lambda p, y: (y - p) / len(y)),
            "You return −∂C/∂W: your δ starts from y − p. Here δ is +∂C/∂z; the optimizer subtracts.",
        ),
        Misconception(
            "divides by samples and classes",
            with_(output=lambda p, y: (p - y) / y.size),
            "Cross-entropy sums over the K classes and averages over the B samples: divide by B only.",
        ),
        Misconception(
            "divides by B twice",
            (
                with_(output=lambda p, y: (p - y) / len(y) ** 2),
                with_(bias=lambda delta: delta.mean(axis=0)),
                with_(weight=lambda delta, a: delta.T @ a / len(a)),
            ),
            "The 1/B of the mean enters once. If the δ of the output has it, sums over the batch are right "
            "afterwards.",
        ),
        Misconception(
            "1/B in one of the two only",
            (
                _changed(lambda dW, db, W, b, x, y: (dW, [g * len(x) for g in db])),
                _changed(lambda dW, db, W, b, x, y: ([g * len(x) for g in dW], db)),
            ),
            "One of the two gradients is averaged over the batch, the other one summed. Both are derivatives of the "
            "same mean.",
        ),
        Misconception(
            "no slope in the hidden layers",
            with_(slope=lambda a, z: 1.0),
            "δ of a hidden layer is (δ W) ⊙ σ′(z). The slope of the sigmoid, a(1 − a), does not enter yours.",
        ),
        Misconception(
            "slope taken at the activation",
            (
                with_(slope=lambda a, z: 1 / (2 + np.exp(a) + np.exp(-a))),
                with_(slope=lambda a, z: z * (1 - z)),
            ),
            "σ′(z) is a(1 − a) with a = σ(z). You take the slope at the wrong quantity.",
        ),
        Misconception(
            "slope of tanh",
            with_(slope=lambda a, z: 1 - a**2),
            "1 − a² is the slope of tanh. The hidden layers are sigmoids.",
        ),
        Misconception(
            "an extra slope at the output",
            with_(output=lambda p, y: (p - y) * p * (1 - p) / len(y)),
            "p − y is already ∂C/∂z of softmax with cross-entropy: the slope has cancelled.",
        ),
        Misconception(
            "stops at the probabilities",
            with_(output=lambda p, y: -y / p / len(y)),
            "−y/p is the derivative with respect to p. Through the softmax, ∂C/∂z becomes p − y.",
        ),
        Misconception(
            "squared error at the output",
            with_(output=lambda p, y: 2 * (p - y) / y.size),
            "That is the derivative of a mean squared error. For cross-entropy δ = (p − y)/B.",
        ),
        Misconception(
            "sigmoid at the output",
            with_(probabilities=lambda z: 0.5 + 0.5 * np.tanh(z / 2)),
            "The last layer's output is a softmax: the K probabilities of a sample sum to 1.",
        ),
        Misconception(
            "sigmoid before the softmax",
            with_(probabilities=lambda z: softmax(0.5 + 0.5 * np.tanh(z / 2))),
            "The softmax gets the logits z of the last layer, not their sigmoid.",
        ),
        Misconception(
            "softmax down the columns",
            with_(probabilities=lambda z: softmax(z.T).T),
            "Each row is a sample, so its probabilities sum to 1: axis=1, with keepdims=True.",
        ),
        Misconception(
            "softmax without a shift",
            with_(probabilities=lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)),
            "At logits of ±1000 exp overflows, and ∞/∞ is nan. Subtract each row's maximum first.",
        ),
        Misconception(
            "no sigmoid in the hidden layers",
            (with_(hidden=lambda z: z), with_(hidden=lambda z: z, slope=lambda a, z: 1.0)),
            "Forward, a hidden layer is a = σ(z). Yours passes on z itself.",
        ),
        Misconception(
            "another hidden activation",
            (
                with_(hidden=np.tanh, slope=lambda a, z: 1 - a**2),
                with_(hidden=lambda z: np.maximum(z, 0), slope=lambda a, z: z > 0),
            ),
            "Your network has other hidden layers than the one that was asked for: here they are sigmoids.",
        ),
        Misconception(
            "forgets the targets",
            with_(output=lambda p, y: p / len(y)),
            "Your δ of the output does not depend on y. It starts from p − y.",
        ),
        Misconception(
            "gradient of the last layer only",
            (
                _changed(
                    lambda dW, db, *args: (
                        [0 * g for g in dW[:-1]] + dW[-1:],
                        [0 * g for g in db[:-1]] + db[-1:],
                    )
                ),
                _changed(lambda dW, db, *args: (dW[-1:], db[-1:])),
            ),
            "Only the last layer has its gradient. Carry δ down: from layer l + 1 to layer l, until the first.",
        ),
        Misconception(
            "no biases in the forward pass",
            with_(affine=lambda a, W, b: a @ W.T),
            "z = a Wᵀ + b: your forward pass leaves out b.",
        ),
        Misconception(
            "pre-activations instead of activations",
            with_(hand_on=lambda a, z: z),
            "dW is δ times what came in through the weight: the activation a of the layer before, not its z.",
        ),
        Misconception(
            "reshapes instead of transposing",
            with_(back=lambda delta, W: delta @ W.T.reshape(W.shape)),
            "`reshape` makes the shapes fit and scrambles which weight leads where. W (n, m) itself takes δ (B, n) "
            "back to (B, m).",
        ),
        Misconception(
            "one delta for the whole batch",
            with_(output=lambda p, y: 0 * p + (p - y).mean(axis=0) / len(y)),
            "You average δ over the batch before it meets the activations. Each sample's δ belongs with its own a; "
            "average the products.",
        ),
        Misconception(
            "output layer first",
            _changed(lambda dW, db, *args: (dW[::-1], db[::-1])),
            "Your lists start with the output layer. Put them in the order of `weights`.",
        ),
        Misconception(
            "pairs instead of two lists",
            _changed(lambda dW, db, *args: list(zip(dW, db, strict=True))),
            "You return a pair (dW, db) for each layer. The exercise asks for two lists: all dW, then all db.",
        ),
        Misconception(
            "gradient of the weights transposed",
            _changed(lambda dW, db, *args: ([g.T for g in dW], db)),
            "Your dW has the shape (n_{l−1}, n_l). A gradient has the shape of what it belongs to: δᵀ a.",
        ),
        Misconception(
            "bias gradient along the wrong axis",
            with_(bias=lambda delta: delta.sum(axis=1)),
            "You sum δ over the units. b_j is shared by all samples: sum over the batch, axis=0.",
        ),
        Misconception(
            "one bias gradient for a layer",
            (with_(bias=lambda delta: delta.sum()), with_(bias=lambda delta: delta.mean())),
            "Every unit has its own bias and its own derivative: sum over the batch only.",
        ),
        Misconception(
            "bias gradient left as rows",
            with_(bias=lambda delta: delta.sum(axis=0, keepdims=True)),
            "Your db are rows (1, n). The biases here are vectors (n,): no keepdims.",
        ),
        Misconception(
            "forgets the biases",
            _changed(lambda dW, db, W, b, x, y: (dW, [np.zeros(g.shape) for g in b])),
            "db is 0 everywhere. Since z = a Wᵀ + b, ∂C/∂b is the sum of δ over the batch.",
        ),
        Misconception(
            "forgets to leave the batch",
            with_(bias=lambda delta: delta),
            "Your db still has a row for each sample. All samples share b: sum over them.",
        ),
        Misconception(
            "gradient cut to whole numbers",
            _changed(
                lambda dW, db, W, b, x, y: (
                    [g.astype(w.dtype) for g, w in zip(dW, W, strict=True)],
                    [g.astype(c.dtype) for g, c in zip(db, b, strict=True)],
                )
            ),
            "For whole-number weights your gradients are whole numbers: `np.zeros_like(W)` takes over the integer "
            "dtype.",
        ),
    ),
    hints=(
        "What does a weight of layer l need to know? Only two things: what came in through it, and how the "
        "cost changes with the z it leads to. How does the second get from layer l + 1 to layer l?",
        "Last layer: δ⁽ᴸ⁾ = (p − y)/B, (B, K). Before it: δ⁽ˡ⁾ = (δ⁽ˡ⁺¹⁾ W⁽ˡ⁺¹⁾) ⊙ a⁽ˡ⁾(1 − a⁽ˡ⁾), (B, n_l). Then "
        "dW⁽ˡ⁾ = (δ⁽ˡ⁾)ᵀ a⁽ˡ⁻¹⁾, and db⁽ˡ⁾ is δ⁽ˡ⁾ summed over the batch.",
        "Keep every layer's input in a list a. Then from the last layer down: `dW.insert(0, delta.T @ a[l])`, "
        "`db.insert(0, delta.sum(axis=0))`, `delta = ___ * a[l] * (1 - a[l])`.",
    ),
    explanation=(
        "One forward and one backward pass give every derivative. The backward pass takes one to two times the work of the "
        "forward pass, for a thousand weights or a billion. Each δ is used twice, for the gradient of its layer and for "
        "the δ of the layer before. This reuse is what back-propagation adds to the chain rule. What to do with the "
        "gradient is decided by the optimizer."
    ),
    same_as=("backward", "complex_step_gradient"),
)
