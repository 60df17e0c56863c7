"""`fit` trains a network, or an ensemble of networks at once; `predict` uses it."""

import numpy as np
import torch

from coursekit import checks
from coursekit.checks import bare
from coursekit.fit_arguments import (
    FitArguments,
    check_penalty,
    check_targets,
    epoch_orders,
    pair_of,
)
from coursekit.fit_loop import FitLoop
from coursekit.torch_backend import optimizers
from coursekit.torch_backend.arrays import to_numpy
from coursekit.torch_backend.layers import BatchNorm
from coursekit.torch_backend.modules import (
    ensemble_parameters,
    inputs,
    moving_parameters,
    outputs,
    threads,
    weights,
)
from coursekit.torch_backend.regularizers import l1, soft_threshold


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

    The data are moved once to where the network's parameters are. When a loss stops being finite, a
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
    run = _Run(net, loss, optimizer, arguments, penalty, proximal)
    try:
        with threads(net, arguments):
            return run.train(progress)
    finally:
        net.train()
        run.count_all_rows()


class _Run(FitLoop):
    """One training run: the arguments of `fit`, checked, and what it keeps between epochs."""

    def __init__(self, net, loss, optimizer, arguments, penalty, proximal):
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
        self.penalty = None if penalty is None or proximal else bare(penalty)
        self.proximal = proximal
        self.lam, self.examples = self._on_device(arguments.lam), self._on_device(arguments.examples)
        self.batch_norms = [layer for layer in net.modules() if isinstance(layer, BatchNorm)]

    def _on_device(self, array):
        """A number for all networks, or a tensor of the ensemble's shape, beside the parameters."""
        p = self.moving[0]
        return float(array) if array.ndim == 0 else torch.as_tensor(array, dtype=p.dtype, device=p.device)

    def _epoch(self):
        """One pass over the data; the mean loss of its examples, each before its update."""
        a = self.a
        self.net.train()
        self.count_all_rows()
        order, counts = epoch_orders(a)
        X, y = (a.X, a.y) if order is None else _rows(order, a.X, a.y)
        total = 0.0
        for start in range(0, a.longest, a.batch_size):
            rows = slice(start, min(start + a.batch_size, a.longest))
            total = total + self._step(X[..., rows, :], y[..., rows, :], a.rows_that_count(counts, rows))
        return np.broadcast_to(to_numpy(total) / a.examples, a.ensemble).astype(np.float64)

    def _step(self, x, y, counted):
        """Forward, backward, update on one batch; its summed loss before the update.

        `counted` marks real rows (1) and padding (0).
        """
        active = self.active
        if counted is not None:
            real = counted.sum(axis=-2)[..., 0]
            active = active & np.broadcast_to(real > 0, active.shape)
            counted, real = self._on_device(counted), self._on_device(np.maximum(real, 1))
            for layer in self.batch_norms:
                layer.rows = counted
        z = self.net(x)
        if counted is None:
            mean = self._checked(self.loss(z, y), ())
            summed = mean.detach() * x.shape[-2]
        else:
            each = self.loss(z[..., :, None, :], y[..., :, None, :])  # (..., B): each sample its own batch
            summed = torch.where(counted[..., 0] > 0, self._checked(each, x.shape[-2:-1]), 0).sum(dim=-1)
            mean, summed = summed / real, summed.detach()
        cost = mean.sum()  # the gradient of a network is that of its own term
        if self.penalty is not None:
            for W in self.weights:
                cost = cost + (self.lam * self.penalty(self._matrix(W), self.examples)).sum()
        for p in self.moving:
            p.grad = None
        cost.backward(inputs=self.moving)
        if self.a.clip_norm is not None:
            _clip([p.grad for p in self.moving if p.grad is not None], self.a.clip_norm, len(self.a.ensemble))
        self._update(None if active is self.active and self.all_active else active)
        return summed

    def _checked(self, value, samples):
        """The loss, if it is one number a network: a mean over networks would scale all their gradients."""
        wanted = (*self.a.ensemble, *samples)
        if not isinstance(value, torch.Tensor) or value.shape != wanted:
            got = f"shape {tuple(value.shape)}" if hasattr(value, "shape") else f"a {type(value).__name__}"
            raise ValueError(
                f"fit: loss gives {got}; it wants a tensor of shape {wanted}, one number for each network, "
                "as the losses of this backend give."
            )
        return value

    def count_all_rows(self):
        """Batch norm without padded rows, as it is outside of `fit`."""
        for layer in self.batch_norms:
            layer.rows = None

    @torch.no_grad()
    def _update(self, active):
        """One step of the optimizer for the active networks, or for all if active is None."""
        own = isinstance(self.optimizer, optimizers.Optimizer)
        rate = self.optimizer.rate() if own else self.optimizer.param_groups[0]["lr"]
        kept = [p.clone() for p in self.moving] if active is not None and not own else []
        self.optimizer.step(active=active) if own else self.optimizer.step()
        if self.proximal:
            for W in self.weights:
                shrunk = bare(soft_threshold)(W, rate * self._by_weight(self.lam / (2 * self.examples)))
                W.copy_(shrunk if active is None else torch.where(self._members(active, W), shrunk, W))
        for p, old in zip(self.moving, kept, strict=False):
            p.copy_(torch.where(self._members(active, p), p, old))

    def _matrix(self, W):
        """W (..., n, m); the kernels of a convolution count as rows."""
        return W if self.a.ensemble else W.flatten(1)

    def _by_weight(self, value):
        return value[..., None, None] if isinstance(value, torch.Tensor) else value

    def _members(self, chosen, x):
        """The bool array `chosen` of the ensemble's shape as a mask for x (ensemble, …)."""
        return torch.as_tensor(chosen.reshape(chosen.shape + (1,) * (x.ndim - chosen.ndim)), device=x.device)

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
            x.copy_(torch.where(self._members(members, x), value, x))


def _rows(order, *arrays):
    """The examples of each array (..., N, m) in the given order.

    It is (n,) for all, or (k, …, n) with a row for each fold.
    """
    order = torch.as_tensor(order, device=arrays[0].device)
    return [x[..., order, :] if order.ndim == 1 else x[order] for x in arrays]


def _clip(grads, clip_norm, axes):
    """Scale the gradients of each network to a global norm of at most clip_norm.

    The first `axes` axes are the ensemble's. As torch.nn.utils.clip_grad_norm_ for one network.
    """
    norm = torch.sqrt(sum((g * g).flatten(axes).sum(dim=-1) for g in grads))  # (...)
    factor = (clip_norm / (norm + 1e-6)).clamp(max=1)
    for g in grads:
        g.mul_(factor.reshape(*factor.shape, *(1,) * (g.ndim - axes)))
