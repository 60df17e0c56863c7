"""A local page for marking answers in words: question by question, without names, saved as marks.csv."""

import base64
import hashlib
from collections.abc import Iterable
from pathlib import Path

from markupsafe import Markup

from coursekit.exercises.engine.wording import plural
from coursekit.grading.assignment import Assignment
from coursekit.grading.file_names import student_id
from coursekit.grading.marks import Grade
from coursekit.grading.safe_text import readable, readable_lines
from coursekit.html_page import render

_SCRIPT = (Path(__file__).parent / "marking.js").read_text(encoding="utf-8")


def marking_page(grades: Iterable[Grade], assignment: Assignment) -> str:
    """The page as HTML; what students wrote is escaped. Its script writes a file for `coursekit override --marks`."""
    answers: dict[str, list[dict]] = {question.id: [] for question in assignment.prose}
    for grade in grades:
        for mark in grade.marks:
            if mark.prose:
                answers[mark.question].append(_answer(grade, mark))
    questions = [
        {
            "id": question.id,
            "title": question.title,
            "text": question.text,
            "points": plural(_most(assignment, question), "point"),
            "most": f"{_most(assignment, question):g}",
            "answers": sorted(answers[question.id], key=lambda answer: answer["order"]),
        }
        for question in assignment.prose
    ]
    digest = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
    return render(
        "grading/marking.html",
        heading=assignment.heading,
        questions=questions,
        script=Markup(_SCRIPT),
        script_hash=f"sha256-{digest}",
    )


def _most(assignment, question):
    return assignment.points.get(question.id, question.points)


def _answer(grade, mark):
    record, override = grade.record, mark.override
    return {
        "id": student_id(record.student, record.number),
        "shown": readable(f"{record.student} {record.number}".strip()),
        "text": readable_lines(mark.prose),
        "points": f"{override.points:g}" if override and override.points is not None else "",
        "comment": override.comment if override else "",
        "order": student_id(f"{mark.question} {record.student}", record.number),
    }
