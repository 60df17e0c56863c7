"""`hint` and `solution`: help in steps.

In a notebook the steps are folded, and unfolding them is up to the learner, so running all cells uses nothing up.
Elsewhere (a terminal) each call shows one step more.
"""

import os

from coursekit.exercises.engine.notebooks import solution_source
from coursekit.exercises.engine.registry import lookup
from coursekit.exercises.engine.showing import box, in_notebook, say, show
from coursekit.exercises.engine.unfolding import help_html, solution_html
from coursekit.exercises.engine.wording import plural

NO_SOLUTIONS = "COURSEKIT_NO_SOLUTIONS"  # an instructor sets this environment variable to 1

_hints_shown: dict[str, int] = {}  # as text, since Python started
_asked: set[str] = set()


def hint(exercise_id: str) -> None:
    """Show the hints: a question to think about, then the formula, then a skeleton with a gap.

    In a notebook they unfold one after another; elsewhere each call shows the next one.
    """
    exercise = lookup(exercise_id, "hint")
    label = f"Hints for exercise {exercise.id}"
    number = min(_hints_shown.get(exercise.id, 0) + 1, len(exercise.hints))
    _hints_shown[exercise.id] = number
    more = "" if number < len(exercise.hints) else " That is the last one."
    text = (
        f"Hint {number} of {len(exercise.hints)} for {exercise.id} {exercise.name}: "
        f"{exercise.hints[number - 1]}{more}"
    )
    show(text.replace("`", ""), box(help_html(exercise, with_solution=False), label, "#6b7280"))


def solution(exercise_id: str) -> None:
    """Show the solution: as a puzzle, then whole. Outside a notebook, it is shown at the second call."""
    exercise = lookup(exercise_id, "solution")
    label = f"Solution of exercise {exercise.id}"
    if not solutions_allowed():
        say("Your instructor has turned solutions off. `hint` still works.", label)
        return
    source = solution_source(exercise)
    if exercise.id not in _asked and not in_notebook():
        _asked.add(exercise.id)
        left = len(exercise.hints) - _hints_shown.get(exercise.id, 0)
        unused = f'{plural(left, "hint")} left: `hint("{exercise.id}")`. ' if left else ""
        say(f'Sure? {unused}To see the answer, run `solution("{exercise.id}")` once more.', label)
        return
    show(f"{source}\n\n{exercise.explanation}", box(solution_html(exercise), label, "#6b7280"))


def solutions_allowed() -> bool:
    """Whether the instructor lets solutions be shown."""
    return os.environ.get(NO_SOLUTIONS, "0") in ("", "0")
