"""The results of training as NumPy arrays, for both backends: `History` of a run, `Epoch` of one epoch."""

import dataclasses
from collections.abc import Callable

import numpy as np


@dataclasses.dataclass(frozen=True)
class History:
    """The course of a training run; E stands for the ensemble's axes, none for a single network.

    train    (epochs, E)  mean loss over the epoch's examples, each once, in training mode, before each update,
                          without the penalty
    val      (epochs, E)  loss on the validation set after each epoch, in evaluation mode; None without one
    metrics  name -> (epochs, E), on the validation set if there is one, else on the training set
    best     (E)          the epoch whose weights the network holds now, counted from 0: the last one, or with early
                          stopping the one of lowest validation loss

    A network whose loss stopped being finite has nan from that epoch on.
    """

    train: np.ndarray
    val: np.ndarray | None = None
    metrics: dict[str, np.ndarray] = dataclasses.field(default_factory=dict)
    best: np.ndarray | None = None

    @property
    def epochs(self) -> int:
        """Number of epochs that were run."""
        return len(self.train)

    def __repr__(self) -> str:
        def last(values):
            final = np.asarray(values[-1])
            if final.ndim == 0:
                return f"{final:.4g}"
            return f"{np.mean(final):.4g} ± {np.std(final):.2g} over {final.size} networks"

        parts = [f"{self.epochs} epochs", f"train {last(self.train)}"]
        if self.val is not None:
            parts.append(f"val {last(self.val)}")
        parts += [f"{name} {last(values)}" for name, values in self.metrics.items()]
        return f"History({', '.join(parts)})"


@dataclasses.dataclass(frozen=True)
class Epoch:
    """One epoch of training, as `epochs` yields it; E stands for the ensemble's axes, none for a single network.

    number   0, 1, …
    train    (E)  mean loss over the epoch's examples
    val      (E)  loss on the validation set after the epoch; None without one
    metrics  name -> (E)
    history  the `History` up to and including this epoch
    """

    number: int
    train: np.ndarray
    val: np.ndarray | None
    metrics: dict[str, np.ndarray]
    _history: Callable[[int], History] = dataclasses.field(repr=False)

    @property
    def history(self) -> History:
        """The `History` up to and including this epoch."""
        return self._history(self.number + 1)
