"""Read a Pyodide distribution: Python for browsers, and packages compiled for it.

The full distribution is a folder with pyodide.mjs, the interpreter and some 300 wheels; Pyodide publishes it with each
release as pyodide-VERSION.tar.bz2. The npm package `pyodide` is its core: the same without any wheel. Both have the same
list of packages, pyodide-lock.json.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.lite.errors import LiteError

CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"


@dataclass(frozen=True)
class Pyodide:
    """A distribution in a folder: its list of packages, as in pyodide-lock.json."""

    folder: Path
    lock: dict[str, Any]

    @property
    def packages(self) -> dict[str, dict[str, Any]]:
        """Name → what the list says of it: version, file_name, sha256, depends, imports."""
        return self.lock["packages"]

    @property
    def python(self) -> str:
        """Version of its Python, such as "3.14.2"."""
        return self.lock["info"]["python"]

    def core_files(self) -> Iterator[Path]:
        """The files every site needs."""
        return (self.folder / name for name in CORE)


def read_pyodide(folder: str | Path | None) -> Pyodide:
    """Read the distribution in a folder, or in its subfolder `pyodide`, as the archive unpacks.

    Raises LiteError if there is none, if it is incomplete, or if it is not the one that the kernel belongs to.
    """
    from jupyterlite_pyodide_kernel.constants import PYODIDE_PYTHON_VERSION, PYODIDE_VERSION

    how = (
        f"Unpack pyodide-{PYODIDE_VERSION}.tar.bz2 from Pyodide's releases and name its folder with --pyodide DIR or the "
        "environment variable PYODIDE_DIST."
    )
    if folder is None:
        raise LiteError(
            f"the notebooks need Pyodide, Python for browsers, which the site brings along. {how}"
        )
    folder = Path(folder).expanduser()
    folder = folder / "pyodide" if (folder / "pyodide" / LOCK).is_file() else folder
    missing = [name for name in (*CORE, LOCK) if not (folder / name).is_file()]
    if missing:
        raise LiteError(f"{folder} must be a Pyodide distribution, but has no {missing[0]}. {how}")
    found = Pyodide(folder, json.loads((folder / LOCK).read_text(encoding="utf-8")))
    if found.python.rpartition(".")[0] != PYODIDE_PYTHON_VERSION:
        raise LiteError(
            f"{folder} has Python {found.python}, but the installed jupyterlite-pyodide-kernel belongs to Pyodide "
            f"{PYODIDE_VERSION} with Python {PYODIDE_PYTHON_VERSION}. {how}"
        )
    return found
