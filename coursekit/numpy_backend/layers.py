"""Layers: `y, cache = layer.forward(x)` and `dx, grads = layer.backward(dy, cache)`.

Layers store parameters but no activations. The leading axes of the parameters are the members of an ensemble: with
ensemble=(300,) one layer is 300 layers, and inputs (B, m), (1, B, m) or (300, B, m) all broadcast against it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from coursekit import checks, initializers
from coursekit.checks import without_checks
from coursekit.numpy_backend.activations import softmax
from coursekit.numpy_backend.gradients import gradient_of


class Layer:
    """The base of all layers: `params` are learned, `buffers` are kept but not learned, `training` is the mode."""

    def __init__(self):
        self.params, self.buffers, self.grads = {}, {}, {}
        self.training = True

    def train(self, mode: bool = True) -> "Layer":
        """Training mode: dropout drops, batch norm uses the batch's statistics."""
        self.training = mode
        return self

    def eval(self) -> "Layer":
        """Evaluation mode: dropout is off, batch norm uses its running statistics."""
        return self.train(False)


class Linear(Layer):
    """z = x Wᵀ + b, with W (..., n, m) drawn by `init` (None: initializers.he) and b (..., 1, n) starting from 0."""

    def __init__(
        self, m: int, n: int, *, rng: np.random.Generator, ensemble: int | tuple[int, ...] = (),
        init: Callable | None = None, dtype: DTypeLike = np.float64,
    ):  # fmt: skip
        super().__init__()
        m, n = checks.positive_integer("Linear", "m", m), checks.positive_integer("Linear", "n", n)
        checks.generator("Linear", rng)
        ensemble = ensemble_shape("Linear", ensemble)
        W = initializers.initial_weights("Linear", init or initializers.he, rng, (*ensemble, n, m))
        self.params = {"W": W.astype(dtype, copy=False), "b": np.zeros((*ensemble, 1, n), dtype)}

    def forward(self, x: np.ndarray) -> tuple[np.ndarray, Any]:
        W, b = self.params["W"], self.params["b"]
        if x.shape[-1] != W.shape[-1]:
            raise ValueError(
                f"Linear: inputs (..., B, m) must have m = {W.shape[-1]} columns, since W is (..., n, m) = {W.shape}, but have "
                f"shape {x.shape}."
            )
        z = _shared_product(x, W)  # x @ W.mT: (..., B, n) = (..., B, m) @ (..., m, n)
        z += b
        return z, x

    def backward(
        self, dz: np.ndarray, cache: Any, input_gradient: bool = True
    ) -> tuple[np.ndarray | None, dict[str, np.ndarray]]:
        x, W, grads = cache, self.params["W"], self.grads_like_params()
        _weight_gradient(dz, x, out=grads["W"])  # dz.mT @ x: (..., n, m) = (..., n, B) @ (..., B, m)
        np.add.reduce(dz, axis=-2, keepdims=True, out=grads["b"])  # (..., 1, n)
        dx = dz @ W if input_gradient else None  # (..., B, m) = (..., B, n) @ (..., n, m)
        return dx, grads

    def grads_like_params(self) -> dict[str, np.ndarray]:
        """Arrays for the gradients, allocated once and filled at every step."""
        if not self.grads:
            self.grads = {key: np.empty_like(value) for key, value in self.params.items()}
        return self.grads


def merged_axes(x: Any, W: Any) -> int | None:
    """Number of leading axes that x and W share, if behind them all members of W see the same x; else None."""
    if W.ndim == 2:
        return None
    lead = (1,) * (W.ndim - x.ndim) + tuple(x.shape[:-2])
    k = 0
    while k < len(lead) and lead[k] == W.shape[k] and lead[k] != 1:
        k += 1
    rest = len(lead) == W.ndim - 2 and all(size == 1 for size in lead[k:])
    return k if rest and k < len(lead) else None


def _shared_product(x, W):
    """x @ W.mT; members that share their inputs are computed as one wide product."""
    k = merged_axes(x, W)
    if k is None:
        # a narrow result is laid out by column: sums over its few columns (softmax) then run along memory
        return (W @ x.mT).mT if W.shape[-2] < x.shape[-2] else x @ W.mT
    *shared, n, m = W.shape
    x = x.reshape(*shared[:k], *x.shape[-2:])  # (k axes, B, m)
    z = x @ W.reshape(*shared[:k], -1, m).mT  # (k axes, B, members * n)
    z = z.reshape(*z.shape[:-1], *shared[k:], n)  # (k axes, B, members, n)
    return np.moveaxis(z, k, -2)  # (k axes, members, B, n)


def _weight_gradient(dz, x, out):
    """out = dz.mT @ x, again as one wide product where members share their inputs."""
    k = merged_axes(x, out)
    if k is None:
        np.matmul(dz.mT, x, out=out)
        return
    *shared, _, m = out.shape
    x = x.reshape(*shared[:k], *x.shape[-2:])  # (k axes, B, m)
    dz = np.moveaxis(dz, -2, k)  # (k axes, B, members, n)
    dz = dz.reshape(*dz.shape[: k + 1], -1)  # (k axes, B, members * n)
    np.matmul(dz.mT, x, out=out.reshape(*shared[:k], -1, m))


