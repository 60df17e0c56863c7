"""The instructor's page: every student with a link to the feedback, how the class did, which files need a look."""

from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from coursekit.exercises.engine.registry import everything
from coursekit.exercises.engine.wording import plural
from coursekit.grading import pictures
from coursekit.grading.file_names import file_name
from coursekit.grading.gradebook import Gradebook, GradingRun
from coursekit.grading.marks import Grade, Marking
from coursekit.grading.safe_text import readable
from coursekit.grading.similarity import Pair
from coursekit.grading.tables import handed_in, late_in_words, questions
from coursekit.html_page import render_in_parts

MOST_MISTAKES = 15
MOST_FINDINGS = 1000
TO_LOOK_AT = ("does not end", "ends its process")  # perhaps a limit was too short


def class_page(book: Gradebook, run: GradingRun, marking: Marking, pairs: Sequence[Pair]) -> Iterator[str]:
    """Parts of the page as HTML, which hold few students each; what students wrote is escaped."""
    assignment = marking.assignment
    asked = questions(assignment)
    names = {e.id: e.name for e in everything().values()} | {
        q.id: q.title or "in words" for q in assignment.prose
    }
    findings, shares, points = [], [], []
    states: Counter = Counter()
    out_of, count, waiting, more = 0.0, 0, 0, 0
    for place, grade in enumerate(map(marking.grade, book.records(run)), 1):
        count = place
        if handed_in(grade):
            shares.append(grade.points / grade.out_of if grade.out_of else 0)
            points.append(grade.points)
            states.update((mark.question, mark.state) for mark in grade.marks)
        out_of = grade.out_of
        waiting += sum(mark.state == "waiting" for mark in grade.marks)
        if texts := _findings(grade):
            if len(findings) < MOST_FINDINGS:
                findings.append((place, readable(grade.record.student), texts))
            else:
                more += 1
    yield from render_in_parts(
        "grading/class_page.html",
        heading=assignment.heading,
        count=plural(count, "student"),
        summary=_summary(points, out_of, count - len(points)),
        links=list(_links(assignment, pairs)),
        notes=[f"{plural(waiting, 'answer')} in words not marked yet: open marking.html."] if waiting else [],
        questions=asked,
        rows=(_row(i, grade, asked) for i, grade in enumerate(map(marking.grade, book.records(run)), 1)),
        bins=pictures.histogram(shares),
        outcomes=pictures.outcomes({key: names.get(key, "") for key in asked}, states),
        legend=[part for part in pictures.legend() if any(state == part.state for _, state in states)],
        mistakes=[one for one in book.mistakes(run, MOST_MISTAKES) if one[0] in names],
        names=names,
        findings=findings,
        more=f"Findings on {plural(more, 'more student')} are in grades.csv." if more else "",
        runs=book.runs()[-20:],
    )


def _row(place, grade: Grade, asked):
    marks = {mark.question: mark for mark in grade.marks}
    record = grade.record
    present = handed_in(grade)
    return {
        "place": place,
        "student": readable(record.student),
        "number": readable(record.number),
        "link": f"feedback/{quote(file_name(record.student, record.number))}.html",
        "points": [_points(marks.get(key), present) for key in asked],
        "total": f"{grade.points:g}" if present else "–",
        "late": late_in_words(grade) + (f" (−{grade.penalty:g})" if grade.penalty else ""),
        "by_hand": ", ".join(
            [mark.question for mark in grade.marks if mark.override] + ["late"] * bool(grade.lateness)
        ),
        "findings": len(_findings(grade)),
    }


def _points(mark, present):
    """(text, whether it is pale)."""
    if mark is None or not present:
        return "–", True
    return ("…" if mark.state == "waiting" else f"{mark.points:g}"), mark.state == "unanswered"


def _findings(grade):
    """What a human should know: the grader's findings, and decisions that were made on an earlier file."""
    found = [readable(finding) for finding in grade.record.findings]
    found += [
        f"{v.exercise} {v.name} {v.misconception}"
        for v in grade.record.verdicts
        if v.misconception in TO_LOOK_AT
    ]
    return found + [
        f"{mark.question}: marked by hand on an earlier version of the file"
        for mark in grade.marks
        if mark.changed
    ]


def _summary(points, out_of, absent):
    """Mean, median and best of those who handed in something that could be graded, and how many did not."""
    said = []
    if points:
        ordered = sorted(points)
        middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
        mean = sum(ordered) / len(ordered)
        said.append(f"Mean {mean:.1f}, median {middle:g}, best {ordered[-1]:g} of {out_of:g} points.")
    if absent:
        said.append(f"{plural(absent, 'student')} without a notebook, counted in no number here.")
    return " ".join(said)


def _links(assignment, pairs):
    if assignment.prose:
        yield "marking.html", "Mark answers in words"
    if pairs:
        yield "similarity.html", plural(len(pairs), "similar pair")
    yield "grades.csv", "grades.csv"
    yield "canvas.csv", "canvas.csv"
    yield "moodle.csv", "moodle.csv"
