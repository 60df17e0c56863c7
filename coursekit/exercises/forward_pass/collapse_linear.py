"""Exercise 00.4: a stack of linear layers is one affine map."""

from functools import reduce

import numpy as np

from coursekit.exercises.engine.draws import sizes
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.exercises.forward_pass.inputs import network, views


def _two_layers(rng):
    m, n, k = sizes(rng, 3)
    return [
        network(rng, (2, 3, 4)),
        network(rng, (m, n, k)),
        network(rng, (2, 4, 2)),  # here the product exists in either order
        network(rng, (3, 4, 1)),  # one output: broadcasting hides a wrong bias
    ]


def _stacks(rng):
    units = sizes(rng, 4)
    return [
        network(rng, (3, 2)),
        network(rng, units),
        views(*network(rng, units[::-1])),
        network(rng, (4, 2, 3), int),
        network(rng, (2, 5, 3, 4, 6)),
    ]


def collapse_linear(weights, biases):
    """The one affine map that equals a stack of layers without activation.

    weights, biases: lists with W (n, m) and b (n,) for each layer, the first layer first
    Returns (W, b): W (n, m) and b (n,) from the inputs of the first layer to the outputs of
    the last, so that W x + b is what the stack computes for every x.
    """
    m = weights[0].shape[1]
    W, b = np.eye(m), np.zeros(m)
    for V, c in zip(weights, biases, strict=True):
        W, b = V @ W, V @ b + c
    return W, b


def _reference(weights, biases):
    """Ask the stack: its output at 0 is b, and at the unit vectors the columns of W + b."""

    def stack(x):
        for W, b in zip(weights, biases, strict=True):
            x = [np.dot(row, x) + shift for row, shift in zip(W, b, strict=True)]
        return np.array(x)

    m = weights[0].shape[1]
    b = stack(np.zeros(m))
    return np.stack([stack(unit) - b for unit in np.eye(m)], axis=1), b


def _product(weights):
    return reduce(lambda total, W: W @ total, weights)


def _but(W=None, b=None):
    """The right map, but for W, a function of weights, or b, a function of (weights, biases)."""

    def wrong(weights, biases):
        right = collapse_linear(weights, biases)
        return W(weights) if W else right[0], b(weights, biases) if b else right[1]

    return wrong


def _reversed(weights):
    return reduce(lambda total, W: total @ W, weights)


def _last_bias(weights, biases):
    return biases[-1]


def _sum_of_biases(weights, biases):
    return reduce(np.add, biases)


def _one_step(weights, biases):
    return weights[-1] @ biases[-2] + biases[-1] if len(biases) > 1 else biases[0]


def _no_shift(weights, biases):
    return collapse_linear(weights, [biases[0], *(0 * b for b in biases[1:])])[1]


