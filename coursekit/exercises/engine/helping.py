"""`hint` and `solution`: help in steps, never more than was asked for."""

import html
import inspect
import os
import textwrap

from coursekit.exercises.engine.registry import lookup
from coursekit.exercises.engine.showing import box, say, show

NO_SOLUTIONS = "COURSEKIT_NO_SOLUTIONS"  # an instructor sets this environment variable to 1

_hints_given: dict[str, int] = {}  # since the kernel started
_asked: set[str] = set()


def hint(exercise_id: str) -> None:
    """Show the next hint: a question to think about, then the formula, then a skeleton with a blank."""
    exercise = lookup(exercise_id, "hint")
    number = min(_hints_given.get(exercise.id, 0) + 1, len(exercise.hints))
    _hints_given[exercise.id] = number
    more = "" if number < len(exercise.hints) else " That is the last one."
    say(
        (
            f"Hint {number} of {len(exercise.hints)} for {exercise.id} `{exercise.name}`: "
            f"{exercise.hints[number - 1]}{more}"
        ),
        f"Hint for exercise {exercise.id}",
    )


def solution(exercise_id: str) -> None:
    """Show the solution, when asked for the second time."""
    exercise = lookup(exercise_id, "solution")
    label = f"Solution of exercise {exercise.id}"
    if not solutions_allowed():
        say("Your instructor has turned solutions off. `hint` still works.", label)
        return
    if exercise.id not in _asked:
        _asked.add(exercise.id)
        left = len(exercise.hints) - _hints_given.get(exercise.id, 0)
        first = f'There are {left} hints left: `hint("{exercise.id}")`. ' if left else ""
        say(f'Sure? {first}To see the answer, run `solution("{exercise.id}")` once more.', label)
        return
    source = textwrap.dedent(inspect.getsource(exercise.solution))
    markup = f'<pre style="margin:0">{html.escape(source)}</pre><p>{html.escape(exercise.explanation)}</p>'
    show(f"{source}\n{exercise.explanation}", box(markup, label, "#6b7280"))


def solutions_allowed() -> bool:
    """Whether the instructor lets solutions be shown."""
    return os.environ.get(NO_SOLUTIONS, "0") in ("", "0")
