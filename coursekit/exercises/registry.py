"""All exercises, by id. A lesson's exercises are the tuple EXERCISES of one module; enter it here."""

import difflib
import functools
import importlib
import re

from coursekit.exercises.exercise import Exercise

MODULES = {"02": "loss_functions"}  # lesson → module in coursekit.exercises


@functools.cache
def exercises() -> dict[str, Exercise]:
    """Every exercise by id, in the order of the lessons."""
    found = {}
    for module in MODULES.values():
        for exercise in importlib.import_module(f"coursekit.exercises.{module}").EXERCISES:
            found[exercise.id] = exercise
    return found


def lookup(exercise_id: str, where: str = "lookup") -> Exercise:
    """The exercise of this id; "2.1" is read as "02.1". ValueError if there is none."""
    known = exercises()
    if not isinstance(exercise_id, str):
        raise TypeError(
            f"{where}: the first argument is {type(exercise_id).__name__}; it wants an exercise id such "
            'as "02.1".'
        )
    match = re.fullmatch(r"(\d{1,2})\.(\d+)", exercise_id.strip())
    key = f"{int(match[1]):02d}.{int(match[2])}" if match else exercise_id
    if key in known:
        return known[key]
    near = difflib.get_close_matches(key, known, n=3)
    by_name = [e.id for e in known.values() if e.name == exercise_id]
    mend = (
        f"Did you mean {' or '.join(by_name or near)}?"
        if by_name or near
        else f"There are {', '.join(known)}."
    )
    raise ValueError(f"{where}: there is no exercise {exercise_id!r}. {mend}")
