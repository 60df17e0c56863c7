"""Write what a run found: tables for learning systems, pages for people, feedback that can be uploaded in bulk.

Every file is written whole or not at all, and depends on nothing but the gradebook: no clock, no order of arrival.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from coursekit.exercises.engine.lesson_sources import add_folder
from coursekit.grading import tables
from coursekit.grading.assignment import Assignment
from coursekit.grading.bulk_feedback import write_feedback_zips
from coursekit.grading.class_page import class_page
from coursekit.grading.feedback import feedback_page
from coursekit.grading.file_names import file_name
from coursekit.grading.gradebook import Gradebook, GradingRun
from coursekit.grading.marking_page import marking_page
from coursekit.grading.marks import Grade, Marking
from coursekit.grading.similarity import similar_pairs
from coursekit.grading.similarity_page import similarity_page

GRADEBOOK = "gradebook.sqlite"


def marking_of(book: Gradebook, run: GradingRun) -> Marking:
    """The run's assignment together with the overrides that hold."""
    assignment = Assignment.from_dict(run.assignment)
    for folder in assignment.own:
        add_folder(folder)
    return Marking(assignment, book.overrides())


def grades_of(book: Gradebook, run: GradingRun, marking: Marking) -> Iterator[Grade]:
    """The grades of all students in the order of their names, one at a time."""
    return map(marking.grade, book.records(run))


def write(book: Gradebook, run: GradingRun, folder: Path) -> None:
    """Write all reports of a run to the folder."""
    marking = marking_of(book, run)
    assignment = marking.assignment
    for name, table in (
        ("grades.csv", tables.grades),
        ("canvas.csv", tables.canvas),
        ("moodle.csv", tables.moodle),
    ):
        write_whole(folder / name, table(grades_of(book, run, marking), assignment))
    pages = folder / "feedback"
    pages.mkdir(exist_ok=True)
    written = set()
    for grade in grades_of(book, run, marking):
        name = f"{file_name(grade.record.student, grade.record.number)}.html"
        write_whole(pages / name, feedback_page(grade, assignment, run))
        written.add(name)
    for left in pages.glob("*.html"):  # of a student who is not in this run
        if left.name not in written:
            left.unlink()
    shutil.rmtree(folder / "gradescope", ignore_errors=True)
    write_feedback_zips(
        folder, grades_of(book, run, marking), lambda r: pages / f"{file_name(r.student, r.number)}.html"
    )
    pairs = similar_pairs(lambda: book.records(run), assignment.exercises)
    _write_or_remove(folder / "similarity.html", similarity_page(assignment, pairs) if pairs else None)
    asked_by_hand = bool(assignment.prose)
    page = marking_page(grades_of(book, run, marking), assignment) if asked_by_hand else None
    _write_or_remove(folder / "marking.html", page)
    write_whole(folder / "class.html", class_page(book, run, marking, pairs))


def _write_or_remove(path, text: str | None):
    if text is None:
        path.unlink(missing_ok=True)
    else:
        write_whole(path, text)


def write_whole(path: Path, text: str | Iterable[str]) -> None:
    """Write all of a text, or of its parts, or nothing, should the run be killed in between."""
    part = path.with_name(f".{path.name}.part")
    with open(part, "w", encoding="utf-8", errors="replace", newline="") as file:
        file.writelines([text] if isinstance(text, str) else text)
    os.replace(part, path)
