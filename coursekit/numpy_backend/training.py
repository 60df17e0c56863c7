"""`fit` trains a network, or an ensemble of networks at once; `predict` uses it."""

import numpy as np

from coursekit import checks
from coursekit.checks import bare
from coursekit.numpy_backend import state
from coursekit.numpy_backend.gradients import gradient_of
from coursekit.numpy_backend.layers import BatchNorm
from coursekit.numpy_backend.modules import clip, inputs, moving_parameters, rows_in_order, threads, widest
from coursekit.numpy_backend.optimizers import SGD
from coursekit.numpy_backend.regularizers import l1, soft_threshold
from coursekit.training.arguments import (
    FitArguments,
    check_penalty,
    check_targets,
    chunks,
    epoch_orders,
    pair_of,
)
from coursekit.training.loop import FitLoop


def predict(net, X):
    """The network's output f(X), (..., N, n), in evaluation mode: dropout off, batch norm on running statistics."""
    X = inputs("predict", "X", X, net)
    checks.finite("predict", "X", X)
    was_training = net.training
    net.eval()
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            parts = [net.forward(X[..., rows, :])[0] for rows in chunks(X.shape[-2], widest(net))]
    finally:
        net.train(was_training)
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-2)


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
    checkpoint=None,
):
    """Train `net` in place on inputs X (..., N, m) and targets y (..., N, n); return its `History`.

    loss, optimizer   what is minimized, and how the parameters move: `ck.mse`, `ck.SGD(net.parameters(), lr=0.1)`.
                      Parameters that the optimizer was not given are frozen
    epochs            passes over the data
    batch_size        None: batch gradient descent, one step an epoch · 1: stochastic · else mini-batch; a short last
                      batch is kept
    rng               draws the order of the examples anew each epoch. Members of an ensemble see the same order; a
                      list of generators, one for each fold, gives each fold its own
    penalty, lam      adds lam · penalty(W, m) for every weight matrix W, m = number of training examples; lam is a
                      number or an array of the ensemble's shape. Biases are not penalized
    proximal          with penalty=l1 and plain SGD: take its proximal step, which gives exact zeros
    validation        (Xv, yv): its loss and metrics are taken after each epoch, in evaluation mode
    metrics           name -> function of (outputs, targets), on the validation set if there is one
    early_stopping    patience in epochs: a member stops when its validation loss has not improved for so long, and
                      every member ends with the weights of its best epoch
    clip_norm         a gradient of larger norm (over all parameters of one network) is scaled down to it
    folds             pairs (train, val) of row numbers, as `kfold(N, k, rng)` gives them: the networks at place i of
                      the ensemble's first axis train on folds[i][0] of X (N, m) and are validated on folds[i][1].
                      Folds of unequal size lose no example: the shorter ones sit out an extra step
    progress          show a progress bar
    checkpoint        path of a file, for example "run.npz", written anew after every epoch; if it is there, the
                      run goes on from it

    When a loss stops being finite, a RuntimeWarning says where and what to try; that network's history is nan from
    there on, other members go on, and the run ends when none is left.

    With a checkpoint, a run that was interrupted, even killed, goes on after its last whole epoch when the same
    call is made again, with network, optimizer and rng made as before. It ends as if never interrupted, on the
    CPU bit for bit. A finished run is not repeated: its history is returned and the network has its weights;
    with more epochs it goes on. A file of another run, or a damaged one, is a ValueError that says what is
    wrong. The file, a .npz without pickle, is replaced in one step and is the same for both backends: each goes
    on from the other's, unless there is dropout, whose random streams differ.
    """
    X, y = inputs("fit", "X", X, net), inputs("fit", "y", y, net)
    if validation is not None:
        parts = enumerate(pair_of(validation))
        validation = tuple(inputs("fit", f"validation[{i}]", part, net) for i, part in parts)
    arguments = FitArguments(
        net.parameters(),
        X,
        y,
        loss,
        epochs,
        batch_size,
        rng,
        lam,
        validation,
        metrics,
        early_stopping,
        clip_norm,
        folds,
    )
    run = _Run(net, loss, optimizer, arguments, penalty, proximal)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"), threads(net, arguments):
        try:
            return run.train(progress, checkpoint, loss=loss, penalty=penalty, proximal=proximal)
        finally:
            net.train()
            for layer in run.batch_norms:
                layer.rows = None


