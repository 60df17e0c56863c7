"""Exercise 03.3: the error terms of the hidden units."""

import numpy as np

from coursekit.exercises.backpropagation.inputs import nonzero, outputs, sigmoid
from coursekit.exercises.engine.draws import sizes, strided, transposed
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _case(rng, hidden, out, batch=()):
    return outputs(rng, (*batch, hidden)), nonzero(rng, (out, hidden)), nonzero(rng, (*batch, out), most=9)


def _one_example(rng):
    h, k = sizes(rng)
    return [_case(rng, 3, 2), _case(rng, h, k), _case(rng, k, h)]


def _batches(rng):
    b, h, k = sizes(rng, 3)
    return [_case(rng, 2, 3, (4,)), _case(rng, h, k, (b,)), _case(rng, k, h, (b,)), _case(rng, h, k, (1,))]


def _awkward(rng):
    """One output unit, one hidden unit, whole numbers, views, a saturated unit."""
    b, h, k = sizes(rng, 3)
    o, W, delta = _case(rng, h, k, (b,))
    saturated = np.concatenate([[1.0, 0.0], outputs(rng, h)])
    return [
        _case(rng, 4, 1),
        _case(rng, 1, 3, (5,)),
        (outputs(rng, 3), np.array([[1, -2, 4], [3, 2, -1]]), np.array([1, -2])),
        (saturated, *_case(rng, h + 2, h)[1:]),
        (strided(o), transposed(W), strided(delta)),
    ]


def delta_hidden(o_hidden, W_out, delta_out):
    """The error terms of sigmoid hidden units, from those of the output units (T4.4).

    o_hidden: outputs of the hidden units, (H,) or (B, H)
    W_out: weights (K, H), from H hidden units to K output units
    delta_out: error terms of the output units, (K,) or (B, K)
    Returns an array of the same shape as o_hidden.
    """
    return o_hidden * (1 - o_hidden) * (delta_out @ W_out)


def _slope(o):
    return o * (1 - o)


