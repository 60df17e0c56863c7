"""`fit` trains a network, or an ensemble of networks at once; `epochs` trains one epoch at a time; `predict` uses it."""

import contextlib
import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import threadpoolctl
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.numpy_backend.gradients import gradient_of
from coursekit.numpy_backend.layers import BatchNorm
from coursekit.numpy_backend.networks import Sequential
from coursekit.numpy_backend.optimizers import SGD, Optimizer
from coursekit.numpy_backend.regularizers import l1, soft_threshold
from coursekit.training.arguments import (
    FitArguments,
    check_matrix,
    check_proximal,
    check_targets,
    chunks,
    pair_of,
    small_products,
    warn_of_two_outputs,
)
from coursekit.training.history import Epoch, History
from coursekit.training.loop import TrainingRecord, measured, run_epochs, run_to_the_end

SMALL = 5e6  # numbers: a copy of larger data, in the order of the epoch, would cost more than it saves


def predict(net: Sequential, X: ArrayLike) -> np.ndarray:
    """The network's output f(X), (..., N, n), in evaluation mode: dropout off, batch norm on running statistics."""
    X = inputs("predict", "X", X, net)
    checks.finite("predict", "X", X)
    was_training = net.training
    net.eval()
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            parts = [net.forward(X[..., rows, :])[0] for rows in chunks(X.shape[-2], _widest(net))]
    finally:
        net.train(was_training)
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-2)


def fit(
    net: Sequential, X: ArrayLike, y: ArrayLike, *, loss: Callable, optimizer: Optimizer, epochs: int,
    batch_size: int | None = None, rng: np.random.Generator | list[np.random.Generator] | None = None,
    penalty: Callable | None = None, lam: ArrayLike = 0.0, proximal: bool = False,
    validation: tuple[ArrayLike, ArrayLike] | None = None, metrics: dict[str, Callable] | None = None,
    early_stopping: int | None = None, clip_norm: float | None = None,
    folds: list[tuple[ArrayLike, ArrayLike]] | None = None, progress: bool = False,
    checkpoint: str | Path | None = None,
) -> History:  # fmt: skip
    """Train `net` in place on inputs X (..., N, m) and targets y (..., N, n); return its `History`.

    loss, optimizer   what is minimized, and how the parameters move: `ck.mse`, `ck.SGD(net.parameters(), lr=0.1)`.
                      Parameters that the optimizer was not given are frozen
    epochs            passes over the data
    batch_size        None: batch gradient descent, one step per epoch · 1: stochastic · otherwise mini-batch; a short
                      last batch is kept
    rng               draws a new order of the examples for each epoch. All members of an ensemble see the same order; a
                      list of generators, one per fold, gives each fold its own
    penalty, lam      adds lam · penalty(W, m) for every weight matrix W, m = number of training examples; lam is a
                      number or an array of the ensemble's shape. Biases are not penalized
    proximal          with penalty=l1 and plain SGD: take its proximal step, which gives exact zeros
    validation        (Xv, yv): its loss and metrics are computed after each epoch, in evaluation mode
    metrics           name -> function of (outputs, targets), on the validation set if there is one
    early_stopping    patience in epochs: a member stops when its validation loss has not improved for that long, and
                      every member ends with the weights of its best epoch
    clip_norm         a gradient of larger norm (over all parameters of one network) is scaled down to this norm
    folds             pairs (train, val) of row numbers, as `kfold(N, k, rng)` returns them: the networks at place i of
                      the ensemble's first axis train on folds[i][0] of X (N, m) and are validated on folds[i][1]. If
                      the folds are unequal, no example is lost: the shorter ones skip an extra step
    progress          show a progress bar
    checkpoint        path of a file, for example "run.npz", rewritten after every epoch; if it exists, the run is
                      resumed from it

    When a loss stops being finite, a RuntimeWarning says where and what to try. That network's history is nan from then
    on, the other members continue, and the run ends when none is left.

    With a checkpoint, a run that was interrupted, even killed, resumes after its last complete epoch when the same
    call is made again, with network, optimizer and rng created as before. It ends as if it had never been interrupted,
    on the CPU bit for bit. A finished run is not repeated: its history is returned and the network has its weights;
    with more epochs it continues. The file of a different run, or a damaged one, is a ValueError that says what is
    wrong. The file, a .npz without pickle, is replaced in one step and is the same for both backends: each resumes the
    other's, unless there is dropout, whose random streams differ.

    `epochs` (of this backend) runs the same training one epoch at a time.
    """
    run = TrainingRun(
        net, X, y, loss=loss, optimizer=optimizer, batch_size=batch_size, rng=rng, penalty=penalty, lam=lam,
        proximal=proximal, validation=validation, metrics=metrics, early_stopping=early_stopping,
        clip_norm=clip_norm, folds=folds,
    )  # fmt: skip
    return run_to_the_end(run, epochs, progress, checkpoint)


