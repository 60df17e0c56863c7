"""How PyTorch trains: `TrainingRun.epochs` below is the loop; `fit` runs it to its end, `predict` uses the network."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import nn

from coursekit import checks
from coursekit.numpy_backend import training as numpy_training
from coursekit.torch_backend import optimizers
from coursekit.torch_backend.arrays import inputs, to_numpy
from coursekit.torch_backend.layers import Activation, BatchNorm, Linear
from coursekit.torch_backend.optimizers import is_plain_sgd, keep_members, trained_parameters
from coursekit.torch_backend.regularizers import l1, soft_threshold
from coursekit.training.arguments import (
    FitArguments,
    check_proximal,
    check_targets,
    chunks,
    pair_of,
    small_products,
    warn_of_two_outputs,
)
from coursekit.training.history import Epoch, History
from coursekit.training.loop import TrainingRecord, measured, run_epochs, run_to_the_end

Generators = np.random.Generator | list[np.random.Generator]
_PRECISIONS = {"float32": "highest", "tf32": "high", "bfloat16": None}  # of float32 matrix products


def predict(net: nn.Module, X: ArrayLike) -> torch.Tensor:
    """The network's output f(X), (..., N, n), in evaluation mode: dropout off, batch norm on running statistics."""
    X = inputs("predict", "X", X, net)
    checks.finite("predict", "X", X)
    return _outputs(net, X)


def fit(
    net: nn.Module, X: ArrayLike, y: ArrayLike, *, loss: Callable, optimizer: torch.optim.Optimizer, epochs: int,
    batch_size: int | None = None, rng: Generators | None = None, penalty: Callable | None = None,
    lam: ArrayLike = 0.0, proximal: bool = False, validation: tuple[ArrayLike, ArrayLike] | None = None,
    metrics: dict[str, Callable] | None = None, early_stopping: int | None = None, clip_norm: float | None = None,
    folds: list[tuple[ArrayLike, ArrayLike]] | None = None, progress: bool = False,
    checkpoint: str | Path | None = None, compile: bool = False,  # noqa: A002  (torch's word for it)
    precision: str | None = None,
) -> History:  # fmt: skip
    run = TrainingRun(
        net, X, y, loss=loss, optimizer=optimizer, batch_size=batch_size, rng=rng, penalty=penalty, lam=lam,
        proximal=proximal, validation=validation, metrics=metrics, early_stopping=early_stopping,
        clip_norm=clip_norm, folds=folds, compile=compile, precision=precision,
    )  # fmt: skip
    return run_to_the_end(run, epochs, progress, checkpoint)


def epochs(
    net: nn.Module, X: ArrayLike, y: ArrayLike, *, loss: Callable, optimizer: torch.optim.Optimizer,
    batch_size: int | None = None, rng: Generators | None = None, penalty: Callable | None = None,
    lam: ArrayLike = 0.0, proximal: bool = False, validation: tuple[ArrayLike, ArrayLike] | None = None,
    metrics: dict[str, Callable] | None = None, early_stopping: int | None = None, clip_norm: float | None = None,
    folds: list[tuple[ArrayLike, ArrayLike]] | None = None, compile: bool = False,  # noqa: A002
    precision: str | None = None,
) -> Iterator[Epoch]:  # fmt: skip
    run = TrainingRun(
        net, X, y, loss=loss, optimizer=optimizer, batch_size=batch_size, rng=rng, penalty=penalty, lam=lam,
        proximal=proximal, validation=validation, metrics=metrics, early_stopping=early_stopping,
        clip_norm=clip_norm, folds=folds, compile=compile, precision=precision,
    )  # fmt: skip
    return run_epochs(run)


fit.__doc__ = f"""{numpy_training.fit.__doc__}
    On this backend:

    net               any `nn.Module`; ensembles consist of this backend's layers
    loss, optimizer   any function of (outputs, targets), and any torch optimizer that needs no closure
    compile           run the steps through torch.compile, which repays its seconds of preparation on long runs; on a
                      CPU it needs a C++ compiler. It changes the speed, not the numbers (beyond rounding)
    precision         of the matrix products of float32 networks. None: torch's present setting · "float32": full ·
                      "tf32": factors rounded to 10 bits on GPUs that have TF32 · "bfloat16": autocast to bfloat16;
                      parameters, loss, updates and validation stay in float32

    The data are moved once, to the device of the network's parameters.
    """
