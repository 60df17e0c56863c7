"""Run functions of the course that are wrong on purpose, or called at the extremes, without warnings."""

import contextlib
import warnings
from collections.abc import Iterator

import numpy as np


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """No warnings of Python and NumPy within; in this process, so not for several threads at once."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
