"""A student's page: her points, each verdict with the mistake by name, and what to do next."""

import html

from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.panel import panel
from coursekit.exercises.engine.showing import rich
from coursekit.exercises.engine.verdict import SYMBOLS
from coursekit.grading.gradebook import Record
from coursekit.html_page import page, table

_WORDS = {"passed": "passed", "wrong": "not yet right", "unanswered": "not answered"}


def feedback_page(record: Record, exercises: list[Exercise]) -> str:
    """The page as HTML. All that a student wrote is escaped; the graded inputs are not on it."""
    by_id = {exercise.id: exercise for exercise in exercises}
    rows = "".join(
        f'<tr><th scope="row"><a href="#e{v.exercise}">{v.exercise} {html.escape(v.name)}</a></th>'
        f"<td>{SYMBOLS[v.outcome]} {_WORDS[v.outcome]}</td><td>{v.points:g} of {v.out_of:g}</td></tr>"
        for v in record.verdicts
    )
    total = f"{record.points:g} of {record.out_of:g} points"
    parts = [
        f"<h1>{html.escape(record.student)}</h1>",
        f'<p class="total"><label>{total}<br><progress value="{record.points:g}" '
        f'max="{max(record.out_of, 1):g}"></progress></label></p>',
        _findings(record.findings),
        table(["Exercise", "State", "Points"], rows),
        *(_section(verdict, by_id[verdict.exercise]) for verdict in record.verdicts),
    ]
    return page(f"Feedback for {record.student}", "".join(parts))


def _findings(findings):
    if not findings:
        return ""
    items = "".join(f"<li>{html.escape(finding)}</li>" for finding in findings)
    return f'<section class="notes"><h2>About the file</h2><ul>{items}</ul></section>'


def _section(verdict, exercise):
    parts = [
        f'<section id="e{verdict.exercise}"><h2>{verdict.exercise} {html.escape(verdict.name)}</h2>',
        panel(verdict),
    ]
    if verdict.case and verdict.call:
        parts.append(
            '<p class="aside">The case is an example. The points were won and lost on other inputs.</p>'
        )
    if verdict.outcome != "passed":
        hint = exercise.hints[0] if verdict.outcome == "unanswered" else exercise.hints[1]
        parts.append(f"<details><summary>A hint</summary><p>{rich(hint)}</p></details>")
    return "".join([*parts, "</section>"])
