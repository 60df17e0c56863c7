"""`coursekit lab`: the lessons in a folder of the learner's own, opened in JupyterLab.

Her folder is hers: a lesson she changed is never overwritten. `copy_lessons` brings what is missing, replaces
what she left as it was, and puts a newer version of what she changed beside it.
"""

import hashlib
import json
import os
import socket
from pathlib import Path
from typing import NamedTuple

from coursekit.lesson_files import find_lesson, lessons_folder

DEFAULT_FOLDER = Path("~/coursekit-lessons")
RECORD = ".coursekit.json"  # in her folder: what of each lesson she was last given


class LabError(ValueError):
    """What the learner can mend before JupyterLab starts; its text says how."""


class Copy(NamedTuple):
    """What became of one lesson: the outcome, and the file that was written or kept (see copy_lessons)."""

    lesson: str
    outcome: str
    file: Path


def lab(lesson=None, folder=DEFAULT_FOLDER, port=None, browser=True):
    """Copy the lessons to `folder`, open `lesson` there in JupyterLab, and return when it is shut down.

    lesson: number, name or part of the name; None opens the first.
    port: None takes the first free one from 8888 up.
    Raises LabError for an unknown lesson, a taken port, a folder that can't be written, a missing JupyterLab.
    """
    name = find_lesson(lesson)
    start = _jupyterlab()
    if port is not None:
        _check_free(port)
    folder = Path(folder).expanduser().absolute()
    print("\n".join(report(folder, copy_lessons(folder))), flush=True)
    start(_arguments(folder, name, port, browser))


def copy_lessons(folder):
    """Bring the learner's folder up to date; returns a list of Copy.

    new: it was missing · current: as in the package · updated: she had left the older version as it was ·
    yours: she changed it, it is kept · newer: likewise, and the package's newer version now lies beside it as
    `NAME.new.ipynb`. Running a notebook does not change it: cells are compared, outputs and metadata are not.
    Raises LabError if the folder can't be written.
    """
    source = lessons_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.samefile(source):  # an author working on the lessons themselves
            return []
        given = _read_record(folder)
        copies = []
        for lesson in sorted(
            path for path in source.iterdir() if path.is_file() and path.name[0] not in "._"
        ):
            copies.append(Copy(lesson.name, *_bring(lesson, folder / lesson.name, given.get(lesson.name))))
            given[lesson.name] = fingerprint(lesson.read_bytes())
        _write(folder / RECORD, json.dumps(given, indent=1).encode())
    except OSError as error:
        raise LabError(
            f"can't write the lessons to {folder} ({error.strerror}). "
            "Choose another folder: coursekit lab --dir FOLDER"
        ) from None
    return copies


def report(folder, copies):
    """What `copy_lessons` did, as lines for the terminal."""
    lines = [f"Lessons: {folder}"]
    for outcome, says in (("new", "copied"), ("updated", "updated to the newest version")):
        names = [copy.lesson for copy in copies if copy.outcome == outcome]
        if names:
            lines.append(f"  {says}: {', '.join(names)}")
    for copy in copies:
        if copy.outcome == "newer":
            lines.append(
                f"  {copy.lesson} has a newer version: yours is kept, the new one is {copy.file.name}"
            )
    return [*lines, "Ctrl-C stops JupyterLab."]


def fingerprint(content):
    """A hash of what the learner can have changed: of a notebook its cells, of any other file its bytes."""
    try:
        cells = json.loads(content)["cells"]
        content = json.dumps([[cell["cell_type"], "".join(cell["source"])] for cell in cells]).encode()
    except (ValueError, KeyError, TypeError):
        pass  # not a notebook, or one cut short: its bytes then
    return hashlib.sha256(content).hexdigest()


def _bring(lesson, mine, given):
    """Copy one lesson to `mine`, or beside it if she changed the version `given`; returns (outcome, file)."""
    theirs = fingerprint(lesson.read_bytes())
    have = fingerprint(mine.read_bytes()) if mine.exists() else None
    if have == theirs:
        return "current", mine
    if have in (None, given):
        _write(mine, lesson.read_bytes())
        return "new" if have is None else "updated", mine
    if theirs == given:
        return "yours", mine
    _, beside = _bring(lesson, mine.with_name(f"{mine.stem}.new{mine.suffix}"), given)
    return "newer", beside


def _read_record(folder):
    try:
        return dict(json.loads((folder / RECORD).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return {}  # nothing known: whatever differs counts as hers


def _write(path, content):
    """All of it or nothing, should the machine stop in between."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)


def _jupyterlab():
    """The function that runs JupyterLab on a list of arguments."""
    try:
        from jupyterlab.labapp import LabApp
    except ModuleNotFoundError as error:
        raise LabError(f"JupyterLab can't be started ({error}). Install it: pip install jupyterlab") from None
    return LabApp.launch_instance


def _check_free(port):
    """Raise LabError if something else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name == "posix")
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise LabError(
                f"port {port} can't be used ({getattr(error, 'strerror', None) or error}). "
                "Leave --port out to take a free one, or name another."
            ) from None


def _arguments(folder, name, port, browser):
    """JupyterLab's own. Its token stays on; it listens on this machine only, and nothing leaves it."""
    arguments = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{name}",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.answer_yes=True",  # Ctrl-C stops it without a question
        "--ServerApp.log_level=WARN",
        "--LabApp.log_level=WARN",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]
    if port is not None:
        arguments += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if not browser:
        arguments.append("--ServerApp.open_browser=False")
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container
        arguments.append("--ServerApp.allow_root=True")
    return arguments
