"""`progress`: what is done in each lesson, how good the guesses are, and what comes next."""

import html

from coursekit.exercises.engine.guess_statistics import sentences, statistics
from coursekit.exercises.engine.guess_store import current_lesson, guesses
from coursekit.exercises.engine.markup import rich
from coursekit.exercises.engine.next_step import (
    LessonState,
    asked_lesson,
    last_lesson,
    lesson_states,
    next_step,
)
from coursekit.exercises.engine.showing import box, show
from coursekit.exercises.engine.verdict import SYMBOLS

WORDS = {"passed": "passed", "wrong": "not yet right", "unanswered": "not answered"}
BAR = 20  # characters of a bar in text


def progress(lesson: str | int | None = None) -> None:
    """Show which exercises you have passed, how good your guesses are, and the next step.

    progress() lists all lessons; progress("02") only that one.
    """
    if lesson is None:
        current = current_lesson() or last_lesson()
        states, asked = lesson_states(), guesses()
    else:
        states = asked_lesson(lesson)
        current = states[0].lesson.number
        numbers = {state.lesson.number for state in states}
        asked = [guess for guess in guesses() if guess.lesson in numbers]
    said = sentences(statistics(asked))
    sentence, file = step_sentence(lesson_states(), current)
    text = "\n".join([*_text(states, current), *said, sentence])
    here = current_lesson()
    elsewhere = file and not (here and file.startswith(f"{here}_"))
    link = f' <a href="{html.escape(file)}">Open it</a>' if elsewhere else ""
    show(
        text,
        box(f"{markup(states, said, current)}{_paragraph(sentence, link)}", "Your progress", "#6b7280"),
    )


def markup(states: list[LessonState], said: list[str], current: str | None = None) -> str:
    """The table as HTML: a bar for each lesson, its exercises to unfold, open in the current lesson."""
    points, out_of = _total(states)
    parts = [_bar(_headline(states), points, out_of, "22em", strong=True)] if len(states) > 1 else []
    parts += [_lesson(state, state.lesson.number == current or len(states) == 1) for state in states]
    return "".join([*parts, *map(_paragraph, said)])


def step_sentence(states: list[LessonState], current: str | None) -> tuple[str, str]:
    """What to do next, and the notebook to do it in ("" if there is nothing left to do)."""
    found = next_step(states, current)
    if found is None:
        return (
            "You have passed every exercise of the course. To keep a page about it, type "
            "`coursekit progress --html FILE` in a terminal."
        ), ""
    state, row = found
    verb = "Continue" if any(r.tries for s in states for r in s.rows) else "Start"
    return f"{verb} with exercise {row.exercise} `{row.name}` in lesson {_name(state)}.", state.lesson.file


def _paragraph(text, more=""):
    return f'<p style="margin:.4em 0 0">{rich(text)}{more}</p>'


def _total(states):
    return sum(state.points for state in states), sum(state.out_of for state in states)


def _headline(states):
    points, out_of = _total(states)
    rows = [row for state in states for row in state.rows]
    passed = sum(row.outcome == "passed" for row in rows)
    return f"{points:g} of {out_of:g} points, {passed} of {len(rows)} exercises passed"


def _name(state):
    return f"{state.lesson.number} {state.lesson.title}".strip()


def _text(states, current):
    """The table as plain lines: the exercises of the current lesson, and a line for every other one."""
    points, out_of = _total(states)
    lines = [f"{_text_bar(points, out_of)} {_headline(states)}"] if len(states) > 1 else []
    for state in states:
        lines.append(f"{_text_bar(state.points, state.out_of)} {_name(state)}: {_headline([state])}")
        for row in state.rows if state.lesson.number == current or len(states) == 1 else ():
            attempts = f", {row.tries} tr{'y' if row.tries == 1 else 'ies'}" if row.tries else ""
            lines.append(
                f"    {SYMBOLS[row.outcome]} {row.exercise} {row.name:<24} {row.points:g} of {row.out_of:g}{attempts}"
            )
    return lines


def _text_bar(points, out_of):
    filled = round(BAR * points / out_of) if out_of else 0
    return f"[{'#' * filled}{'.' * (BAR - filled)}]"


def _bar(label, points, out_of, width, strong=False):
    label = f"<strong>{html.escape(label)}</strong>" if strong else html.escape(label)
    return (
        f'<p style="margin:0"><label>{label}<br><progress value="{points:g}" max="{out_of or 1:g}" '
        f'style="width:{width};accent-color:#228a4c"></progress></label></p>'
    )


def _lesson(state, unfolded):
    points = f"{state.points:g} of {state.out_of:g}"
    summary = (
        f'<progress value="{state.points:g}" max="{state.out_of or 1:g}" aria-label="{points} points" '
        f'style="width:7em;accent-color:#228a4c"></progress> {html.escape(_name(state))}: {points} points'
    )
    elsewhere = state.lesson.file and state.lesson.number != current_lesson()
    link = (
        f'<p style="margin:.2em 0"><a href="{html.escape(state.lesson.file)}">Open the lesson</a></p>'
        if elsewhere
        else ""
    )
    attribute = " open" if unfolded else ""
    return (
        f'<details{attribute} style="margin:.3em 0"><summary style="cursor:pointer">{summary}</summary>'
        f'<div style="padding-left:1.2em">{link}{_table(state.rows)}</div></details>'
    )


def _table(rows):
    body = "".join(
        f'<tr><th scope="row" style="text-align:left">{row.exercise} {html.escape(row.name)}</th>'
        f'<td style="text-align:left">{SYMBOLS[row.outcome]} {WORDS[row.outcome]}</td>'
        f"<td>{row.points:g} of {row.out_of:g}</td><td>{row.tries or ''}</td></tr>"
        for row in rows
    )
    head = "".join(
        f'<th scope="col" style="text-align:left">{name}</th>'
        for name in ("Exercise", "State", "Points", "Tries")
    )
    return f'<table style="margin:0"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
