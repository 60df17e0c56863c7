"""The assignment file: which exercises are asked, what they are worth, when they are due, what students are shown.

    title = "Homework 2 (12345)"        # as in Canvas, with the id of the column in parentheses
    exercises = ["02.1", "02.3", "02.5"]

Every other key has a default; docs/instructors.md lists them. `grade --lesson 02` is the assignment of a whole lesson.
"""

import dataclasses
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast, get_args

from coursekit.exercises.engine.lesson_sources import LessonSourceError, add_folder, find_notebook
from coursekit.exercises.engine.registry import everything
from coursekit.grading.errors import GradingError
from coursekit.lesson_files import LessonNotFound

Attempts = Literal["best", "last"]
TEMPLATE = Path(__file__).parent / "assignment_template.toml"


class AssignmentError(GradingError):
    """An assignment file that cannot be used; the message names the key and says what it must be."""


@dataclass(frozen=True)
class LatePolicy:
    """What lateness costs.

    per_day: share of the points for each day begun; most: the largest share in all; grace_minutes: after the due
    date that cost nothing; unknown_days: what a "late" mark counts for where the learning system gives no time.
    """

    per_day: float = 0.0
    most: float = 1.0
    grace_minutes: float = 0.0
    unknown_days: float = 1


@dataclass(frozen=True)
class ProseQuestion:
    """A question that is answered in words and marked by hand."""

    id: str
    text: str
    points: float
    title: str = ""


