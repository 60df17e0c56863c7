"""Help to unfold, one step after another, as HTML that works without a kernel: nothing is used up by running a cell.

Three hints, each inside the one before; then the solution as a puzzle, and inside that the whole solution.
"""

import html
import math
import re

from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.markup import rich
from coursekit.exercises.engine.notebooks import solution_source
from coursekit.exercises.engine.puzzle import shuffled_lines, with_gaps
from coursekit.html_page import code_html

GOOD_ENOUGH = 0.75  # of the best score
_COMMON = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "is",
        "are",
        "it",
        "its",
        "in",
        "and",
        "or",
        "not",
        "that",
        "this",
        "you",
        "your",
        "for",
        "by",
        "with",
        "as",
        "on",
        "at",
        "from",
        "than",
        "then",
        "each",
        "one",
        "which",
        "what",
        "if",
        "only",
        "so",
        "be",
        "no",
        "does",
    ]
)


def help_html(exercise: Exercise, mistake: str = "", *, with_solution: bool = True) -> str:
    """The hints and the solution of an exercise, folded. mistake: what was said about a recognized mistake."""
    steps = [(f"Hint {i} of {len(exercise.hints)}", _text(hint)) for i, hint in enumerate(exercise.hints, 1)]
    if with_solution:
        steps += solution_steps(exercise)
    nested = ""
    for summary, content in reversed(steps):
        nested = _fold(summary, content + nested)
    if not mistake:
        return nested
    number = fitting_hint(exercise, mistake)
    return _fold(f"A hint for this mistake (hint {number})", _text(exercise.hints[number - 1])) + nested


def solution_html(exercise: Exercise) -> str:
    """The solution, folded: first as a puzzle, then whole."""
    (outer, puzzle), (inner, whole) = solution_steps(exercise)
    return _fold(outer, puzzle + _fold(inner, whole))


def solution_steps(exercise: Exercise) -> list[tuple[str, str]]:
    """(summary, content) of the puzzle and of the whole solution."""
    lines = shuffled_lines(exercise)
    if lines:
        title = "Solution, step 1: lines to put in order"
        task = "These are the lines of a solution in the wrong order and without indentation."
    else:
        title, lines = "Solution, step 1: gaps to fill in", with_gaps(exercise)
        task = "This is a solution in which each ___ is missing."
    whole = code_html(solution_source(exercise).splitlines()) + _text(exercise.explanation)
    return [(title, _text(task) + code_html(lines)), ("Solution, step 2: all of it", whole)]


def fitting_hint(exercise: Exercise, mistake: str) -> int:
    """The number (1 is the first) of the hint that shares the most telling words with the remark on a mistake.

    A word tells more if fewer of the hints contain it. Of hints that fit about equally well, it is the one that gives
    away least.
    """
    in_hints = [_words(hint) for hint in exercise.hints]
    said = _words(mistake)

    def score(words):
        rare = (
            math.log((len(in_hints) + 1) / (1 + sum(w in other for other in in_hints))) for w in words & said
        )
        return sum(rare) / math.sqrt(len(words) or 1)

    scores = [score(words) for words in in_hints]
    return 1 + next(i for i, found in enumerate(scores) if found >= GOOD_ENOUGH * max(scores))


def _words(text):
    return {word.lower() for word in re.findall(r"[^\W\d_]\w*|\d+|[²½Σ√]", text)} - _COMMON


def _text(text):
    return f'<p style="margin:.2em 0;max-width:46em">{rich(text)}</p>'


def _fold(summary, content):
    return (
        f'<details style="margin:.3em 0"><summary style="cursor:pointer">{html.escape(summary)}</summary>'
        f'<div style="padding-left:1.2em">{content}</div></details>'
    )
