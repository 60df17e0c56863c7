"""What the `fit` of both backends share: checking arguments, the record of a run, its history, checkpoints.

arguments           check the arguments of `fit`; folds, and the order of the examples
optimizer_settings  check the settings of the optimizers
loop                the record of a run, early stopping, and running it to its end
history             `History` of a run, which `fit` returns, and `Epoch`, which `epochs` yields
members             parameters and optimizer state by key, for one network or some members of an ensemble
resume              save a run after every epoch, and resume it; checkpoint is the format of the file, numpy_state
                    and torch_state take networks and optimizers apart

This package imports neither backend.
"""

from coursekit.training.history import Epoch, History

__all__ = ["Epoch", "History"]
