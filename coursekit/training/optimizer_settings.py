"""Checks of the settings of optimizers: rates, momenta, decays; one for all members of an ensemble, or one per member."""

from typing import Any

import numpy as np

from coursekit import checks


def setting(where: str, name: str, value: Any) -> float | np.ndarray:
    """value as a float, or as an array of floats with one entry per member; none may be negative."""
    if np.ndim(value) == 0:
        return checks.number(where, name, value, low=0)
    value = checks.numeric(where, name, value)
    checks.finite(where, name, value)
    checks.not_negative(where, name, value)
    return value


def fits_parameters(where: str, name: str, value: Any, params: dict[str, Any]) -> None:
    """Raise unless an array of settings has shape (E, 1, 1), so that it broadcasts over every parameter (E, n, m)."""
    if np.ndim(value) == 0:
        return
    for key, p in params.items():
        try:
            fits = np.broadcast_shapes(np.shape(value), p.shape) == p.shape
        except ValueError:
            fits = False
        if not fits or np.shape(value)[-2:] != (1, 1):
            raise ValueError(
                f"{where}: {name} must be a number or have shape (E, 1, 1), one value per member, but has shape "
                f"{np.shape(value)}, and {key} is {tuple(p.shape)}. Reshape it with {name}.reshape(-1, 1, 1)."
            )
