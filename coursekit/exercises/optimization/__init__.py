"""The exercises of lessons 06a and 06b, Optimization."""

from coursekit.exercises.optimization import (
    adam_step,
    gradient_descent,
    largest_stable_rate,
    minibatches,
    momentum_step,
)

__all__ = ["EXERCISES"]

EXERCISES = (
    gradient_descent.EXERCISE,
    minibatches.EXERCISE,
    momentum_step.EXERCISE,
    adam_step.EXERCISE,
    largest_stable_rate.EXERCISE,
)
