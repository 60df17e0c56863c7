"""The exercises of lesson 05, Model selection."""

from coursekit.exercises.model_selection import (
    auc,
    confusion_matrix,
    cross_validate,
    kfold,
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
)
