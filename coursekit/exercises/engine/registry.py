"""All exercises, by id. Each package in coursekit/exercises is a lesson; its exercises are its tuple EXERCISES.

A project is an exercise too, but judging it means training networks for seconds, not a few calls: it is listed in
a tuple PROJECTS.
"""

import difflib
import functools
import importlib
import pkgutil
import re

from coursekit.exercises.engine.exercise import Exercise


@functools.cache
def exercises() -> dict[str, Exercise]:
    """Every exercise by id, in the order of the lessons."""
    return _listed("EXERCISES")


@functools.cache
def projects() -> dict[str, Exercise]:
    """Every project by id."""
    return _listed("PROJECTS")


def everything() -> dict[str, Exercise]:
    """Exercises and projects by id: whatever can be checked and graded."""
    return exercises() | projects()


def _listed(name):
    package = importlib.import_module("coursekit.exercises")
    lessons = [
        lesson
        for _, lesson, is_package in pkgutil.iter_modules(package.__path__)
        if is_package and lesson != "engine"
    ]
    modules = [importlib.import_module(f"{package.__name__}.{lesson}") for lesson in lessons]
    found = [exercise for module in modules for exercise in getattr(module, name, ())]
    return {e.id: e for e in sorted(found, key=lambda e: e.id)}


def lookup(exercise_id: str, where: str = "lookup") -> Exercise:
    """The exercise of this id; "2.1" is read as "02.1". ValueError if there is none."""
    known = everything()
    if not isinstance(exercise_id, str):
        raise TypeError(
            f"{where}: the first argument is {type(exercise_id).__name__}; expected is an exercise id such "
            'as "02.1".'
        )
    match = re.fullmatch(r"(\d{1,2})\.(\d+)", exercise_id.strip())
    key = f"{int(match[1]):02d}.{int(match[2])}" if match else exercise_id
    if key in known:
        return known[key]
    near = difflib.get_close_matches(key, known, n=3)
    by_name = [e.id for e in known.values() if e.name == exercise_id]
    fix = (
        f"Did you mean {' or '.join(by_name or near)}?"
        if by_name or near
        else f"There are {', '.join(known)}."
    )
    raise ValueError(f"{where}: there is no exercise {exercise_id!r}. {fix}")
