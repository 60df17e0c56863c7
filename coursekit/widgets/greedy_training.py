"""Lesson 08: greedy stages step by step, and a depth chosen by validation."""

import functools
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from coursekit import data
from coursekit import numpy_backend as ck
from coursekit.experiments.pretraining import greedy_stages as train_stages
from coursekit.plots.base import inputs
from coursekit.plots.greedy_training.depth_choice import DepthChoice, wrong_at_depths
from coursekit.plots.greedy_training.greedy_stages import GreedyStages, errors_of_stages, plan
from coursekit.widgets.base import controls
from coursekit.widgets.base.explorer import Explorer


def greedy_stages(
    stages: Sequence[ArrayLike] | None = None,
    fine_tuning: ArrayLike | None = None,
    sizes: Sequence[int] = (64, 32, 10),
) -> Explorer:
    """Step or play through greedy training: draw, train, freeze, cut, add, re-attach, train, …, fine-tune.

    stages: validation error in %, (epochs, seeds), one array a stage; fine_tuning: the same for the epochs in which
    all layers train; sizes: inputs, units of every hidden layer, outputs. By default those of a few small networks.
    """
    if stages is None:
        stages, fine_tuning, sizes = *_example()[:2], (64, 16, 10)
    stages, fine_tuning = errors_of_stages("greedy_stages", stages, fine_tuning)
    steps = len(plan(len(stages)))
    step = controls.scale("step", list(range(1, steps + 1)), steps)  # a saved lesson shows all of it
    play = controls.player(step, milliseconds=1200)
    return Explorer(GreedyStages(stages, fine_tuning, sizes), {"step": step}, extra=[play])


def depth_choice(wrong: Mapping[str, ArrayLike] | None = None) -> Explorer:
    """Choose the recipe and how many validation images there are: the one-standard-error rule picks a depth.

    wrong: {recipe: bools (D, runs, images)}, whether the network with 1, 2, …, D hidden layers gets a held-out image
    wrong. "Draw again" takes the next run and other images of it; the rest judges the choice. By default the
    networks of `greedy_stages`.
    """
    wrong = {"frozen": _example()[2]} if wrong is None else wrong
    inputs.named("depth_choice", "recipe: bools (D, runs, images)", wrong)
    wrong = {name: np.asarray(values) for name, values in wrong.items()}
    for values in wrong.values():
        wrong_at_depths("depth_choice", values[:, 0])
    shape = next(iter(wrong.values())).shape
    counts = [n for n in (25, 50, 100, 200, 400) if n <= shape[2] // 2]

    def model(images, recipe, draw):
        rng = np.random.default_rng(draw)
        run = wrong[recipe][:, draw % shape[1]]
        order = rng.permutation(shape[2])
        seen, others = np.split(order, [images])
        return {
            "wrong": run[:, seen],
            "others": 100 * run[:, others].mean(axis=1),
            "state": f"{recipe}, draw {draw + 1}",
        }

    most = 3 * max(100 * values.mean(axis=(1, 2)).max() for values in wrong.values())
    named = {name: name for name in wrong}
    return Explorer(
        DepthChoice(shape[0], min(100, most)),
        {
            "images": controls.scale("validation images", counts, counts[len(counts) // 2]),
            "recipe": controls.choice("recipe", named, next(iter(named))),
            "draw": controls.Again("draw again"),
        },
        model=model,
    )


@functools.cache
def _example(runs=5):
    """Errors of each stage, errors of fine-tuning, and which of 400 held-out images each depth gets wrong."""
    digits, rng = data.digits(), np.random.default_rng(0)
    order = np.stack([rng.permutation(1797)[:800] for _ in range(runs)])
    train, held_out = np.split(order, [400], axis=1)
    X, Y = digits.x[train], digits.y[train]
    sgd = functools.partial(ck.SGD, lr=1.0)
    settings = {
        "loss": ck.softmax_cross_entropy, "epochs": 25, "batch_size": 20, "rng": rng,
        "validation": (digits.x[held_out], digits.y[held_out]), "metrics": {"error": ck.zero_one_loss},
    }  # fmt: skip
    stages, wrong = [], []
    for net, history in train_stages(
        ck, X, Y, [64, 16, 16, 16, 10], ck.sigmoid, optimizer=sgd, ensemble=(runs,), **settings
    ):
        stages.append(100 * history.metrics["error"])
        guess = ck.predict(net, digits.x[held_out]).argmax(axis=-1)
        wrong.append(guess != digits.label[held_out])
    history = ck.fit(net, X, Y, optimizer=sgd(net.parameters()), **settings)
    return stages, 100 * history.metrics["error"], np.array(wrong)
