"""Exercise 00.2: the number of weights and biases of a fully connected network."""

from itertools import pairwise

import numpy as np

from coursekit.exercises.engine.draws import sizes
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _networks(rng):
    return [
        [5, 2],
        [int(n) for n in sizes(rng, 3)],
        list(sizes(rng, 5)),
        [int(n) for n in sizes(rng, 4)],
        [784, int(rng.integers(100, 300)), 10],
    ]


def _with_biases(rng):
    networks = _networks(rng)
    return [*((units,) for units in networks[:3]), *((units, True) for units in networks[3:])]


def _without_biases(rng):
    return [(units, False) for units in _networks(rng)]


def count_parameters(sizes, bias=True):
    """Count the parameters of a fully connected network.

    sizes: the inputs, then the units of each layer, such as [5, 2]: five inputs, two neurons
    bias: whether the neurons have biases
    Returns an int.
    """
    total = 0
    for i in range(1, len(sizes)):
        total += sizes[i] * sizes[i - 1]
        if bias:
            total += sizes[i]
    return total


def _reference(sizes, bias=True):
    units = np.asarray(sizes)
    return int(units[1:] @ (units[:-1] + bool(bias)))


def _but(weights=None, biases=None):
    """The right count, but for the weights or the biases, functions of the sizes."""

    def wrong(sizes, bias=True):
        count = weights(sizes) if weights else _reference(sizes, False)
        return count + (biases(sizes) if biases else sum(sizes[1:])) * bias

    return wrong


EXERCISE = Exercise(
    id="00.2",
    points=2,
    returns="count",
    solution=count_parameters,
    reference=_reference,
    properties=(
        Property("the weights, and a bias for each neuron", 1, _with_biases),
        Property("the weights alone", 1, _without_biases),
    ),
    misconceptions=(
        Misconception(
            "no biases",
            lambda sizes, bias=True: sum(n * m for n, m in zip(sizes[1:], sizes, strict=False)),
            "You count the connections. Each neuron also has a bias: 5 inputs and 2 neurons make 10 weights "
            "and 2 biases, 12 parameters.",
        ),
        Misconception(
            "biases in any case",
            lambda sizes, bias=True: _reference(sizes, True),
            "You count the biases even where bias=False says that there are none.",
        ),
        Misconception(
            "the meaning of bias reversed",
            lambda sizes, bias=True: _reference(sizes, not bias),
            "It is the other way round: bias=True means that the neurons have biases.",
        ),
        Misconception(
            "biases for the inputs too",
            (_but(biases=sum), lambda sizes, bias=True: _reference(sizes, False) + sum(sizes)),
            "Inputs are given, not computed: they have no bias. Only the units from the second size on do.",
        ),
        Misconception(
            "a bias for each input of a layer",
            _but(biases=lambda sizes: sum(sizes[:-1])),
            "A layer of n neurons on m inputs has n biases, one a neuron; you count m.",
        ),
        Misconception(
            "one bias for each layer",
            _but(biases=lambda sizes: len(sizes) - 1),
            "A layer's bias is a vector: each of its neurons has its own.",
        ),
        Misconception(
            "biases of the hidden layers only",
            _but(biases=lambda sizes: sum(sizes[1:-1])),
            "The neurons of the output layer have biases as well.",
        ),
        Misconception(
            "a bias for each weight",
            _but(biases=lambda sizes: _reference(sizes, False)),
            "A neuron has many weights but a single bias, added once to the whole sum.",
        ),
        Misconception(
            "one bias in all",
            _but(biases=lambda sizes: 1),
            "Your network has one bias. Each neuron of each layer has its own.",
        ),
        Misconception(
            "counts the units",
            (
                lambda sizes, bias=True: sum(sizes),
                lambda sizes, bias=True: sum(sizes[1:]),
                lambda sizes, bias=True: sum(sizes) + sum(sizes[1:]) * bias,
            ),
            "That is the number of units. What is learned sits on the connections between them: n·m for each "
            "pair of neighboring layers, and in the biases.",
        ),
        Misconception(
            "adds the sizes of neighboring layers",
            _but(lambda sizes: sum(m + n for m, n in pairwise(sizes))),
            "Every unit is connected to every unit of the next layer: m units and n units make n·m "
            "connections, not n + m.",
        ),
        Misconception(
            "multiplies all sizes",
            (
                _but(lambda sizes: int(np.prod(sizes))),
                lambda sizes, bias=True: int(np.prod(sizes)),
            ),
            "The product of all sizes counts the paths from input to output. Layers are connected in pairs: "
            "multiply neighbors, then add up.",
        ),
        Misconception(
            "first and last layer only",
            (
                _but(lambda sizes: sizes[0] * sizes[-1]),
                _but(lambda sizes: sizes[0] * sizes[-1], lambda sizes: sizes[-1]),
            ),
            "You connect the inputs directly to the outputs. Each layer is connected to the one after it.",
        ),
        Misconception(
            "forgets the output layer",
            (
                lambda sizes, bias=True: _reference(sizes[:-1], bias),
                _but(lambda sizes: _reference(sizes[:-1], False)),
            ),
            "Your sum stops before the last layer. Its neurons are connected to the layer before, too.",
        ),
        Misconception(
            "forgets the first layer",
            (
                lambda sizes, bias=True: _reference(sizes[1:], bias),
                _but(lambda sizes: _reference(sizes[1:], False)),
            ),
            "The inputs are no neurons, but they are connected to the first ones: these weights count.",
        ),
        Misconception(
            "connects the bias to a bias",
            lambda sizes, bias=True: sum((m + bias) * (n + bias) for m, n in pairwise(sizes)),
            "You give each layer one unit more to stand for the bias. Weights lead from it, (m + 1)·n, but "
            "none into it.",
        ),
        Misconception(
            "one number for each layer",
            lambda sizes, bias=True: [n * (m + bias) for m, n in pairwise(sizes)],
            "Your counts are right, one for each layer. The exercise asks for their sum.",
        ),
    ),
    hints=(
        "What is learned between a layer of m units and the next one of n: which matrix, which vector?",
        "A layer holds W (n, m) and b (n,): n·m + n numbers. Add this up over neighboring sizes.",
        "`for i in range(1, len(sizes)): total += sizes[i] * ___`, and the biases only if asked for.",
    ),
    explanation=(
        "Between 5 inputs and 2 neurons run 10 connections, but 12 numbers are learned: each neuron has a "
        "bias. The product n·m is what grows: a network that is twice as wide has about four times the "
        "parameters. Their number says what a network costs; how well it will generalize is another question."
    ),
)
