"""The pages about every public name: signature, formula, shapes, its twin in the other backend."""

import importlib
import inspect
import re
from collections.abc import Sequence
from types import ModuleType

from numpy.typing import ArrayLike, DTypeLike

PACKAGES = {
    "coursekit.numpy_backend": "The NumPy backend: every formula with its gradient by hand",
    "coursekit.torch_backend": "The PyTorch backend: the same names on torch tensors",
    "coursekit.initializers": "Initial weights",
    "coursekit.data": "Data sets, and tools that prepare data",
    "coursekit.model_selection": "Search, folds, the choice of a model",
    "coursekit.experiments": "The experiments behind the lessons",
    "coursekit.capstone": "The project of lesson 09",
    "coursekit.plots": "Figures",
    "coursekit.widgets": "Interactive figures, questions, the playground",
    "coursekit.exercises": "Exercises: check, hint, solution, progress",
}
TWINS = {
    "coursekit.numpy_backend": "coursekit.torch_backend",
    "coursekit.torch_backend": "coursekit.numpy_backend",
}


SHORT = {  # how a signature is easier to read
    "numpy.random._generator.Generator": "np.random.Generator",
    "numpy.ndarray": "np.ndarray",
    "matplotlib.axes._axes.Axes": "Axes",
    "torch.optim.optimizer.Optimizer": "torch.optim.Optimizer",
    "torch.nn.modules.module.Module": "torch.nn.Module",
    "collections.abc.": "",
    "typing.": "",
    "~": "",
}


def reference_pages(lessons: Sequence[tuple[str, str]] = ()) -> dict[str, str]:
    """{file name: Markdown} of the reference: an index and a page for each package.

    lessons: (file name, code) of the lessons that the entries of the backends lead to.
    """
    pages = {
        f"{name}.md": _page(importlib.import_module(name), title, lessons) for name, title in PACKAGES.items()
    }
    entries = "\n".join(pages)
    pages["index.md"] = (
        "# Reference\n\nEvery public name. `ck` in the lessons is either of the first two packages.\n\n"
        f"```{{toctree}}\n{entries}\n```\n"
    )
    return pages


def public_names(module: ModuleType) -> list[str]:
    """The names that a package offers: its `__all__`, or every function and class of a module."""
    if hasattr(module, "__all__"):
        return sorted(module.__all__)
    own = (
        name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__
    )
    return sorted(name for name in own if not name.startswith("_"))


def _page(module: ModuleType, title: str, lessons: Sequence[tuple[str, str]]) -> str:
    doc = inspect.getdoc(module) or ""
    parts = [f"# {title}", f"`{module.__name__}`", _verbatim(doc)]
    twin = TWINS.get(module.__name__)
    for name in public_names(module):
        value = getattr(module, name)
        if not callable(value):
            continue
        parts.append(f"({module.__name__}.{name})=\n## {name}\n\n{_signature(name, value)}")
        if twin and name in public_names(importlib.import_module(twin)):
            other = "PyTorch" if twin.endswith("torch_backend") else "NumPy"
            parts.append(f"[Its twin in {other}](#{twin}.{name}){_used(name, lessons)}")
        parts.append(_verbatim(inspect.getdoc(value) or ""))
    return "\n\n".join(parts) + "\n"


def _used(name: str, lessons: Sequence[tuple[str, str]]) -> str:
    """ " · used in 00, 02" with links, for a name of the backends."""
    used = [file for file, code in lessons if re.search(rf"\bck\.{name}\b", code)]
    links = (f"[{file.partition('_')[0]}](../lessons/{file})" for file in used)
    return f" · used in lesson{'s' if len(used) > 1 else ''} {', '.join(links)}" if used else ""


def _long_types() -> dict[str, str]:
    """{how Python writes a type of NumPy that is a union of many: its name}, the longest first."""
    types = {"ArrayLike": ArrayLike, "DTypeLike": DTypeLike}
    types |= {f"{name} | None": value | None for name, value in types.items()}
    written = {
        form(value): name for name, value in types.items() for form in (repr, inspect.formatannotation)
    }
    return dict(sorted(written.items(), key=lambda pair: -len(pair[0])))


def _signature(name: str, value: object) -> str:
    try:
        signature = str(inspect.signature(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        signature = "(…)"
    for long, short in _long_types().items():
        signature = signature.replace(long, short)
    signature = re.sub(r"coursekit\.(?:\w+\.)*(?=\w)", "", signature)
    for long, short in SHORT.items():
        signature = signature.replace(long, short)
    kind = "class " if inspect.isclass(value) else ""
    return f"```python\n{kind}{name}{signature}\n```"


def _verbatim(text: str) -> str:
    """A docstring as it is: its formulas are aligned by hand, and it holds characters that Markdown would use."""
    return f"````text\n{text}\n````" if text else ""