def epochs(
    net: Sequential, X: ArrayLike, y: ArrayLike, *, loss: Callable, optimizer: Optimizer,
    batch_size: int | None = None, rng: np.random.Generator | list[np.random.Generator] | None = None,
    penalty: Callable | None = None, lam: ArrayLike = 0.0, proximal: bool = False,
    validation: tuple[ArrayLike, ArrayLike] | None = None, metrics: dict[str, Callable] | None = None,
    early_stopping: int | None = None, clip_norm: float | None = None,
    folds: list[tuple[ArrayLike, ArrayLike]] | None = None,
) -> Iterator[Epoch]:  # fmt: skip
    """Train one epoch at a time: a generator that yields an `Epoch` after each.

        for epoch in ck.epochs(net, X, y, loss=ck.mse, optimizer=optimizer, batch_size=32, rng=rng):
            if epoch.train < 0.1:
                break

    The arguments are those of `fit`, and so are the numbers. The generator never ends by itself, except when no member
    learns any more (early stopping, divergence): leave the loop with `break`, or take 20 epochs with
    `itertools.islice(ck.epochs(...), 20)`. With early stopping, every member has the weights of its best epoch once the
    generator is closed, which leaving the loop does.

    An `Epoch` has number (0, 1, …), train (...), val (...) or None, metrics, and the `History` so far as `epoch.history`.
    """
    run = TrainingRun(
        net, X, y, loss=loss, optimizer=optimizer, batch_size=batch_size, rng=rng, penalty=penalty, lam=lam,
        proximal=proximal, validation=validation, metrics=metrics, early_stopping=early_stopping,
        clip_norm=clip_norm, folds=folds,
    )  # fmt: skip
    return run_epochs(run)


