"""Exercise 04.1: the L2 penalty of a network and its gradient."""

from itertools import pairwise

import numpy as np

from coursekit.exercises.engine.draws import sizes, strided, tenths, transposed
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _weights(rng, layer_sizes):
    """One matrix per layer; no weight is 0, ±1 or ±2, whose squares or doubles look like something else."""
    drawn = []
    for m, n in pairwise(layer_sizes):
        W = tenths(rng, (n, m))
        drawn.append(np.where(np.isin(W, [0, 1, -1, 2, -2]), W + 0.3, W).round(1))
    return drawn


def _strength(rng):
    """λ, not 1, and a number of examples m, none of them a divisor of the other's double."""
    return float(rng.choice([0.1, 0.3, 0.7, 1.5, 3.0])), int(rng.choice([4, 7, 10, 50]))


def _ordinary(rng):
    m, h, k = sizes(rng, 3)
    return [
        (_weights(rng, (2, 3)), *_strength(rng)),
        (_weights(rng, (m, h, k)), *_strength(rng)),
        (_weights(rng, (m, h, k, h)), *_strength(rng)),
    ]


def _awkward(rng):
    """One weight, whole numbers, views, one example, λ = 0."""
    m, h, k = sizes(rng, 3)
    first, second = _weights(rng, (m, h, k))
    return [
        ([np.array([[1.5]])], 0.5, 3),
        ([np.array([[1, -2, 3], [0, 4, 3]]), np.array([[-5], [3]])], 2, 3),
        ([strided(first), transposed(second)], *_strength(rng)),
        ([first, second], 0.3, 1),
        ([first, second], 0.0, 5),
    ]


def l2_penalty(weights, lam, m):
    """The L2 penalty λ/(2m) · Σ w² over all weights of all layers, and its gradient.

    weights: a list with one matrix per layer; lam: λ; m: the number of training examples
    Returns (value, gradients): a number, and a list of arrays of the same shapes as weights.
    """
    value = lam / (2 * m) * sum(np.sum(W**2) for W in weights)
    return value, [lam / m * W for W in weights]


def _without_the_half(weights, lam, m):
    return lam / m * sum(np.sum(W**2) for W in weights), [2 * lam / m * W for W in weights]


def _with(value=None, gradient=None):
    """The right pair with another value, a function of all arguments, or another gradient, of W, lam, m."""

    def wrong(weights, lam, m):
        right_value, right_gradients = l2_penalty(weights, lam, m)
        return (
            value(weights, lam, m) if value else right_value,
            [gradient(W, lam, m) for W in weights] if gradient else right_gradients,
        )

    return wrong


def _total(term):
    """λ/(2m) · Σ term(W) over the layers."""
    return lambda weights, lam, m: lam / (2 * m) * sum(term(W) for W in weights)


