"""The learner's folder: copies of the lessons that belong to the learner.

`copy_lessons` adds what is missing and updates the rest. A lesson that the learner changed is never lost: its new
version is written with the learner's answers in it, and the file as it was is kept beside it as `NAME.old.ipynb`.
"""

import contextlib
import hashlib
import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import NamedTuple

from coursekit.commands.base.errors import CommandError
from coursekit.lesson_files import NOTICE, lessons_folder

DEFAULT_FOLDER = Path("~/coursekit-lessons")
RECORD = ".coursekit.json"  # in the folder: a hash of each lesson as it was last copied

# Modules that a file beside a notebook may hide.
HIDEABLE = sys.stdlib_module_names | frozenset(
    ["numpy", "torch", "matplotlib", "scipy", "sklearn", "PIL", "IPython", "ipywidgets", "tqdm", "coursekit"]
)


class Copy(NamedTuple):
    """What became of one lesson: the outcome (see copy_lessons), the file, and the file that keeps what was there."""

    lesson: str
    outcome: str
    file: Path
    old: Path | None = None


def copy_lessons(folder: Path) -> list[Copy]:
    """Bring the learner's folder up to date.

    new: it was missing · current: as in the package · updated: the older version had not been changed ·
    changed: the learner changed it, and there is no newer version · carried over: the learner changed it, and the newer
    version now has the learner's answers and cells in it; `old` is the file that was there.
    Running a notebook does not change it: cells are compared, outputs and metadata are not.
    Raises CommandError if the folder cannot be written.
    """
    from coursekit.exercises.engine.lesson_sources import own_notebook_paths

    source = lessons_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.samefile(source):  # an author working on the lessons themselves
            return []
        record = _read_record(folder)
        copies = []
        lessons = sorted(path for path in source.iterdir() if path.is_file() and path.name[0] not in "._")
        for lesson in (*lessons, *own_notebook_paths()):
            copies.append(_bring(lesson, folder / lesson.name, record.get(lesson.name)))
            record[lesson.name] = source_hash(lesson.read_bytes())
        write_whole(folder / RECORD, json.dumps(record, indent=1).encode())
    except OSError as error:
        raise CommandError(
            f"the lessons cannot be written to {folder} ({error.strerror}). "
            "Choose another folder: coursekit lab --dir FOLDER"
        ) from None
    return copies


def reset_lesson(lesson: Path, folder: Path) -> Path | None:
    """Put this notebook in place of the learner's; return the file that keeps the old one, if there was one.

    Raises CommandError if the folder cannot be written.
    """
    file = folder / lesson.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        old = keep_old(file) if file.exists() else None
        content = lesson.read_bytes()
        write_whole(file, content)
        trust(file)
        record = {**_read_record(folder), lesson.name: source_hash(content)}
        write_whole(folder / RECORD, json.dumps(record, indent=1).encode())
    except OSError as error:
        raise CommandError(f"{file} cannot be written ({error.strerror}).") from None
    return old


def report(folder: Path, copies: list[Copy]) -> list[str]:
    """What `copy_lessons` did, as lines for the terminal."""
    lines = [f"Lessons: {folder}"]
    for outcome, says in (("new", "copied"), ("updated", "updated to the newest version")):
        names = [copy.lesson for copy in copies if copy.outcome == outcome]
        if names:
            lines.append(f"  {says}: {', '.join(names)}")
    for copy in copies:
        if copy.old is not None:
            lines.append(
                f"  {copy.lesson} has a newer version: your answers are in it, and your file as it was is {copy.old.name}"
            )
    lines += [f"  {warning}" for warning in shadowing_files(folder)]
    return lines


def shadowing_files(folder: Path) -> list[str]:
    """A sentence about each Python file in the folder that has the name of a module of Python or of the course."""
    with contextlib.suppress(OSError):
        return [
            f"{path.name} hides the module {path.stem} that Python or the course needs, so that imports fail in strange "
            "ways: rename the file."
            for path in sorted(folder.glob("*.py"))
            if path.stem in HIDEABLE
        ]
    return []


def source_hash(content: bytes) -> str:
    """A hash of what the learner can have changed: of a notebook its cells, of any other file its bytes."""
    try:
        cells = [cell for cell in json.loads(content)["cells"] if cell.get("id") != NOTICE]
        content = json.dumps([[cell["cell_type"], "".join(cell["source"])] for cell in cells]).encode()
    except (ValueError, KeyError, TypeError, AttributeError):
        pass  # not a notebook, or an incomplete one: its bytes
    return hashlib.sha256(content).hexdigest()


def keep_old(file: Path) -> Path:
    """Rename a file so that a new one can take its place: NAME.old.ipynb, NAME.old-2.ipynb, …"""
    number = 1
    while True:
        old = file.with_name(f"{file.stem}.old{f'-{number}' if number > 1 else ''}{file.suffix}")
        if not old.exists():
            os.replace(file, old)
            return old
        number += 1


def write_whole(path: Path, content: bytes) -> None:
    """Write all of it or nothing, if the machine stops in between."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)


def trust(path: Path) -> None:
    """Sign a notebook that we wrote ourselves, so that Jupyter does not call it untrusted."""
    if path.suffix != ".ipynb":
        return
    import nbformat
    from nbformat.sign import NotebookNotary

    with contextlib.suppress(
        Exception
    ):  # its database may be locked or read-only; nothing else depends on it
        NotebookNotary().sign(nbformat.read(path, as_version=4))


def _bring(lesson, mine, given):
    """Copy one lesson to `mine`; given: the hash of the version that was copied last."""
    content = lesson.read_bytes()
    newest = source_hash(content)
    have = source_hash(mine.read_bytes()) if mine.exists() else None
    if have == newest:
        return Copy(lesson.name, "current", mine)
    if have in (None, given):
        write_whole(mine, content)
        trust(mine)
        return Copy(lesson.name, "new" if have is None else "updated", mine)
    if newest == given:
        return Copy(lesson.name, "changed", mine)
    return _carry_over(lesson, mine)


def _carry_over(lesson, mine):
    from coursekit.exercises.engine.carry_over import carried_over

    before = mine.read_bytes()
    old = keep_old(mine)
    write_whole(mine, carried_over(before, lesson.read_bytes(), old.name, date.today()))
    trust(mine)
    return Copy(lesson.name, "carried over", mine, old)


def _read_record(folder):
    try:
        return dict(json.loads((folder / RECORD).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return {}  # nothing is known: whatever differs counts as the learner's