epochs.__doc__ = numpy_training.epochs.__doc__


class TrainingRun:
    """One training run: its arguments, checked, and the loop over epochs and batches."""

    def __init__(self, net: nn.Module, X: Any, y: Any, *, loss: Any, optimizer: Any, proximal: bool, validation: Any,
                 penalty: Any, compile: bool, precision: str | None, **options: Any):  # noqa: A002  # fmt: skip
        X, y = inputs("fit", "X", X, net), inputs("fit", "y", y, net)
        if validation is not None:
            parts = enumerate(pair_of(validation))
            validation = tuple(inputs("fit", f"validation[{i}]", x, net) for i, x in parts)
        ensemble = next((tuple(m.W.shape[:-2]) for m in net.modules() if isinstance(m, Linear)), ())
        arguments = FitArguments(
            ensemble=ensemble, X=X, y=y, loss=loss, penalty=penalty, validation=validation, **options
        )
        self.net, self.optimizer, self.arguments, self.proximal = net, optimizer, arguments, proximal
        self.loss, self.penalty = arguments.loss, None if proximal else arguments.penalty
        self.trained = trained_parameters(net, optimizer)
        self.weights = _weights(net, self.trained)
        if proximal:
            check_proximal(arguments, l1, is_plain_sgd(optimizer))
        if loss is not arguments.loss:  # one of this backend's losses, which say what targets they accept
            check_targets(self.loss, _outputs(net, X[..., :100, :]), y)
            warn_of_two_outputs(self.loss, _output_name(net))
        self.precision = _checked_precision(precision, net)
        self.lam, self.m = self._per_network(arguments.lam), self._per_network(arguments.examples)
        self.small = small_products(net.parameters(), arguments)
        self.batch_norms = [layer for layer in net.modules() if isinstance(layer, BatchNorm)]
        mode = "reduce-overhead" if X.device.type == "cuda" else None  # CUDA graphs
        self.compiled = torch.compile(self._costs, dynamic=False, mode=mode) if compile else None
        arrays = [x.detach() for x in (*net.parameters(), *net.buffers())]
        self.record = TrainingRecord(arguments, arrays, torch.clone, keep_members)

    def epochs(self, limit: int | None = None) -> Iterator[Epoch]:
        """Train one epoch after another and yield each, up to `limit` of them or until every network has stopped."""
        arguments, record, net = self.arguments, self.record, self.net
        try:
            while record.unfinished(limit):
                net.train()  # training mode: dropout on, batch norm on the statistics of the batch
                losses, counts = [], []
                for x, y, real, count in self._batches():
                    # one number per network each: the loss with its penalty, and without it for the history
                    costs, batch_losses = self._forward(x, y, real)
                    # `backward` adds to what is in `grad`, so clear it first, as optimizer.zero_grad() does
                    for p in self.trained:
                        p.grad = None
                    # no network of an ensemble affects another's cost: the gradient of the sum has each one's own
                    costs.sum().backward(inputs=self.trained)
                    self._update(count)  # clip the gradients and take the optimizer's step
                    losses.append(batch_losses)
                    counts.append(count)
                # only here are numbers read from the device, once per epoch: a GPU never waits within one
                losses = to_numpy(torch.stack(losses)).astype(np.float64)
                total = sum(loss * count for loss, count in zip(losses, counts, strict=True))
                mean_loss = np.broadcast_to(total / arguments.examples, arguments.ensemble).copy()
                yield record.add(mean_loss, *self._validate())
        finally:
            with torch.no_grad():
                record.restore_best()
            net.train()
            for layer in self.batch_norms:
                layer.rows = None

    def _batches(self):
        """(x, y, real, count) of each batch, in a new order.

        count: how many examples the batch has, a number or one per fold (k, …). Folds of unequal size are filled up with
        rows that do not count: `real` (..., B, 1) is then 1 for each example and 0 for each of these; otherwise it is None.
        """
        a = self.arguments
        order, counts = a.epoch_order()
        X, y = a.X, a.y
        if order is not None:
            order = torch.as_tensor(order, device=X.device)
            if X.numel() < numpy_training.SMALL:  # a copy of larger data would cost more than it saves
                X, y, order = _in_order(X, order), _in_order(y, order), None
        for rows in a.batches():
            if order is None:
                x, targets = X[..., rows, :], y[..., rows, :]
            else:
                x, targets = _in_order(X, order[..., rows]), _in_order(y, order[..., rows])
            real, count = a.real_rows(counts, rows), rows.stop - rows.start
            if real is not None:
                count = np.clip(counts - rows.start, 0, count)
                real = torch.as_tensor(real, dtype=x.dtype, device=x.device)
            yield x, targets, real, count

    def _forward(self, x, y, real):
        """(costs, mean losses), each (...): compiled for full batches, if asked for."""
        for layer in self.batch_norms:
            layer.rows = real
        if self.compiled is None or real is not None or x.shape[-2] < self.arguments.batch_size:
            return self._costs(x, y, real)
        costs, mean = self.compiled(x, y, real)
        return costs, mean.clone()  # a CUDA graph overwrites its outputs at the next step

    def _costs(self, x, y, real):
        """(loss + λ · penalty, loss without gradient), each (...): one number per network."""
        shape = self.arguments.ensemble
        bfloat16 = self.precision == "bfloat16"
        with torch.autocast(x.device.type, torch.bfloat16) if bfloat16 else contextlib.nullcontext():
            z = self.net(x)
        z = z.to(y.dtype) if bfloat16 else z
        if real is None:
            mean = _one_per_network(self.loss(z, y), shape)
        else:
            each = self.loss(
                z[..., :, None, :], y[..., :, None, :]
            )  # (..., B): each sample as a batch of one
            each = torch.where(real[..., 0] > 0, _one_per_network(each, (*shape, z.shape[-2])), 0)
            mean = each.sum(dim=-1) / real.sum(dim=-2)[..., 0].clamp(min=1)
        cost = mean
        if self.penalty is not None:
            for W in self.weights:
                W = W if shape else W.flatten(1)  # the kernels of a convolution count as rows
                cost = cost + self.lam * self.penalty(W, self.m)
        return cost, mean.detach()

    def _update(self, count):
        """Clip the gradients, take the optimizer's step, and the proximal one; members that rest do not change."""
        a, optimizer = self.arguments, self.optimizer
        active = None if self.record.all_active else self.record.active
        if not isinstance(count, int):  # a fold without examples in this batch rests
            active = self.record.active & np.broadcast_to(count > 0, self.record.active.shape)
        if a.clip_norm is not None:
            _clip([p.grad for p in self.trained if p.grad is not None], a.clip_norm, len(a.ensemble))
        ours = isinstance(optimizer, optimizers.Optimizer)
        rest = active is not None and (not ours or self.proximal)
        before = [p.detach().clone() for p in self.trained] if rest else []
        rate = optimizer.rate() if ours else optimizer.param_groups[0]["lr"]
        optimizer.step(active=active) if ours else optimizer.step()
        if self.proximal or before:
            self._proximal_step(rate, before, active)

    @torch.no_grad()
    def _proximal_step(self, rate, before, active):
        """The proximal step of l1, if asked for; then the members that rest get their values back."""
        if self.proximal:
            threshold = rate * self.lam / (2 * self.m)
            for W in self.weights:
                W.copy_(soft_threshold(W, _columns(threshold)))
        for p, old in zip(self.trained, before, strict=False):
            keep_members(p, old, ~active)

    def _validate(self):
        """(loss, metrics) on what is watched, in evaluation mode."""
        a = self.arguments
        if a.watched is None:
            return None, {}
        z = _outputs(self.net, a.watched[0])
        val = None if a.validation is None else measured(self.loss, z, a, to_numpy)
        return val, {name: measured(metric, z, a, to_numpy) for name, metric in a.metrics.items()}

    @contextlib.contextmanager
    def settings(self) -> Iterator[None]:
        """One thread for small products on the CPU, and the precision of float32 products that was asked for."""
        threads, products = torch.get_num_threads(), torch.get_float32_matmul_precision()
        if self.small:
            torch.set_num_threads(1)
        if self.precision in ("float32", "tf32"):
            torch.set_float32_matmul_precision(_PRECISIONS[self.precision])
        try:
            yield
        finally:
            torch.set_num_threads(threads)
            torch.set_float32_matmul_precision(products)

    @property
    def state(self) -> ModuleType:
        """The module that takes network and optimizer apart for a checkpoint."""
        from coursekit.training import torch_state  # imported only where a run is saved

        return torch_state

    def _per_network(self, array):
        """A number for all networks, or a tensor of the ensemble's shape, beside the parameters."""
        p = self.trained[0]
        return float(array) if array.ndim == 0 else torch.tensor(array, dtype=p.dtype, device=p.device)


