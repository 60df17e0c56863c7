"""Initial weights. NumPy draws them for both backends, so that the twins start from the same numbers.

An initializer is a function `(rng, shape) -> array` for weights W (..., n, m): n units, m inputs each. Leading axes
are the members of an ensemble, each drawn independently.
"""

from collections.abc import Callable

import numpy as np

from coursekit import checks

Shape = int | tuple[int, ...]
Initializer = Callable[[np.random.Generator, Shape], np.ndarray]


def _weights_shape(where: str, shape: Shape) -> tuple[int, ...]:
    shape = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
    if len(shape) < 2:
        raise ValueError(
            f"{where}: shape must be (..., n, m), for n units with m inputs each, but it is {shape}."
        )
    for axis, size in enumerate(shape):
        checks.positive_integer(where, f"shape[{axis}]", size)
    return shape


def initial_weights(where: str, init: Initializer, rng: np.random.Generator, shape: Shape) -> np.ndarray:
    """Return init(rng, shape) as a NumPy array; raise an error if `init` is no initializer or returns another shape."""
    if not callable(init):
        raise TypeError(
            f"{where}: init must be a function (rng, shape) -> array, for example initializers.he, but it is {init!r}."
        )
    W = checks.numeric(where, "the result of init", init(rng, shape))
    if W.shape != shape:
        raise ValueError(
            f"{where}: init must return weights of shape {shape}, but it returned an array of shape {W.shape}."
        )
    return W


def _initializer(name: str, draw: Callable) -> Initializer:
    def initializer(rng: np.random.Generator, shape: Shape) -> np.ndarray:
        return draw(checks.generator(name, rng), _weights_shape(name, shape))

    initializer.__name__ = initializer.__qualname__ = name
    return initializer


def glorot(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    """W_ij ~ N(0, 2/(n + m)): a compromise between keeping the variance of signals (1/m) and of gradients (1/n).

    Glorot & Bengio (2010), eq. 12, for normal draws.
    """
    checks.generator("glorot", rng)
    n, m = _weights_shape("glorot", shape)[-2:]
    return rng.normal(0, np.sqrt(2 / (n + m)), shape)


def he(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    """W_ij ~ N(0, 2/m) for W (..., n, m): keeps the variance of ReLU layers over depth.

    He et al. (2015), eq. 10.
    """
    checks.generator("he", rng)
    m = _weights_shape("he", shape)[-1]
    return rng.normal(0, np.sqrt(2 / m), shape)


def orthogonal(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    """W with orthonormal rows (n ≤ m) or columns (n ≥ m), so that a square linear layer keeps all lengths.

    The Q of a QR decomposition of normal draws, with the signs of R's diagonal so that Q is uniform over the
    orthogonal group. Saxe, McClelland & Ganguli (2014); Mezzadri (2007).
    """
    checks.generator("orthogonal", rng)
    *lead, n, m = _weights_shape("orthogonal", shape)
    q, r = np.linalg.qr(rng.normal(size=(*lead, max(n, m), min(n, m))))
    q = q * np.sign(np.diagonal(r, axis1=-2, axis2=-1))[..., None, :]
    return q if n >= m else q.mT.copy()


def normal(sd: float) -> Initializer:
    """Make an initializer with W_ij ~ N(0, sd²)."""
    sd = checks.number("normal", "sd", sd, low=0)
    return _initializer("normal", lambda rng, shape: rng.normal(0, sd, shape))


def small_uniform(limit: float = 0.05) -> Initializer:
    """Make an initializer with W_ij ~ U(−limit, limit): "small random numbers (e.g., between −.05 and .05)".

    Mitchell (1997), Table 4.2.
    """
    limit = checks.number("small_uniform", "limit", limit, low=0)
    return _initializer("small_uniform", lambda rng, shape: rng.uniform(-limit, limit, shape))


def constant(value: float) -> Initializer:
    """Make an initializer with every W_ij = value, so that the units of a layer start equal (weight symmetry)."""
    value = checks.number("constant", "value", value)
    return _initializer("constant", lambda rng, shape: np.full(shape, value))
