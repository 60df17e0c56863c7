"""Grades as text for other programs: CSV for people, Canvas and Moodle, results for Gradescope, JSON.

Names and findings hold strangers' text. A field that a spreadsheet could take for a formula gets an apostrophe in
front.
"""

import csv
import io
import json
from collections.abc import Iterable

from coursekit.exercises.engine.exercise import Exercise
from coursekit.grading.gradebook import Record


def grades(records: Iterable[Record], exercises: list[Exercise]) -> str:
    """One row a student: the points of each exercise, the total, the named mistakes, the findings."""
    head = ["student", "number", *(e.id for e in exercises), "points", "out_of", "mistakes", "findings"]
    return _csv(head, (row(record) for record in records))


def row(record: Record) -> list:
    """The fields of `grades` for a student."""
    mistakes = [f"{v.exercise}: {v.misconception}" for v in record.verdicts if v.misconception]
    points = [f"{v.points:g}" for v in record.verdicts]
    return [
        record.student,
        record.number,
        *points,
        f"{record.points:g}",
        f"{record.out_of:g}",
        "; ".join(mistakes),
        "; ".join(record.findings),
    ]


def canvas(records: Iterable[Record], exercises: list[Exercise]) -> str:
    """As Canvas imports it; IDs come from the names of the files that Canvas gave."""
    title = f"Lesson {' and '.join(dict.fromkeys(e.id[:2] for e in exercises))}"
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title]
    possible = ["    Points Possible", "", "", "", "", f"{_total(exercises):g}"]
    rows = ([r.student, r.number, "", "", "", f"{r.points:g}"] for r in records)
    return _csv(head, (possible, *rows))


def moodle(records: Iterable[Record], exercises: list[Exercise]) -> str:
    """As Moodle imports it: an offline grading worksheet, with the named mistakes as comments."""
    head = ["Identifier", "Full name", "Grade", "Maximum Grade", "Feedback comments"]
    rows = (
        [
            f"Participant {r.number}" if r.number else "",
            r.student,
            f"{r.points:g}",
            f"{_total(exercises):g}",
            "; ".join(f"{v.exercise} {v.name}: {v.misconception}" for v in r.verdicts if v.misconception),
        ]
        for r in records
    )
    return _csv(head, rows)


def gradescope(record: Record) -> str:
    """A student's results.json in Gradescope's format: a test for each exercise."""
    tests = [
        {
            "number": v.exercise,
            "name": v.name,
            "score": v.points,
            "max_score": v.out_of,
            "status": "passed" if v.outcome == "passed" else "failed",
            "output": "\n".join(
                [v.headline, *([f"Recognized: {v.misconception}."] if v.misconception else []), *v.remarks]
            ),
            "visibility": "visible",
        }
        for v in record.verdicts
    ]
    return json.dumps({"score": record.points, "visibility": "visible", "tests": tests}, indent=1)


def as_json(records: Iterable[Record]) -> str:
    """All grades as JSON."""
    return json.dumps(
        [
            {
                "student": r.student,
                "number": r.number,
                "points": r.points,
                "out_of": r.out_of,
                "findings": r.findings,
                "exercises": {
                    v.exercise: {
                        "outcome": v.outcome,
                        "points": v.points,
                        "out_of": v.out_of,
                        "misconception": v.misconception,
                    }
                    for v in r.verdicts
                },
            }
            for r in records
        ],
        indent=1,
    )


def as_table(records: Iterable[Record], exercises: list[Exercise]) -> str:
    """The points, aligned for a terminal."""
    lines = [["student", *(e.id for e in exercises), "points", "out of"]]
    lines += [[_printable(r.student)[:32], *row(r)[2:-2]] for r in records]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            text.ljust(w) if i == 0 else text.rjust(w)
            for i, (text, w) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def _total(exercises):
    return sum(e.points for e in exercises)


def _csv(head, rows):
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_harmless(str(field)) for field in fields] for fields in rows)
    return file.getvalue()


def _harmless(text):
    text = _printable(text)
    if text.lstrip().startswith(("=", "+", "-", "@", "\t")) and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def _printable(text):
    """Without control characters, which could move a terminal's cursor or break a row."""
    return "".join(c if c.isprintable() else " " for c in text)
