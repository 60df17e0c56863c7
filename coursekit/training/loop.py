"""What both `fit`s do around their steps: the epochs, what is watched, early stopping, the history."""

import warnings

import numpy as np

from coursekit.checks import bare
from coursekit.training.arguments import divergence_message, epochs_bar
from coursekit.training.history import History
from coursekit.training.processes import OneProcess
from coursekit.training.run_state import RunState


class FitLoop:
    """The epochs of a training run.

    A backend's run sets `net`, `optimizer`, `loss` (bare) and `backend`, its module `state`, and defines what is missing
    below.
    """

    def __init__(self, arguments):
        self.a, self.processes = arguments, OneProcess()
        shape = arguments.ensemble
        self.active, self.all_active = np.ones(shape, bool), True  # members that still learn
        self.lost = np.zeros(shape, bool)  # members whose loss stopped being finite
        self.best_loss, self.best_epoch = np.full(shape, np.inf), np.zeros(shape, int)
        self.best = None
        self.curves = {"train": [], "val": []}  # a row for each epoch
        self.metrics = {name: [] for name in arguments.metrics}

    def _epoch(self):
        """One pass over the data; the mean loss of its examples, a NumPy array (...)."""
        raise NotImplementedError

    def _outputs(self, X):
        """The network's outputs in evaluation mode."""
        raise NotImplementedError

    def _copies(self):
        """Copies of the parameters and of all that is remembered with them."""
        raise NotImplementedError

    def _remember(self, members):
        """Overwrite the given members of `best` with the present weights."""
        raise NotImplementedError

    def _restore(self, members):
        """Overwrite the given members' weights with those in `best`."""
        raise NotImplementedError

    def train(self, progress, checkpoint=None, **told):
        """Run the epochs; the `History`. `told` is what tells this run apart and stands in none of its arguments."""
        a, train, val = self.a, self.curves["train"], self.curves["val"]
        kept = RunState(self, checkpoint, told)
        kept.resume()
        warned = bool(self.lost.any())
        progress = progress and self.processes.rank == 0
        bar = epochs_bar(len(train), a.epochs, progress)
        for epoch in bar:
            if not self.active.any():
                break
            self.all_active = bool(self.active.all())
            train.append(self.processes.agreed(self._epoch()))
            self.lost |= ~np.isfinite(train[-1])
            if a.watched is not None:
                z = self._outputs(a.watched[0])
                if a.validation is not None:
                    val.append(self.processes.agreed(self._measure(self.loss, z)))
                for name, metric in a.metrics.items():
                    self.metrics[name].append(self.processes.agreed(self._measure(bare(metric), z)))
            for rows in (train, val, *self.metrics.values()):
                if rows:
                    rows[-1][self.lost] = np.nan
            if progress:
                bar.set_postfix(train=f"{np.mean(train[-1]):.4g}", refresh=False)
            if self.lost.any() and not warned:
                warnings.warn(divergence_message(self.lost, epoch), RuntimeWarning, stacklevel=3)
                warned = True
            if a.early_stopping is not None:
                self._watch_for_the_best(epoch, val[-1])
            self.active &= ~self.lost
            kept.save()
        if a.early_stopping is not None:
            self._restore(np.ones(a.ensemble, bool))
        else:
            self.best_epoch[...] = len(train) - 1
        metrics = {name: np.stack(rows) for name, rows in self.metrics.items()}
        return History(np.stack(train), np.stack(val) if val else None, metrics, self.best_epoch)

    def _watch_for_the_best(self, epoch, val):
        better = self.active & (val < self.best_loss)
        self.best_loss = np.where(better, val, self.best_loss)
        self.best_epoch[better] = epoch
        if self.best is None:
            self.best = self._copies()
        else:
            self._remember(better)
        out_of_patience = self.active & (epoch - self.best_epoch >= self.a.early_stopping)
        if out_of_patience.any():
            self._restore(out_of_patience)
            self.active &= ~out_of_patience

    def _measure(self, f, z):
        """f(outputs, targets) on what is watched, (...); folds of one size at a time."""
        y = self.a.watched[1]
        out = np.empty(self.a.ensemble)
        for folds, rows in self.a.parts:
            if rows is None:
                out[...] = self.backend.to_numpy(f(z, y))
            else:
                out[folds] = self.backend.to_numpy(f(z[folds][..., :rows, :], y[folds][..., :rows, :]))
        return out
