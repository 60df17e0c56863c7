"""Run lessons from top to bottom in fresh kernels, with their exercises blank, and keep the results.

A lesson is run again only if its notebook, the package, or the versions of Python, NumPy, matplotlib or PyTorch have changed.
"""

import asyncio
import functools
import hashlib
import importlib.metadata
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from coursekit.exercises.engine.lesson_sources import lesson_sources

PACKAGE = Path(__file__).parents[1]
# no lesson imports these
APART = ("site", "lite", "commands", "grading", "templates", "lessons", "cluster.py")
VERSIONS = ("numpy", "scipy", "scikit-learn", "matplotlib", "torch", "ipywidgets", "nbformat")


def executed(
    paths: Sequence[Path], cache: Path, jobs: int = 2
) -> Iterator[tuple[nbformat.NotebookNode, bool]]:
    """Yield each notebook with its outputs, in order, and whether it was run now (not taken from `cache`).

    jobs: how many are run at the same time. Raises CellExecutionError if a cell fails.
    """
    with ThreadPoolExecutor(jobs) as pool:
        running = [pool.submit(_kept_or_run, path, cache) for path in paths]
        try:
            for future in running:
                yield future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _kept_or_run(path, cache):
    kept = cache / f"{path.stem}-{mark(path)}.ipynb"
    if kept.exists():
        return nbformat.read(kept, as_version=4), False
    try:
        notebook = run(path)
    except CellExecutionError as error:
        raise CellExecutionError(
            f"{path.name} could not be run.\n{error}", error.ename, error.evalue
        ) from None
    cache.mkdir(parents=True, exist_ok=True)
    for older in cache.glob(f"{path.stem}-*.ipynb"):
        older.unlink(missing_ok=True)
    unfinished = kept.with_suffix(f".{os.getpid()}")
    nbformat.write(notebook, unfinished)
    unfinished.replace(kept)
    return notebook, True


def run(path: Path) -> nbformat.NotebookNode:
    """Run a notebook and return it with its outputs; interactives become flipbooks.

    The learner's own progress is not changed, because the kernel has a temporary COURSEKIT_HOME. Raises
    CellExecutionError if a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory(prefix="coursekit-site-", ignore_cleanup_errors=True) as home:
        environment = {**os.environ, "COURSEKIT_HOME": home, "COURSEKIT_FLIPBOOKS": "1"}
        client = NotebookClient(notebook, timeout=None, kernel_name="python3")
        # a loop of its own, because several threads do this; stderr is what the kernel logs, not what cells write
        asyncio.run(client.async_execute(env=environment, cwd=home, stderr=subprocess.DEVNULL))
    return notebook


def mark(path: Path) -> str:
    """A hash of everything that a lesson's outputs depend on."""
    own = [
        module
        for source in lesson_sources()[1:]
        if path.parent == source.notebooks
        for module in sorted(source.folder.rglob("*.py"))
    ]
    parts = [_package_mark(), *map(_digest, [path, *own])]
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:16]


@functools.cache
def _package_mark():
    files = (
        path
        for path in sorted(PACKAGE.rglob("*"))
        if path.is_file() and path.suffix != ".pyc" and path.relative_to(PACKAGE).parts[0] not in APART
    )
    versions = (f"{name} {_version(name)}" for name in VERSIONS)
    return hashlib.sha256("\n".join([sys.version, *versions, *map(_digest, files)]).encode()).hexdigest()


def _version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "missing"


def _digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


__all__ = ["CellExecutionError", "executed", "mark", "run"]
