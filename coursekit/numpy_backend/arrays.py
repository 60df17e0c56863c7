"""Arrays in and out of the backend, and where they are stored."""

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from coursekit import checks


def asarray(x: ArrayLike, where: str = "asarray", name: str = "x") -> np.ndarray:
    """x as a NumPy array of floats: float32 stays float32, integers and lists become float64.

    Raises TypeError for strings and everything else that is not a number, ValueError for ragged or empty input.
    """
    return checks.numeric(where, name, x)


def to_numpy(x: ArrayLike) -> np.ndarray:
    """x as a NumPy array: the counterpart of the torch backend's `to_numpy`, here the array itself."""
    return np.asarray(x)


def device() -> str:
    """The device on which this backend computes: always "cpu"."""
    return "cpu"


def dtype_of(dtype: DTypeLike | None) -> np.dtype:
    """`dtype` as a NumPy floating-point type; None is float64."""
    kind = np.dtype(np.float64 if dtype is None else dtype)
    if kind.kind != "f":
        raise TypeError(f"dtype must be a floating-point type, for example np.float32, but is {dtype}.")
    return kind


def pack(arrays: dict[str, np.ndarray]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """One flat array that holds all values, and views into it with the given shapes and keys.

    An optimizer updates the flat array in a few calls instead of a few for each parameter.
    """
    dtype = np.result_type(*arrays.values())
    flat = np.empty(sum(a.size for a in arrays.values()), dtype)
    views, start = {}, 0
    for key, array in arrays.items():
        views[key] = flat[start : start + array.size].reshape(array.shape)
        views[key][...] = array
        start += array.size
    return flat, views
