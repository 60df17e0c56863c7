"""Exercise 00.1: one layer, for one sample or a batch."""

import numpy as np

from coursekit.exercises.engine.draws import sizes
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.exercises.forward_pass.inputs import network, samples, views


def _layer(rng, n, m, *batch, dtype=float):
    (W,), (b,) = network(rng, (m, n), dtype)
    return W, b, samples(rng, *batch, m, dtype=dtype)


def _one_sample(rng):
    n, m = sizes(rng)
    return [_layer(rng, 2, 3), _layer(rng, n, m), _layer(rng, m, n)]


def _batch(rng):
    n, m, B = sizes(rng, 3)
    W, b, x = _layer(rng, n, m, B)
    (V,), (c,) = views([W], [b])
    return [
        _layer(rng, 3, 4, 2),
        _layer(rng, m, B, n),
        _layer(rng, 3, 2, 1),
        _layer(rng, 4, 2, 3, dtype=int),
        (V, c, np.asfortranarray(x)),
    ]


def _extreme(rng):
    """Weights of ±1 and inputs that make every z one of ±1000, ±30, 0."""
    cases = []
    for size in (1000, 800, 30):
        W = np.array([[1.0, 0.0, 1.0], [-1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.0, -1.0, 1.0]])
        cases.append((W[rng.permutation(4)], np.zeros(4), np.array([size, size, 0.0])))
    return cases


def layer_forward(W, b, x):
    """A fully connected layer with a sigmoid.

    W, b: weights (n, m) and biases (n,)
    x: one sample (m,), or a batch of samples, one per row, (B, m)
    Returns (z, a): z = W x + b for each sample and a = sigmoid(z), both (n,) or (B, n). The
    sigmoid must be correct, and cause no warning, for z between -1000 and 1000.
    """
    z = x @ W.T + b
    e = np.exp(-np.abs(z))
    return z, np.where(z >= 0, 1, e) / (1 + e)


def _reference(W, b, x):
    z = np.einsum("ji,...i->...j", np.asarray(W, float), x) + b
    return z, np.exp(-np.logaddexp(0, -z))


def _textbook(W, b, x):
    """The sigmoid as it is printed, which overflows at large z."""
    z = x @ W.T + b
    return z, 1 / (1 + np.exp(-z))


def _by_loops(W, b, x):
    """Sample by sample, neuron by neuron, input by input."""
    samples = np.atleast_2d(x)
    z = np.zeros((len(samples), len(b)))
    for s in range(len(samples)):
        for i in range(len(b)):
            z[s, i] = b[i]
            for j in range(W.shape[1]):
                z[s, i] += W[i, j] * samples[s, j]
    z = z.reshape((*x.shape[:-1], len(b)))
    return z, 1 / (1 + np.exp(-z))


def _with(z=None, a=None):
    """The right layer, but for z, a function of (W, b, x), or a, a function of z."""

    def wrong(W, b, x):
        mine = z(W, b, x) if z else layer_forward(W, b, x)[0]
        return mine, a(mine) if a else np.exp(-np.logaddexp(0, -mine))

    return wrong


def _early(W, b, x):
    return layer_forward(W, 0 * b, x)[1] + b


