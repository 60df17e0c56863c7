"""Which interactives there are. Tests and benchmarks go through this list, so a new one is covered at once."""

import inspect
from collections.abc import Callable
from typing import Any

from coursekit import widgets


def interactives() -> dict[str, Callable[..., Any]]:
    """{name: function} of every interactive figure: the public functions that can be called without arguments."""
    functions = {name: getattr(widgets, name) for name in widgets.__all__}
    return {
        name: function
        for name, function in functions.items()
        if inspect.isfunction(function)
        and function is not interactives
        and all(p.default is not p.empty for p in inspect.signature(function).parameters.values())
    }
