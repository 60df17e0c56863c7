"""Lesson 02: mean against median, one logit in three kinds of arithmetic, the slope-intercept bowl."""

import numpy as np

from coursekit import checks
from coursekit.plots import inputs
from coursekit.plots.logit_panel import LogitPanel
from coursekit.plots.loss_drawings import Bowl, MeanAndMedian
from coursekit.widgets import controls
from coursekit.widgets.explorer import Explorer

# Closer together where an arithmetic fails: clipped at 27.6, naive at 36.7 and at −709.8.
_TENS = "0 1 2 3 5 7 10 15 20 25 27 28 30 35 36 37 38 40 50 75 100 200 400 600 700 709 710 750 800 900 1000"
LOGITS = sorted({sign * float(z) + 0.0 for z in _TENS.split() for sign in (-1, 1)})


def mean_or_median(y=(1, 2, 2.5, 3, 4, 5), moving=6.0, limits=(-5, 25)):
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
        model=lambda point: {"y": np.append(still, point)},
        drag=lambda panel, x, y: {"point": x},
    )


def logit():
    """Move a logit from −1000 to 1000: probability, loss and gradient in three kinds of arithmetic."""
    z = controls.scale("logit z", LOGITS, 2)
    y = controls.choice("target y", {"0": 0, "1": 1}, 0)
    return Explorer(LogitPanel(), {"z": z, "y": y}, extra=[controls.player(z)])


def slope_intercept(x, y, slopes=(-3.0, 3.0), intercepts=(-3.0, 3.0)):
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
