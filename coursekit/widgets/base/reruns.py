"""Free the panels of a cell when it runs again.

ipywidgets keeps every widget until it is closed, and a panel holds a figure: without this, each run of a cell
would leave some 20 widgets and several megabytes behind.
"""

import asyncio
import ctypes
import gc
import sys
from typing import Any, Protocol

from coursekit.exercises.engine.showing import in_notebook


class Closable(Protocol):
    """Anything that shows widgets."""

    def close(self) -> None:
        """Free the widgets and what they hold."""


DELAY = 1.0  # seconds from a closed panel to the collection of its garbage
_timer: asyncio.TimerHandle | None = None
_panels: dict[str, tuple[int, list[Closable]]] = {}  # of each cell: its last run, and what that run made


def free_earlier(panel: Closable) -> None:
    """Close what earlier runs of the running cell have made, and keep `panel` in mind for its next run."""
    shell: Any = in_notebook()
    cell = _running_cell(shell)
    if cell is None:
        return
    run, panels = _panels.get(cell, (None, []))
    if run != shell.execution_count:
        for earlier in panels:
            earlier.close()
        panels = []
        _collect_soon()
    _panels[cell] = shell.execution_count, [*panels, panel]


def _collect_soon() -> None:
    """Collect garbage when the kernel has a moment: figures and networks refer to themselves in circles."""
    global _timer
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # a plain script
        return
    if _timer is None:
        _timer = loop.call_later(DELAY, _collect)


def _collect() -> None:
    """Free what is unreachable, and return its pages to the system: glibc would keep them."""
    global _timer
    _timer = None
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not in every C library
        if trim is not None:
            trim(0)


def _running_cell(shell: Any) -> str | None:
    """The id of the cell that runs (JupyterLab passes it), else its code; None outside a notebook."""
    if not hasattr(shell, "get_parent"):
        return None
    request = shell.get_parent()
    return request.get("metadata", {}).get("cellId") or request.get("content", {}).get("code")


def close(*widgets) -> None:
    """Close the widgets, with their layouts and styles, and all the widgets inside them."""
    for widget in widgets:
        close(*getattr(widget, "children", ()))
        for part in (getattr(widget, "layout", None), getattr(widget, "style", None), widget):
            if part is not None:
                part.close()
