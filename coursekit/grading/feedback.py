"""A student's page: the points, each verdict beside the code it is about, what an instructor decided, what to do next."""

import dataclasses
from datetime import datetime

from markupsafe import Markup

from coursekit.exercises.engine.panel import panel
from coursekit.exercises.engine.verdict import SYMBOLS, Verdict
from coursekit.exercises.engine.wording import plural
from coursekit.grading.assignment import Assignment
from coursekit.grading.gradebook import GradingRun
from coursekit.grading.marks import STATES, Grade, Mark
from coursekit.grading.safe_text import readable, readable_lines
from coursekit.grading.tables import late_in_words
from coursekit.html_page import render

_LONGEST = 6000  # characters of an answer that are shown


def feedback_page(grade: Grade, assignment: Assignment, run: GradingRun) -> str:
    """The page as HTML. Whatever a student wrote is escaped; the graded inputs are not on it."""
    record = grade.record
    return render(
        "grading/feedback.html",
        heading=assignment.heading,
        student=readable(record.student),
        facts=[*_handed_in(grade), f"graded on {day(run.started)}"],
        total=f"{grade.points:g} of {grade.out_of:g} points",
        points=f"{grade.points:g}",
        out_of=f"{max(grade.out_of, 1):g}",
        waiting=grade.waiting
        and f"{plural(grade.waiting, 'point')} will be marked by hand; they still count as 0 here.",
        lateness=_lateness(grade),
        remark=grade.remark and readable_lines(grade.remark.comment),
        findings=[readable(finding) for finding in record.findings],
        marks=[_section(mark, grade, assignment) for mark in grade.marks],
        objection=_objection(assignment),
    )


def day(started: str) -> str:
    """ "29 November 2026" from an ISO time."""
    moment = datetime.fromisoformat(started)
    return f"{moment.day} {moment:%B %Y}"


def _handed_in(grade):
    record = grade.record
    if record.attempt:
        yield record.attempt
    if record.submitted:
        yield f"handed in {record.submitted.replace('T', ' ')[:16]}"
    if late := late_in_words(grade):
        yield late


def _lateness(grade):
    if grade.lateness and grade.lateness.points is not None:
        taken = plural(grade.lateness.points, "point") if grade.lateness.points else "Nothing"
        return f"{taken} taken off for lateness, by decision of your instructor: {readable(grade.lateness.reason)}"
    return grade.penalty and f"{plural(grade.penalty, 'point')} taken off because the hand-in was late."


def _section(mark: Mark, grade: Grade, assignment: Assignment) -> dict:
    verdict = mark.verdict
    source = readable_lines(grade.record.sources.get(mark.question, ""))
    shown = {
        "question": mark.question,
        "name": mark.name,
        "state": f"{_symbol(mark)} {STATES[mark.state]}",
        "points": f"{mark.points:g} of {plural(mark.out_of, 'point')}",
        "decision": _decision(mark),
        "comment": readable_lines(mark.override.comment) if mark.override else "",
        "text": mark.text,
        "prose": readable_lines(mark.prose),
        "source": source[:_LONGEST] + ("\n…" if len(source) > _LONGEST else ""),
        **dict.fromkeys(("panel", "example", "scaled"), ""),
    }
    if not verdict:
        return shown
    if mark.out_of != verdict.out_of:
        shown["scaled"] = (
            f"The {plural(verdict.out_of, 'point')} of this exercise count as {mark.out_of:g} here."
        )
    shown["panel"] = Markup(
        panel(_scaled(_readable_verdict(verdict), mark), with_solution=assignment.solutions)
    )
    if verdict.case and verdict.call:
        shown["example"] = "The case is an example. The points were won and lost on other inputs."
    return shown


def _scaled(verdict: Verdict, mark: Mark) -> Verdict:
    """The verdict in the points of the assignment."""
    factor = mark.out_of / verdict.out_of if verdict.out_of else 1
    lines = tuple(
        dataclasses.replace(
            line, points=round(line.points * factor, 2), out_of=round(line.out_of * factor, 2)
        )
        for line in verdict.lines
    )
    return dataclasses.replace(verdict, points=mark.judged, out_of=mark.out_of, lines=lines)


def _symbol(mark):
    if mark.state in ("marked", "waiting"):
        return "✎"
    return SYMBOLS[mark.verdict.outcome if mark.verdict else "unanswered"]


def _decision(mark):
    override = mark.override
    if not override or override.points is None:
        return ""
    counted = (
        f" The grader's count was {mark.judged:g}." if mark.verdict and mark.judged != mark.points else ""
    )
    changed = " This was decided on an earlier version of the file." if mark.changed else ""
    return f"{readable(override.reason)}{counted}{changed}".strip()


def _readable_verdict(verdict: Verdict) -> Verdict:
    """Without characters that turn the direction of what a student's code returned or printed."""
    return dataclasses.replace(
        verdict,
        **{
            key: value if value is None else readable_lines(value)
            for key in ("call", "complaint", "expected", "got", "code", "printed", "case")
            for value in [getattr(verdict, key)]
        },
        remarks=tuple(map(readable_lines, verdict.remarks)),
    )


def _objection(assignment):
    whom = f"Write to {assignment.contact}" if assignment.contact else "Write to your instructor"
    return (
        f"{whom} and name the question, what you expected, and why. A person will read it. A mark that "
        "is corrected stays corrected when the class is graded again, and appears on this page with its reason."
    )
