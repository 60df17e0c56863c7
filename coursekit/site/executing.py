"""Run a lesson from top to bottom in a fresh kernel, with its exercises blank."""

import os
import subprocess
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


def executed(path: Path) -> nbformat.NotebookNode:
    """Run a notebook and return it with its outputs; interactives become flipbooks.

    The learner's own progress is not changed, because the kernel has a temporary COURSEKIT_HOME. Raises
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