EXERCISE = Exercise(
    id="03.3",
    points=3,
    returns="error term",
    solution=delta_hidden,
    reference=lambda o, W, delta: np.einsum("...h,kh,...k->...h", o - np.square(o), W, delta),
    properties=(
        Property("the error terms of one example", 1, _one_example),
        Property("a batch: each example has its own", 1, _batches),
        Property("one hidden or output unit, a saturated unit, whole numbers and views", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "forgets the slope of the hidden unit",
            lambda o_hidden, W_out, delta_out: delta_out @ W_out,
            "Σ_k w_kh δ_k is −∂E/∂o_h: how the output units' errors depend on o_h. δ_h is about net_h, behind the hidden "
            "unit's own sigmoid: one more factor.",
        ),
        Misconception(
            "reshapes instead of transposing",
            (
                lambda o, W, delta: _slope(o) * (delta @ W.T.reshape(W.shape)),
                lambda o, W, delta: _slope(o) * (delta @ np.reshape(W.T, W.shape, order="F")),
                lambda o, W, delta: _slope(o) * (delta @ np.reshape(W, W.shape[::-1]).T),
            ),
            "`reshape` makes the shapes fit by reading the entries in another order. w_kh has to stay the weight "
            "from h to k: `W.T` transposes.",
        ),
        Misconception(
            "ignores the weights",
            lambda o, W, delta: _slope(o) * np.sum(delta, axis=-1, keepdims=True),
            "Every hidden unit gets the same sum of the δ_k. Hidden unit h is to blame for δ_k in proportion to "
            "w_kh: weigh each δ_k first.",
        ),
        Misconception(
            "product of the sums",
            lambda o, W, delta: _slope(o) * W.sum(axis=0) * np.sum(delta, axis=-1, keepdims=True),
            "(Σ_k w_kh)(Σ_k δ_k) is not Σ_k w_kh δ_k: multiply each weight by its own δ_k, then add.",
        ),
        Misconception(
            "averages over the output units",
            lambda o, W, delta: _slope(o) * (delta @ W) / len(W),
            "The output of h reaches all output units, so their error terms add up: a sum over k, without 1/K.",
        ),
        Misconception(
            "listens to one output unit only",
            (
                lambda o, W, delta: _slope(o) * W[0] * delta[..., :1],
                lambda o, W, delta: _slope(o) * W[-1] * delta[..., -1:],
            ),
            "Only one δ_k enters. The output of h reaches every output unit: sum over k.",
        ),
        Misconception(
            "absolute weights",
            (
                lambda o, W, delta: _slope(o) * (delta @ np.abs(W)),
                lambda o, W, delta: _slope(o) * (delta @ W**2),
            ),
            "The sign of a weight matters: through a negative one, raising o_h lowers the output unit's net input.",
        ),
        Misconception(
            "opposite sign",
            lambda o, W, delta: -_slope(o) * (delta @ W),
            "δ_out has its sign already (−∂E/∂net), and the chain rule passes it on. No further minus.",
        ),
        Misconception(
            "slope of tanh",
            lambda o, W, delta: (1 - o**2) * (delta @ W),
            "1 − o² is the slope of tanh. The hidden units here are sigmoids.",
        ),
        Misconception(
            "half of the slope",
            (lambda o, W, delta: o * (delta @ W), lambda o, W, delta: (1 - o) * (delta @ W)),
            "The slope of the sigmoid has two factors, o and 1 − o.",
        ),
        Misconception(
            "sigmoid of the output",
            lambda o, W, delta: _slope(sigmoid(o)) * (delta @ W),
            "o_hidden has already been through the sigmoid, so the slope is o(1 − o), without another σ.",
        ),
        Misconception(
            "no parentheses around 1 − o",
            lambda o, W, delta: o * 1 - o * (delta @ W),
            "`o * 1 - o * …` is o − o·…. Multiplication binds first: write `(1 - o_hidden)`.",
        ),
        Misconception(
            "adds the slope",
            lambda o, W, delta: _slope(o) + delta @ W,
            "The chain rule multiplies: the slope of h times Σ_k w_kh δ_k.",
        ),
        Misconception(
            "one number for all hidden units",
            (
                lambda o, W, delta: np.sum(_slope(o) * (delta @ W), axis=-1),
                lambda o, W, delta: np.sum(_slope(o) * (delta @ W)),
                lambda o, W, delta: np.sum(_slope(o) * (delta @ W), axis=-1, keepdims=True),
            ),
            "You add up over the hidden units. The sum runs over the output units k; every hidden unit keeps "
            "its own δ_h.",
        ),
        Misconception(
            "adds up the batch",
            (
                lambda o, W, delta: (_slope(o) * (delta @ W)).sum(axis=tuple(range(o.ndim - 1))),
                lambda o, W, delta: (_slope(o) * (delta @ W)).mean(axis=tuple(range(o.ndim - 1))),
            ),
            "Each example has its own error terms. Adding over the examples comes later, in the gradient of a "
            "weight.",
        ),
        Misconception(
            "one error signal for the whole batch",
            (
                lambda o, W, delta: _slope(o) * (np.atleast_2d(delta).sum(axis=0) @ W),
                lambda o, W, delta: _slope(o) * (np.atleast_2d(delta).mean(axis=0) @ W),
            ),
            "You mix the δ_k of different examples before they go back. What example b tells the hidden units "
            "comes from its own row only.",
        ),
        Misconception(
            "error terms of whole numbers",
            lambda o, W, delta: (_slope(o) * (delta @ W)).astype(W.dtype),
            "For whole-number weights your error terms are cut to whole numbers: compute them as an expression, "
            "or ask for `dtype=float`.",
        ),
    ),
    hints=(
        "Which units does hidden unit h send its output to? How strongly, and what is the error term of each?",
        "δ_h = o_h(1 − o_h) Σ_k w_kh δ_k: the sum is a product of δ (K,) with W (K, H) and gives (H,); for "
        "a batch, (B, K) with (K, H) gives (B, H).",
        "`return o_hidden * (1 - o_hidden) * (delta_out @ ___)`",
    ),
    explanation=(
        "A hidden unit has no target. Its error term is the sum of those of the units above, weighted by the "
        "same weights that carried its output up: forward with W, backward with Wᵀ. Repeat this from "
        "layer to layer and you have the δ recursion for any depth; the chain rule needs nothing more."
    ),
)
