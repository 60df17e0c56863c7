"""Which interactives there are. Tests and benchmarks go through this list, so a new one is covered at once.

The playground is none of them: its pictures are drawn in the page, not by Python.
"""

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
        and function not in (interactives, widgets.playground)
        and all(p.default is not p.empty for p in inspect.signature(function).parameters.values())
    }
