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
classifiers      lesson 05: confusion matrix, rare positives, ROC curves
validation       lesson 05: folds, leaks, estimates, what choosing does to a score
threshold        lesson 05, a figure that a widget can move
sweep_drawing    lesson 05, another of these
experiments      mean and spread over seeds: for every lesson
learning_curves  the same, growing while networks train
"""

from coursekit.plots.classifiers import confusion_matrix, prevalence, roc
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
from coursekit.plots.style import alt, describe
from coursekit.plots.threshold import threshold
from coursekit.plots.validation import (
    estimates,
    folds,
    leaks,
    one_standard_error,
    selection_optimism,
)

__all__ = [
    "alt",
    "bowl",
    "confusion_matrix",
    "describe",
    "estimates",
    "folds",
    "leaks",
    "logit_panel",
    "loss_curves",
    "loss_or_metric",
    "mean_and_median",
    "mean_and_spread",
    "one_standard_error",
    "paired_difference",
    "prevalence",
    "rate_sweep",
    "roc",
    "saturation",
    "selection_optimism",
    "softmax_bars",
    "surprise",
    "threshold",
]
