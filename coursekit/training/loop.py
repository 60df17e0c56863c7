"""What both backends' training loops share: the record of a run, early stopping, and running it to its end."""

import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from coursekit import checks
from coursekit.training.arguments import FitArguments, divergence_message
from coursekit.training.history import Epoch, History


class TrainingRecord:
    """What a training run keeps between its epochs: the curves, the members that still learn, the best weights.

    arrays     the live parameters and buffers of the network
    copy       copy(array): a new array with the same values
    overwrite  overwrite(old, new, members): write the entries of these members (bool, ensemble shape) into `old`

    active, lost           members that still learn; members whose loss stopped being finite
    best_loss, best_epoch  of each member, with early stopping
    best                   copies of `arrays`, each member at its best epoch
    train, val, metrics    the curves: a `Curve` each
    """

    def __init__(self, arguments: FitArguments, arrays: list, copy: Callable, overwrite: Callable):
        shape = arguments.ensemble
        self.patience = arguments.early_stopping
        self.arrays, self.copy, self.overwrite = arrays, copy, overwrite
        self.active, self.all_active = np.ones(shape, bool), True
        self.lost = np.zeros(shape, bool)
        self.best_loss, self.best_epoch = np.full(shape, np.inf), np.zeros(shape, int)
        self.best: list | None = None
        self.train, self.val = Curve(shape), Curve(shape) if arguments.validation is not None else None
        self.metrics = {name: Curve(shape) for name in arguments.metrics}

    @property
    def epochs(self) -> int:
        """Number of epochs that are finished."""
        return len(self.train)

    def unfinished(self, limit: int | None) -> bool:
        """Whether there is another epoch to run: some member still learns, and the limit is not reached."""
        return (limit is None or len(self.train) < limit) and (self.all_active or bool(self.active.any()))

    def add(self, train: np.ndarray, val: np.ndarray | None, metrics: dict[str, np.ndarray]) -> Epoch:
        """Record an epoch: warn of divergence, and stop the members whose patience is used up."""
        number = len(self.train)
        diverged = not np.isfinite(train).all()
        if diverged:
            if not self.lost.any():
                warnings.warn(
                    divergence_message(~np.isfinite(train), number), RuntimeWarning, _level_of_the_caller()
                )
            self.lost |= ~np.isfinite(train)
        values = [train, val, *metrics.values()]
        for curve, value in zip((self.train, self.val, *self.metrics.values()), values, strict=True):
            if curve is not None:
                value[self.lost] = np.nan
                curve.append(value)
        if self.patience is not None:
            self._watch_validation(number, val)
        if diverged or not self.all_active:
            self.active &= ~self.lost
            self.all_active = bool(self.active.all())
        return Epoch(number, train, val, metrics, self.history)

    def _watch_validation(self, number, val):
        better = self.active & (val < self.best_loss)
        self.best_loss = np.where(better, val, self.best_loss)
        self.best_epoch[better] = number
        if self.best is None:
            self.best = [self.copy(array) for array in self.arrays]
        else:
            for kept, array in zip(self.best, self.arrays, strict=True):
                self.overwrite(kept, array, better)
        stopped = self.active & (number - self.best_epoch >= self.patience)
        if stopped.any():
            self.restore_best(stopped)
            self.active &= ~stopped
            self.all_active = False

    def restore_best(self, members: np.ndarray | None = None) -> None:
        """Give the members (None: all) the weights of their best epoch, if early stopping watches them."""
        if self.best is not None:
            members = np.ones_like(self.active) if members is None else members
            for array, kept in zip(self.arrays, self.best, strict=True):
                self.overwrite(array, kept, members)

    def history(self, epochs: int | None = None) -> History:
        """The `History` of the first `epochs` epochs, or of all."""
        end = len(self.train) if epochs is None else epochs
        best = np.full(self.active.shape, end - 1) if self.patience is None else self.best_epoch.copy()
        val = None if self.val is None else self.val.values[:end]
        return History(
            self.train.values[:end], val, {name: c.values[:end] for name, c in self.metrics.items()}, best
        )


class Curve:
    """Rows of the ensemble's shape, one per epoch, in an array that grows: `values` is (epochs, ...)."""

    def __init__(self, shape: tuple[int, ...]):
        self._rows, self._count = np.empty((16, *shape)), 0

    def __len__(self) -> int:
        return self._count

    @property
    def values(self) -> np.ndarray:
        """The rows so far, as a view: later epochs do not change it."""
        return self._rows[: self._count]

    def append(self, row: np.ndarray) -> None:
        """Add the row of one more epoch."""
        if self._count == len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        self._rows[self._count] = row
        self._count += 1


def measured(f: Callable, z: Any, arguments: FitArguments, to_numpy: Callable) -> np.ndarray:
    """f(outputs, targets) on the validation set (without one, on the training set), (...)."""
    y = arguments.watched[1]
    values = np.empty(arguments.ensemble)
    for folds, rows in arguments.watched_parts:  # folds of one size at a time
        if rows is None:
            values[...] = to_numpy(f(z, y))
        else:
            values[folds] = to_numpy(f(z[folds][..., :rows, :], y[folds][..., :rows, :]))
    return values


def run_epochs(run: Any) -> Iterator[Epoch]:
    """The epochs of a `TrainingRun`, one at a time. The settings of the process are its own between two epochs."""
    loop = run.epochs()
    try:
        while True:
            with run.settings():
                epoch = next(loop, None)
            if epoch is None:
                return
            yield epoch
    finally:
        loop.close()


def run_to_the_end(run: Any, epochs: int, progress: bool, checkpoint: Any) -> History:
    """Run all epochs of a `TrainingRun`, with a progress bar or a checkpoint if asked for; its `History`."""
    epochs = checks.positive_integer("fit", "epochs", epochs)
    file = None
    if checkpoint is not None:
        from coursekit.training.resume import Checkpoint  # imported only where a run is saved

        file = Checkpoint(run, checkpoint)
        file.resume(epochs)
    with run.settings():
        for _ in _with_progress(run.epochs(epochs), run.record.epochs, epochs, progress):
            if file is not None:
                file.save()
    return run.record.history()


def _with_progress(loop, done, epochs, progress):
    """The same epochs, with a progress bar if asked for."""
    if not progress:
        yield from loop
        return
    from tqdm.auto import tqdm  # it loads the notebook's widgets: only where it is shown

    class Bar(tqdm):
        monitor_interval = 0  # without the thread that redraws stuck bars: a browser's Python has no threads

    with Bar(desc="fit", unit="epoch", initial=done, total=epochs, miniters=1) as bar:
        for epoch in loop:
            yield epoch
            bar.set_postfix(train=f"{np.mean(epoch.train):.4g}", refresh=False)
            bar.update()


def _level_of_the_caller():
    """The `stacklevel` with which a warning points at the code that called coursekit."""
    level, frame = 2, sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("coursekit."):
        level, frame = level + 1, frame.f_back
    return level
