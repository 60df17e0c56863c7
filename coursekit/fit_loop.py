"""What both `fit`s do around their steps: the epochs, what is watched, early stopping, the history."""

import warnings

import numpy as np

from coursekit.checks import bare
from coursekit.fit_arguments import divergence_message, epochs_bar
from coursekit.history import History


class FitLoop:
    """The epochs of a training run. A backend's run sets `loss` (bare) and defines what is missing below."""

    def __init__(self, arguments):
        self.a = arguments
        shape = arguments.ensemble
        self.active, self.all_active = np.ones(shape, bool), True  # members that still learn
        self.lost = np.zeros(shape, bool)  # members whose loss stopped being finite
        self.best_loss, self.best_epoch = np.full(shape, np.inf), np.zeros(shape, int)
        self.best = None

    def _epoch(self):
        """One pass over the data; the mean loss of its examples, a NumPy array (...)."""
        raise NotImplementedError

    def _outputs(self, X):
        """The network's outputs in evaluation mode."""
        raise NotImplementedError

    def _numpy(self, values):
        """An array of the backend as a NumPy array."""
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

    def train(self, progress):
        """Run the epochs; the `History`."""
        a, train, val = self.a, [], []
        metrics = {name: [] for name in a.metrics}
        told = False
        bar = epochs_bar(a.epochs, progress)
        for epoch in bar:
            self.all_active = bool(self.active.all())
            train.append(self._epoch())
            self.lost |= ~np.isfinite(train[-1])
            if a.watched is not None:
                z = self._outputs(a.watched[0])
                if a.validation is not None:
                    val.append(self._measure(self.loss, z))
                for name, metric in a.metrics.items():
                    metrics[name].append(self._measure(bare(metric), z))
            for rows in (train, val, *metrics.values()):
                if rows:
                    rows[-1][self.lost] = np.nan
            if progress:
                bar.set_postfix(train=f"{np.mean(train[-1]):.4g}", refresh=False)
            if self.lost.any() and not told:
                warnings.warn(divergence_message(self.lost, epoch), RuntimeWarning, stacklevel=3)
                told = True
            if a.early_stopping is not None:
                self._watch_for_the_best(epoch, val[-1])
            self.active &= ~self.lost
            if not self.active.any():
                break
        if a.early_stopping is not None:
            self._restore(np.ones(a.ensemble, bool))
        else:
            self.best_epoch[...] = len(train) - 1
        metrics = {name: np.stack(rows) for name, rows in metrics.items()}
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
                out[...] = self._numpy(f(z, y))
            else:
                out[folds] = self._numpy(f(z[folds][..., :rows, :], y[folds][..., :rows, :]))
        return out
