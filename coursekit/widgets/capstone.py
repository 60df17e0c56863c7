"""Lesson 09: what wrong labels do to a validation error, and a bench to try recipes on."""

import functools

import numpy as np
from numpy.typing import ArrayLike

from coursekit import capstone, checks, initializers
from coursekit import numpy_backend as ck
from coursekit.plots.base.learning_curves import LearningCurves
from coursekit.plots.capstone.noisy_validation import ENDS, NoisyValidation
from coursekit.widgets.base import controls
from coursekit.widgets.base.explorer import Explorer
from coursekit.widgets.base.training import epochs_of

LONGEST, BATCH = 50, 32  # epochs; images

WEIGHTS = {
    "He": initializers.he,
    "Glorot": initializers.glorot,
    "N(0, 0.01²)": lambda rng, shape: rng.normal(0, 0.01, shape),
}


def noisy_validation() -> Explorer:
    """Choose how many labels are wrong: what five recipes measure on such labels, against their true error.

    The recipes are the reference recipes, trained once on 600 digits, and measured on 600 other ones whose labels are
    made wrong.
    """
    names, guesses, label = _classifiers()
    true = 100 * np.mean(guesses != label, axis=1)

    def model(noise, draw):
        rng = np.random.default_rng(draw)
        wrong = rng.permutation(np.arange(label.size) < round(noise * label.size))
        given = np.where(wrong, (label + rng.integers(1, 10, label.size)) % 10, label)
        return {
            "noise": noise,
            "expected": 100 * capstone.noisy_error(ENDS / 100, noise),
            "measured": 100 * np.mean(guesses != given, axis=1),
        }

    return Explorer(
        NoisyValidation(true, names),
        {
            "noise": controls.slider("share of wrong labels", 0.0, 1.0, capstone.NOISE, 0.05),
            "draw": controls.Again("other wrong labels"),
        },
        model=model,
    )


@functools.cache
def _classifiers():
    """Names of the reference recipes, their guesses (5, 600) on the hidden images of a task, the true labels."""
    task = capstone.draw_task(np.random.default_rng(0))
    scores = [
        recipe(ck, task.x, task.y, task.x_new, np.random.default_rng(0))
        for recipe in capstone.RECIPES.values()
    ]
    return list(capstone.RECIPES), np.argmax(scores, axis=-1), task.label


def _error(z, y):
    """The 0-1 loss of each network, nan for one that diverged."""
    lost = ~np.isfinite(z).all(axis=(-2, -1))
    return np.where(lost, np.nan, ck.zero_one_loss(np.nan_to_num(z), y))


def workbench(x: ArrayLike | None = None, y: ArrayLike | None = None, networks: int = 20) -> Explorer:
    """Choose what a network is made of and how it trains; 20 of them train at once, each on its own split.

    x (N, m), y (N, K): the images and labels to learn from, by default those of one task; three quarters of them are
    learned, and the error on the others is measured on labels as noisy as those learned. Batches of 32, momentum 0.9. The
    price shown is that of one network that learns from all N. A line shows the error of a network that makes no mistakes
    if 30 % of the labels are wrong.
    """
    networks = checks.positive_integer("workbench", "networks", networks, least=2)
    if x is None or y is None:
        task = capstone.draw_task(np.random.default_rng(0))
        x, y = task.x, task.y
    X, Y, X_held, Y_held = capstone.splits(x, y, networks, np.random.default_rng(1))
    sizes = X.shape[-1], Y.shape[-1]
    batches = -(-X.shape[-2] // BATCH)

    def model(width, layers, epochs, rate, falling, dropout, lam, batch_norm, init):
        rng = np.random.default_rng(2)
        net = ck.mlp(
            [sizes[0], *[width] * layers, sizes[1]], ck.relu, rng=rng, ensemble=(networks,), init=WEIGHTS[init],
            dropout=dropout, batch_norm=batch_norm,
        )  # fmt: skip
        schedule = ck.cosine(rate, epochs * batches) if falling else rate
        arguments = {
            "loss": ck.softmax_cross_entropy,
            "optimizer": ck.SGD(net.parameters(), lr=schedule, momentum=0.9),
            "batch_size": BATCH,
            "rng": rng,
            "penalty": ck.l2,
            "lam": lam,
            "validation": (X_held, Y_held),
            "metrics": {"error": _error},
        }
        learned = []
        extras = (", batch norm" if batch_norm else "") + (f", {init}" if init != "He" else "")
        course = f"rate {rate:g} {'falls' if falling else 'fixed'}"
        chosen = f"{layers} × {width}{extras}, dropout {dropout:g}, λ = {lam:g}, {course}"
        for history in epochs_of(ck, net, X, Y, epochs=epochs, **arguments):
            learned.append(100 * _error(ck.predict(net, X), Y))
            price = capstone.multiplications(net, np.shape(x)[0], len(learned)) / networks / 1e6
            yield {
                "curves": {
                    "labels it learns from": learned,
                    "labels held out": 100 * history.metrics["error"],
                },
                "state": f"{chosen}, price {price:.0f} of {capstone.BUDGET / 1e6:.0f} million",
                "epochs": epochs,
            }

    return Explorer(
        LearningCurves(
            ["labels it learns from", "labels held out"],
            LONGEST,
            "error (%)",
            (0, 100),
            each="split",
            level=(100 * capstone.NOISE, f"a perfect network, {100 * capstone.NOISE:.0f} %"),
        ),
        {
            "width": controls.scale("hidden units", [8, 16, 32, 64, 96, 128], 64),
            "layers": controls.scale("hidden layers", [1, 2, 3, 4], 1),
            "epochs": controls.scale("epochs", [5, 10, 15, 20, 30, LONGEST], 20),
            "rate": controls.scale("rate", [0.005, 0.01, 0.02, 0.05, 0.1, 0.2], 0.05),
            "falling": controls.switch("rate falls to 0"),
            "dropout": controls.scale("dropout", [0.0, 0.2, 0.35, 0.5, 0.7], 0.0),
            "lam": controls.scale("λ", [0.0, 1.0, 3.0, 10.0, 30.0], 0.0),
            "batch_norm": controls.switch("batch norm"),
            "init": controls.choice("initial weights", {name: name for name in WEIGHTS}, "He"),
        },
        model=model,
    )
