"""Feedback pages in the archives that Canvas and Moodle take back for a whole class.

Both find the student in the name of each entry. Canvas: the first two numbers between underscores are the user and
the attachment, as in its own download (`infer_comment_context_from_filename` in app/models/assignment.rb). Moodle: the
second part of `Full name_ID_assignsubmission_file_` is the participant (mod/assign/feedback/file/importziplib.php).
Neither archive was tried in a running system.
"""

import os
import re
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from coursekit.grading.gradebook import Record
from coursekit.grading.marks import Grade

CANVAS, MOODLE = "feedback_canvas.zip", "feedback_moodle.zip"
_CANVAS_HANDLE = re.compile(r"[^_/\\]+_(?:LATE_)?\d+_\d+", re.IGNORECASE)
_MOODLE_HANDLE = re.compile(r"[^_/\\]+_\d+_assignsubmission_\w*", re.IGNORECASE)
_TIME = (2000, 1, 1, 0, 0, 0)  # the same bytes each time


def write_feedback_zips(folder: Path, grades: Iterable[Grade], page: Callable[[Record], Path]) -> None:
    """Write one archive for each system that the hand-ins came from; page: the file of a student's feedback."""
    entries: dict[str, list[tuple[str, Path]]] = {CANVAS: [], MOODLE: []}
    for grade in grades:
        record = grade.record
        if name := canvas_name(record):
            entries[CANVAS].append((name, page(record)))
        elif name := moodle_name(record):
            entries[MOODLE].append((name, page(record)))
    for archive, pages in entries.items():
        path = folder / archive
        if not pages:
            path.unlink(missing_ok=True)
            continue
        part = path.with_name(f".{archive}.part")
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as zipped:
            for name, file in pages:
                info = zipfile.ZipInfo(name, _TIME)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                zipped.writestr(info, file.read_bytes())
        os.replace(part, path)


def canvas_name(record: Record) -> str | None:
    """The name of the entry for Canvas, or None where the hand-in does not come from Canvas."""
    if record.system not in ("canvas", "") or not _CANVAS_HANDLE.fullmatch(record.handle):
        return None
    return f"{record.handle}_feedback.html"


def moodle_name(record: Record) -> str | None:
    """The name of the entry for Moodle, or None; who handed in nothing has a number only through the roster."""
    if record.system != "moodle":
        return None
    handle = record.handle.rstrip("_")
    if not _MOODLE_HANDLE.fullmatch(handle):
        if not record.number.isdecimal():
            return None
        name = re.sub(r"[_/\\\s]+", " ", record.student).strip(" .~") or "student"
        handle = f"{name}_{record.number}_assignsubmission_file"
    return f"{handle}_/feedback.html"