class TrainingRun:
    """One training run: its arguments, checked, and the loop over epochs and batches."""

    def __init__(self, net: Sequential, X: Any, y: Any, *, loss: Any, optimizer: Any, proximal: bool, validation: Any,
                 penalty: Any, **options: Any):  # fmt: skip
        X, y = inputs("fit", "X", X, net), inputs("fit", "y", y, net)
        if validation is not None:
            validation = tuple(
                inputs("fit", f"validation[{i}]", x, net) for i, x in enumerate(pair_of(validation))
            )
        ensemble = next((p.shape[:-2] for p in net.parameters().values()), ())
        arguments = FitArguments(
            ensemble=ensemble, X=X, y=y, loss=loss, penalty=penalty, validation=validation, **options
        )
        self.net, self.optimizer, self.arguments, self.proximal = net, optimizer, arguments, proximal
        self.loss, self.loss_grad = arguments.loss, gradient_of(loss)
        self.penalty_grad = None if penalty is None or proximal else gradient_of(penalty)
        self.trained = _trained_parameters(net, optimizer)
        self.weights = [key for key in self.trained if key.endswith(".W")]
        if proximal:
            check_proximal(arguments, l1, _is_plain_sgd(optimizer))
        if loss is not arguments.loss:  # one of this backend's losses, which say what targets they accept
            check_targets(self.loss, predict(net, arguments.X[..., :100, :]), arguments.y)
            warn_of_two_outputs(self.loss, _output_name(net))
        dtype = next(iter(net.parameters().values())).dtype
        self.lam = _per_network(arguments.lam, dtype)
        self.m = _per_network(arguments.examples, dtype)
        self.small = small_products(net.parameters().values(), arguments)
        self.batch_norms = [layer for layer in net.layers if isinstance(layer, BatchNorm)]
        arrays = [*net.parameters().values(), *net.named_buffers().values()]
        self.record = TrainingRecord(arguments, arrays, np.copy, _overwrite)

    @property
    def state(self) -> ModuleType:
        """The module that takes network and optimizer apart for a checkpoint."""
        from coursekit.training import numpy_state  # imported only where a run is saved

        return numpy_state

    @contextlib.contextmanager
    def settings(self) -> Iterator[None]:
        """No warnings of overflow, since a run that diverges is reported once; one BLAS thread for small products."""
        with contextlib.ExitStack() as stack:
            stack.enter_context(np.errstate(over="ignore", invalid="ignore", divide="ignore"))
            blas = _blas() if self.small else None
            if blas:
                stack.enter_context(blas.limit(limits=1, user_api="blas"))
            yield

    def epochs(self, limit: int | None = None) -> Iterator[Epoch]:
        """Train and yield one epoch after another, until `limit` of them are recorded or no member learns any more."""
        arguments, record = self.arguments, self.record
        try:
            while record.unfinished(limit):
                train = self._train_one_epoch()
                val, metrics = None, {}
                if arguments.watched is not None:
                    z = predict(self.net, arguments.watched[0])
                    if arguments.validation is not None:
                        val = measured(self.loss, z, arguments, np.asarray)
                    for name, metric in arguments.metrics.items():
                        metrics[name] = measured(metric, z, arguments, np.asarray)
                yield record.add(train, val, metrics)
        finally:
            record.restore_best()
            self.net.train()
            for layer in self.batch_norms:
                layer.rows = None

    def _train_one_epoch(self):
        """One pass over the data; the mean loss of its examples, each before its update."""
        a = self.arguments
        self.net.train()
        order, counts = a.epoch_order()
        X, y = a.X, a.y
        if order is not None:
            y = _in_order(y, order)
            if X.size < SMALL:
                X, order = _in_order(X, order), None
        total, outputs, numbers, first = 0.0, [], 0, 0
        for rows in a.batches():
            x = X[..., rows, :] if order is None else _in_order(X, order[..., rows])
            outputs.append(self._step(x, y[..., rows, :], a.real_rows(counts, rows)))
            numbers += outputs[-1].size
            if numbers > 50_000 or rows.stop == a.longest:  # the losses of many small batches in one call
                done = slice(first, rows.stop)
                z = outputs[0] if len(outputs) == 1 else np.concatenate(outputs, axis=-2)
                total = total + self._summed_loss(z, y[..., done, :], a.real_rows(counts, done))
                outputs, numbers, first = [], 0, rows.stop
        return np.broadcast_to(total / a.examples, a.ensemble).astype(np.float64)

    def _step(self, x, y, real):
        """Forward, backward, update on one batch; the outputs before the update.

        `real` (..., B, 1) marks real rows (1) and padding (0) where folds are unequal; None: all are real.
        """
        net, optimizer, record = self.net, self.optimizer, self.record
        active = None if record.all_active else record.active
        real = None if real is None else real.astype(x.dtype)  # float32 stays float32
        for layer in self.batch_norms:
            layer.rows = real
        z, caches = net.forward(x)
        dz = self.loss_grad(z, y)
        if real is not None:
            count = real.sum(axis=-2, keepdims=True)
            dz = np.where(real > 0, dz, 0) * (x.shape[-2] / np.maximum(count, 1))
            active = record.active & np.broadcast_to(count[..., 0, 0] > 0, record.active.shape)
        grads = net.backward(dz, caches, input_gradient=False)[1]
        if len(self.trained) < len(grads):  # the others are frozen
            grads = {key: grads[key] for key in self.trained}
        if self.penalty_grad is not None:
            parameters = net.parameters()
            for key in self.weights:
                gradient = self.penalty_grad(parameters[key], self.m)
                gradient *= self.lam
                grads[key] += gradient
        if self.arguments.clip_norm is not None:
            _clip(grads, self.arguments.clip_norm)
        rate = optimizer.rate()
        optimizer.step(grads, active)
        if self.proximal:
            self._proximal_step(rate, record.active if active is None else active)
        return z

    def _proximal_step(self, rate, active):
        parameters = self.net.parameters()
        for key in self.weights:
            W = parameters[key]
            shrunk = soft_threshold(W, rate * self.lam / (2 * self.m))
            W[...] = np.where(active[..., None, None], shrunk, W)

    def _summed_loss(self, z, y, real):
        """Sum of the losses of the real examples, (...)."""
        if real is None:
            return self.loss(z, y) * z.shape[-2]
        each = self.loss(z[..., :, None, :], y[..., :, None, :])  # (..., B): every sample as a batch of one
        return np.sum(np.where(real[..., 0] > 0, each, 0), axis=-1)


