"""From what the grader found to what a student gets: points of the assignment, overrides, lateness.

Nothing here runs or judges an answer, so a changed due date, other points or an override only need new reports.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from coursekit.exercises.engine.verdict import Verdict
from coursekit.grading.assignment import Assignment, ProseQuestion
from coursekit.grading.gradebook import Override, Record

LATE, WHOLE = "late", ""  # what an override may be about, beside questions
STATES = {
    "passed": "passed",
    "partly": "partly right",
    "wrong": "not yet right",
    "unanswered": "not answered",
    "waiting": "not marked yet",
    "marked": "marked by hand",
}


@dataclass(frozen=True)
class Mark:
    """What a student gets for one question.

    judged: the points by the grader, in the assignment's scale. state: a key of STATES. verdict: None for a question
    in words, whose text is `prose`.
    """

    question: str
    name: str
    points: float
    out_of: float
    judged: float
    state: str
    verdict: Verdict | None = None
    prose: str = ""
    text: str = ""
    override: Override | None = None
    changed: bool = False  # whether the file has changed since the override


@dataclass(frozen=True)
class Grade:
    """What a student gets in all.

    penalty: points lost by lateness of `days` days; `days` is None where the hand-in is marked late without a time.
    waiting: points of answers in words that nobody has marked yet.
    """

    record: Record
    marks: tuple[Mark, ...]
    penalty: float
    days: int | None
    late: bool
    lateness: Override | None
    remark: Override | None
    waiting: float

    @property
    def points(self) -> float:
        """The points, lateness included; never below 0."""
        return _rounded(max(sum(mark.points for mark in self.marks) - self.penalty, 0))

    @property
    def out_of(self) -> float:
        """The points that can be had."""
        return _rounded(sum(mark.out_of for mark in self.marks))

    @property
    def overridden(self) -> bool:
        """Whether an instructor changed anything."""
        return bool(self.lateness or self.remark or any(mark.override for mark in self.marks))


class Marking:
    """An assignment and the overrides of a class: turns records into grades."""

    def __init__(self, assignment: Assignment, overrides: Iterable[Override] = ()):
        self.assignment = assignment
        self._overrides: dict[tuple[str, str], Override] = {
            (override.number or override.student, override.question): override for override in overrides
        }

    def grade(self, record: Record) -> Grade:
        """What this student gets."""
        verdicts = {verdict.exercise: verdict for verdict in record.verdicts}
        marks = [
            self._judged(record, verdicts[key]) for key in self.assignment.exercises if key in verdicts
        ] + [self._in_words(record, question) for question in self.assignment.prose]
        late, days = lateness(record, self.assignment)
        override = self._override(record, LATE)
        penalty = self._penalty(days, late, sum(mark.points for mark in marks))
        if override and override.points is not None:
            penalty = override.points
        waiting = sum(mark.out_of for mark in marks if mark.state == "waiting")
        remark = self._override(record, WHOLE)
        return Grade(record, tuple(marks), penalty, days, late, override, remark, waiting)

    def _override(self, record, question):
        return self._overrides.get((record.number or record.student, question))

    def _decided(self, record: Record, question: str) -> tuple[Override | None, float | None, bool]:
        """The override, the points it gives, and whether the file has changed since."""
        override = self._override(record, question)
        if override is None or override.points is None:
            return override, None, False
        return override, override.points, override.digest not in ("", record.digest)

    def _judged(self, record, verdict):
        out_of = self.assignment.points.get(verdict.exercise, verdict.out_of)
        judged = _rounded(verdict.points * out_of / verdict.out_of) if verdict.out_of else 0.0
        state = "partly" if verdict.outcome == "wrong" and judged > 0 else verdict.outcome
        override, decided, changed = self._decided(record, verdict.exercise)
        return Mark(
            verdict.exercise,
            verdict.name,
            judged if decided is None else decided,
            out_of,
            judged,
            state if decided is None else "marked",
            verdict,
            override=override,
            changed=changed,
        )

    def _in_words(self, record, question: ProseQuestion):
        out_of = self.assignment.points.get(question.id, question.points)
        answer = record.prose.get(question.id, "")
        override, decided, changed = self._decided(record, question.id)
        return Mark(
            question.id,
            question.title or "in words",
            decided or 0.0,
            out_of,
            0.0,
            "marked" if decided is not None else "waiting" if answer else "unanswered",
            prose=answer,
            text=question.text,
            override=override,
            changed=changed,
        )

    def _penalty(self, days, late, points):
        policy = self.assignment.late
        counted = days if days is not None else policy.unknown_days if late else 0
        return _rounded(points * min(policy.per_day * counted, policy.most))


def lateness(record: Record, assignment: Assignment) -> tuple[bool, int | None]:
    """(whether a hand-in is late, days begun since the due date, or None where the time is not known).

    The time decides where there is one; otherwise the learning system's own mark.
    """
    submitted = _time(record.submitted)
    if submitted and assignment.due:
        over = submitted - _aware(assignment.due) - timedelta(minutes=assignment.late.grace_minutes)
        days = max(math.ceil(over / timedelta(days=1)), 0)
        return days > 0, days
    return record.late, None


def _time(text):
    try:
        return _aware(datetime.fromisoformat(text))
    except ValueError:
        return None


def _aware(moment):
    """With a time zone; without one it is taken as this machine's."""
    return moment.astimezone()


def _rounded(points):
    return round(points + 1e-9, 2)
