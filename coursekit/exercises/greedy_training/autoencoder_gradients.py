"""Exercise 08.4: the gradients of an autoencoder with tied weights."""

import numpy as np

from coursekit.exercises.deep_networks.inputs import sigmoid
from coursekit.exercises.engine.draws import sizes, strided, tenths, transposed
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _case(rng, hidden, inputs, samples):
    """W (n, m), b (n,), c (m,), x (B, m)."""
    return (
        tenths(rng, (hidden, inputs), -1.5, 1.5),
        tenths(rng, hidden, -1, 1),
        tenths(rng, inputs, -1, 1),
        tenths(rng, (samples, inputs), -2, 2),
    )


def _ordinary(rng):
    return [
        _case(rng, 2, 3, 4),
        _case(rng, *sizes(rng, count=3)),
        _case(rng, 5, 3, 6),
        _case(rng, *sizes(rng, count=3)),
    ]


def _awkward(rng):
    """One sample, one hidden unit, more units than inputs, whole numbers, views."""
    W, b, c, x = _case(rng, 3, 5, 4)
    whole = rng.permutation(20).reshape(4, 5) % 4 - 2
    return [
        _case(rng, 2, 4, 1),
        _case(rng, 1, 3, 5),
        _case(rng, 6, 2, 3),
        (W, b, c, whole),
        (strided(W), strided(b), c, transposed(x)),
    ]


def autoencoder_gradients(W, b, c, x):
    """The gradients of an autoencoder whose decoder uses the encoder's weights.

    W: weights (n, m); b: biases (n,); c: output biases (m,); x: inputs (B, m)
    h = sigmoid(x Wᵀ + b), reconstruction r = h W + c
    cost: half of the mean over samples of the squared length of r - x
    Returns (dW, db, dc), with the shapes of W, b, c.
    """
    h = 1 / (1 + np.exp(-(x @ W.T + b)))
    error = (h @ W + c - x) / len(x)  # dC/dr, (B, m)
    delta = error @ W.T * h * (1 - h)  # dC/dz, (B, n)
    dW = delta.T @ x + h.T @ error  # W as encoder, and as decoder
    return dW, delta.sum(axis=0), error.sum(axis=0)


def _reference(W, b, c, x):
    """Sample by sample, entry of W by entry: ∂C/∂W_jk = Σ_i ∂r_i/∂W_jk · error_i."""
    W = np.asarray(W, dtype=float)
    dW, db, dc = np.zeros(W.shape), np.zeros(len(W)), np.zeros(W.shape[1])
    for sample in np.asarray(x, dtype=float):
        h = sigmoid(W @ sample + b)
        error = W.T @ h + c - sample
        for j, (row, slope) in enumerate(zip(W, h * (1 - h), strict=True)):
            db[j] += slope * (row @ error) / len(x)
            dW[j] += (slope * (row @ error) * sample + h[j] * error) / len(x)
        dc += error / len(x)
    return dW, db, dc


def _pieces(W, b, c, x):
    """h (B, n), error = r − x (B, m), and δ = ∂C/∂z (B, n), the last two times B."""
    h = sigmoid(x @ W.T + b)
    error = h @ W + c - x
    return h, error, error @ W.T * h * (1 - h)


def _with(dW=None, db=None, dc=None):
    """The right gradients but for some of them, functions of W, b, c, x and their right values."""

    def wrong(W, b, c, x):
        right = _reference(W, b, c, x)
        h, error, delta = _pieces(W, b, c, x)
        given = {"W": W, "b": b, "c": c, "x": x, "h": h, "error": error, "delta": delta, "B": len(x)}
        return tuple(g(**given) if g else value for g, value in zip((dW, db, dc), right, strict=True))

    return wrong


def _scaled(factor):
    return lambda W, b, c, x: tuple(factor(W, x) * g for g in _reference(W, b, c, x))


def _with_delta(delta_of):
    """All that follows from another δ of the hidden layer, a function of error, W, h and x."""

    def wrong(W, b, c, x):
        h, error, _ = _pieces(W, b, c, x)
        delta = delta_of(error, W, h, x)
        return (delta.T @ x + h.T @ error) / len(x), delta.sum(axis=0) / len(x), error.mean(axis=0)

    return wrong


def _encoder_only(W, b, c, x):
    h = 1 / (1 + np.exp(-(x @ W.T + b)))
    error = (h @ W + c - x) / len(x)
    delta = error @ W.T * h * (1 - h)
    return delta.T @ x, delta.sum(axis=0), error.sum(axis=0)


def _sigmoid_output(W, b, c, x):
    h = sigmoid(x @ W.T + b)
    r = sigmoid(h @ W + c)
    error = (r - x) * r * (1 - r) / len(x)
    delta = error @ W.T * h * (1 - h)
    return delta.T @ x + h.T @ error, delta.sum(axis=0), error.sum(axis=0)


def _no_bias_in_reconstruction(W, b, c, x):
    return _reference(W, b, np.zeros(W.shape[1]), x)


