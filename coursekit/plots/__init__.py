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
backpropagation  lesson 03, still figures
backprop_views   lesson 03, the 4-2-2-1 network; its words in backprop_words, its numbers in broken_backprop
step_errors      lesson 03, the step of a numerical gradient
computation      lesson 03, a graph of operations
growing_runs     every run of an experiment, while networks train
experiments      mean and spread over seeds: for every lesson
learning_curves  the same, growing while networks train
"""

from coursekit.plots.backprop_views import backprop_views
from coursekit.plots.backpropagation import caught, every_run, hidden_codes
from coursekit.plots.computation import computation
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
from coursekit.plots.step_errors import step_errors
from coursekit.plots.style import alt, describe

__all__ = [
    "alt",
    "backprop_views",
    "bowl",
    "caught",
    "computation",
    "describe",
    "every_run",
    "hidden_codes",
    "logit_panel",
    "loss_curves",
    "loss_or_metric",
    "mean_and_median",
    "mean_and_spread",
    "paired_difference",
    "rate_sweep",
    "saturation",
    "softmax_bars",
    "step_errors",
    "surprise",
]
