"""Decisions of an instructor: points, comments and lateness that last over every later run of the same gradebook."""

import csv
import difflib
import io
from collections.abc import Iterator
from pathlib import Path

from coursekit.grading import report
from coursekit.grading.errors import GradingError
from coursekit.grading.file_names import student_id
from coursekit.grading.grade import alone_in
from coursekit.grading.gradebook import Gradebook, GradingRun, Override, Record
from coursekit.grading.marks import LATE, WHOLE, Grade, Marking

ALL = "all"  # how the command line names the whole hand-in
BY_HAND = "Marked by your instructor."


class OverrideError(GradingError):
    """A decision that cannot be written down; the message says what to correct."""


class Decisions:
    """The decisions in a folder of results. Use it as a context manager: it writes the reports again at the end."""

    def __init__(self, folder: Path):
        self._folder, self._changed = Path(folder), False
        if not (self._folder / report.GRADEBOOK).is_file():
            raise OverrideError(
                f"{folder} must be the results of `coursekit grade`; it holds no {report.GRADEBOOK}."
            )

    def __enter__(self) -> "Decisions":
        self._alone = alone_in(self._folder)
        self._alone.__enter__()
        self._book = Gradebook(self._folder / report.GRADEBOOK)
        finished = [run for run in self._book.runs() if run.finished]
        if not finished:
            self.__exit__(OverrideError, None, None)
            raise OverrideError(f"{self._folder} holds no finished run. Grade the class first.")
        self._run: GradingRun = finished[-1]
        self._marking = report.marking_of(self._book, self._run)
        return self

    def __exit__(self, error, *_):
        if error is None and self._changed:
            report.write(self._book, self._run, self._folder)
        self._book.__exit__()
        self._alone.__exit__(None, None, None)

    def decide(
        self, student: str, question: str, points: float | None, *, reason: str = "", comment: str = ""
    ) -> Grade:
        """Give a student these points for a question ("02.1", "P1", "late" or "all"); returns the grade with them.

        student: name, number or `student_id`. points None: only a comment. For "late", the points are what lateness costs in place of the rule's penalty.
        """
        grade = self._marking.grade(self._record(student))
        question = self._question(grade, question, points, reason, comment)
        record = grade.record
        self._book.decide(
            Override(record.student, record.number, question, points, reason, comment, record.digest)
        )
        return self._regraded(record)

    def remove(self, student: str, question: str) -> Grade:
        """Let the grader's own points hold again."""
        record = self._record(student)
        question = WHOLE if question == ALL else question
        held = {(o.number or o.student, o.question) for o in self._book.overrides()}
        if (record.number or record.student, question) not in held:
            raise OverrideError(f"{record.student} has no decision on {question or ALL}.")
        self._book.decide(Override(record.student, record.number, question, None), remove=True)
        return self._regraded(record)

    def take_marks(self, path: Path) -> int:
        """Write down the marks that marking.html saved; returns how many."""
        rows = list(_marks_in(Path(path)))
        for row in rows:
            points = _points(row["points"], f"{path}: {row['student_id']}, {row['question']}")
            self.decide(row["student_id"], row["question"], points, reason=BY_HAND, comment=row["comment"])
        return len(rows)

    def listed(self) -> list[Override]:
        """The decisions that hold."""
        return self._book.overrides()

    def _regraded(self, record) -> Grade:
        self._changed = True
        self._marking = Marking(self._marking.assignment, self._book.overrides())
        return self._marking.grade(record)

    def _record(self, student) -> Record:
        """The record of the student with this name, number or id."""
        everyone = self._book.students(self._run)
        found = [who for who in everyone if student in (*who, student_id(*who))]
        if len(found) == 1:
            return self._book.record(self._run, *found[0])
        if found:
            numbers = ", ".join(number for _, number in found)
            raise OverrideError(f"several students are called {student!r}. Give the number: {numbers}.")
        names = [name for name, _ in everyone]
        near = (
            difflib.get_close_matches(student, names, n=3)
            or [n for n in names if student.lower() in n.lower()][:3]
        )
        hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
        raise OverrideError(
            f"there is no student {student!r} in this run. Give the name or the number as grades.csv has it.{hint}"
        )

    def _question(self, grade, question, points, reason, comment):
        if question == ALL:
            if points is not None or not comment:
                raise OverrideError('"all" takes a --comment and no points. Give points to single questions.')
            return WHOLE
        worth = {mark.question: mark.out_of for mark in grade.marks} | {LATE: grade.out_of}
        if question not in worth:
            raise OverrideError(
                f"there is no question {question!r} here. There are {', '.join([*worth, ALL])}."
            )
        if points is None and not comment:
            raise OverrideError("give points, or a --comment.")
        if points is not None and not 0 <= points <= worth[question]:
            raise OverrideError(
                f"points for {question} must be between 0 and {worth[question]:g}, but are {points:g}."
            )
        if points is not None and not reason:
            raise OverrideError('points need a reason, which the student reads: --why "...".')
        return question


def _marks_in(path) -> Iterator[dict[str, str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise OverrideError(f"{path} cannot be read ({error}).") from None
    expected = ["student_id", "question", "points", "comment"]
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if rows.fieldnames != expected:
        raise OverrideError(
            f"{path} must have the columns {', '.join(expected)}, as marking.html writes them."
        )
    yield from rows


def _points(text, where):
    try:
        return float(text) if text else None
    except ValueError:
        raise OverrideError(f"{where}: points must be a number, but are {text!r}.") from None