EXERCISE = Exercise(
    id="00.4",
    points=3,
    returns=("W", "b"),
    solution=collapse_linear,
    reference=_reference,
    properties=(
        Property("W is the product of two layers' matrices", 1, _two_layers, "W"),
        Property("b: the first layer's bias goes through the second", 1, _two_layers, "b"),
        Property("both hold for one layer, for many, for whole numbers and views", 1, _stacks),
    ),
    misconceptions=(
        Misconception(
            "biases not pushed through",
            (
                lambda weights, biases: (
                    weights[0] if len(weights) == 1 else np.linalg.multi_dot(weights[::-1]),
                    biases[-1],
                ),
                _but(b=_last_bias),
            ),
            "Your b is the last layer's bias. The first layer's bias enters the second layer as part of its "
            "input, so it is multiplied by W⁽²⁾: substitute layer 1 into layer 2.",
        ),
        Misconception(
            "product in reverse order",
            (_but(_reversed), lambda weights, biases: (_reversed(weights), _last_bias(weights, biases))),
            "You multiply the first matrix from the left. The layer that acts first is next to x, at the "
            "right: W⁽²⁾ (W⁽¹⁾ x) = (W⁽²⁾ W⁽¹⁾) x. Where the shapes fit either way, no error warns you.",
        ),
        Misconception(
            "biases added up",
            _but(b=_sum_of_biases),
            "You add the biases as they are. They live in different layers, of different sizes: b⁽¹⁾ has to go "
            "through W⁽²⁾ before b⁽²⁾ is added.",
        ),
        Misconception(
            "biases pushed one layer only",
            _but(b=_one_step),
            "For two layers you are right. With more, b⁽¹⁾ passes through every later matrix: carry the b "
            "found so far along, as you do with W.",
        ),
        Misconception(
            "later biases lost",
            _but(b=_no_shift),
            "You push the first bias through the matrices but do not add the biases met on the way: "
            "b ← V b + c.",
        ),
        Misconception(
            "bias of zeros",
            _but(b=lambda weights, biases: np.zeros(len(biases[-1]))),
            "Your map sends 0 to 0. What does the stack answer to x = 0?",
        ),
        Misconception(
            "the first bias only",
            _but(b=lambda weights, biases: biases[0]),
            "You return the first layer's bias. The stack ends at the last layer, so b has its size.",
        ),
        Misconception(
            "subtracts the biases",
            _but(b=lambda weights, biases: -collapse_linear(weights, biases)[1]),
            "Your b has the opposite sign. Each layer adds its bias.",
        ),
        Misconception(
            "returns W transposed",
            (
                _but(lambda weights: _product(weights).T),
                _but(lambda weights: reduce(np.matmul, [W.T for W in weights])),
            ),
            "Your W is (m, n), for x from the left. The layers here are W (n, m), with x from the right: "
            "transpose it.",
        ),
        Misconception(
            "only the last layer",
            lambda weights, biases: (weights[-1], biases[-1]),
            "You return the last layer as it is. The others act before it.",
        ),
        Misconception(
            "only the first layer",
            lambda weights, biases: (weights[0], biases[0]),
            "You return the first layer as it is. The others act after it.",
        ),
        Misconception(
            "only the first two layers",
            lambda weights, biases: collapse_linear(weights[:2], biases[:2]),
            "You collapse two layers and stop. Fold the rest in the same way, one after the other.",
        ),
        Misconception(
            "activation between the layers",
            _but(
                b=lambda weights, biases: reduce(
                    lambda b, layer: layer[0] @ (1 / (1 + np.exp(-b))) + layer[1],
                    zip(weights[1:], biases[1:], strict=True),
                    biases[0],
                )
            ),
            "You send the bias through a sigmoid. These layers have no activation, which is why they "
            "collapse at all.",
        ),
        Misconception(
            "bias first",
            lambda weights, biases: collapse_linear(weights, biases)[::-1],
            "The two results are in the wrong order: `return W, b`.",
        ),
        Misconception(
            "returns only one of the two",
            (
                lambda weights, biases: collapse_linear(weights, biases)[0],
                lambda weights, biases: collapse_linear(weights, biases)[1],
            ),
            "An affine map has two parts: `return W, b`.",
        ),
    ),
    hints=(
        "Write h = W⁽¹⁾ x + b⁽¹⁾ and put it into W⁽²⁾ h + b⁽²⁾. Which matrix multiplies x, and what is left over?",
        "W = W⁽²⁾ W⁽¹⁾, (k, n) times (n, m), and b = W⁽²⁾ b⁽¹⁾ + b⁽²⁾, (k,). For more layers, fold: the map found so "
        "far takes the place of layer 1.",
        "`W, b = np.eye(m), np.zeros(m)`, then for each V, c of the stack: `W, b = V @ W, ___`.",
    ),
    explanation=(
        "However deep, a network without activations is one layer: W⁽²⁾ (W⁽¹⁾ x + b⁽¹⁾) + b⁽²⁾ = (W⁽²⁾ W⁽¹⁾) x + "
        "(W⁽²⁾ b⁽¹⁾ + b⁽²⁾). Depth adds parameters but no function that a single layer could not compute, and a "
        "narrow layer on the way even takes some away. A non-linearity between the layers is what makes "
        "depth count."
    ),
)
