"""The exercises of lesson 00, Forward pass."""

from coursekit.exercises.forward_pass import collapse_linear, count_parameters, forward, layer_forward

__all__ = ["EXERCISES"]

EXERCISES = (layer_forward.EXERCISE, count_parameters.EXERCISE, forward.EXERCISE, collapse_linear.EXERCISE)