class Activation(Layer):
    """a = f(z), element by element, with f's registered gradient: ∂C/∂z = ∂C/∂a · f'(z).

    softmax, which mixes the outputs of a sample, is accepted too: ∂C/∂z = a (∂C/∂a − Σ_k a_k ∂C/∂a_k).
    """

    def __init__(self, f: Callable):
        super().__init__()
        self.f = without_checks(f)
        self.f_grad = None if self.f is softmax else gradient_of(f)

    def forward(self, x: np.ndarray) -> tuple[np.ndarray, Any]:
        return self.f(x), x

    def backward(self, dy: np.ndarray, cache: Any) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        if self.f_grad is None:
            a = self.f(cache)
            return a * (dy - np.sum(a * dy, axis=-1, keepdims=True)), {}
        dx = self.f_grad(cache)
        dx *= dy
        return dx, {}


class Dropout(Layer):
    """Inverted dropout: in training mode an entry is 0 with probability p, else divided by 1 − p; in evaluation x itself.

    E[mask] = 1, so that evaluation needs no correction. Srivastava et al. (2014).
    """

    def __init__(self, p: float, *, rng: np.random.Generator):
        super().__init__()
        self.p = checks.number("Dropout", "p", p, low=0, high=1, open_high=True)
        # a stream of its own, so that the order of the batches is the same with and without dropout
        self.rng = checks.generator("Dropout", rng).spawn(1)[0]

    def mask(self, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
        """A new random mask: 0 with probability p, else 1 / (1 − p)."""
        return (self.rng.random(shape, dtype=np.float32) >= self.p).astype(dtype) / dtype.type(1 - self.p)

    def forward(self, x: np.ndarray) -> tuple[np.ndarray, Any]:
        if not self.training or self.p == 0:
            return x, None
        mask = self.mask(x.shape, x.dtype)
        return x * mask, mask

    def backward(self, dy: np.ndarray, cache: Any) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        return (dy if cache is None else dy * cache), {}


class BatchNorm(Layer):
    """y = γ (x − μ) / √(σ² + ε) + β for each feature, with μ and σ² over the batch while training.

    γ starts at 1, β at 0, both (..., 1, n). The biased variance normalizes; the running mean and the running unbiased
    variance, updated as (1 − momentum)·old + momentum·new, replace the batch's in evaluation mode.
    Ioffe & Szegedy (2015), algorithms 1 and 2.
    """

    def __init__(
        self, n: int, *, ensemble: int | tuple[int, ...] = (), eps: float = 1e-5, momentum: float = 0.1,
        dtype: DTypeLike = np.float64,
    ):  # fmt: skip
        super().__init__()
        n, ensemble = checks.positive_integer("BatchNorm", "n", n), ensemble_shape("BatchNorm", ensemble)
        self.eps = checks.number("BatchNorm", "eps", eps, low=0)
        self.momentum = checks.number("BatchNorm", "momentum", momentum, low=0, high=1)
        shape = (*ensemble, 1, n)
        self.params = {"gamma": np.ones(shape, dtype), "beta": np.zeros(shape, dtype)}
        self.buffers = {"running_mean": np.zeros(shape, dtype), "running_var": np.ones(shape, dtype)}
        self.rows = None  # (..., B, 1) of 0 and 1 set by `fit`: the rows that count, where folds are unequal

    def forward(self, x: np.ndarray) -> tuple[np.ndarray, Any]:
        if x.shape[-1] != self.params["gamma"].shape[-1]:
            raise ValueError(
                f"BatchNorm: inputs (..., B, n) must have n = {self.params['gamma'].shape[-1]} columns, but have shape {x.shape}."
            )
        if not self.training:
            mean, var, count = self.buffers["running_mean"], self.buffers["running_var"], None
        else:
            rows = np.ones((x.shape[-2], 1), x.dtype) if self.rows is None else self.rows
            count = rows.sum(axis=-2, keepdims=True)  # (..., 1, 1)
            if count.max() < 2:
                raise ValueError(
                    "BatchNorm: a batch of one sample has no variance; train with batch_size of at least 2, or call eval()."
                )
            safe = np.maximum(count, 1)
            mean = (x * rows).sum(axis=-2, keepdims=True) / safe  # (..., 1, n)
            var = ((x - mean) ** 2 * rows).sum(axis=-2, keepdims=True) / safe  # (..., 1, n)
            self._update_running(mean, var, count)
        scale = 1 / np.sqrt(var + self.eps)
        normalized = (x - mean) * scale
        return self.params["gamma"] * normalized + self.params["beta"], (normalized, scale, count)

    def _update_running(self, mean, var, count):
        unbiased = var * (count / np.maximum(count - 1, 1))
        step = np.where(
            count >= 2, self.momentum, 0
        )  # a member without rows in this batch keeps its statistics
        for key, new in (("running_mean", mean), ("running_var", unbiased)):
            self.buffers[key] += step * (new - self.buffers[key])

    def backward(self, dy: np.ndarray, cache: Any) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        normalized, scale, count = cache
        dgamma = (dy * normalized).sum(axis=-2, keepdims=True)  # (..., 1, n)
        dbeta = dy.sum(axis=-2, keepdims=True)  # (..., 1, n)
        dx = self.params["gamma"] * scale * dy  # (..., B, n)
        if count is not None:  # the batch's own mean and variance depend on x too
            safe = np.maximum(count, 1)
            dx -= self.params["gamma"] * scale * (dbeta + normalized * dgamma) / safe
            if self.rows is not None:
                dx *= self.rows
        return dx, {"gamma": dgamma, "beta": dbeta}


def ensemble_shape(where: str, ensemble: int | tuple[int, ...]) -> tuple[int, ...]:
    """The shape of an ensemble as a tuple of positive integers."""
    given: Any = ensemble
    shape = (given,) if np.ndim(given) == 0 else tuple(given)
    return tuple(checks.positive_integer(where, f"ensemble[{i}]", size) for i, size in enumerate(shape))
