"""Run a lesson in a Python that lacks what a browser's Python lacks: threads, processes, sockets, PyTorch, a home.

    python -m as_in_a_browser NOTEBOOK.ipynb FOLDER    # run its cells with FOLDER as drive; print what happened as JSON

Pyodide raises the same classes of error. The cells run one after the other in this process, without ipykernel, which
needs sockets. Each cell's warnings are collected as well: in a notebook they would appear above its figures.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import nbformat

# Modules of Python that Pyodide 314 lacks, and packages that are not installed there. It lacks _multiprocessing as well, which
# scikit-learn 1.9 imports; Pyodide 314 has 1.8, which does not.
MISSING = (
    "curses", "pwd", "resource", "tkinter",
    "jupyterlab", "jupyter_server", "pooch", "zmq",
)  # fmt: skip


def forbid() -> None:
    """Make this process as poor as a browser's Python."""
    import _thread
    import multiprocessing
    import socket

    import no_torch  # noqa: F401

    def refuse(error, text):
        def refused(*_, **__):
            raise error(text)

        return refused

    threading.Thread.start = refuse(RuntimeError, "can't start new thread")
    _thread.start_new_thread = refuse(RuntimeError, "can't start new thread")
    subprocess.Popen.__init__ = refuse(OSError, "emscripten does not support processes.")
    os.fork = os.system = os.posix_spawn = refuse(OSError, "emscripten does not support processes.")
    multiprocessing.Process.start = refuse(OSError, "emscripten does not support processes.")
    socket.socket.__init__ = socket.socketpair = refuse(OSError, "no sockets")
    for module in MISSING:
        sys.modules[module] = None


def run(path: Path, drive: Path) -> dict:
    """Run the cells with this folder as JupyterLite's drive; return the errors, warnings and verdicts."""
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets import Type
    from traitlets.config import Config

    errors, warned, verdicts = [], [], []

    class Kept(DisplayPublisher):
        """Keeps the verdicts among what is displayed."""

        def publish(self, data, metadata=None, **_):
            if "coursekit" in (metadata or {}):
                verdicts.append(metadata["coursekit"])

    class Shell(InteractiveShell):
        display_pub_class = Type(Kept)

    settings = Config()
    settings.HistoryManager.enabled = False  # its thread
    settings.InteractiveShell.colors = "NoColor"
    shell = Shell.instance(config=settings)
    # only now: the exercises prepare the shell that runs when they are imported
    from coursekit.exercises.engine import store

    os.environ.pop("COURSEKIT_HOME", None)
    store.in_browser = lambda: True  # records are written as a whole file ...
    store.DRIVE = drive  # ... on the drive
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("default")
                result = shell.run_cell(cell.source)
            error = result.error_before_exec or result.error_in_exec
            errors += [f"{cell.id}: {type(error).__name__}: {error}"] if error else []
            warned += [f"{cell.id}: {w.category.__name__}: {w.message}" for w in caught]
    return {"errors": errors, "warnings": warned, "verdicts": verdicts}


if __name__ == "__main__":
    notebook, drive = map(Path, sys.argv[1:])
    forbid()
    with contextlib.redirect_stdout(sys.stderr):  # what the lesson prints
        found = run(notebook, drive)
    print(json.dumps(found))
