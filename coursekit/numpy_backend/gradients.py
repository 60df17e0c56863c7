"""The derivative is written below its formula: `@gradient_for(f)` registers it, and the registry is the list of tests.

    def tanh(z):
        return np.tanh(z)

    @gradient_for(tanh)
    def tanh_grad(z):
        return 1 - np.tanh(z) ** 2

A new formula is then compared with central differences and with torch's autograd by the tests that exist.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks

GRADIENTS: dict[Callable, Callable] = {}  # f -> f_grad, the gradient of f with respect to its first argument


def gradient_for(f: Callable) -> Callable[[Callable], Callable]:
    """Decorator: the function below is the gradient of f with respect to f's first argument, same arguments, same order."""

    def register(f_grad):
        GRADIENTS[checks.without_checks(f)] = f_grad
        return f_grad

    return register


def gradient_of(f: Callable) -> Callable:
    """The registered gradient of f, without input checks; LookupError says how to add one if there is none."""
    if not callable(f):
        raise TypeError(f"gradient_of: f must be a function such as ck.mse, but is {f!r}.")
    try:
        return GRADIENTS[checks.without_checks(f)]
    except KeyError:
        name = getattr(f, "__name__", repr(f))
        raise LookupError(
            f"gradient_of: {name} has no registered gradient. On the NumPy backend gradients are written by hand: write {name}_grad with "
            f"the same arguments and put @gradient_for({name}) above it; or use the torch backend, which differentiates for you."
        ) from None


def numerical_gradient(f: Callable, x: ArrayLike, h: float = 1e-5) -> np.ndarray:
    """Central differences of f at x: (f(x + h e_i) − f(x − h e_i)) / 2h for each entry i, error O(h²).

    f takes an array like x and returns a number (or an array, whose entries are then summed); x is left unchanged.
    Returns an array of x's shape. Nocedal & Wright (2006), eq. 8.7.
    """
    if not callable(f):
        raise TypeError(f"numerical_gradient: f must be a function of an array, but is {f!r}.")
    h = checks.number("numerical_gradient", "h", h, low=0, open_low=True)
    x = checks.numeric("numerical_gradient", "x", x).astype(
        np.float64
    )  # a copy: the caller's x is never touched
    checks.finite("numerical_gradient", "x", x)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        center = x[i]
        x[i] = center + h
        above = np.sum(f(x))
        x[i] = center - h
        below = np.sum(f(x))
        x[i] = center
        gradient[i] = (above - below) / (2 * h)
    return gradient


def check_gradient(
    f: Callable, x: ArrayLike, *args: Any, gradient: Callable | None = None, tolerance: float = 1e-5
) -> float:
    """Compare the gradient of f(x, *args) with central differences; return the largest relative error.

    The error is max|analytic − numerical| / max(|analytic|, |numerical|), both maxima over all entries. `gradient` is a
    function with f's arguments; without it the registered one is used. Raises ValueError above `tolerance`.
    """
    gradient = gradient or gradient_of(f)
    x = checks.numeric("check_gradient", "x", x).astype(np.float64)
    analytic = np.asarray(gradient(x, *args))
    numerical = numerical_gradient(lambda x: f(x, *args), x)
    if analytic.shape != numerical.shape:
        raise ValueError(
            f"check_gradient: the gradient has shape {analytic.shape}, but x has {numerical.shape}; they must be equal."
        )
    difference = np.abs(analytic - numerical)
    scale = max(np.abs(analytic).max(), np.abs(numerical).max())
    error = float(difference.max() / scale) if scale != 0 else 0.0
    if not error <= tolerance:  # nan counts as a failure
        i = np.unravel_index(np.argmax(difference), difference.shape)
        raise ValueError(
            f"check_gradient: relative error {error:.2g} is above {tolerance:g}. The largest difference is at "
            f"{tuple(map(int, i))}: analytic {analytic[i]:.6g}, central difference {numerical[i]:.6g}."
        )
    return error
