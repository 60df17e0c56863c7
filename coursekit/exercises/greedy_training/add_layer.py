"""Exercise 08.1: one hidden layer more, just before the output."""

import numpy as np

from coursekit.exercises.deep_networks.inputs import network
from coursekit.exercises.engine.draws import strided, tenths, transposed
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _case(rng, sizes):
    """A network whose last hidden layer is as wide as the new one."""
    width = sizes[-2]
    return (*network(rng, sizes), tenths(rng, (width, width)), tenths(rng, width))


def _ordinary(rng):
    return [_case(rng, [3, 2, 4]), _case(rng, [4, 3, 2]), _case(rng, [5, 3, 2])]


def _deep(rng):
    """Several hidden layers below."""
    return [_case(rng, [2, 4, 3, 2]), _case(rng, [3, 5, 2, 3, 4]), _case(rng, [2, 3, 5, 4, 2, 3])]


def _awkward(rng):
    """Views, one output, whole numbers."""
    weights, biases, W_new, b_new = _case(rng, [3, 4, 2])
    whole = rng.integers(-3, 4, (3, 3)), rng.integers(-3, 4, 3)
    return [
        ([strided(W) for W in weights], biases, transposed(W_new), strided(b_new)),
        _case(rng, [4, 3, 1]),
        (*network(rng, [2, 3, 4]), *whole),
    ]


def add_layer(weights, biases, W_new, b_new):
    """The network with a new hidden layer just before its output layer, which keeps its values.

    weights, biases: lists with W (n, m) and b (n,) for each layer, the output layer last
    W_new, b_new: the new layer's weights (h, h) and biases (h,); h: units of the last hidden layer
    Returns (weights, biases): new lists of new arrays, so that training the new network does not
    change the old one.
    """
    deeper_weights = [*weights[:-1], W_new, weights[-1]]
    deeper_biases = [*biases[:-1], b_new, biases[-1]]
    return [W.copy() for W in deeper_weights], [b.copy() for b in deeper_biases]


def _reference(weights, biases, W_new, b_new):
    place = len(weights) - 1
    layers = [(np.array(W), np.array(b)) for W, b in zip(weights, biases, strict=True)]
    layers.insert(place, (np.array(W_new), np.array(b_new)))
    return [W for W, _ in layers], [b for _, b in layers]


def _edited(edit_weights, edit_biases=None):
    """An edit of the list [W⁽¹⁾, …, W⁽ᴸ⁾] with the new W; the biases are treated alike."""

    def wrong(weights, biases, W_new, b_new):
        return edit_weights(list(weights), W_new), (edit_biases or edit_weights)(list(biases), b_new)

    return wrong


def _right(layers, new):
    return [*layers[:-1], new, layers[-1]]


