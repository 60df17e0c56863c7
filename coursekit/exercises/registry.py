"""All exercises, by id. Each package beside this file is a lesson; its exercises are its tuple EXERCISES."""

import difflib
import functools
import importlib
import pkgutil
import re

from coursekit.exercises.exercise import Exercise


@functools.cache
def exercises() -> dict[str, Exercise]:
    """Every exercise by id, in the order of the lessons."""
    package = importlib.import_module("coursekit.exercises")
    lessons = [name for _, name, is_package in pkgutil.iter_modules(package.__path__) if is_package]
    found = [e for name in lessons for e in importlib.import_module(f"{package.__name__}.{name}").EXERCISES]
    return {e.id: e for e in sorted(found, key=lambda e: e.id)}


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
