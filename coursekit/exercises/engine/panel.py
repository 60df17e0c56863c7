"""A verdict as a panel of semantic HTML that reads in light and dark themes, without color and aloud."""

import html

from coursekit.exercises.engine.helping import solutions_allowed
from coursekit.exercises.engine.markup import rich
from coursekit.exercises.engine.registry import everything
from coursekit.exercises.engine.showing import box, in_notebook, show
from coursekit.exercises.engine.unfolding import help_html, solution_html
from coursekit.exercises.engine.verdict import Verdict

# Mid-tones: at least 3:1 against white and against #111, enough for an edge and a large symbol.
COLORS = {"unanswered": "#6f7782", "wrong": "#c2581b", "passed": "#228a4c"}

_CODE = "white-space:pre-wrap;display:inline-block"
_CELL = "text-align:left;vertical-align:baseline;padding:.1em .8em .1em 0;font-size:inherit"
_last: tuple[Verdict, int | None] | None = None  # the verdict shown last, and in which execution


def panel(verdict: Verdict, *, with_solution: bool | None = None) -> str:
    """The verdict as HTML. Everything that a learner wrote is escaped.

    with_solution: whether the solution can be unfolded; None asks `solutions_allowed`.
    """
    color = COLORS[verdict.outcome]
    symbol, _, rest = verdict.headline.partition(" ")
    parts = [
        '<p style="margin:0 0 .2em"><span aria-hidden="true" '
        f'style="color:{color};font-size:1.5em;font-weight:bold">{symbol}</span> '
        f"<strong>{html.escape(rest)}</strong></p>"
    ]
    if verdict.misconception:
        parts.append(
            f'<p style="margin:.2em 0"><strong>Recognized: {html.escape(verdict.misconception)}.</strong></p>'
        )
    parts += [f'<p style="margin:.2em 0;max-width:46em">{rich(remark)}</p>' for remark in verdict.remarks]
    parts += [_case(verdict), _points(verdict), _asides(verdict), _help(verdict, with_solution)]
    return box("".join(parts), rest, color)


def show_verdict(verdict: Verdict) -> None:
    """Display the panel, once in a cell: the verdict is often the value of the very cell that shows it."""
    global _last
    shell = in_notebook()
    this = (verdict, shell.execution_count if shell else None)
    if shell and _last and _last[0] is verdict and _last[1] == this[1]:
        return
    _last = this
    metadata = {
        "coursekit": {
            "exercise": verdict.exercise,
            "outcome": verdict.outcome,
            "points": verdict.points,
            "out_of": verdict.out_of,
        }
    }
    show(repr(verdict), panel(verdict), metadata)


def _case(verdict):
    if not verdict.case:
        return ""
    rows = [
        ("Case", verdict.call),
        ("Yours", verdict.got),
        ("Expected", verdict.expected),
        ("Your code", verdict.code),
    ]
    cells = "".join(
        f'<tr><th scope="row" style="{_CELL}">{name}</th>'
        f'<td style="{_CELL}"><code style="{_CODE}">{html.escape(text)}</code></td></tr>'
        for name, text in rows
        if text is not None
    )
    complaint = html.escape(verdict.complaint[0].upper() + verdict.complaint[1:])
    return f'<p style="margin:.4em 0 .1em">{complaint}.</p><table style="margin:0">{cells}</table>'


def _points(verdict):
    if verdict.outcome != "wrong" or not verdict.lines:
        return ""
    items = "".join(
        f"<li>{'✓' if line.points else '✗'} {line.points:g} of {line.out_of:g}: {rich(line.name)}</li>"
        for line in verdict.lines
    )
    return f'<ul style="margin:.4em 0 0;padding:0;list-style:none">{items}</ul>'


def _asides(verdict):
    notes = [("It printed", verdict.printed)] if verdict.printed else []
    notes += [("It warned", "\n".join(verdict.warned))] if verdict.warned else []
    return "".join(
        f'<details style="margin-top:.3em"><summary>{title} (this costs no points)</summary>'
        f'<pre style="margin:.2em 0">{html.escape(text)}</pre></details>'
        for title, text in notes
    )


def _help(verdict, with_solution):
    """Hints and the solution to unfold; after the exercise is passed, the solution to compare with."""
    exercise = everything().get(verdict.exercise)
    if exercise is None:
        return ""
    if with_solution is None:
        with_solution = solutions_allowed()
    if verdict.outcome == "passed":
        return solution_html(exercise) if with_solution else ""
    mistake = " ".join([verdict.misconception, *verdict.remarks]) if verdict.misconception else ""
    return help_html(exercise, mistake, with_solution=with_solution)
