"""Figures of the lessons: arrays in, Axes out, alt text on every one.

    from coursekit import plots
    plots.surprise()                     # the last line of a cell: the figure shows itself, with its alt text
    ax = plots.surprise()                # a matplotlib Axes like any other: ax.set_title(...), then `ax`

base               what all share: palette and line styles, axes that show themselves, drawings that move, captions
forward_pass       lesson 00
risk_minimization  lesson 01
loss_functions     lesson 02
backpropagation    lesson 03
regularization     lesson 04
model_selection    lesson 05
optimization       lessons 06a and 06b
deep_networks      lessons 07a and 07b
greedy_training    lesson 08
capstone           lesson 09
"""

from coursekit.plots.backpropagation.backprop_views import backprop_views
from coursekit.plots.backpropagation.chain_of_slopes import chain_of_slopes
from coursekit.plots.backpropagation.computation import computation
from coursekit.plots.backpropagation.figures import caught, every_run, hidden_codes
from coursekit.plots.backpropagation.step_errors import step_errors
from coursekit.plots.base.class_matrix import class_matrix
from coursekit.plots.base.experiments import against, mean_and_spread, paired_difference, rate_sweep
from coursekit.plots.base.style import alt, describe
from coursekit.plots.base.verdicts import verdicts
from coursekit.plots.capstone.held_out_by_rate import held_out_by_rate
from coursekit.plots.capstone.image_grid import image_grid
from coursekit.plots.capstone.rank_figure import rank_figure
from coursekit.plots.deep_networks.costs import next_trial, timings
from coursekit.plots.deep_networks.cures import cures_by_rate
from coursekit.plots.deep_networks.difficulties import clone_training, clones
from coursekit.plots.deep_networks.error_signals import signal_by_layer
from coursekit.plots.deep_networks.generated_points import generated_points
from coursekit.plots.deep_networks.histograms import histograms_by_layer
from coursekit.plots.deep_networks.ward import loss_by_step, ward
from coursekit.plots.forward_pass.deep_curves import deep_curves
from coursekit.plots.forward_pass.digit_pass import digit_pass
from coursekit.plots.forward_pass.figures import activation_curves, layer_shapes, network, weight_table
from coursekit.plots.forward_pass.images import pixel_values, weight_images
from coursekit.plots.forward_pass.labeled_layer import labeled_layer
from coursekit.plots.forward_pass.layer_view import layer_view
from coursekit.plots.greedy_training.depth_choice import depth_choice
from coursekit.plots.greedy_training.error_by_rate import error_by_rate
from coursekit.plots.greedy_training.figures import recipes, search_costs
from coursekit.plots.greedy_training.greedy_stages import greedy_stages, greedy_steps
from coursekit.plots.loss_functions.cost_parabola import cost_parabola
from coursekit.plots.loss_functions.expected_losses import expected_losses
from coursekit.plots.loss_functions.figures import (
    loss_curves,
    loss_or_metric,
    saturation,
    softmax_bars,
    softmax_steps,
    surprise,
)
from coursekit.plots.loss_functions.logit_panel import logit_panel
from coursekit.plots.loss_functions.loss_drawings import bowl, mean_and_median
from coursekit.plots.model_selection.classifiers import confusion_matrix, prevalence, roc
from coursekit.plots.model_selection.ranking import precision_recall, ranked_pairs
from coursekit.plots.model_selection.threshold import threshold
from coursekit.plots.model_selection.validation import (
    estimates,
    folds,
    leaks,
    one_standard_error,
    selection_optimism,
)
from coursekit.plots.optimization.descent import descent_step, descents, error_by_step, rates_on_a_parabola
from coursekit.plots.optimization.descent_panel import stability
from coursekit.plots.optimization.figures import edge_of_stability, gradient_noise, loss_plane, schedules
from coursekit.plots.optimization.momentum import momentum_factors
from coursekit.plots.regularization.figures import (
    coefficients,
    decay,
    decay_by_gradient,
    decision_regions,
    shrinkage,
)
from coursekit.plots.regularization.generalization import (
    curves_by_epoch,
    dropout_sums,
    errors_by_strength,
    image_row,
    where_it_helps,
)
from coursekit.plots.regularization.penalty_drawings import penalty_geometry, ridge_path
from coursekit.plots.regularization.why_penalties import kink, scaled_weights
from coursekit.plots.risk_minimization.figures import deviation_bound, true_and_empirical, word_chances
from coursekit.plots.risk_minimization.fitted_curves import bias_and_variance, curve_fits
from coursekit.plots.risk_minimization.risk_drawings import curve_fit, interval_fit, sample_error

__all__ = [
    "activation_curves",
    "against",
    "alt",
    "backprop_views",
    "bias_and_variance",
    "bowl",
    "caught",
    "chain_of_slopes",
    "class_matrix",
    "clone_training",
    "clones",
    "coefficients",
    "computation",
    "confusion_matrix",
    "cost_parabola",
    "cures_by_rate",
    "curve_fit",
    "curve_fits",
    "curves_by_epoch",
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
    "error_by_rate",
    "error_by_step",
    "errors_by_strength",
    "estimates",
    "every_run",
    "expected_losses",
    "folds",
    "generated_points",
    "gradient_noise",
    "greedy_stages",
    "greedy_steps",
    "held_out_by_rate",
    "hidden_codes",
    "histograms_by_layer",
    "image_grid",
    "image_row",
    "interval_fit",
    "kink",
    "labeled_layer",
    "layer_shapes",
    "layer_view",
    "leaks",
    "logit_panel",
    "loss_by_step",
    "loss_curves",
    "loss_or_metric",
    "loss_plane",
    "mean_and_median",
    "mean_and_spread",
    "momentum_factors",
    "network",
    "next_trial",
    "one_standard_error",
    "paired_difference",
    "penalty_geometry",
    "pixel_values",
    "precision_recall",
    "prevalence",
    "rank_figure",
    "ranked_pairs",
    "rate_sweep",
    "rates_on_a_parabola",
    "recipes",
    "ridge_path",
    "roc",
    "sample_error",
    "saturation",
    "scaled_weights",
    "schedules",
    "search_costs",
    "selection_optimism",
    "shrinkage",
    "signal_by_layer",
    "softmax_bars",
    "softmax_steps",
    "stability",
    "step_errors",
    "surprise",
    "threshold",
    "timings",
    "true_and_empirical",
    "verdicts",
    "ward",
    "weight_images",
    "weight_table",
    "where_it_helps",
    "word_chances",
]
