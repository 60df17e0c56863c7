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
regularization   lesson 04, still figures
generalization   lesson 04, more of these
penalty_drawings, strength_drawing     lesson 04, figures that a widget can move
experiments      mean and spread over seeds: for every lesson
learning_curves  the same, growing while networks train
"""

from coursekit.plots.experiments import mean_and_spread, paired_difference, rate_sweep
from coursekit.plots.generalization import dropout_sums, image_row, where_it_helps
from coursekit.plots.logit_panel import logit_panel
from coursekit.plots.loss_drawings import bowl, mean_and_median
from coursekit.plots.loss_functions import (
    loss_curves,
    loss_or_metric,
    saturation,
    softmax_bars,
    surprise,
)
from coursekit.plots.penalty_drawings import penalty_geometry, ridge_path
from coursekit.plots.regularization import (
    coefficients,
    decay,
    decay_by_gradient,
    decision_regions,
    shrinkage,
)
from coursekit.plots.style import alt, describe

__all__ = [
    "alt",
    "bowl",
    "coefficients",
    "decay",
    "decay_by_gradient",
    "decision_regions",
    "describe",
    "dropout_sums",
    "image_row",
    "logit_panel",
    "loss_curves",
    "loss_or_metric",
    "mean_and_median",
    "mean_and_spread",
    "paired_difference",
    "penalty_geometry",
    "rate_sweep",
    "ridge_path",
    "saturation",
    "shrinkage",
    "softmax_bars",
    "surprise",
    "where_it_helps",
]
