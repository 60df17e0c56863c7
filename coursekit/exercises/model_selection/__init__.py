"""The exercises of lesson 05, Model selection."""

from coursekit.exercises.model_selection import (
    auc,
    cheapest_threshold,
    confusion_matrix,
    cross_validate,
    kfold,
    nested_cross_validate,
    rates,
    roc_curve,
)

__all__ = ["EXERCISES"]

EXERCISES = (
    confusion_matrix.EXERCISE,
    rates.EXERCISE,
    roc_curve.EXERCISE,
    auc.EXERCISE,
    kfold.EXERCISE,
    cross_validate.EXERCISE,
    cheapest_threshold.EXERCISE,
    nested_cross_validate.EXERCISE,
)
