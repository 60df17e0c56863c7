"""Figures of the lessons: arrays in, Axes out, alt text on every one.

    from coursekit import plots
    plots.surprise()                     # the last line of a cell: the figure shows itself, with its alt text
    ax = plots.surprise()                # a matplotlib Axes like any other: ax.set_title(...), then `ax`

style            palette, line styles, alt text
picture          the Axes that show themselves
inputs           what is asked of arguments
drawing          figures with parts that move: what the widgets steer
caption          words that move with them
forward_pass     lesson 00, still figures
layer_view, deep_curves, digit_pass     lesson 00, figures that a widget can move
risk_minimization     lesson 01, still figures
risk_drawings    lesson 01, figures that a widget can move
loss_functions   lesson 02, still figures
loss_drawings    lesson 02, figures that a widget can move
logit_panel      lesson 02, another of these
backpropagation  lesson 03, still figures
backprop_views   lesson 03, the 4-2-2-1 network; its words in backprop_words, its numbers in broken_backprop
step_errors      lesson 03, the step of a numerical gradient
computation      lesson 03, a graph of operations
growing_runs     every run of an experiment, while networks train
classifiers      lesson 05: confusion matrix, rare positives, ROC curves
validation       lesson 05: folds, leaks, estimates, what choosing does to a score
threshold        lesson 05, a figure that a widget can move
sweep_drawing    lesson 05, another of these
regularization   lesson 04, still figures
generalization   lesson 04, more of these
penalty_drawings, strength_drawing     lesson 04, figures that a widget can move
descent          lesson 06: one step, rates on a parabola, paths over landscapes
optimization     lesson 06: gradient noise, edge of stability, schedules, a plane of the loss
descent_panel    lesson 06, a figure that a widget can move
rate_test        lesson 06, another of these
greedy_training  lesson 08, still figures
greedy_stages    lesson 08, a figure that a widget can move
depth_choice     lesson 08, another of these
experiments      mean and spread over seeds: for every lesson
learning_curves  the same, growing while networks train
verdicts         what each of several treatments did: for every lesson
signals          lesson 07, the error signal by layer
difficulties     lesson 07, other still figures
patient_chart    lesson 07, what the patient game shows
class_matrix     lesson 09, a confusion matrix of many classes
noisy_validation lesson 09, a figure that a widget can move
search_drawings  lesson 07, trials on a square, compressed weights
"""

from coursekit.plots.backprop_views import backprop_views
from coursekit.plots.backpropagation import caught, every_run, hidden_codes
from coursekit.plots.class_matrix import class_matrix
from coursekit.plots.classifiers import confusion_matrix, prevalence, roc
from coursekit.plots.computation import computation
from coursekit.plots.deep_curves import deep_curves
from coursekit.plots.depth_choice import depth_choice
from coursekit.plots.descent import descent_step, descents, error_by_step, rates_on_a_parabola
from coursekit.plots.descent_panel import stability
from coursekit.plots.difficulties import clone_training, clones, overshoot, ward
from coursekit.plots.digit_pass import digit_pass
from coursekit.plots.experiments import against, mean_and_spread, paired_difference, rate_sweep
from coursekit.plots.forward_pass import activation_curves, layer_shapes, network, weight_table
from coursekit.plots.generalization import dropout_sums, image_row, where_it_helps
from coursekit.plots.greedy_stages import greedy_stages
from coursekit.plots.greedy_training import recipes, search_costs, where_depth_hurts
from coursekit.plots.layer_view import layer_view
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
from coursekit.plots.penalty_drawings import penalty_geometry, ridge_path
from coursekit.plots.regularization import (
    coefficients,
    decay,
    decay_by_gradient,
    decision_regions,
    shrinkage,
)
from coursekit.plots.risk_drawings import curve_fit, interval_fit, sample_error
from coursekit.plots.risk_minimization import deviation_bound, true_and_empirical, word_chances
from coursekit.plots.signals import signal_by_layer
from coursekit.plots.step_errors import step_errors
from coursekit.plots.style import alt, describe
from coursekit.plots.threshold import threshold
from coursekit.plots.validation import (
    estimates,
    folds,
    leaks,
    one_standard_error,
    selection_optimism,
)
from coursekit.plots.verdicts import verdicts

__all__ = [
    "activation_curves",
    "against",
    "alt",
    "backprop_views",
    "bowl",
    "caught",
    "class_matrix",
    "clone_training",
    "clones",
    "coefficients",
    "computation",
    "confusion_matrix",
    "curve_fit",
    "decay",
    "decay_by_gradient",
    "decision_regions",
    "deep_curves",
    "depth_choice",
    "descent_step",
    "descents",
    "describe",
    "deviation_bound",
    "digit_pass",
    "dropout_sums",
    "edge_of_stability",
    "error_by_step",
    "estimates",
    "every_run",
    "folds",
    "gradient_noise",
    "greedy_stages",
    "hidden_codes",
    "image_row",
    "interval_fit",
    "layer_shapes",
    "layer_view",
    "leaks",
    "logit_panel",
    "loss_curves",
    "loss_or_metric",
    "loss_plane",
    "mean_and_median",
    "mean_and_spread",
    "network",
    "one_standard_error",
    "overshoot",
    "paired_difference",
    "penalty_geometry",
    "prevalence",
    "rate_sweep",
    "rates_on_a_parabola",
    "recipes",
    "ridge_path",
    "roc",
    "sample_error",
    "saturation",
    "schedules",
    "search_costs",
    "selection_optimism",
    "shrinkage",
    "signal_by_layer",
    "softmax_bars",
    "stability",
    "step_errors",
    "surprise",
    "threshold",
    "true_and_empirical",
    "verdicts",
    "ward",
    "weight_table",
    "where_depth_hurts",
    "where_it_helps",
    "word_chances",
]