@dataclass(frozen=True)
class Assignment:
    """An assignment; `points` by exercise holds only what differs from the exercise's own.

    private: a folder of the instructor's own properties; own: folders of lessons; columns: titles of Canvas columns
    by exercise; contact: whom a student writes to about a mark.
    """

    title: str
    exercises: tuple[str, ...]
    points: Mapping[str, float] = field(default_factory=dict)
    due: datetime | None = None
    late: LatePolicy = LatePolicy()
    attempts: Attempts = "best"
    variants: bool = False
    solutions: bool = False
    checks: bool = True
    private: Path | None = None
    own: tuple[Path, ...] = ()
    prose: tuple[ProseQuestion, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    contact: str = ""

    @property
    def heading(self) -> str:
        """The title without the id of its column."""
        return re.sub(r"\s*\(\d+\)$", "", self.title)

    @property
    def lessons(self) -> tuple[str, ...]:
        """The numbers of the lessons that its exercises are from."""
        return tuple(dict.fromkeys(key.partition(".")[0] for key in self.exercises))

    def as_dict(self) -> dict[str, Any]:
        """Plain data for the gradebook; `from_dict` reads it."""
        plain = dataclasses.asdict(self)
        plain["due"] = self.due and self.due.isoformat()
        plain["private"] = self.private and str(self.private)
        plain["own"] = [str(folder) for folder in self.own]
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Assignment":
        """The assignment that `as_dict` wrote down."""
        return cls(
            **{
                **plain,
                "exercises": tuple(plain["exercises"]),
                "due": plain["due"] and datetime.fromisoformat(plain["due"]),
                "late": LatePolicy(**plain["late"]),
                "private": plain["private"] and Path(plain["private"]),
                "own": tuple(map(Path, plain["own"])),
                "prose": tuple(ProseQuestion(**question) for question in plain["prose"]),
            }
        )


def of_lessons(lessons: list[str]) -> Assignment:
    """The assignment that asks whole lessons ("2", "07a", "loss functions") or single exercises ("02.1").

    Raises AssignmentError for an unknown one.
    """
    asked = [part.strip() for given in lessons for part in str(given).split(",") if part.strip()]
    if not asked:
        raise AssignmentError('name a lesson, such as "02", or an exercise, such as "02.1".')
    found = dict.fromkeys(key for part in asked for key in _exercises_of(part))
    names = dict.fromkeys(part if "." in part else _number(part) for part in asked)
    return Assignment(f"Lesson {' and '.join(names)}", tuple(found))


def read_assignment(path: Path) -> Assignment:
    """The assignment in a TOML file; paths in it start from its folder.

    Raises AssignmentError, which names the key, for anything that is not as described in docs/instructors.md.
    """
    path = Path(path)
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise AssignmentError(f"{path} cannot be read ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AssignmentError(f"{path} is not a TOML file: {error}.") from None
    try:
        return _assignment(given, path.parent.absolute(), path.stem)
    except (AssignmentError, LessonSourceError) as error:
        raise AssignmentError(f"{path}: {error}") from None


_KEYS = {f.name for f in dataclasses.fields(Assignment)} | {"lessons"}


def _assignment(given, folder, name):
    if unknown := sorted(set(given) - _KEYS):
        raise AssignmentError(f"there is no key {unknown[0]!r}. The keys are {', '.join(sorted(_KEYS))}.")
    own = tuple(folder / part for part in _take(given, "own", list, []))
    for part in own:
        add_folder(part)
    asked = _take(given, "exercises", list, []) + _take(given, "lessons", list, [])
    prose = tuple(_prose(question) for question in _take(given, "prose", list, []))
    if not asked:
        raise AssignmentError('exercises must list what is asked, for example exercises = ["02.1", "02.3"].')
    exercises = of_lessons(list(map(str, asked))).exercises
    questions = {*exercises, *(question.id for question in prose)}
    if len(questions) != len(exercises) + len(prose):
        raise AssignmentError("each question in prose must have an id of its own.")
    attempts = _take(given, "attempts", str, "best")
    if attempts not in get_args(Attempts):
        raise AssignmentError(f'attempts must be "best" or "last", but is {attempts!r}.')
    due = given.get("due")
    if due is not None and not isinstance(due, datetime):
        raise AssignmentError(
            f"due must be a date with a time, for example 2026-12-04T23:59:00, but is {due!r}."
        )
    private = _take(given, "private", str, "")
    return Assignment(
        title=_take(given, "title", str, name),
        exercises=exercises,
        points={
            key: _number_from(value, f'points."{key}"')
            for key, value in _by_question(given, "points", questions)
        },
        due=due,
        late=_late(_take(given, "late", dict, {})),
        attempts=cast(Attempts, attempts),
        variants=_take(given, "variants", bool, False),
        solutions=_take(given, "solutions", bool, False),
        checks=_take(given, "checks", bool, True),
        private=folder / private if private else None,
        own=own,
        prose=prose,
        columns={key: str(value) for key, value in _by_question(given, "columns", questions)},
        contact=_take(given, "contact", str, ""),
    )


def _take(given, key, kind, default):
    value = given.get(key, default)
    if not isinstance(value, kind):
        words = {str: "a text in quotes", list: "a list in brackets", bool: "true or false", dict: "a table"}
        raise AssignmentError(f"{key} must be {words[kind]}, but is {value!r}.")
    return value


def _by_question(given, key, questions):
    for question, value in _take(given, key, dict, {}).items():
        if question not in questions:
            raise AssignmentError(
                f"{key} names {question!r}, which is not asked here. Asked are {', '.join(sorted(questions))}."
            )
        yield question, value


def _number_from(value, key, most=math.inf):
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        limit = "" if most == math.inf else f" to {most:g}"
        raise AssignmentError(f"{key} must be a number from 0{limit or ' up'}, but is {value!r}.")
    return float(value)


def _late(given):
    known = {f.name for f in dataclasses.fields(LatePolicy)}
    if unknown := sorted(set(given) - known):
        raise AssignmentError(f"there is no key late.{unknown[0]}. The keys are {', '.join(sorted(known))}.")
    limits = {"per_day": 1, "most": 1}
    values = {
        key: _number_from(value, f"late.{key}", limits.get(key, math.inf)) for key, value in given.items()
    }
    return LatePolicy(**values)


def _prose(given):
    if not isinstance(given, dict) or not {"id", "text", "points"} <= set(given) <= {
        "id",
        "text",
        "points",
        "title",
    }:
        raise AssignmentError(
            f"each [[prose]] must have id, text and points, and may have a title; one is {given!r}."
        )
    key = str(given["id"])
    if not re.fullmatch(r"[A-Za-z][\w-]*", key):
        raise AssignmentError(
            f'the id of a [[prose]] question must start with a letter, such as "P1", but is {key!r}.'
        )
    points = _number_from(given["points"], f"points of {key}")
    return ProseQuestion(key, str(given["text"]), points, str(given.get("title", "")))


def _number(lesson):
    """ "02" from "2"; a number with a letter, such as "07a", and a name stay as they are."""
    return f"{int(lesson):02d}" if lesson.isdecimal() else lesson


def _exercises_of(asked):
    """The exercises that a lesson's number, a notebook's name or an exercise's id selects, as ids."""
    known = everything()
    lessons = sorted({key.partition(".")[0] for key in known})
    if re.fullmatch(r"\d+\.\d+", asked):
        lesson, _, number = asked.partition(".")
        asked = f"{int(lesson):02d}.{int(number)}"
        if asked in known:
            return [asked]
        raise AssignmentError(f"there is no exercise {asked!r}. There are {', '.join(known)}.")
    if _number(asked) in lessons:
        return [key for key in known if key.partition(".")[0] == _number(asked)]
    try:
        found = [] if asked.isdecimal() else _in_notebook(find_notebook(asked))
    except LessonNotFound:
        found = []
    if not found:
        raise AssignmentError(f"there is no lesson {asked!r} with exercises. There are {', '.join(lessons)}.")
    return found


def _in_notebook(path):
    """The ids of the exercises that a lesson's notebook defines, in its order."""
    import nbformat

    from coursekit.exercises.engine.notebooks import exercise_cells

    return list(
        dict.fromkeys(exercise.id for exercise, _ in exercise_cells(nbformat.read(path, as_version=4)))
    )