def inputs(where: str, name: str, x: Any, net: Any) -> np.ndarray:
    """x as a matrix (or more axes) of the network's dtype; net must be a network of this backend."""
    if not isinstance(net, Sequential):
        kind = f"{type(net).__module__}.{type(net).__name__}"
        raise TypeError(
            f"{where}: net must be a network of the NumPy backend, but is a {kind}. After changing the import line, run the "
            "cell that builds the network again."
        )
    x = checks.numeric(where, name, x)
    check_matrix(where, name, x)
    for parameter in net.parameters().values():
        return x.astype(parameter.dtype, copy=False)
    return x


def _trained_parameters(net, optimizer):
    """The keys of the parameters that the optimizer moves; they must be the network's own."""
    if not isinstance(optimizer, Optimizer):
        kind = f"{type(optimizer).__module__}.{type(optimizer).__name__}"
        raise TypeError(
            "fit: optimizer must be one of this backend, for example ck.SGD(net.parameters(), lr=0.1), but is a "
            f"{kind}."
        )
    live = net.parameters()
    if any(live.get(key) is not p for key, p in optimizer.params.items()):
        raise ValueError(
            "fit: the optimizer moves parameters that are not this network's. Create it from this network, for example "
            "ck.SGD(net.parameters(), lr=0.1)."
        )
    return list(optimizer.params)


def _is_plain_sgd(optimizer):
    return type(optimizer) is SGD and not optimizer.states and not np.any(optimizer.weight_decay)


def _output_name(net):
    """The name of the output activation, or None: "softmax" for mlp(..., output=ck.softmax)."""
    return getattr(getattr(net.layers[-1], "f", None), "__name__", None)


def _per_network(array, dtype):
    """A number for all networks, or an array (..., 1, 1) that broadcasts over their weights."""
    return array.astype(dtype)[..., None, None] if array.ndim else array.item()


def _widest(net):
    """Numbers computed for one sample: the widest layer times the members."""
    return max((p.size // p.shape[-1] for p in net.parameters().values() if p.shape[-2] > 1), default=1)


def _in_order(x, order):
    """The examples of x (..., N, m) in the given order: (n,) for all, or (k, …, n) with a row for each fold."""
    if order.ndim == 1:
        return np.take(x, order, axis=-2)  # x[..., order, :], stored as x is: products read it row by row
    return x[order]


def _clip(grads, clip_norm):
    """Scale the gradients of each network to a global norm of at most clip_norm, as torch.nn.utils.clip_grad_norm_."""
    norm = np.sqrt(sum(np.sum(g * g, axis=(-2, -1), keepdims=True) for g in grads.values()))  # (..., 1, 1)
    factor = np.minimum(clip_norm / (norm + 1e-6), 1)
    for g in grads.values():
        g *= factor


def _overwrite(old, new, members):
    old[members] = new[members]


@functools.cache
def _blas():
    try:
        return threadpoolctl.ThreadpoolController()
    except OSError:  # a sandbox that hides which libraries are loaded; it limits threads itself
        return None
