"""Grades as text for other programs: CSV for people, Canvas and Moodle; JSON; a table for a terminal.

Every student is in every table. A CSV table is given line by line, so that a large class is never in memory. Names and
findings hold strangers' text, which safe_text.py makes harmless.
"""

import csv
import io
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence

from coursekit.grading.assignment import Assignment
from coursekit.grading.marks import STATES, Grade
from coursekit.grading.safe_text import cell, readable

BYTE_ORDER_MARK = "\ufeff"  # by which Excel knows that a file is UTF-8
_PERSON = ("sis_id", "login", "email", "section")


def handed_in(grade: Grade) -> bool:
    """Whether there is anything to grade; who handed in nothing gets an empty cell in an import, not a 0."""
    return bool(grade.record.files or grade.overridden)


def questions(assignment: Assignment) -> list[str]:
    """The ids of all questions, in the order of the assignment."""
    return [*assignment.exercises, *(question.id for question in assignment.prose)]


def grades(rows: Iterable[Grade], assignment: Assignment) -> Iterator[str]:
    """Lines: one row per student: who, the points of each question, the total, lateness, named mistakes, findings."""
    asked = questions(assignment)
    head = ["student", "number", *_PERSON, *asked, "late", "penalty", "points", "out_of", "by_hand"]
    yield BYTE_ORDER_MARK
    yield from _csv([*head, "mistakes", "findings"], (_row(grade, asked) for grade in rows))


def _row(grade, asked):
    record, by_id = grade.record, {mark.question: mark for mark in grade.marks}
    points = [f"{by_id[key].points:g}" if key in by_id else "" for key in asked]
    by_hand = [mark.question for mark in grade.marks if mark.override] + ["late"] * bool(grade.lateness)
    mistakes = [f"{v.exercise}: {v.misconception}" for v in record.verdicts if v.misconception]
    return [
        record.student,
        record.number,
        *(getattr(record.known, key) for key in _PERSON),
        *points,
        late_in_words(grade),
        f"{grade.penalty:g}",
        f"{grade.points:g}",
        f"{grade.out_of:g}",
        "; ".join(by_hand),
        "; ".join(mistakes),
        "; ".join(record.findings),
    ]


def late_in_words(grade: Grade) -> str:
    """ "", "late", or "2 days late"."""
    if not grade.late:
        return ""
    return "late" if grade.days is None else f"{grade.days} day{'' if grade.days == 1 else 's'} late"


def canvas(rows: Iterable[Grade], assignment: Assignment) -> Iterator[str]:
    """Lines, as Canvas's gradebook imports it; a column of an exercise is written if the assignment file gives its title."""
    worth = _worth(assignment)
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    titles = [assignment.title, *assignment.columns.values()]
    possible = ["    Points Possible", "", "", "", "", f"{sum(worth.values()):g}"]
    possible += [f"{worth.get(key, 0):g}" for key in assignment.columns]
    lines = (_canvas_row(grade, assignment) for grade in rows)
    yield from _csv([*head, *titles], itertools.chain([possible], lines))


def _canvas_row(grade, assignment):
    record, by_id = grade.record, {mark.question: mark for mark in grade.marks}
    known = [getattr(record.known, key) for key in ("sis_id", "login", "section")]
    points = [grade.points, *(by_id[key].points if key in by_id else 0 for key in assignment.columns)]
    number = record.number if record.system in ("canvas", "") else ""
    return [record.student, number, *known, *(f"{p:g}" if handed_in(grade) else "" for p in points)]


def moodle(rows: Iterable[Grade], assignment: Assignment) -> Iterator[str]:
    """Lines, as Moodle's offline grading worksheet; its importer needs the first, the grade's and the last-modified column."""
    head = ["Identifier", "Full name", "Email address", "Grade", "Maximum Grade"]
    worth = f"{sum(_worth(assignment).values()):g}"
    lines = (
        [
            f"Participant {grade.record.number}" if grade.record.number else "",
            grade.record.student,
            grade.record.known.email,
            f"{grade.points:g}" if handed_in(grade) else "",
            worth,
            "-",
            comments(grade),
        ]
        for grade in rows
    )
    yield from _csv([*head, "Last modified (grade)", "Feedback comments"], lines)


