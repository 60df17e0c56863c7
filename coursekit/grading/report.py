"""Write what a run found: CSV for learning-management systems, results for Gradescope, pages for people.

Every file is written whole or not at all, and depends on nothing but the gradebook: no clock, no order of arrival.
"""

import hashlib
import os
import re
from pathlib import Path

from coursekit.grading import tables
from coursekit.grading.class_page import class_page
from coursekit.grading.feedback import feedback_page
from coursekit.grading.gradebook import Gradebook, Run
from coursekit.grading.judge import GradedExercise


def write(book: Gradebook, run: Run, folder: Path, graded: list[GradedExercise]) -> None:
    """Write all reports of a run to the folder."""
    exercises = [exercise_graded.exercise for exercise_graded in graded]
    alike = book.alike(run)
    for name, text in (
        ("grades.csv", tables.grades(book.records(run), exercises)),
        ("canvas.csv", tables.canvas(book.records(run), exercises)),
        ("moodle.csv", tables.moodle(book.records(run), exercises)),
        ("class.html", class_page(book, run, exercises, alike)),
    ):
        write_whole(folder / name, text)
    for sub in ("feedback", "gradescope"):
        (folder / sub).mkdir(exist_ok=True)
    for record in book.records(run):
        name = file_name(record.student, record.number)
        write_whole(folder / "feedback" / f"{name}.html", feedback_page(record, exercises))
        write_whole(folder / "gradescope" / f"{name}.json", tables.gradescope(record))


def write_whole(path: Path, text: str) -> None:
    """All of it or nothing, should the run be killed in between."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8", errors="replace", newline="")
    os.replace(part, path)


def file_name(student: str, number: str) -> str:
    """A safe file name of a student's own; two students never share one."""
    safe = re.sub(r"[^\w.-]+", "_", student, flags=re.ASCII).strip("._-")[:60]
    if safe == student and not number:
        return safe
    mark = hashlib.sha256(f"{student}\0{number}".encode(errors="replace")).hexdigest()[:8]
    return f"{safe or 'student'}-{mark}"
