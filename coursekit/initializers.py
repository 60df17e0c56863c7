"""Initial weights, drawn by NumPy for both backends: the twins start from the same numbers.

An initializer is a function `(rng, shape) -> array` for weights W (..., n, m): n units, m inputs each. Leading axes
are the members of an ensemble, each drawn independently.
"""

import numpy as np

from coursekit import checks


def _weights_shape(where, shape):
    shape = (shape,) if np.ndim(shape) == 0 else tuple(shape)
    if len(shape) < 2:
        raise ValueError(f"{where}: shape is {shape}; weights are (..., n, m): n units with m inputs each.")
    for axis, size in enumerate(shape):
        checks.positive_integer(where, f"shape[{axis}]", size)
    return shape


def initial_weights(where, init, rng, shape):
    """init(rng, shape) as a NumPy array of that shape, or an error that names what `init` is or gave."""
    if not callable(init):
        raise TypeError(
            f"{where}: init is {init!r}; it wants a function (rng, shape), for example initializers.he."
        )
    W = checks.numeric(where, "what init gave", init(rng, shape))
    if W.shape != shape:
        raise ValueError(f"{where}: init gave an array of shape {W.shape}; W wants to be {shape}.")
    return W


def _initializer(name, draw):
    def initializer(rng, shape):
        return draw(checks.generator(name, rng), _weights_shape(name, shape))

    initializer.__name__ = initializer.__qualname__ = name
    return initializer


def glorot(rng, shape):
    """W_ij ~ N(0, 2/(n + m)): between keeping the variance of signals forward (1/m) and of gradients backward (1/n).

    Glorot & Bengio (2010), eq. 12, for normal draws.
    """
    checks.generator("glorot", rng)
    n, m = _weights_shape("glorot", shape)[-2:]
    return rng.normal(0, np.sqrt(2 / (n + m)), shape)


def he(rng, shape):
    """W_ij ~ N(0, 2/m) for W (..., n, m): keeps the variance of ReLU layers over depth.

    He et al. (2015), eq. 10.
    """
    checks.generator("he", rng)
    m = _weights_shape("he", shape)[-1]
    return rng.normal(0, np.sqrt(2 / m), shape)


def orthogonal(rng, shape):
    """Rows (n <= m) or columns (n >= m) of W are orthonormal: a linear layer that keeps lengths exactly.

    The Q of a QR decomposition of normal draws, with the signs of R's diagonal so that Q is uniform over the
    orthogonal group. Saxe, McClelland & Ganguli (2014); Mezzadri (2007).
    """
    checks.generator("orthogonal", rng)
    *lead, n, m = _weights_shape("orthogonal", shape)
    q, r = np.linalg.qr(rng.normal(size=(*lead, max(n, m), min(n, m))))
    q = q * np.sign(np.diagonal(r, axis1=-2, axis2=-1))[..., None, :]
    return q if n >= m else q.mT.copy()


def normal(sd):
    """An initializer with W_ij ~ N(0, sd²)."""
    sd = checks.number("normal", "sd", sd, low=0)
    return _initializer("normal", lambda rng, shape: rng.normal(0, sd, shape))


def small_uniform(limit=0.05):
    """An initializer with W_ij ~ U(−limit, limit): "small random numbers (e.g., between −.05 and .05)".

    Mitchell (1997), Table 4.2.
    """
    limit = checks.number("small_uniform", "limit", limit, low=0)
    return _initializer("small_uniform", lambda rng, shape: rng.uniform(-limit, limit, shape))


def constant(value):
    """An initializer with every W_ij = value: the units of a layer start as clones and stay clones (weight symmetry)."""
    value = checks.number("constant", "value", value)
    return _initializer("constant", lambda rng, shape: np.full(shape, value))
