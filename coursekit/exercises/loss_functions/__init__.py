"""The exercises of lesson 02, Loss functions."""

from coursekit.exercises.loss_functions import (
    best_constant,
    choose_loss,
    mae,
    mse,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
)

__all__ = ["EXERCISES"]

EXERCISES = (
    mse.EXERCISE,
    mae.EXERCISE,
    best_constant.EXERCISE,
    sigmoid_cross_entropy.EXERCISE,
    softmax_cross_entropy.EXERCISE,
    choose_loss.EXERCISE,
)
