"""A page about the course to keep: what was passed, and when."""

from datetime import date
from pathlib import Path

from coursekit.exercises.engine.guess_statistics import sentences, statistics
from coursekit.exercises.engine.guess_store import guesses
from coursekit.exercises.engine.next_step import lesson_states
from coursekit.exercises.engine.progress_store import tries
from coursekit.exercises.engine.verdict import SYMBOLS
from coursekit.html_page import render


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
    return render(
        "exercises/engine/progress_page.html",
        title=title,
        today=day(today),
        states=states,
        points=points,
        out_of=out_of,
        passed=passed,
        exercises=len(rows),
        sentences=sentences(statistics(guesses())),
        symbols=SYMBOLS,
        passed_on={exercise: day(when) for exercise, when in passed_on.items()},
    )


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
