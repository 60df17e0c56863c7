"""Interactive figures and predictions: controls over the drawings of `coursekit.plots`.

    from coursekit import widgets
    widgets.mean_or_median()             # the last line of a cell: the panel shows itself
    guess = widgets.predict("Which loss ends lower?", ["MSE", "cross-entropy"])

explorer         the one engine: controls → model → drawing → picture
frames           a drawing's frames, quickly
slices           models that train: partial results, and a move that ends old work
training         networks that train epoch by epoch for them
controls         sliders, lists, switches and buttons of one look
access           names, exact values and pointer positions: the one piece of JavaScript
flipbook         a panel for a page without a kernel
catalog          the list of all interactives
prediction       a guess that is locked before the figure is seen
loss_functions   lesson 02
optimization     lesson 06
"""

from coursekit.widgets.catalog import interactives
from coursekit.widgets.explorer import Explorer
from coursekit.widgets.loss_functions import logit, mean_or_median, slope_intercept, two_losses
from coursekit.widgets.optimization import rate_test, stability
from coursekit.widgets.prediction import predict

__all__ = [
    "Explorer",
    "interactives",
    "logit",
    "mean_or_median",
    "predict",
    "rate_test",
    "slope_intercept",
    "stability",
    "two_losses",
]