def _outputs(net, X):
    """The outputs for checked inputs, in evaluation mode; the mode of each module is restored."""
    matrices = [p for p in net.parameters() if p.ndim > 1 and p.shape[-2] > 1]
    widest = max((p.numel() // p.shape[-1] for p in matrices), default=1)  # numbers computed for one sample
    modes = [(module, module.training) for module in net.modules()]
    net.eval()
    try:
        with torch.no_grad():
            parts = [net(X[..., rows, :]) for rows in chunks(X.shape[-2], widest)]
    finally:
        for module, mode in modes:
            module.training = mode
    return parts[0] if len(parts) == 1 else torch.cat(parts, dim=-2)


def _weights(net, parameters):
    """Those of the parameters that are weights: `W` of this backend's layers, `weight` of torch's."""
    names = {id(p): name.rsplit(".", 1)[-1] for name, p in net.named_parameters()}
    return [p for p in parameters if names[id(p)] in ("W", "weight") and p.ndim > 1]


def _output_name(net):
    """The name of the output activation, or None: "softmax" for mlp(..., output=ck.softmax) or nn.Softmax."""
    last = list(net.modules())[-1]
    return getattr(last.f, "__name__", None) if isinstance(last, Activation) else type(last).__name__.lower()


def _checked_precision(precision, net):
    if precision is not None:
        checks.one_of("fit", "precision", precision, list(_PRECISIONS))
        if any(p.dtype != torch.float32 for p in net.parameters()):
            raise ValueError(
                f'fit: precision="{precision}" needs a network of float32 parameters. Build it with dtype="float32", or '
                "leave precision out."
            )
    return precision


def _one_per_network(value, shape):
    """The loss, if it has the expected shape: a mean over networks would scale all their gradients."""
    if not isinstance(value, torch.Tensor) or value.shape != shape:
        got = f"shape {tuple(value.shape)}" if hasattr(value, "shape") else f"a {type(value).__name__}"
        raise ValueError(
            f"fit: loss must return a tensor of shape {shape}, one number per network, as the losses of this backend do, "
            f"but returns {got}."
        )
    return value


def _in_order(x, order):
    """The examples of x (..., N, m) in the given order: (n,) for all, or (k, …, n) with a row for each fold."""
    return x.index_select(-2, order) if order.ndim == 1 else x[order]


def _clip(grads, clip_norm, axes):
    """Scale the gradients of each network to a global norm of at most clip_norm, in place.

    The first `axes` axes are the ensemble's. As torch.nn.utils.clip_grad_norm_ for one network.
    """
    norms = [torch.linalg.vector_norm(g.flatten(axes), dim=-1) for g in grads]  # (...) of each parameter
    factor = (clip_norm / (torch.linalg.vector_norm(torch.stack(norms), dim=0) + 1e-6)).clamp(max=1)
    for g in grads:
        g.mul_(factor.reshape(*factor.shape, *(1,) * (g.ndim - axes)))


def _columns(x):
    """A tensor (...) as (..., 1, 1), to broadcast over weights; a number as it is."""
    return x[..., None, None] if isinstance(x, torch.Tensor) and x.ndim else x
