"""The exercises of lesson 08, Greedy layer-wise training."""

from coursekit.exercises.greedy_training import (
    add_layer,
    autoencoder_gradients,
    choose_depth,
    disadvantaged,
    greedy_stage,
    trainable,
)

__all__ = ["EXERCISES"]

EXERCISES = (
    add_layer.EXERCISE,
    trainable.EXERCISE,
    greedy_stage.EXERCISE,
    autoencoder_gradients.EXERCISE,
    choose_depth.EXERCISE,
    disadvantaged.EXERCISE,
)
