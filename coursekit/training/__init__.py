"""What the `fit` of both backends shares: checking its arguments, the epoch loop, its history, checkpoints.

arguments           check and prepare the arguments of `fit`
optimizer_settings  check the settings of the optimizers
loop                epochs, validation, early stopping
history             `History`, which `fit` returns
members             parameters and optimizer state by key, for one network or some members of an ensemble
checkpoint, run_state, fingerprint    save a run, and resume it
processes           one training process

This package imports neither backend.
"""

from coursekit.training.history import History

__all__ = ["History"]
