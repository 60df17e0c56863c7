"""Figures of the lessons: arrays in, Axes out, alt text on every one.

    from coursekit import plots
    plots.surprise()                     # the last line of a cell: the figure shows itself, with its alt text
    ax = plots.surprise()                # a matplotlib Axes like any other: ax.set_title(...), then `ax`

style            palette, line styles, alt text
picture          the Axes that show themselves
inputs           what is asked of arguments
drawing          figures with parts that move: what the widgets steer
caption          words that move with them
loss_functions   lesson 02, still figures
loss_drawings    lesson 02, figures that a widget can move
logit_panel      lesson 02, another of these
descent          lesson 06: one step, rates on a parabola, paths over landscapes
optimization     lesson 06: gradient noise, edge of stability, schedules, a plane of the loss
descent_panel    lesson 06, a figure that a widget can move
rate_test        lesson 06, another of these
experiments      mean and spread over seeds: for every lesson
learning_curves  the same, growing while networks train
"""

from coursekit.plots.descent import descent_step, descents, error_by_step, rates_on_a_parabola
from coursekit.plots.descent_panel import stability
from coursekit.plots.experiments import mean_and_spread, paired_difference, rate_sweep
from coursekit.plots.logit_panel import logit_panel
from coursekit.plots.loss_drawings import bowl, mean_and_median
from coursekit.plots.loss_functions import (
    loss_curves,
    loss_or_metric,
    saturation,
    softmax_bars,
    surprise,
)
from coursekit.plots.optimization import edge_of_stability, gradient_noise, loss_plane, schedules
from coursekit.plots.style import alt, describe

__all__ = [
    "alt",
    "bowl",
    "descent_step",
    "descents",
    "describe",
    "edge_of_stability",
    "error_by_step",
    "gradient_noise",
    "logit_panel",
    "loss_curves",
    "loss_or_metric",
    "loss_plane",
    "mean_and_median",
    "mean_and_spread",
    "paired_difference",
    "rate_sweep",
    "rates_on_a_parabola",
    "saturation",
    "schedules",
    "softmax_bars",
    "stability",
    "surprise",
]