EXERCISE = Exercise(
    id="08.4",
    points=4,
    returns=("dW", "db", "dc"),
    solution=autoencoder_gradients,
    reference=_reference,
    properties=(
        Property("dW: W is used twice", 1, _ordinary, "dW"),
        Property("db", 1, _ordinary, "db"),
        Property("dc", 1, _ordinary, "dc"),
        Property("one sample, one hidden unit, many units, whole numbers, views", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "W as encoder only",
            _encoder_only,
            "Half of dW is missing. W appears a second time, in r = hW + c: add hᵀ · error, since a weight "
            "used twice gets the sum of both gradients.",
        ),
        Misconception(
            "W as decoder only",
            _with(lambda h, error, B, **_: h.T @ error / B),
            "Half of dW is missing. W also makes h: the error flows back through h to x Wᵀ + b and adds δᵀ x.",
        ),
        Misconception(
            "the average of both uses of W",
            _with(lambda h, error, delta, x, B, **_: (delta.T @ x + h.T @ error) / 2 / B),
            "You average the two contributions to dW. They add up.",
        ),
        Misconception(
            "the difference of both uses of W",
            _with(lambda h, error, delta, x, B, **_: (delta.T @ x - h.T @ error) / B),
            "You subtract one contribution to dW from the other. They add up.",
        ),
        Misconception(
            "sums over the batch",
            _scaled(lambda W, x: len(x)),
            "Your gradients grow with the batch. The cost is a mean over B samples: divide by `len(x)`.",
        ),
        Misconception(
            "averages over the inputs too",
            _scaled(lambda W, x: 1 / x.shape[1]),
            "You divide by B·m. The squared length of r − x is a sum over the m inputs; only the samples are "
            "averaged.",
        ),
        Misconception(
            "forgets the one half",
            _scaled(lambda W, x: 2.0),
            "Everything is doubled: the cost has a ½, so that ∂C/∂r is r − x, divided by B.",
        ),
        Misconception(
            "the wrong sign",
            _scaled(lambda W, x: -1.0),
            "All signs are turned around: the error is r − x, reconstruction minus input.",
        ),
        Misconception(
            "forgets the slope of the sigmoid",
            _with_delta(lambda error, W, h, x: error @ W.T),
            "The error passes the sigmoid on its way back: δ = (error Wᵀ) ⊙ h(1 − h).",
        ),
        Misconception(
            "the slope of another activation",
            _with_delta(lambda error, W, h, x: error @ W.T * (1 - h**2)),
            "1 − h² is the slope of tanh. h is a sigmoid: h(1 − h).",
        ),
        Misconception(
            "a sigmoid on the reconstruction",
            _sigmoid_output,
            "The reconstruction is linear: r = hW + c, with no sigmoid.",
        ),
        Misconception(
            "the reconstruction without c",
            _no_bias_in_reconstruction,
            "c is missing from the reconstruction: r = hW + c.",
        ),
        Misconception(
            "compares with the hidden layer",
            _with(None, None, lambda h, x, B, W, c, **_: (h @ W + c).sum(axis=0) / B),
            "Your dc is the mean of r. The target is the input itself: the error is r − x.",
        ),
        Misconception(
            "dW transposed",
            lambda W, b, c, x: (_reference(W, b, c, x)[0].T, *_reference(W, b, c, x)[1:]),
            "Your dW is (m, n). A gradient has the shape of its array: (n, m).",
        ),
        Misconception(
            "db from the error of the outputs",
            _with(None, lambda error, W, B, **_: (error @ W.T).sum(axis=0) / B),
            "db is Σ δ over the batch, with the sigmoid's slope in δ.",
        ),
        Misconception(
            "bias gradients not summed over the batch",
            (
                _with(None, lambda delta, B, **_: delta / B, lambda error, B, **_: error / B),
                _with(None, None, lambda error, B, **_: error / B),
                _with(None, lambda delta, B, **_: delta / B),
            ),
            "A bias serves every sample: sum its gradient over the batch (axis=0).",
        ),
        Misconception(
            "bias gradients summed over the units",
            _with(
                None, lambda delta, B, **_: delta.sum(axis=1) / B, lambda error, B, **_: error.sum(axis=1) / B
            ),
            "You sum over axis 1. Samples are rows: axis=0.",
        ),
        Misconception(
            "another order of the three",
            (
                lambda W, b, c, x: (lambda g: (g[0], g[2], g[1]))(_reference(W, b, c, x)),
                lambda W, b, c, x: _reference(W, b, c, x)[::-1],
            ),
            "The order is `return dW, db, dc`.",
        ),
    ),
    hints=(
        "In how many places of the formulas does W appear? What does the chain rule say about that?",
        "error = (r − x)/B (B, m); dc = Σ error; δ = (error Wᵀ) ⊙ h(1 − h) (B, n); db = Σ δ; "
        "dW = δᵀx + hᵀ·error (n, m).",
        "`error = (h @ W + c - x) / len(x)`, `delta = error @ W.T * ___`, then `dW = delta.T @ x + h.T @ error` "
        "and two sums over axis 0.",
    ),
    explanation=(
        "The target is the input, so no labels are needed: that is what made this pretraining attractive. "
        "With tied weights, the decoder being Wᵀ, one matrix gets two gradients, and they add up, as for any "
        "parameter that is used twice. After training, c is dropped and h becomes the input of the next stage."
    ),
    same_as=("greedy_autoencoder",),
)
