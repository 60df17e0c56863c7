"""The exercises of lesson 04, Regularization."""

from coursekit.exercises.regularization import dropout, early_stopping, l2_penalty, ridge, soft_threshold

__all__ = ["EXERCISES"]

EXERCISES = (
    l2_penalty.EXERCISE,
    soft_threshold.EXERCISE,
    early_stopping.EXERCISE,
    dropout.EXERCISE,
    ridge.EXERCISE,
)