EXERCISE = Exercise(
    id="04.1",
    points=3,
    returns=("value", "gradients"),
    solution=l2_penalty,
    reference=lambda weights, lam, m: (
        0.5 * lam / m * np.linalg.norm(np.concatenate([np.ravel(W) for W in weights])) ** 2,
        [np.multiply(W, lam) / m for W in weights],
    ),
    properties=(
        Property("the value is λ/(2m) · Σ w²", 1, _ordinary, "value"),
        Property("the gradients are (λ/m) W", 1, _ordinary, "gradients"),
        Property("both hold for one weight, one example, λ = 0, whole numbers and views", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "forgets the 2 of 2m",
            (
                _without_the_half,
                _with(lambda weights, lam, m: lam / m * sum(np.sum(W**2) for W in weights)),
            ),
            "Your value has the factor λ/m. It must be λ/(2m), because its ½ cancels the 2 in the derivative of a "
            "square.",
        ),
        Misconception(
            "keeps the 2 in the gradient",
            (
                _with(None, lambda W, lam, m: 2 * lam / m * W),
                _with(None, lambda W, lam, m: lam / (2 * m) * W),
            ),
            "The factor of your gradient is wrong. The derivative of w² is 2w, and 2w times λ/(2m) is λ/m · w.",
        ),
        Misconception(
            "forgets to square",
            (
                _with(_total(np.sum)),
                _with(_total(np.sum), lambda W, lam, m: np.full(W.shape, lam / (2 * m))),
            ),
            "You add up the weights themselves, so positive and negative ones cancel. L2 adds up their squares.",
        ),
        Misconception(
            "L1 instead of L2",
            (
                _with(_total(lambda W: np.abs(W).sum()), lambda W, lam, m: lam / (2 * m) * np.sign(W)),
                _with(_total(lambda W: np.abs(W).sum()), lambda W, lam, m: lam / m * np.sign(W)),
                _with(_total(lambda W: np.abs(W).sum())),
                _with(None, lambda W, lam, m: lam / m * np.sign(W)),
            ),
            "You use absolute values or signs, which belong to the L1 penalty. L2 adds up squares, so its "
            "gradient is proportional to the weight.",
        ),
        Misconception(
            "norm without the square",
            (
                _with(_total(np.linalg.norm)),
                _with(_total(np.linalg.norm), lambda W, lam, m: lam / (2 * m) * W / np.linalg.norm(W)),
            ),
            "`np.linalg.norm(W)` is √Σ w². The penalty contains the square of this norm, so leave out the root.",
        ),
        Misconception(
            "spectral norm",
            (
                _with(_total(lambda W: np.linalg.norm(W, 2) ** 2)),
                _with(_total(lambda W: np.linalg.norm(W, 2))),
            ),
            "`np.linalg.norm(W, 2)` of a matrix is its largest singular value. The squared Frobenius norm Σ w² is "
            "`np.sum(W**2)`.",
        ),
        Misconception(
            "square of the sum",
            _with(_total(lambda W: np.sum(W) ** 2)),
            "You square the sum of the weights. Square each weight first, then add.",
        ),
        Misconception(
            "matrix product instead of squares",
            _with(_total(lambda W: np.sum(W @ W.T))),
            "`W @ W.T` multiplies rows by rows. To square each entry, use `W**2`.",
        ),
        Misconception(
            "averages the squares",
            (
                _with(_total(lambda W: np.mean(W**2)), lambda W, lam, m: lam / m * W / W.size),
                _with(_total(lambda W: np.mean(W**2))),
                _with(lambda weights, lam, m: lam / (2 * m) * np.mean([np.sum(W**2) for W in weights])),
            ),
            "You take the mean of the squares. The penalty contains their sum over all weights of all layers, "
            "divided only by 2m.",
        ),
        Misconception(
            "forgets m",
            (
                _with(
                    lambda weights, lam, m: lam / 2 * sum(np.sum(W**2) for W in weights),
                    lambda W, lam, m: lam * W,
                ),
                _with(None, lambda W, lam, m: lam * W),
                _with(lambda weights, lam, m: lam / 2 * sum(np.sum(W**2) for W in weights)),
                _with(
                    lambda weights, lam, m: lam * sum(np.sum(W**2) for W in weights),
                    lambda W, lam, m: 2 * lam * W,
                ),
            ),
            "Your result does not depend on m where it should. In this course the factor is λ/(2m), so the same λ "
            "has less influence if there are more examples.",
        ),
        Misconception(
            "multiplies by m",
            (
                _with(
                    lambda weights, lam, m: lam / 2 * m * sum(np.sum(W**2) for W in weights),
                    lambda W, lam, m: lam * m * W,
                ),
                _with(lambda weights, lam, m: lam / 2 * m * sum(np.sum(W**2) for W in weights)),
            ),
            "You multiply by m. Python reads `lam / 2 * m` as (λ/2)·m, so write `lam / (2 * m)`.",
        ),
        Misconception(
            "m taken for the number of weights",
            (
                lambda weights, lam, m: l2_penalty(weights, lam, sum(W.size for W in weights)),
                lambda weights, lam, m: l2_penalty(weights, lam, len(weights)),
            ),
            "You divide by a number that you counted in `weights`. Divide by the argument m, the number of "
            "training examples.",
        ),
        Misconception(
            "forgets λ",
            (
                _with(
                    lambda weights, lam, m: sum(np.sum(W**2) for W in weights) / (2 * m),
                    lambda W, lam, m: W / m,
                ),
                _with(None, lambda W, lam, m: W / m),
                _with(lambda weights, lam, m: sum(np.sum(W**2) for W in weights) / (2 * m)),
            ),
            "The argument `lam` is missing where it should appear. λ is the strength of the penalty, so with λ = "
            "0 the value and the gradients must be 0.",
        ),
        Misconception(
            "one layer only",
            (
                _with(lambda weights, lam, m: lam / (2 * m) * np.sum(weights[0] ** 2)),
                _with(lambda weights, lam, m: lam / (2 * m) * np.sum(weights[-1] ** 2)),
                lambda weights, lam, m: (
                    l2_penalty(weights, lam, m)[0],
                    [lam / m * weights[-1]],
                ),
            ),
            "You use only one of the layers. Use all matrices in the list `weights`.",
        ),
        Misconception(
            "one value for each layer",
            _with(lambda weights, lam, m: [lam / (2 * m) * np.sum(W**2) for W in weights]),
            "You return one value for each layer. Add them up to a single number.",
        ),
        Misconception(
            "gradient with the wrong sign",
            _with(None, lambda W, lam, m: -lam / m * W),
            "Your gradient has the wrong sign. The penalty grows when a weight moves away from 0, so the "
            "derivative has the sign of the weight, and the optimizer subtracts it.",
        ),
        Misconception(
            "decayed weights instead of the gradient",
            _with(None, lambda W, lam, m: (1 - lam / m) * W),
            "You return weights that have already been shrunk. Return only the gradient, because the optimizer "
            "makes the step.",
        ),
        Misconception(
            "gradient as one number",
            (
                _with(None, lambda W, lam, m: np.sum(lam / m * W)),
                lambda weights, lam, m: (
                    l2_penalty(weights, lam, m)[0],
                    lam / m * sum(np.sum(W) for W in weights),
                ),
            ),
            "You return a single number as the gradient. Every weight has its own derivative, so return one array "
            "of the shape of W for each layer.",
        ),
        Misconception(
            "gradient cut to whole numbers",
            _with(None, lambda W, lam, m: (lam / m * W).astype(W.dtype)),
            "For whole-number weights your gradients lose their decimals, because an array such as "
            "`np.zeros_like(W)` has the integer dtype of W. Use a float dtype.",
        ),
        Misconception(
            "gradients first",
            lambda *args: l2_penalty(*args)[::-1],
            "You return the gradients first. The order is `return value, gradients`.",
        ),
        Misconception(
            "returns only one of the two",
            (lambda *args: l2_penalty(*args)[0], lambda *args: l2_penalty(*args)[1]),
            "You return only one of two results. The exercise asks for `return value, gradients`.",
        ),
        Misconception(
            "the norm instead of its square",
            lambda weights, lam, m: (
                lam / (2 * m) * np.sqrt(sum(np.sum(W**2) for W in weights)),
                [lam / m * W for W in weights],
            ),
            "You take the root of Σ w². The penalty contains the sum of squares itself.",
        ),
    ),
    hints=(
        "Which arrays are penalized, and what is the derivative of w² with respect to w?",
        "value = λ/(2m) · Σ w² over all entries of all layers, one number; the gradient of layer l is (λ/m) W⁽ˡ⁾, an array of "
        "the shape of W⁽ˡ⁾.",
        "`value = lam / (2 * m) * sum(___ for W in weights)`, then `return value, [lam / m * W for W in weights]`.",
    ),
    explanation=(
        "The gradient λ/m · W is proportional to the weight. A step on it therefore moves a large weight far "
        "and a small one only a little. Biases are left out, because they shift the place where a unit reacts "
        "but do not make it react more strongly to its inputs."
    ),
    same_as=("l2", "l2_grad"),
)
