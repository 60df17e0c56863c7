"""Arrays in and out of the backend, and where they live."""

import numpy as np

from coursekit import checks


def asarray(x, where="asarray", name="x"):
    """x as a NumPy array of floats: float32 stays float32, integers and lists become float64.

    Raises TypeError for strings and other non-numbers, ValueError for ragged or empty input.
    """
    return checks.numeric(where, name, x)


def to_numpy(x):
    """x as a NumPy array: the counterpart of the torch backend's `to_numpy`, here the array itself."""
    return np.asarray(x)


def device():
    """Where this backend computes: always "cpu"."""
    return "cpu"


def dtype_of(dtype):
    """A NumPy dtype from what NumPy takes for one; None is float64."""
    made = np.dtype(np.float64 if dtype is None else dtype)
    if made.kind != "f":
        raise TypeError(f"dtype is {dtype}; it wants a floating type, for example np.float32.")
    return made


formula = checks.make_formula(asarray)


def pack(arrays):
    """One flat array holding all values, and views into it with the given shapes and keys.

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


def flat_of(views):
    """The flat array that `pack` made, or None if these arrays do not fill one in this order."""
    arrays = list(views.values())
    flat = arrays[0].base
    if flat is None or flat.ndim != 1:
        return None
    address = flat.__array_interface__["data"][0]
    for array in arrays:
        if array.base is not flat or array.__array_interface__["data"][0] != address:
            return None
        address += array.nbytes
    return flat if sum(a.size for a in arrays) == flat.size else None
