"""The exercises of lesson 03, Back-propagation."""

from coursekit.exercises.backpropagation import (
    backprop,
    backpropagation_step,
    delta_hidden,
    delta_output,
    numerical_gradient,
    tanh_operation,
    train_two_layers,
)

__all__ = ["EXERCISES"]

EXERCISES = (
    numerical_gradient.EXERCISE,
    delta_output.EXERCISE,
    delta_hidden.EXERCISE,
    backpropagation_step.EXERCISE,
    backprop.EXERCISE,
    train_two_layers.EXERCISE,
    tanh_operation.EXERCISE,
)
