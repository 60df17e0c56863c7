"""`fit` trains a network, or an ensemble of networks at once; `predict` uses it."""

import contextlib

import numpy as np
import torch

from coursekit import checks
from coursekit.checks import bare
from coursekit.fit_arguments import FitArguments, check_penalty, check_targets, pair_of
from coursekit.fit_loop import FitLoop
from coursekit.torch_backend import optimizers
from coursekit.torch_backend.arrays import to_numpy
from coursekit.torch_backend.batches import Batches
from coursekit.torch_backend.fast_steps import FastStep, captures
from coursekit.torch_backend.modules import (
    dropped,
    ensemble_parameters,
    inputs,
    moving_parameters,
    outputs,
    threads,
    weights,
)
from coursekit.torch_backend.objective import Objective
from coursekit.torch_backend.optimizers import mask
from coursekit.torch_backend.regularizers import l1
from coursekit.torch_backend.steps import Step
from coursekit.torch_backend.workspace import InPlace, Workspace, cut, worth_copying


def predict(net, X):
    """The network's output f(X), (..., N, n), in evaluation mode.

    Dropout is off, batch norm uses its running statistics.
    """
    X = inputs("predict", "X", X, net)
    checks.finite("predict", "X", X)
    return outputs(net, X)


def fit(
    net,
    X,
    y,
    *,
    loss,
    optimizer,
    epochs,
    batch_size=None,
    rng=None,
    penalty=None,
    lam=0.0,
    proximal=False,
    validation=None,
    metrics=None,
    early_stopping=None,
    clip_norm=None,
    folds=None,
    progress=False,
    compile=False,  # noqa: A002  (torch's word for it)
    capture=None,
):
    """Train `net` in place on inputs X (..., N, m) and targets y (..., N, n); return its `History`.

    net               any `nn.Module`; ensembles are made of this backend's layers
    loss, optimizer   what is minimized, and how the parameters move: `ck.mse`, `ck.SGD(net.parameters(),
                      lr=0.1)`, or any function of (outputs, targets) and any torch optimizer
    epochs            passes over the data
    batch_size        None: batch gradient descent, one step an epoch · 1: stochastic · else mini-batch; a
                      short last batch is kept
    rng               draws the order of the examples anew each epoch. Members of an ensemble see the same
                      order; a list of generators, one for each fold, gives each fold its own
    penalty, lam      adds lam · penalty(W, m) for every weight matrix W, m = number of training examples; lam
                      is a number or an array of the ensemble's shape. Biases are not penalized
    proximal          with penalty=l1 and plain SGD: take its proximal step, which gives exact zeros
    validation        (Xv, yv): its loss and metrics are taken after each epoch, in evaluation mode
    metrics           name -> function of (outputs, targets), on the validation set if there is one
    early_stopping    patience in epochs: a member stops when its validation loss has not improved for so
                      long, and every member ends with the weights of its best epoch
    clip_norm         a gradient of larger norm (over all parameters of one network) is scaled down to it
    folds             pairs (train, val) of row numbers, as `kfold(N, k, rng)` gives them: the networks at
                      place i of the ensemble's first axis train on folds[i][0] of X (N, m) and are validated
                      on folds[i][1]. Folds of unequal size lose no example: the shorter ones sit out an extra
                      step
    progress          show a progress bar
    compile           run the steps through torch.compile: worth its seconds of preparation on long runs of small
                      networks. Wants a C++ compiler on a CPU
    capture           run the steps as a CUDA graph, one launch for all operations. None: where `compile` is
                      True and the network is on a CUDA device

    Both ways give the same numbers up to rounding; a short last batch takes the usual way. The data are moved once to where the network's parameters are. When a loss stops being finite, a
    RuntimeWarning says where and what to try; that network's history is nan from there on, other members go
    on, and the run ends when none is left.
    """
    X, y = inputs("fit", "X", X, net), inputs("fit", "y", y, net)
    if validation is not None:
        parts = enumerate(pair_of(validation))
        validation = tuple(inputs("fit", f"validation[{i}]", part, net) for i, part in parts)
    arguments = FitArguments(
        ensemble_parameters(net), X, y, loss, epochs, batch_size, rng, lam, validation, metrics,
        early_stopping, clip_norm, folds,
    )  # fmt: skip
    run = _Run(net, loss, optimizer, arguments, penalty, proximal, compile, capture)
    try:
        with threads(net, arguments):
            return run.train(progress)
    finally:
        net.train()
        run.step.given(None, None)


