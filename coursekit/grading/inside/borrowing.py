"""An answer may call anything of coursekit except the formula it is asked to write.

`refuse` takes the code out of those functions, wherever they are referred to from, so that a call raises Borrowed
and is noted. Modules imported later lose theirs as they are imported.
"""

import importlib.machinery
import sys
from collections.abc import Iterator
from types import FunctionType

noted: list[str] = []  # "numpy_backend.losses.mse": the functions called nevertheless
_loaded: dict[
    str, list[FunctionType]
] = {}  # by name: found once, so that a child need not touch every module


class Borrowed(BaseException):
    """An answer called the reference it is compared with; `except Exception` lets it through."""

    def __init__(self, name):
        noted.append(name)
        super().__init__(f"it calls coursekit's own {name}")


def look_around(backend) -> None:
    """Find the functions and methods of a backend, and of all that is loaded with it."""
    for name, module in list(sys.modules.items()):
        if _ours(name) or module is backend:
            for function in _functions(module):
                _loaded.setdefault(function.__name__, []).append(function)


def refuse(names) -> None:
    """Take the functions and methods of these names out of all coursekit modules, now and later."""
    for name in names:
        for function in _loaded.get(name, ()):
            _empty(function)
    sys.meta_path.insert(0, _Importer(frozenset(names)))


def _ours(name):
    return name.startswith("coursekit.") and not name.startswith(("coursekit.grading", "coursekit.exercises"))


def _functions(module) -> Iterator[FunctionType]:
    """The module's plain functions and its classes' methods, without their wrappers."""
    for holder in (vars(module), *(vars(c) for c in list(vars(module).values()) if isinstance(c, type))):
        for function in list(holder.values()):
            function = getattr(function, "__func__", function)
            if isinstance(function, FunctionType):
                while isinstance(getattr(function, "__wrapped__", None), FunctionType):
                    function = function.__wrapped__
                if _ours(function.__module__ or "") and not function.__code__.co_freevars:
                    yield function


def _empty(function):
    name = f"{function.__module__.removeprefix('coursekit.')}.{function.__name__}"
    scope = {}
    exec(f"def f(*_, **__):\n    from {__name__} import Borrowed\n    raise Borrowed({name!r})", scope)
    function.__code__ = scope["f"].__code__


class _Importer:
    """Finds modules as usual, and empties coursekit's once they are loaded."""

    def __init__(self, names):
        self.names = names

    def find_spec(self, name, path=None, target=None):
        if not _ours(name):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def exec_module(module):
                load(module)
                for function in _functions(module):
                    if function.__name__ in self.names:
                        _empty(function)

            spec.loader.exec_module = exec_module
        return spec
