"""Exercise 08.2: which layers a stage trains."""

import numpy as np

from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _first_stage(rng):
    return [(2, 1), (int(rng.integers(3, 6)), 1), (1, 1), (7, 1), (3, 2)]


def _later(rng):
    """Stage s has s + 1 layers; the first stage is asked as well, so that one answer for all is not enough."""
    return [(3, 2), (4, 3), (int(rng.integers(5, 9)), int(rng.integers(4, 7))), (2, 1), (3, 1)]


def _unusual(rng):
    """More or fewer layers than the stage's number would give."""
    return [(6, 2), (2, 2), (int(rng.integers(7, 10)), 3), (5, 7), (4, 1), (3, int(rng.integers(4, 9)))]


def trainable(layers, stage):
    """For each layer of a network whether a stage of greedy training trains it, input side first.

    layers: the number of layers, the output layer included; stage: counted from 1
    Returns a list of bools, one for each layer: False for a frozen layer.
    """
    if stage == 1:
        return [True] * layers
    return [layer >= layers - 2 for layer in range(layers)]


def _reference(layers, stage):
    trained = range(layers) if stage < 2 else (layers - 2, layers - 1)
    return [layer in trained for layer in range(layers)]


def _output_only(layers, stage):
    return [stage == 1 or layer == layers - 1 for layer in range(layers)]


def _last(count, first=None):
    """True for the last `count(layers, stage)` layers; at stage 1 for the last `first(layers)`."""

    def wrong(layers, stage):
        n = count(layers, stage)
        if stage == 1:
            n = layers if first is None else first(layers)
        return [layer >= layers - n for layer in range(layers)]

    return wrong


EXERCISE = Exercise(
    id="08.2",
    points=3,
    returns="list of bools",
    solution=trainable,
    reference=_reference,
    properties=(
        Property("stage 1 trains every layer", 1, _first_stage),
        Property("later stages train the last two", 1, _later),
        Property("whatever the number of layers", 1, _unusual),
    ),
    misconceptions=(
        Misconception(
            "trains the output layer only",
            _output_only,
            'You freeze all but the last layer, and the new one would stay random. "All but the last" holds '
            "before the new layer is added; then two are trained.",
        ),
        Misconception(
            "trains the new layer only",
            lambda layers, stage: [stage == 1 or layer == layers - 2 for layer in range(layers)],
            "The output layer was trained for other inputs; now a new layer comes before it. Both are "
            "trained.",
        ),
        Misconception(
            "freezes in stage 1",
            _last(lambda layers, stage: 2, lambda layers: 2),
            "In stage 1 nothing has been trained yet, so nothing may be frozen: all layers are trained.",
        ),
        Misconception(
            "never freezes",
            _last(lambda layers, stage: layers),
            "Every layer is trained at every stage. That is fine-tuning; greedy stages freeze all but the "
            "last two.",
        ),
        Misconception(
            "frozen and trained swapped",
            lambda layers, stage: [stage != 1 and layer < layers - 2 for layer in range(layers)],
            "It is the other way round: True means that a layer is trained.",
        ),
        Misconception(
            "the first two in place of the last two",
            lambda layers, stage: [stage == 1 or layer < 2 for layer in range(layers)],
            "Your list starts at the output. Layers are listed from the input side, so the last two are at "
            "the end.",
        ),
        Misconception(
            "stages counted from 0",
            lambda layers, stage: [stage <= 2 or layer >= layers - 2 for layer in range(layers)],
            "Stages count from 1: stage 1 trains all layers, stage 2 is the first to freeze.",
        ),
        Misconception(
            "as many layers as the stage's number",
            (
                _last(lambda layers, stage: stage),
                lambda layers, stage: [layer >= layers - stage for layer in range(layers)],
                lambda layers, stage: [layer < stage for layer in range(layers)],
            ),
            "The number of trained layers follows the stage in your list. After stage 1 it is always two.",
        ),
        Misconception(
            "counts from the stage's number",
            (
                lambda layers, stage: [stage == 1 or layer >= stage - 1 for layer in range(layers)],
                lambda layers, stage: [layer >= stage - 1 for layer in range(layers)],
                lambda layers, stage: [stage == 1 or layer in (stage - 1, stage) for layer in range(layers)],
            ),
            "You find the last two by the stage's number. Use the number of layers: a network may have more.",
        ),
        Misconception(
            "trains three layers",
            _last(lambda layers, stage: 3),
            "Yours trains the last three. Off by one: with indices from 0, the last two are `layers - 2` and "
            "`layers - 1`.",
        ),
        Misconception(
            "freezes the last two",
            lambda layers, stage: [stage == 1 or layer < layers - 2 for layer in range(layers)],
            "You train what was trained before, and freeze the new layer with the output. It is the other "
            "way round.",
        ),
        Misconception(
            "indices in place of bools",
            lambda layers, stage: np.flatnonzero(_reference(layers, stage)).tolist(),
            "You list the indices of the trained layers. The exercise asks for a bool for each layer.",
        ),
        Misconception(
            "the number of trained layers",
            lambda layers, stage: sum(_reference(layers, stage)),
            "You return how many are trained. The exercise asks which: a bool for each layer.",
        ),
        Misconception(
            "hidden layers only",
            lambda layers, stage: _reference(layers, stage)[:-1],
            "One entry is missing: `layers` counts the output layer too.",
        ),
    ),
    hints=(
        "What has been trained before stage 1? And which two layers does a new layer concern?",
        "Stage 1: True for all. Later: True for the layers with index ≥ layers − 2, counted from 0.",
        "`if stage == 1: return [True] * layers`, then `[layer >= ___ for layer in range(layers)]`.",
    ),
    explanation=(
        "Frozen means left out of the optimizer altogether: with a rate of 0, momentum or weight decay could "
        "still move a weight. What a stage trains is as small as a network with one hidden layer, so its "
        "gradients pass one hidden layer only. This is why depth could not make them vanish."
    ),
)
