"""The exercises of lessons 06a and 06b, Optimization."""

from coursekit.exercises.optimization import (
    adam_step,
    gradient_descent,
    largest_stable_rate,
    minibatches,
    momentum_step,
    predict_steps,
    training_plan,
    warmup_then_cosine,
)

__all__ = ["EXERCISES"]

EXERCISES = (
    gradient_descent.EXERCISE,
    predict_steps.EXERCISE,
    minibatches.EXERCISE,
    momentum_step.EXERCISE,
    largest_stable_rate.EXERCISE,
    adam_step.EXERCISE,
    warmup_then_cosine.EXERCISE,
    training_plan.EXERCISE,
)