EXERCISE = Exercise(
    id="00.1",
    points=4,
    returns=("z", "a"),
    solution=layer_forward,
    forms=(_textbook, _by_loops),
    reference=_reference,
    properties=(
        Property("z is W x + b for one sample", 1, _one_sample, "z"),
        Property("a is the sigmoid of z", 1, _one_sample, "a"),
        Property("both hold for a batch: a row for each sample", 1, _batch),
        Property(
            "a is exact at z = ±1000, without a warning", 1, _extreme, "a", quiet=True, special="very large z"
        ),
    ),
    misconceptions=(
        Misconception(
            "forgets the bias",
            lambda W, b, x: (x @ W.T, 1 / (1 + np.exp(-np.clip(x @ W.T, -700, 700)))),
            "Your z is W x. Each neuron adds a number of its own, its bias: + b.",
        ),
        Misconception(
            "subtracts the bias",
            _with(lambda W, b, x: x @ W.T - b),
            "You treat the bias as a threshold that has to be passed. It is one, with the opposite sign: a "
            "large bias makes the neuron's output larger, so it is added.",
        ),
        Misconception(
            "activation before the bias",
            (
                _with(_early, lambda z: z),
                lambda W, b, x: (layer_forward(W, 0 * b, x)[0], _early(W, b, x)),
                lambda W, b, x: (layer_forward(W, b, x)[0], _early(W, b, x)),
            ),
            "You apply the sigmoid to W x and add b afterwards. The bias belongs inside: it shifts where the "
            "sigmoid is steep. First z, whole; then a = sigmoid(z).",
        ),
        Misconception(
            "no activation",
            _with(a=lambda z: z),
            "Your a is z itself. The neuron's output is the sigmoid of it, between 0 and 1.",
        ),
        Misconception(
            "activation returned twice",
            lambda W, b, x: layer_forward(W, b, x)[1:] * 2,
            "Both parts of your answer are the activation. The first is z, before the sigmoid.",
        ),
        Misconception(
            "one sample only",
            (
                _with(lambda W, b, x: W @ x + b),
                _with(lambda W, b, x: np.dot(W, x) + b),
            ),
            "For one sample you are right. In a batch the samples are the rows of x (B, m), and `W @ x` pairs the "
            "wrong axes: which product of x and W, transposed or not, is (B, n)?",
        ),
        Misconception(
            "bias along the wrong axis",
            (
                _with(lambda W, b, x: W @ x.T + b),
                _with(lambda W, b, x: np.dot(W, x.T) + b),
            ),
            "`W @ x.T` is (n, B), a column for each sample, and b (n,) is added along the last axis, the samples. "
            "With `x @ W.T` the samples stay rows, and b fits.",
        ),
        Misconception(
            "W not transposed",
            (
                _with(lambda W, b, x: x @ W + b),
                _with(lambda W, b, x: np.dot(x, W) + b),
            ),
            "W is (n, m), a row for each neuron. `x @ W` would sum over the neurons; x (B, m) goes with Wᵀ (m, n).",
        ),
        Misconception(
            "reshapes instead of transposing",
            _with(lambda W, b, x: x @ W.reshape(W.shape[::-1]) + b),
            "`reshape` reads the same numbers row by row into another shape, which mixes the neurons' "
            "weights. A transposition, `W.T`, turns rows into columns.",
        ),
        Misconception(
            "a column for each sample",
            _with(lambda W, b, x: (x @ W.T + b).T),
            "Your batch comes out as (n, B), one column per sample, as some books write it. Here samples are "
            "rows, in x (B, m) and in z (B, n).",
        ),
        Misconception(
            "a column instead of a vector",
            _with(lambda W, b, x: (x @ W.T + b)[:, None] if x.ndim == 1 else x @ W.T + b),
            "For one sample you return (n, 1) matrices. The values are right; as x is (m,), z and a are (n,).",
        ),
        Misconception(
            "multiplies without summing",
            (
                _with(lambda W, b, x: W * x + b[:, None] if x.ndim == 1 else W * x),
                _with(lambda W, b, x: (W * x).T + b if x.ndim == 1 else W * x),
            ),
            "`W * x` multiplies entry by entry and leaves n rows of m products. A neuron adds up its row: "
            "that is what `@` does.",
        ),
        Misconception(
            "one sum for all neurons",
            (
                _with(lambda W, b, x: np.sum(W * x) + b),
                _with(lambda W, b, x: np.array([(W * row).sum() for row in np.atleast_2d(x)])[:, None] + b),
            ),
            "You add up the products of the whole matrix, so every neuron gets the same number. Each neuron "
            "has its own row of W: sum along the row.",
        ),
        Misconception(
            "the first neuron's weights for all",
            (
                _with(lambda W, b, x: x @ W[0] + b),
                _with(lambda W, b, x: np.multiply.outer(x @ W[0], np.ones(len(b))) + b),
            ),
            "Every neuron of yours uses the weights of the first. A weight needs two indices, neuron and "
            "input: the neurons share the inputs, not the weights.",
        ),
        Misconception(
            "adds up the batch",
            (
                _with(lambda W, b, x: np.atleast_2d(x).sum(axis=0) @ W.T + b),
                _with(lambda W, b, x: np.atleast_2d(x).mean(axis=0) @ W.T + b),
            ),
            "You merge the samples of a batch into one. Each row of x is a sample with an output of its own: "
            "B rows in, B rows out.",
        ),
        Misconception(
            "sigmoid without the minus",
            _with(a=lambda z: np.exp(-np.logaddexp(0, z))),
            "Your sigmoid falls where it should rise: it is 1/(1 + e^(−z)), so that a large z gives an "
            "output near 1.",
        ),
        Misconception(
            "derivative instead of the sigmoid",
            _with(a=lambda z: np.exp(-np.logaddexp(0, -z) - np.logaddexp(0, z))),
            "a(1 − a) is the slope of the sigmoid, which comes in with back-propagation. Here you want the "
            "sigmoid itself.",
        ),
        Misconception(
            "another activation",
            (
                _with(a=np.tanh),
                _with(a=lambda z: np.maximum(z, 0)),
                _with(a=lambda z: (z > 0).astype(float)),
                _with(a=lambda z: np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True))),
            ),
            "Your activation is another one (tanh, ReLU, a step or softmax). This layer has a sigmoid, "
            "1/(1 + e^(−z)), for each entry of z alone.",
        ),
        Misconception(
            "exp overflows",
            (
                _with(a=lambda z: 1 / (1 + np.exp(-z))),
                _with(a=lambda z: np.exp(z) / (1 + np.exp(z))),
                _with(a=lambda z: np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))),
            ),
            "At z = ±1000 you ask for e^1000, which no float can hold: NumPy warns and continues with ∞. Let "
            "exp see negative numbers only, `np.exp(-np.abs(z))`, and write the sigmoid with it for z ≥ 0 "
            "and for z < 0.",
        ),
        Misconception(
            "cut to whole numbers",
            _with(a=lambda z: np.exp(-np.logaddexp(0, -z)).astype(z.dtype)),
            "For whole numbers your a is cut to whole numbers: `np.zeros_like` takes over an integer dtype. "
            "Compute a as an expression, or ask for `dtype=float`.",
        ),
        Misconception(
            "activation first",
            lambda W, b, x: layer_forward(W, b, x)[::-1],
            "The two results are in the wrong order: `return z, a`.",
        ),
        Misconception(
            "returns only one of the two",
            (lambda W, b, x: layer_forward(W, b, x)[0], lambda W, b, x: layer_forward(W, b, x)[1]),
            "The exercise asks for two things at once: `return z, a`.",
        ),
    ),
    hints=(
        "How many numbers does a layer of n neurons give for one sample? Which row of W belongs to neuron j?",
        "z_j = Σ_i W_ji x_i + b_j and a = 1/(1 + e^(−z)). For a batch, z = x Wᵀ + b: (B, m) times (m, n), and "
        "b (n,) is added to every row.",
        "`z = x @ ___ + b`, then `e = np.exp(-np.abs(z))` and a = 1/(1 + e) where z ≥ 0, e/(1 + e) where not.",
    ),
    explanation=(
        "A layer is a matrix product, a shift and a squashing, and its rows are its neurons: row j of W holds "
        "what neuron j pays attention to. With samples as rows the same line serves one sample and a million, "
        "which is why networks compute in batches. The two forms of the sigmoid are one function; floats have "
        "room for only one of them on each side of 0."
    ),
)
