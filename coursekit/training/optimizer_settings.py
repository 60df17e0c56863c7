"""Checks of what optimizers are given: rates, momenta, decays; one for all members of an ensemble, or one for each."""

import numpy as np

from coursekit import checks


def setting(where, name, value):
    """value as a float, or as an array of floats with one entry a member; none is below 0."""
    if np.ndim(value) == 0:
        return checks.number(where, name, value, low=0)
    value = checks.numeric(where, name, value)
    checks.finite(where, name, value)
    if value.min() < 0:
        raise ValueError(f"{where}: {name} holds {value.min():g}; it wants numbers of at least 0.")
    return value


def fits_parameters(where, name, value, params):
    """Raise unless an array of settings has shape (E, 1, 1), as every parameter (E, n, m) wants it."""
    if np.ndim(value) == 0:
        return
    for key, p in params.items():
        try:
            fits = np.broadcast_shapes(np.shape(value), p.shape) == p.shape
        except ValueError:
            fits = False
        if not fits or np.shape(value)[-2:] != (1, 1):
            raise ValueError(
                f"{where}: {name} has shape {np.shape(value)}, but {key} is {tuple(p.shape)}. One value a member has shape "
                f"(E, 1, 1): {name}.reshape(-1, 1, 1)."
            )