EXERCISE = Exercise(
    id="08.1",
    points=3,
    returns=("weights", "biases"),
    solution=add_layer,
    reference=_reference,
    properties=(
        Property("one hidden layer becomes two", 1, _ordinary),
        Property("a deep network gets one deeper", 1, _deep),
        Property("with arrays of its own: views, one output, whole numbers", 1, _awkward, copies=True),
    ),
    misconceptions=(
        Misconception(
            "appended after the output layer",
            lambda weights, biases, W_new, b_new: ([*weights, W_new], [*biases, b_new]),
            "The new layer comes after the output layer. It belongs just before it: the last place in the "
            "list is the output's.",
        ),
        Misconception(
            "inserted at the front",
            _edited(lambda layers, new: [new, *layers]),
            "The new layer is next to the inputs. It belongs just before the output layer, so that it "
            "receives what the trained layers below make of the inputs.",
        ),
        Misconception(
            "inserted one place too early",
            _edited(lambda layers, new: [*layers[:-2], new, *layers[-2:]]),
            "The new layer comes before the last hidden layer. It belongs after it, just before the output.",
        ),
        Misconception(
            "replaces the output layer",
            _edited(lambda layers, new: [*layers[:-1], new]),
            "The output layer is gone. Cut it off, add the new layer, and put the trained output layer back.",
        ),
        Misconception(
            "replaces the last hidden layer",
            _edited(lambda layers, new: [*layers[:-2], new, layers[-1]]),
            "The network is not deeper: the new layer took the place of the last hidden one. All trained "
            "layers stay.",
        ),
        Misconception(
            "forgets the biases",
            (
                _edited(_right, lambda layers, new: layers),
                _edited(_right, lambda layers, new: [*layers[:-1], np.zeros_like(new), layers[-1]]),
            ),
            "The new layer has biases of its own: b_new goes to the same place in its list.",
        ),
        Misconception(
            "the biases at another place",
            (
                _edited(_right, lambda layers, new: [*layers, new]),
                _edited(_right, lambda layers, new: [new, *layers]),
            ),
            "W_new is in the right place, b_new is not: both lists have one order.",
        ),
        Misconception(
            "the output layer drawn again",
            (
                _edited(lambda layers, new: [*layers[:-1], new, np.zeros_like(layers[-1])]),
                _edited(
                    lambda layers, new: [*layers[:-1], new, np.full(np.shape(layers[-1]), 0.1)],
                ),
            ),
            "The output layer lost its trained values. Put it back as it was.",
        ),
        Misconception(
            "the new layer transposed",
            lambda weights, biases, W_new, b_new: (
                [*weights[:-1], np.transpose(W_new), weights[-1]],
                [*biases[:-1], b_new, biases[-1]],
            ),
            "W_new is turned around; square matrices hide that. Put it in as it is.",
        ),
        Misconception(
            "a new layer of zeros and ones",
            (
                lambda weights, biases, W_new, b_new: (
                    [*weights[:-1], np.eye(len(b_new)), weights[-1]],
                    [*biases[:-1], 0.0 * b_new, biases[-1]],
                ),
                _edited(lambda layers, new: [*layers[:-1], 0.0 * new, layers[-1]]),
            ),
            "You made up the new layer's values. They are given: W_new and b_new.",
        ),
        Misconception(
            "the two layers pasted together",
            lambda weights, biases, W_new, b_new: (
                [*weights[:-1], weights[-1] @ W_new],
                [*biases[:-1], weights[-1] @ b_new + biases[-1]],
            ),
            "You multiplied the new layer into the output layer. There is a sigmoid between them, so they remain "
            "two layers.",
        ),
        Misconception(
            "biases first",
            lambda weights, biases, W_new, b_new: (
                [*biases[:-1], b_new, biases[-1]],
                [*weights[:-1], W_new, weights[-1]],
            ),
            "The two lists are in the wrong order: `return weights, biases`.",
        ),
        Misconception(
            "pairs in place of two lists",
            lambda weights, biases, W_new, b_new: list(
                zip([*weights[:-1], W_new, weights[-1]], [*biases[:-1], b_new, biases[-1]], strict=True)
            ),
            "You return one pair (W, b) for each layer. The exercise asks for two lists.",
        ),
        Misconception(
            "after the first layer",
            _edited(lambda layers, new: [layers[0], new, *layers[1:]]),
            "The new layer comes directly after the first one. In a deeper network that is too early: it belongs just before the output layer.",
        ),
    ),
    hints=(
        "Which layer has to stay the last one, and which arrays have to keep their values?",
        "[W⁽¹⁾, …, W⁽ᴸ⁻¹⁾, W_new, W⁽ᴸ⁾], and the biases likewise. A new list still holds the old arrays, so copy "
        "each array: training the new network must leave the old one alone.",
        "`deeper = [*weights[:-1], ___, weights[-1]]`, then `[W.copy() for W in deeper]`; the same for the "
        "biases.",
    ),
    explanation=(
        "This is the step of greedy training: cut the output off, add a layer, put the output back. It fits "
        "only if the new layer is as wide as the one before, which is why W_new is square. A random new layer "
        "first scrambles what it receives, so the error jumps up before the stage trains it down."
    ),
)
