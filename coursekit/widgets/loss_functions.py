"""Lesson 02: mean and median, a logit in three kinds of arithmetic, the slope-intercept bowl, two losses."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit import numpy_backend as ck
from coursekit.experiments.loss_comparison import training
from coursekit.plots.base import inputs
from coursekit.plots.base.learning_curves import LearningCurves
from coursekit.plots.loss_functions.logit_panel import LogitPanel
from coursekit.plots.loss_functions.loss_drawings import Bowl, MeanAndMedian
from coursekit.widgets.base import controls
from coursekit.widgets.base.explorer import Explorer
from coursekit.widgets.base.training import epochs_of

# Closer together where an arithmetic fails: clipped at 27.6, naive at 36.7 and at −709.8.
_TENS = "0 1 2 3 5 7 10 15 20 25 27 28 30 35 36 37 38 40 50 75 100 200 400 600 700 709 710 750 800 900 1000"
LOGITS = sorted({sign * float(z) + 0.0 for z in _TENS.split() for sign in (-1, 1)})


def mean_or_median(
    y: ArrayLike = (1, 2, 2.5, 3, 4, 5), moving: float = 6.0, limits: Sequence[float] = (-5, 25)
) -> Explorer:
    """Drag one point along a line of data: the mean follows it, the median gives way by one place.

    y (n,): the points that stay; moving: where the one that moves starts; limits: how far it goes.
    """
    still = inputs.vector("mean_or_median", "y", y)
    low, high = inputs.interval("mean_or_median", "limits", limits)
    room = 0.03 * (high - low)  # for half a dot
    point = controls.slider(
        "moving point", low, high, checks.number("mean_or_median", "moving", moving, low, high), 0.5
    )
    return Explorer(
        MeanAndMedian((low - room, high + room)),
        {"point": point},
        model=lambda point: {"y": np.append(still, point), "moving": still.size},
        drag=lambda panel, x, y: {"point": x},
    )


def logit() -> Explorer:
    """Move a logit from −1000 to 1000: its loss and the derivative in three kinds of arithmetic."""
    z = controls.scale("logit z", LOGITS, 2)
    y = controls.choice("target y", {"0": 0, "1": 1}, 0)
    return Explorer(LogitPanel(), {"z": z, "y": y}, extra=[controls.player(z)])


def slope_intercept(
    x: ArrayLike = (-2, -1, 0, 1, 2),
    y: ArrayLike = (-2, -2.5, 0.5, 0, 2.5),
    slopes: Sequence[float] = (-3.0, 3.0),
    intercepts: Sequence[float] = (-3.0, 3.0),
) -> Explorer:
    """Choose slope and intercept of a line, by slider or on the picture, and see its place in the MSE bowl.

    x, y (n,): the data; slopes, intercepts: the ranges to choose from.
    """
    x, y = inputs.pair("slope_intercept", "x", x, "y", y)
    slopes = inputs.interval("slope_intercept", "slopes", slopes)
    intercepts = inputs.interval("slope_intercept", "intercepts", intercepts)
    both = [
        controls.slider(name, low, high, (low + high) / 2, controls.round_step(low, high))
        for name, (low, high) in (("slope", slopes), ("intercept", intercepts))
    ]
    return Explorer(
        Bowl(x, y, slopes, intercepts),
        dict(zip(("slope", "intercept"), both, strict=True)),
        drag=lambda panel, x, y: {"slope": x, "intercept": y} if panel == 1 else {},
    )


def two_losses(seeds: int = 20, epochs: int = 15) -> Explorer:
    """Choose the learning rate: cross-entropy and squared error train on digits, as many networks as seeds.

    Networks 64-32-10 with ReLU, batches of 50; each seed has its own split into 1000 training and 400 validation
    images. Both losses are summed over the ten outputs, and squared error has a factor ½. The validation error is
    drawn epoch by epoch, mean ± sd.
    """
    seeds = checks.positive_integer("two_losses", "seeds", seeds)
    epochs = checks.positive_integer("two_losses", "epochs", epochs)
    names = ("softmax, cross-entropy", "sigmoids, squared error")

    def model(rate):
        runs = [epochs_of(ck, epochs=epochs, **training(ck, name, rate, seeds)) for name in names]
        for histories in zip(*runs, strict=True):
            errors = [100 * (1 - history.metrics["accuracy"]) for history in histories]
            yield {"curves": dict(zip(names, errors, strict=True)), "state": f"rate {rate:g}"}

    rate = controls.scale("learning rate", [0.03, 0.1, 0.25, 0.5, 1, 2, 4, 8], 1)
    drawing = LearningCurves(names, epochs, "validation error (%)", (0, 100))
    return Explorer(drawing, {"rate": rate}, model=model)
