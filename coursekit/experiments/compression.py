"""Compress trained networks: fewer weights (prune) and fewer bits per weight (quantize).

Both take `axis`, the axes that are ranked or scaled together: None for the whole array, (-2, -1) for each network of
an ensemble W (..., n, m) by itself, -1 for each unit by itself. The functions of `net` compress every weight matrix of
a network, or of each network of an ensemble.
"""

import itertools
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.experiments.weights import parameters_of, restore

Axis = int | tuple[int, ...] | None


def prune(W: ArrayLike, fraction: float, axis: Axis = None) -> np.ndarray:
    """Return a copy of W with the round(fraction · size) smallest |w| set to zero; of equal ones, the earlier.

    Magnitude pruning: Han et al. (2015).
    """
    W = _weights("prune", W)
    fraction = checks.number("prune", "fraction", fraction, 0, 1)
    axes = _axes("prune", W, axis)
    last = tuple(range(W.ndim - len(axes), W.ndim))
    pruned = np.moveaxis(W, axes, last).copy()
    flat = pruned.reshape(*pruned.shape[: W.ndim - len(axes)], -1)  # a view: the copy is contiguous
    drop = np.argsort(np.abs(flat), axis=-1, kind="stable")[..., : round(fraction * flat.shape[-1])]
    np.put_along_axis(flat, drop, 0, axis=-1)
    return np.asarray(np.moveaxis(pruned, last, axes), order="C")


def quantize(W: ArrayLike, bits: int, axis: Axis = None) -> tuple[np.ndarray, np.ndarray | np.floating]:
    """Return (codes, scale) with codes · scale ≈ W: integers −L, …, L for L = 2^(bits−1) − 1, scale = max|W| / L.

    The rounding error is at most scale / 2. The code is symmetric: zero stays zero, and −W has the codes −codes. 2 ≤
    bits ≤ 16; codes are int8 up to 8 bits, else int16. With `axis`, scale keeps the reduced axes, so codes * scale
    broadcasts. The integer scheme of Jacob et al. (2018) without its zero point.
    """
    W = _weights("quantize", W)
    bits = checks.positive_integer("quantize", "bits", bits, least=2)
    if bits > 16:
        raise ValueError(
            f"quantize: bits must be 2, …, 16, but it is {bits}. Keep numbers of more bits as floats."
        )
    levels = 2 ** (bits - 1) - 1
    scale = np.abs(W).max(axis=_axes("quantize", W, axis), keepdims=axis is not None) / levels
    scale = np.where(scale > 0, scale, np.ones_like(scale))[()]  # all zeros: any scale will do
    codes = np.clip(np.rint(W / scale), -levels, levels)
    return codes.astype(np.int8 if bits <= 8 else np.int16), scale


def _weights(where: str, W: ArrayLike) -> np.ndarray:
    W = checks.numeric(where, "W", W)
    checks.finite(where, "W", W)
    return W


def _axes(where: str, W: np.ndarray, axis: Axis) -> tuple[int, ...]:
    """Return `axis` as a tuple of distinct axes of W."""
    if axis is None:
        return tuple(range(W.ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    try:
        return np.lib.array_utils.normalize_axis_tuple(axes, W.ndim)
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"{where}: axis must name axes of W, which has shape {W.shape}, but it is {axis!r} ({error}). Use (-2, -1) "
            "for each matrix, or None for the whole array."
        ) from None


def _matrices(ck: ModuleType, net: Any) -> dict[str, np.ndarray]:
    return {key: W for key, W in parameters_of(ck, net).items() if key.endswith("W")}


def prune_network(
    ck: ModuleType, net: Any, fraction: float, rng: np.random.Generator | None = None
) -> dict[str, np.ndarray]:
    """Set this fraction of every weight matrix to zero, in place: the smallest weights, or with `rng` random ones.

    Returns {key: True where a weight is left}, for `retrain`.
    """
    kept = _matrices(ck, net)
    if rng is None:
        left = {key: prune(W, fraction, axis=(-2, -1)) != 0 for key, W in kept.items()}
    else:
        left = {key: rng.random(W.shape) >= fraction for key, W in kept.items()}
    restore(ck, net, {key: W * left[key] for key, W in kept.items()})
    return left


def quantize_network(ck: ModuleType, net: Any, bits: int) -> None:
    """Round every weight matrix of each network to `bits` bits, in place; biases are not changed."""
    rounded = {}
    for key, W in _matrices(ck, net).items():
        codes, scale = quantize(W, bits, axis=(-2, -1))
        rounded[key] = codes * scale
    restore(ck, net, rounded)


def retrain(
    ck: ModuleType,
    net: Any,
    left: dict[str, np.ndarray],
    X: ArrayLike,
    y: ArrayLike,
    *,
    epochs: int,
    optimizer: Any,
    **fit_arguments: Any,
) -> None:
    """Train a pruned network further and set the pruned weights to zero again after each epoch. Han et al. (2015).

    left: from `prune_network`; optimizer: one of the backend's, for all parameters of the network.
    """
    for _ in itertools.islice(ck.epochs(net, X, y, optimizer=optimizer, **fit_arguments), epochs):
        restore(ck, net, {key: W * left[key] for key, W in _matrices(ck, net).items()})