def comments(grade: Grade) -> str:
    """What a student reads beside the grade: lateness, named mistakes, the instructor's words."""
    said = [late_in_words(grade)] if grade.penalty else []
    for mark in grade.marks:
        if mark.verdict and mark.verdict.misconception and not mark.override:
            said.append(f"{mark.question} {mark.name}: {mark.verdict.misconception}")
        if mark.override:
            words = " ".join(filter(None, (mark.override.reason, mark.override.comment)))
            said.append(f"{mark.question}: {words}")
    if grade.remark:
        said.append(grade.remark.comment)
    return "; ".join(filter(None, said))


def as_json(rows: Iterable[Grade]) -> str:
    """All grades as JSON."""
    return json.dumps([_plain(grade) for grade in rows], indent=1)


def _plain(grade):
    record = grade.record
    return {
        "student": record.student,
        "number": record.number,
        **{key: value for key in _PERSON if (value := getattr(record.known, key))},
        "points": grade.points,
        "out_of": grade.out_of,
        "late": late_in_words(grade),
        "penalty": grade.penalty,
        "findings": list(record.findings),
        "exercises": {
            mark.question: {
                "outcome": mark.verdict.outcome if mark.verdict else mark.state,
                "points": mark.points,
                "out_of": mark.out_of,
                "misconception": mark.verdict.misconception if mark.verdict else None,
                "by_hand": mark.override is not None,
            }
            for mark in grade.marks
        },
    }


def as_table(rows: Iterable[Grade], assignment: Assignment) -> str:
    """The points, aligned for a terminal."""
    asked = questions(assignment)
    lines = [["student", *asked, "points", "out of", ""]]
    for grade in rows:
        by_id = {mark.question: mark for mark in grade.marks}
        points = [f"{by_id[key].points:g}" if key in by_id else "" for key in asked]
        name = readable(grade.record.student)[:32]
        lines.append([name, *points, f"{grade.points:g}", f"{grade.out_of:g}", late_in_words(grade)])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(_aligned(line, widths)).rstrip() for line in lines)


def _aligned(line: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    for i, (text, width) in enumerate(zip(line, widths, strict=True)):
        yield text.ljust(width) if i in (0, len(line) - 1) else text.rjust(width)


def gradescope(grade: Grade) -> str:
    """A student's results.json as Gradescope reads it: a test for each question."""
    tests = [
        {
            "number": mark.question,
            "name": mark.name,
            "score": mark.points,
            "max_score": mark.out_of,
            "status": "passed" if mark.points == mark.out_of else "failed",
            "output": _output(mark),
            "visibility": "visible",
        }
        for mark in grade.marks
    ]
    said = "\n".join(readable(finding) for finding in grade.record.findings)
    return json.dumps(
        {"score": grade.points, "output": said, "visibility": "visible", "tests": tests}, indent=1
    )


def _output(mark):
    if not mark.verdict:
        return STATES[mark.state]
    lines = [mark.verdict.headline]
    if mark.verdict.misconception:
        lines.append(f"Recognized: {mark.verdict.misconception}.")
    return "\n".join(map(readable, [*lines, *mark.verdict.remarks]))


def _worth(assignment):
    """The points of every question; the grader writes an exercise's own points into the assignment of a run."""
    prose = {
        question.id: assignment.points.get(question.id, question.points) for question in assignment.prose
    }
    return {key: assignment.points.get(key, 0.0) for key in assignment.exercises} | prose


def _csv(head, rows):
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    for fields in itertools.chain([head], rows):
        writer.writerow([cell(str(field)) for field in fields])
        yield file.getvalue()
        file.seek(0)
        file.truncate()
