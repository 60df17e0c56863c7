"""`coursekit check NOTEBOOK…`: the verdicts of a notebook's exercises, in the terminal.

Each notebook is checked in a process of its own (`coursekit.commands.base.verdicts`), so that an endless loop or a
`quit()` in one of its cells ends that process and nothing else.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from coursekit.commands.base.errors import CommandError
from coursekit.commands.base.learner_folder import DEFAULT_FOLDER

SECONDS = 120.0  # for all of a notebook; each check has a limit of its own besides


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Describe `coursekit check`."""
    command = commands.add_parser(
        "check",
        help="check the exercises of a notebook",
        description="Print the verdict on each exercise; the status is 0 only if all have passed.",
    )
    command.add_argument(
        "notebooks",
        nargs="+",
        metavar="NOTEBOOK",
        help="a file, or the number or name of a lesson in your folder",
    )
    command.add_argument(
        "--dir",
        default=DEFAULT_FOLDER,
        metavar="FOLDER",
        help="the folder with your copies of the lessons (default: %(default)s)",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run `coursekit check`."""
    return check_notebooks([find_notebook(name, Path(options.dir)) for name in options.notebooks])


def find_notebook(name: str, folder: Path) -> Path:
    """The file of this name; else the lesson of this number or name in the learner's folder, else in the package.

    Raises CommandError if there is none.
    """
    from coursekit.exercises.engine import lesson_sources
    from coursekit.lesson_files import LessonNotFound

    path = Path(name)
    if path.is_file():
        return path
    if path.suffix or path.parent != Path():  # a file was meant
        raise CommandError(f"there is no file {path}.")
    try:
        lesson = lesson_sources.find_notebook(name)
    except LessonNotFound as error:
        raise CommandError(f"there is no file {path}, and {error}") from None
    own = folder.expanduser() / lesson.name
    return own if own.is_file() else lesson


def check_notebooks(paths: Iterable[Path], seconds: float = SECONDS) -> int:
    """Print the verdicts of each notebook; return the number of notebooks in which something has not passed."""
    failed = 0
    for path in paths:
        print(f"{path}", flush=True)
        command = [sys.executable, "-P", "-m", "coursekit.commands.base.verdicts", os.fspath(path)]
        # -P: a random.py in this folder does not hide Python's own module.
        # The encoding is that of this process, because both print to the same terminal.
        environment = {**os.environ, "PYTHONIOENCODING": sys.stdout.encoding or "utf-8"}
        try:
            status = subprocess.run(command, timeout=seconds, env=environment).returncode
        except subprocess.TimeoutExpired:
            print(f"  The check was stopped after {seconds:g} s. Does a cell contain a loop that never ends?")
            status = 1
        failed += status != 0
    return failed
