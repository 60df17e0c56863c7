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
            "Your value has λ/m in front. The factor is λ/(2m): its ½ cancels the 2 that the derivative of a "
            "square brings.",
        ),
        Misconception(
            "keeps the 2 in the gradient",
            (
                _with(None, lambda W, lam, m: 2 * lam / m * W),
                _with(None, lambda W, lam, m: lam / (2 * m) * W),
            ),
            "The derivative of w² is 2w, and with the λ/(2m) in front exactly λ/m · w remains.",
        ),
        Misconception(
            "forgets to square",
            (
                _with(_total(np.sum)),
                _with(_total(np.sum), lambda W, lam, m: np.full(W.shape, lam / (2 * m))),
            ),
            "You add up the weights themselves: positive and negative ones cancel. L2 adds up their squares.",
        ),
        Misconception(
            "L1 instead of L2",
            (
                _with(_total(lambda W: np.abs(W).sum()), lambda W, lam, m: lam / (2 * m) * np.sign(W)),
                _with(_total(lambda W: np.abs(W).sum()), lambda W, lam, m: lam / m * np.sign(W)),
                _with(_total(lambda W: np.abs(W).sum())),
                _with(None, lambda W, lam, m: lam / m * np.sign(W)),
            ),
            "Absolute values make the L1 penalty, whose pull does not depend on the size of a weight. L2 adds up "
            "squares.",
        ),
        Misconception(
            "norm without the square",
            (
                _with(_total(np.linalg.norm)),
                _with(_total(np.linalg.norm), lambda W, lam, m: lam / (2 * m) * W / np.linalg.norm(W)),
            ),
            "`np.linalg.norm(W)` is √Σ w². The penalty has the squared norm: no root.",
        ),
        Misconception(
            "spectral norm",
            (
                _with(_total(lambda W: np.linalg.norm(W, 2) ** 2)),
                _with(_total(lambda W: np.linalg.norm(W, 2))),
            ),
            "`np.linalg.norm(W, 2)` of a matrix is its largest singular value. Σ w² is the squared Frobenius norm: "
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
            "`W @ W.T` multiplies rows with rows. Square entry by entry: `W**2`.",
        ),
        Misconception(
            "averages the squares",
            (
                _with(_total(lambda W: np.mean(W**2)), lambda W, lam, m: lam / m * W / W.size),
                _with(_total(lambda W: np.mean(W**2))),
                _with(lambda weights, lam, m: lam / (2 * m) * np.mean([np.sum(W**2) for W in weights])),
            ),
            "The penalty is a sum over all weights of all layers. The only average in it is the 1/m of the "
            "examples.",
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
            "Your penalty does not depend on m. This course's convention is λ/(2m): with more data the same λ pulls "
            "less.",
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
            "`lam / 2 * m` is (λ/2)·m. Write `lam / (2 * m)`.",
        ),
        Misconception(
            "m taken for the number of weights",
            (
                lambda weights, lam, m: l2_penalty(weights, lam, sum(W.size for W in weights)),
                lambda weights, lam, m: l2_penalty(weights, lam, len(weights)),
            ),
            "You divide by a count of your own. m is the number of training examples, an argument.",
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
            "λ does not enter. It is the strength of the penalty; λ = 0 has to switch it off.",
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
            "Only one of the layers enters. Sum over all matrices in the list.",
        ),
        Misconception(
            "one value for each layer",
            _with(lambda weights, lam, m: [lam / (2 * m) * np.sum(W**2) for W in weights]),
            "You return a list of values. The layers' sums add up to one number.",
        ),
        Misconception(
            "gradient with the wrong sign",
            _with(None, lambda W, lam, m: -lam / m * W),
            "The gradient points to where the penalty grows: away from 0. The optimizer subtracts it.",
        ),
        Misconception(
            "decayed weights instead of the gradient",
            _with(None, lambda W, lam, m: (1 - lam / m) * W),
            "You return weights that have already been shrunk. The exercise asks for the gradient alone; the step "
            "is the optimizer's.",
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
            "Every weight has its own derivative: an array of the shape of W for each layer.",
        ),
        Misconception(
            "gradient cut to whole numbers",
            _with(None, lambda W, lam, m: (lam / m * W).astype(W.dtype)),
            "For whole-number weights your gradients are cut: `np.zeros_like(W)` takes over the integer dtype.",
        ),
        Misconception(
            "gradients first",
            lambda *args: l2_penalty(*args)[::-1],
            "The order is `return value, gradients`.",
        ),
        Misconception(
            "returns only one of the two",
            (lambda *args: l2_penalty(*args)[0], lambda *args: l2_penalty(*args)[1]),
            "The exercise asks for two things: `return value, gradients`.",
        ),
        Misconception(
            "the norm instead of its square",
            lambda weights, lam, m: (
                lam / (2 * m) * np.sqrt(sum(np.sum(W**2) for W in weights)),
                [lam / m * W for W in weights],
            ),
            "You take the root of Σ w². The penalty has the sum of squares itself.",
        ),
    ),
    hints=(
        "Which arrays are penalized, and what is the derivative of w² with respect to w?",
        "value = λ/(2m) · Σ w² over all entries of all layers, one number; the gradient of layer l is (λ/m) W⁽ˡ⁾, an array of "
        "the shape of W⁽ˡ⁾.",
        "`value = lam / (2 * m) * sum(___ for W in weights)`, then `return value, [lam / m * W for W in weights]`.",
    ),
    explanation=(
        "The pull λ/m · W is proportional to the weight: a large weight is pulled strongly, and the pull fades as the "
        "weight approaches 0. Biases are left out, because they shift the place where a unit reacts but do not make it "
        "react more strongly to its inputs."
    ),
    same_as=("l2", "l2_grad"),
)
