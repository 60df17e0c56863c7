"""An answer may call anything of coursekit except the formula it is asked to write.

The sources in the sandbox hold none of the formulas that some exercise asks for: their functions raise Withheld. The
server is given their compiled code and puts it in. A child takes it out of the refused functions again before a line of
the answer runs. Modules that are imported later get theirs, but for the refused ones, as they are imported.
"""

import importlib.machinery
import marshal
import sys
from types import CodeType, FunctionType, ModuleType
from typing import Any

noted: list[str] = []  # "numpy_backend.losses.mse": the functions called nevertheless
opened: list[str] = []  # files of the course that the answer opened as text
_code: dict[str, dict[str, bytearray]] = {}  # module: {qualified name: marshalled code}
_stubs: dict[
    tuple[str, str], tuple[FunctionType, CodeType]
] = {}  # the filled functions, and what the sources have


class Withheld(BaseException):
    """An answer called the formula it is asked to write; `except Exception` lets it through."""

    def __init__(self, name):
        noted.append(name)
        super().__init__(f"it calls coursekit's own {name}")


def store(code: dict[str, dict[str, str]]) -> None:
    """In the server: keep the code of the functions that the sources here lack, and put it into what is loaded."""
    for module, functions in code.items():
        _code[module] = {name: bytearray(content, "latin-1") for name, content in functions.items()}
        if module in sys.modules:
            _fill(sys.modules[module])


def refuse(refused: frozenset[str]) -> None:
    """In a child: take the functions of these names out again, and overwrite the code of those not loaded yet."""
    for module, functions in _code.items():
        for name in [name for name in functions if name.rpartition(".")[2] in refused]:
            code = functions.pop(name)
            code[:] = bytes(len(code))
            if (function := _stubs.pop((module, name), None)) is not None:
                function[0].__code__ = function[1]
    sys.meta_path.insert(0, _Importer())


def watch_files(folder: str) -> None:
    """Note which files below the folder are opened, other than by imports."""

    def hook(event, arguments):
        if event == "open" and isinstance(arguments[0], str) and arguments[0].startswith(folder):
            frame = sys._getframe(1)
            while frame is not None:
                if frame.f_code.co_filename.startswith("<frozen importlib"):
                    return
                frame = frame.f_back
            opened.append(arguments[0].removeprefix(folder).lstrip("/")[:200])

    sys.addaudithook(hook)


def _fill(module: ModuleType) -> None:
    for name, code in _code.get(module.__name__, {}).items():
        if (function := _function(module, name)) is not None:
            _stubs[module.__name__, name] = function, function.__code__
            function.__code__ = marshal.loads(code)


def _function(module, name):
    """The plain function of a qualified name, without its wrappers."""
    found: Any = module
    for part in name.split("."):
        found = vars(found).get(part) if hasattr(found, "__dict__") else None
    found = getattr(found, "__func__", getattr(found, "fget", found))
    while isinstance(inner := getattr(found, "__wrapped__", None), FunctionType):
        found = inner
    return found if isinstance(found, FunctionType) else None


class _Importer:
    """Finds modules as usual, and fills coursekit's once they are loaded."""

    def find_spec(self, name, path=None, target=None):
        """The usual spec, with a loader that fills the module."""
        if name not in _code:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def exec_module(module):
                load(module)
                _fill(module)

            spec.loader.exec_module = exec_module
        return spec
