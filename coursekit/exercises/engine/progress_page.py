"""A page about the course to keep: what was passed, and when."""

import html
from datetime import date
from pathlib import Path

from coursekit.exercises.engine.guess_statistics import sentences, statistics
from coursekit.exercises.engine.guess_store import guesses
from coursekit.exercises.engine.next_step import lesson_states
from coursekit.exercises.engine.progress_store import tries
from coursekit.exercises.engine.verdict import SYMBOLS
from coursekit.html_page import page, table


def write_progress_page(file: Path, name: str = "", today: date | None = None) -> None:
    """Write the page as one HTML file that loads nothing. name: to put in its title. Raises OSError."""
    file.write_text(progress_page(name, today or date.today()), encoding="utf-8")


def progress_page(name: str, today: date) -> str:
    """The page as HTML."""
    states = lesson_states()
    rows = [row for state in states for row in state.rows]
    passed_on = {
        attempt.exercise: attempt.when.date() for attempt in reversed(tries()) if attempt.outcome == "passed"
    }
    points, out_of = sum(row.points for row in rows), sum(row.out_of for row in rows)
    passed = sum(row.outcome == "passed" for row in rows)
    title = f"{name}: training neural networks" if name else "Training neural networks"
    done = "<p><strong>All exercises of the course are passed.</strong></p>" if passed == len(rows) else ""
    body = (
        f"<h1>{html.escape(title)}</h1>{done}"
        f"<p>{points:g} of {out_of:g} points, {passed} of {len(rows)} exercises passed. Written on {day(today)}.</p>"
        f'<p><progress value="{points:g}" max="{out_of:g}" aria-label="points"></progress></p>'
    )
    body += "".join(f"<p>{html.escape(said)}</p>" for said in sentences(statistics(guesses())))
    for state in states:
        lines = "".join(
            f"<tr><td class=n>{row.points:g} of {row.out_of:g}</td><td>{SYMBOLS[row.outcome]} {row.exercise} "
            f"<code>{html.escape(row.name)}</code></td>"
            f"<td>{day(passed_on[row.exercise]) if row.exercise in passed_on else ''}</td></tr>"
            for row in state.rows
        )
        heading = f"{state.lesson.number} {state.lesson.title}".strip()
        body += f"<h2>{html.escape(heading)}: {state.points:g} of {state.out_of:g} points</h2>"
        body += table(["Points", "Exercise", "Passed on"], lines, numbers=1)
    return page(title, body)


def day(when: date) -> str:
    """ "29 November 2026"."""
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]  # not strftime: its names follow the locale
    return f"{when.day} {months[when.month - 1]} {when.year}"
