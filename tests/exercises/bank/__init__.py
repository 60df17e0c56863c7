"""Wrong answers to the exercises, written from the docstrings alone, in the styles of beginners.

Nobody who wrote them had read the solutions, the lists of misconceptions, or the diagnosis. One file per
lesson package; each function has the exercise's name, as in a learner's notebook.
"""

import importlib
import pkgutil

from .wrong import BANK, Wrong

__all__ = ["BANK", "Wrong"]

for module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{module.name}")
