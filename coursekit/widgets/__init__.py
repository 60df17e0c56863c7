"""Interactive figures and predictions: controls over the drawings of `coursekit.plots`.

    from coursekit import widgets
    widgets.mean_or_median()             # the last line of a cell: the panel shows itself
    guess = widgets.predict("Which loss ends lower?", ["MSE", "cross-entropy"])

playground        a network that trains in the page
base              the engine, the controls, predictions, flipbooks: what all lessons share
forward_pass      lesson 00
risk_minimization lesson 01
loss_functions    lesson 02
backpropagation   lesson 03
regularization    lesson 04
model_selection   lesson 05
optimization      lessons 06a and 06b
deep_networks     lesson 07a
searches          lesson 07b
greedy_training   lesson 08
capstone          lesson 09
"""

from coursekit.widgets.backpropagation import backpropagation, gradient_step, xor_runs
from coursekit.widgets.base.catalog import interactives
from coursekit.widgets.base.explorer import Explorer
from coursekit.widgets.base.prediction import predict
from coursekit.widgets.capstone import noisy_validation, workbench
from coursekit.widgets.deep_networks import patients, signal_by_depth
from coursekit.widgets.forward_pass import depth_and_activation, digit_through_network, shape_first
from coursekit.widgets.greedy_training import depth_choice, greedy_stages
from coursekit.widgets.loss_functions import logit, mean_or_median, slope_intercept, two_losses
from coursekit.widgets.model_selection import sweep, threshold
from coursekit.widgets.optimization import rate_test, stability
from coursekit.widgets.playground import playground
from coursekit.widgets.regularization import penalty_geometry, ridge_path, strength
from coursekit.widgets.risk_minimization import interval_erm, robot_curve, spam_sample
from coursekit.widgets.searches import compressed, grid_or_random

__all__ = [
    "Explorer",
    "backpropagation",
    "compressed",
    "depth_and_activation",
    "depth_choice",
    "digit_through_network",
    "gradient_step",
    "greedy_stages",
    "grid_or_random",
    "interactives",
    "interval_erm",
    "logit",
    "mean_or_median",
    "noisy_validation",
    "patients",
    "penalty_geometry",
    "playground",
    "predict",
    "rate_test",
    "ridge_path",
    "robot_curve",
    "shape_first",
    "signal_by_depth",
    "slope_intercept",
    "spam_sample",
    "stability",
    "strength",
    "sweep",
    "threshold",
    "two_losses",
    "workbench",
    "xor_runs",
]
