"""NumPy for formulas with a deliberate slip: its linear algebra refuses nan and infinities.

LAPACK may run forever on them, and nothing in Python can stop it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np


class _Linalg:
    def __getattr__(self, name: str) -> Any:
        found = getattr(np.linalg, name)
        return _checked(found) if callable(found) and not isinstance(found, type) else found


class SafeNumpy:
    """Stands for the module `numpy`."""

    linalg = _Linalg()

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


def _checked(function: Callable) -> Callable:
    def checked(*args, **kwargs):
        for argument in args:
            array = np.asarray(argument)
            if array.dtype.kind in "fc" and not np.isfinite(array).all():
                raise np.linalg.LinAlgError("nan or infinity in linear algebra")
        return function(*args, **kwargs)

    return checked
