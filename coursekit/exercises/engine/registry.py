"""All exercises, by id. A lesson is a module or package with a tuple EXERCISES, in one of the lesson sources.

A project is an exercise too, but judging it means training networks for seconds, not a few calls: it is listed in
a tuple PROJECTS.
"""

import difflib
import functools
import re

from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.lesson_sources import LessonSourceError, lesson_sources


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


def _listed(name: str) -> dict[str, Exercise]:
    """The exercises in every tuple of this name. Raises LessonSourceError where two share an id or a function's name."""
    found: dict[str, Exercise] = {}
    owners: dict[str, str] = {}
    for source in lesson_sources():
        for exercise in (e for module in source.modules() for e in getattr(module, name, ())):
            if found.get(exercise.id) is exercise:  # a package may list again what its modules define
                continue
            for key in (exercise.id, exercise.name):
                other = owners.setdefault(key, source.name)
                if other != source.name or exercise.id in found:
                    raise LessonSourceError(
                        f"{source.name}: exercise {exercise.id} {exercise.name}: {key!r} is already used by {other}. "
                        "Choose another id (lessons 50 to 99 are yours) and another name for the function."
                    )
            found[exercise.id] = exercise
    return {key: found[key] for key in sorted(found)}


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
