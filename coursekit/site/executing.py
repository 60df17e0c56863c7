"""A lesson, run from top to bottom in a fresh kernel, blank as its author left it."""

import os
import subprocess
import tempfile

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


def executed(path):
    """The notebook with its outputs, its interactives as flipbooks.

    The learner's own progress is not touched: the kernel has a throw-away COURSEKIT_HOME. Raises
    CellExecutionError if a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory(prefix="coursekit-site-", ignore_cleanup_errors=True) as home:
        environment = {**os.environ, "COURSEKIT_HOME": home, "COURSEKIT_FLIPBOOKS": "1"}
        client = NotebookClient(notebook, timeout=None, kernel_name="python3")
        client.execute(
            env=environment, cwd=home, stderr=subprocess.DEVNULL
        )  # what it logs, not what cells say
    return notebook


__all__ = ["CellExecutionError", "executed"]
