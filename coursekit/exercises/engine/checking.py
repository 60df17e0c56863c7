"""`check` and `use`: the two calls that a lesson makes on a learner's function."""

import inspect
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from coursekit.exercises.engine.answer_key import AnswerKey
from coursekit.exercises.engine.answers import draw_questions
from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.forms import documented
from coursekit.exercises.engine.judge import judge, plain_verdict
from coursekit.exercises.engine.panel import show_verdict
from coursekit.exercises.engine.progress_store import record, source_hash
from coursekit.exercises.engine.quiet import quietly
from coursekit.exercises.engine.registry import lookup
from coursekit.exercises.engine.running import run_answer
from coursekit.exercises.engine.showing import say
from coursekit.exercises.engine.todo import is_blank
from coursekit.exercises.engine.verdict import Verdict
from coursekit.exercises.engine.wording import kind_of

_NOT_GIVEN = object()


def check(
    exercise_id: str, function=_NOT_GIVEN, *, strict: bool = False, rng=None, seconds: float | None = None
) -> Verdict:
    """Judge your function for an exercise, show the verdict as a panel, and return it.

    check("02.1", mse) calls the function on freshly drawn inputs (by `rng`, a NumPy Generator, if one is given)
    and stops it after `seconds` (10, unless the exercise needs more). Without a function, the one that has the
    exercise's name in the notebook is checked. It raises only with `strict`: an AssertionError unless the
    exercise is passed.
    """
    verdict = assess(exercise_id, function, rng=rng, seconds=seconds)
    show_verdict(verdict)
    answer = vars(sys.modules["__main__"]).get(verdict.name) if function is _NOT_GIVEN else function
    record(verdict, source_hash(answer))
    if strict and verdict.outcome != "passed":
        raise AssertionError(repr(verdict))
    return verdict


def assess(
    exercise_id: str,
    function=_NOT_GIVEN,
    *,
    rng: np.random.Generator | None = None,
    seconds: float | None = None,
) -> Verdict:
    """`check` without showing or recording anything."""
    return _assessed(exercise_id, function, rng, seconds)[0]


def _assessed(exercise_id, function, rng=None, seconds=None):
    """(the verdict, the function that was judged, pairs of arguments and right outputs)."""
    try:
        exercise = lookup(exercise_id, "check")
    except (TypeError, ValueError) as error:
        return Verdict(str(exercise_id)[:40], "", "wrong", 0, 0, remarks=(str(error),)), None, []
    if function is _NOT_GIVEN:
        function = vars(sys.modules["__main__"]).get(exercise.name, _NOT_GIVEN)
    if function is _NOT_GIVEN:
        remark = (
            f"There is no function `{exercise.name}` yet. Run the cell that defines it; if that cell shows "
            "a SyntaxError, fix that first."
        )
        return plain_verdict(exercise, "unanswered", remark), None, []
    if is_blank(function):
        remark = f"Define `{exercise.signature}`, then run `{exercise.call}`."
        return plain_verdict(exercise, "unanswered", remark), None, []
    questions = draw_questions(exercise, rng if rng is not None else np.random.default_rng())
    if complaint := _not_callable_with(exercise, function, questions):
        return plain_verdict(exercise, "wrong", complaint), None, []
    limit = exercise.seconds if seconds is None else seconds
    answers = run_answer(function, questions, seconds=limit, references=references(exercise))
    with quietly():
        key = AnswerKey(exercise, questions)
    verdict = judge(exercise, questions, answers, key, source_of(function))
    if verdict.outcome == "passed" and exercise.describe is not None:
        verdict = replace(verdict, remarks=(*verdict.remarks, exercise.describe(function)))
    rights = zip(questions, key.rights, strict=True)
    return (
        verdict,
        function,
        [(question.args, right.output) for question, right in rights if not right.failure],
    )


def source_of(function) -> str | None:
    """The learner's code, if Python still knows it."""
    try:
        return textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError, IndentationError):
        return None


def use(exercise_id: str, function=_NOT_GIVEN) -> Callable:
    """Your function if it passes its check; otherwise, with a notice, the reference: later cells run either way.

    The outputs of your function are converted to the form that its docstring promises: an answer may return a
    list in place of an array, but a later cell may need the array.
    """
    exercise = lookup(exercise_id, "use")
    verdict, judged, rights = _assessed(exercise_id, function)
    if verdict.outcome == "passed" and judged is not None:
        return documented(judged, rights)
    state = "is not answered yet" if verdict.outcome == "unanswered" else "has not passed its check yet"
    say(
        f"Your `{exercise.name}` {state}, so this cell uses the reference solution.",
        f"Exercise {exercise.id}",
    )
    return exercise.solution


def references(exercise: Exercise) -> frozenset[str]:
    """Names of coursekit's own functions that an answer may not call."""
    return frozenset({exercise.name, f"{exercise.name}_grad", *exercise.same_as})


def _not_callable_with(exercise: Exercise, function, questions) -> str | None:
    """What is wrong with the second argument, if it cannot be called as the exercise needs."""
    if not callable(function):
        return (
            f"The second argument must be the function itself, but is {kind_of(function)}. Write its name without "
            f"calling it: `{exercise.call}`."
        )
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some built-in functions have none
        return None
    for question in questions:
        try:
            signature.bind(*question.args)
        except TypeError:
            mine = f"{getattr(function, '__name__', 'your function')}{signature}"
            return (
                f"Your function is `{mine}`, which cannot be called as `{exercise.signature}`. Fix its "
                "parameters."
            )
    return None
