"""The learner's folder: copies of the lessons that belong to the learner.

`copy_lessons` adds what is missing and updates what was left unchanged; a lesson that the learner changed is never
overwritten, and a newer version of it is written beside it.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import NamedTuple

from coursekit.commands.base.errors import CommandError
from coursekit.lesson_files import lessons_folder

DEFAULT_FOLDER = Path("~/coursekit-lessons")
RECORD = ".coursekit.json"  # in the folder: a hash of each lesson as it was last copied


class Copy(NamedTuple):
    """What became of one lesson: the outcome, and the file that was written or kept (see copy_lessons)."""

    lesson: str
    outcome: str
    file: Path


def copy_lessons(folder):
    """Bring the learner's folder up to date; returns a list of Copy.

    new: it was missing · current: as in the package · updated: she had left the older version as it was ·
    yours: she changed it, it is kept · newer: likewise, and the package's newer version now lies beside it as
    `NAME.new.ipynb`. Running a notebook does not change it: cells are compared, outputs and metadata are not.
    Raises CommandError if the folder can't be written.
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
            given[lesson.name] = source_hash(lesson.read_bytes())
        _write(folder / RECORD, json.dumps(given, indent=1).encode())
    except OSError as error:
        raise CommandError(
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


def source_hash(content):
    """A hash of what the learner can have changed: of a notebook its cells, of any other file its bytes."""
    try:
        cells = json.loads(content)["cells"]
        content = json.dumps([[cell["cell_type"], "".join(cell["source"])] for cell in cells]).encode()
    except (ValueError, KeyError, TypeError):
        pass  # not a notebook, or one cut short: its bytes then
    return hashlib.sha256(content).hexdigest()


def _bring(lesson, mine, given):
    """Copy one lesson to `mine`, or beside it if she changed the version `given`; returns (outcome, file)."""
    theirs = source_hash(lesson.read_bytes())
    have = source_hash(mine.read_bytes()) if mine.exists() else None
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