class _Run(FitLoop):
    """One training run: the arguments of `fit`, checked, and what it keeps between epochs."""

    backend = state

    def __init__(self, net, loss, optimizer, arguments, penalty, proximal):
        super().__init__(arguments)
        self.net, self.optimizer = net, optimizer
        self.loss, self.loss_grad = bare(loss), bare(gradient_of(loss))
        self.trained = moving_parameters(net, optimizer)
        self.weights = [key for key in self.trained if key.endswith(".W")]
        plain = type(optimizer) is SGD and not optimizer.states and not np.any(optimizer.weight_decay)
        check_penalty(penalty, arguments.lam, proximal, l1, plain)
        if hasattr(loss, "domains"):  # a loss of one's own may want targets of another kind
            check_targets(loss, predict(net, arguments.X[..., :100, :]), arguments.y)
        self.penalty_grad = None if penalty is None or proximal else bare(gradient_of(penalty))
        self.proximal = proximal
        dtype = next(iter(net.parameters().values())).dtype
        self.lam = (
            arguments.lam.astype(dtype)[..., None, None] if arguments.lam.ndim else float(arguments.lam)
        )
        self.m = (
            arguments.examples.astype(dtype)[..., None, None] if arguments.folds is not None else arguments.n
        )
        self.batch_norms = [layer for layer in net.layers if isinstance(layer, BatchNorm)]

    def _epoch(self):
        """One pass over the data; the mean loss of its examples, each before its update."""
        a = self.a
        self.net.train()
        order, counts = epoch_orders(a)
        y = a.y if order is None else rows_in_order(a.y, order)
        # small data are put in order once; a copy of large data would cost more than it saves
        X = rows_in_order(a.X, order) if order is not None and a.X.nbytes < 3e7 else a.X
        order = order if X is a.X else None
        total, seen, outputs, first = 0.0, 0, [], 0
        for start in range(0, a.longest, a.batch_size):
            rows = slice(start, min(start + a.batch_size, a.longest))
            x = X[..., rows, :] if order is None else rows_in_order(X, order[..., rows])
            z = self._step(x, y[..., rows, :], a.rows_that_count(counts, rows))
            outputs.append(z)
            seen += z.size
            if seen > 50_000 or rows.stop == a.longest:  # many small batches: their losses in one call
                done = slice(first, rows.stop)
                z = outputs[0] if len(outputs) == 1 else np.concatenate(outputs, axis=-2)
                total = total + self._summed_loss(z, y[..., done, :], a.rows_that_count(counts, done))
                outputs, seen, first = [], 0, rows.stop
        return np.broadcast_to(total / a.examples, a.ensemble).copy()

    def _summed_loss(self, z, y, counted):
        if counted is None:
            return self.loss(z, y) * z.shape[-2]
        each = self.loss(z[..., :, None, :], y[..., :, None, :])  # (..., B): every sample a batch of its own
        return np.sum(np.where(counted[..., 0] > 0, each, 0), axis=-1)

    def _step(self, x, y, counted):
        """Forward, backward, update on one batch; the outputs before the update. `counted` marks real rows (1) and padding (0)."""
        active = self.active
        counted = None if counted is None else counted.astype(x.dtype)  # float32 stays float32
        for layer in self.batch_norms:
            layer.rows = counted
        z, caches = self.net.forward(x)
        dz = self.loss_grad(z, y)
        if counted is not None:
            real = counted.sum(axis=-2, keepdims=True)
            dz = np.where(counted > 0, dz, 0) * (x.shape[-2] / np.maximum(real, 1))
            active = active & np.broadcast_to(real[..., 0, 0] > 0, active.shape)
        grads = self.net.backward(dz, caches, input_gradient=False)[1]
        if len(self.trained) < len(grads):  # the others are frozen
            grads = {key: grads[key] for key in self.trained}
        if self.penalty_grad is not None:
            parameters = self.net.parameters()
            for key in self.weights:
                pull = self.penalty_grad(parameters[key], self.m)
                pull *= self.lam
                grads[key] += pull
        if self.a.clip_norm is not None:
            clip(grads, self.a.clip_norm)
        rate = self.optimizer.rate()
        self.optimizer.step(grads, None if active is self.active and self.all_active else active)
        if self.proximal:
            self._shrink(rate, active)
        return z

    def _shrink(self, rate, active):
        parameters = self.net.parameters()
        for key in self.weights:
            W = parameters[key]
            shrunk = bare(soft_threshold)(W, rate * self.lam / (2 * self.m))
            W[...] = np.where(active[..., None, None], shrunk, W)

    def _everything(self):
        return [*self.net.parameters().values(), *self.net.named_buffers().values()]

    def _outputs(self, X):
        return predict(self.net, X)

    def _copies(self):
        return [array.copy() for array in self._everything()]

    def _remember(self, members):
        for kept, array in zip(self.best, self._everything(), strict=True):
            kept[members] = array[members]

    def _restore(self, members):
        for kept, array in zip(self.best, self._everything(), strict=True):
            array[members] = kept[members]
