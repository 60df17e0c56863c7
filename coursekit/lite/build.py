"""`coursekit lite`: put a JupyterLite site together, which runs the lessons in the browser from any static host."""

import contextlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from jupyter_core.paths import jupyter_path

from coursekit import html_page
from coursekit.lesson_files import lessons, lessons_folder
from coursekit.lite.editions import file_name, page_name
from coursekit.lite.errors import LiteError
from coursekit.lite.publishing import published

EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@jupyterlite/pyodide-kernel-extension", "anywidget")
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
SETTINGS = {
    "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
    "@jupyterlab/filebrowser-extension:browser": {
        "showLastModifiedColumn": False
    },  # room for names with editions
}


def write_lite(
    folder: str | Path,
    pyodide: str | Path | None = None,
    incomplete: bool = False,
    report: Callable[[str], object] = print,
) -> Path:
    """Write the site to `folder`; return the path of its first page.

    pyodide: the folder of a full Pyodide distribution; None takes the environment variable PYODIDE_DIST. incomplete:
    accept a distribution without compiled packages, such as the npm package `pyodide`; the site then starts, but its
    lessons stop at `import numpy`. report: called with one line per step. Files of the same names are replaced, others
    in the folder are kept. Raises LiteError.
    """
    _check_installed()
    from coursekit.lite.collecting import Collection  # what these import is in the extra [lite]
    from coursekit.lite.pyodide import LOCK, read_pyodide

    distribution = read_pyodide(pyodide or os.environ.get("PYODIDE_DIST"))
    folder = Path(folder).expanduser().absolute()
    with tempfile.TemporaryDirectory(prefix="coursekit-lite-") as place:
        source, made = Path(place) / "source", Path(place) / "site"
        python = source / "static" / "pyodide"
        python.mkdir(parents=True)
        for path in distribution.core_files():
            shutil.copy(path, python / path.name)
        collection = Collection(distribution, python)
        if collection.missing and not incomplete:
            raise LiteError(
                f"{distribution.folder} has no {', '.join(collection.missing)}, without which no lesson runs. The npm "
                "package `pyodide` is only the core: take the full distribution, pyodide-VERSION.tar.bz2 of Pyodide's "
                "releases. (--incomplete builds the site all the same.)"
            )
        report(f"{len(collection.entries)} packages for Python {distribution.python}")
        lock = distribution.lock | {"packages": dict(sorted(collection.entries.items()))}
        (python / LOCK).write_text(json.dumps(lock), encoding="utf-8")
        _write_source(source)
        _run_jupyterlite(source, made)
        _write_pages(made)
        with _said(folder):
            shutil.copytree(made, folder, dirs_exist_ok=True)
    report(f"{len(lessons())} lessons")
    if collection.missing:
        report(f"without {', '.join(collection.missing)}: the lessons stop where they import one of these")
    return folder / "index.html"


def _check_installed():
    for module in ("jupyterlite_core", "jupyterlite_pyodide_kernel", "packaging"):
        if importlib.util.find_spec(module) is None:
            raise LiteError(
                f'{module} is not installed. It is in the extra [lite]: pip install -c constraints.txt -e ".[lite]"'
            )


def _write_source(source: Path) -> None:
    """What JupyterLite builds from: notebooks, configuration, settings."""
    contents = source / "contents"
    contents.mkdir()
    for path in sorted(lessons_folder().glob("*.ipynb")):
        (contents / file_name(path)).write_bytes(published(path))
    options = {"appName": "coursekit", "litePluginSettings": {KERNEL: {"disablePyPIFallback": True}}}
    (source / "jupyter-lite.json").write_text(
        json.dumps({"jupyter-lite-schema-version": 0, "jupyter-config-data": options}), encoding="utf-8"
    )
    (source / "overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")


def _run_jupyterlite(source: Path, made: Path) -> None:
    build = {
        "contents": ["contents"],
        "output_dir": str(made),
        "apps": ["lab", "notebooks", "tree"],
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
        "ignore_sys_prefix": True,  # a reader's other extensions do not belong on the site
        "federated_extensions": [str(_extension(name)) for name in EXTENSIONS],
    }
    (source / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": build}), encoding="utf-8")
    command = [sys.executable, "-m", "jupyterlite_core", "build"]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True)
    if done.returncode or not (made / "jupyter-lite.json").is_file():
        raise LiteError(f"JupyterLite could not build the site:\n{(done.stdout + done.stderr)[-2000:]}")


def _extension(name: str) -> Path:
    """The folder of an installed extension of JupyterLab."""
    folders = [Path(place) / name for place in jupyter_path("labextensions")]
    for folder in folders:
        if (folder / "package.json").is_file():
            return folder
    raise LiteError(
        f"the JupyterLab extension {name} is in none of {', '.join(str(folder.parent) for folder in folders)}. Install the "
        'course again: pip install -c constraints.txt -e ".[lite]"'
    )


def _write_pages(made: Path) -> None:
    """The list of lessons, and for each lesson a page at a lasting address that opens its current edition."""
    shown = []
    for lesson in lessons():
        path = lessons_folder() / lesson.file
        page = page_name(path.stem)
        text = html_page.render("lite/opening.html", title=lesson.title, file=file_name(path))
        (made / page).write_text(text, encoding="utf-8")
        shown.append((lesson.number, lesson.title, page))
    (made / "index.html").write_text(
        html_page.render("lite/start.html", title="Training neural networks", lessons=shown), encoding="utf-8"
    )


@contextlib.contextmanager
def _said(folder: Path) -> Iterator[None]:
    """Turn a folder that cannot be written into a message that says what to do."""
    try:
        yield
    except OSError as error:
        raise LiteError(
            f"can't write to {folder} ({error.strerror}). Choose another folder: coursekit lite -o DIR"
        ) from None
