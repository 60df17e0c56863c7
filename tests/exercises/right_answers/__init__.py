"""Right answers in other styles than the solutions': loops, lists, einsum, float32 inside, other libraries.

One file a lesson, named as its exercises' package; each has RIGHT: the answers by exercise id.
"""

import importlib
import pkgutil

_FILES = [importlib.import_module(f"{__name__}.{name}") for _, name, _ in pkgutil.iter_modules(__path__)]
RIGHT = {key: answers for file in _FILES for key, answers in file.RIGHT.items()}