class _Run(FitLoop):
    """One training run: the arguments of `fit`, checked, and what it keeps between epochs."""

    def __init__(self, net, loss, optimizer, arguments, penalty, proximal, compile, capture):  # noqa: A002
        super().__init__(arguments)
        self.net, self.optimizer = net, optimizer
        self.moving = moving_parameters(net, optimizer)
        self.loss = bare(loss)
        self.weights = weights(net, self.moving)
        group = optimizer.param_groups[0]
        plain = type(optimizer) in (optimizers.SGD, torch.optim.SGD) and not (
            np.any(to_numpy(group["momentum"])) or np.any(to_numpy(group["weight_decay"]))
        )
        check_penalty(penalty, arguments.lam, proximal, l1, plain)
        if hasattr(loss, "domains"):  # a loss of one's own may want targets of another kind
            check_targets(loss, outputs(net, arguments.X[..., :100, :]), arguments.y)
        penalty = None if penalty is None or proximal else bare(penalty)
        self.objective = Objective(self.loss, penalty, arguments.ensemble, contextlib.nullcontext)
        self.proximal, self.clip_norm = proximal, arguments.clip_norm
        self.lam, self.examples = self._on_device(arguments.lam), self._on_device(arguments.examples)
        self.whole = tuple(slice(0, size) for size in arguments.ensemble)
        self.parts = False
        several = arguments.batch_size < arguments.longest
        if worth_copying(net, optimizer, arguments.ensemble, several):
            self.work = Workspace(net, optimizer, arguments.ensemble)
        else:
            self.work = InPlace(net, optimizer, self.moving)
        self.compile, self.capture = compile, captures(capture, compile, self.moving[0].device)
        fast = self.compile or self.capture
        self.dropped = dropped(net, arguments.X[..., :2, :]) if fast else None
        self.step = (FastStep if fast else Step)(self, self.work, self.whole)
        self.batches = Batches(arguments)

    def _on_device(self, array):
        """A number for all networks, or a tensor of the ensemble's shape, beside the parameters."""
        p = self.moving[0]
        return float(array) if array.ndim == 0 else torch.as_tensor(array, dtype=p.dtype, device=p.device)

    def _epoch(self):
        """One pass over the data; the mean loss of its examples, each before its update."""
        self.net.train()
        self.batches.shuffle()
        total = self._train(self.whole)
        return np.broadcast_to(total / self.a.examples, self.a.ensemble).copy()

    def _train(self, box):
        """Train the members in the box for an epoch; the sums of their losses."""
        losses, real = [], []
        with self.work.holding(box):
            for rows, x, y, counted in self.batches.of(box):
                real.append(self.batches.real(rows))
                losses.append(self.step(x, y, counted, self._active(real[-1], box)))
        losses = to_numpy(torch.stack(losses)).astype(np.float64)  # the epoch's one wait for the device
        return sum(mean * cut(n, box, 0) for mean, n in zip(losses, real, strict=True))

    def _active(self, real, box):
        """The members in the box that move on a batch with so many examples; None: all."""
        if self.all_active and (isinstance(real, int) or real.all()):
            return None
        return cut(self.active & (np.asarray(real) > 0), box, 0)

    def _everything(self):
        return [x.detach() for x in (*self.net.parameters(), *self.net.buffers())]

    def _outputs(self, X):
        return outputs(self.net, X)

    def _numpy(self, values):
        return to_numpy(values)

    def _copies(self):
        return [x.clone() for x in self._everything()]

    def _remember(self, members):
        self._overwrite(self.best, self._everything(), members)

    def _restore(self, members):
        self._overwrite(self._everything(), self.best, members)

    def _overwrite(self, old, new, members):
        for x, value in zip(old, new, strict=True):
            x.copy_(torch.where(mask(members, x), value, x))
