"""The learner's tries at the exercises, kept in the local store."""

import contextlib
import hashlib
import inspect
import types
from dataclasses import dataclass
from datetime import datetime

from coursekit.exercises.engine.registry import everything
from coursekit.exercises.engine.store import read, write
from coursekit.exercises.engine.verdict import Verdict


@dataclass(frozen=True)
class Standing:
    """The best of all tries at one exercise. tries: how many until it was passed."""

    exercise: str
    name: str
    outcome: str
    points: float
    out_of: float
    tries: int


@dataclass(frozen=True)
class Try:
    """One try: an answer whose source had changed."""

    exercise: str
    when: datetime
    outcome: str
    points: float
    misconception: str | None


def record(verdict: Verdict, source: str | None = None, when: datetime | None = None) -> None:
    """Keep a verdict on an answer whose hash is `source` (see `source_hash`).

    It counts as a try if the source is not that of the previous try and the exercise was not passed before; None
    always counts. A blank answer is no try.
    """
    if verdict.outcome == "unanswered" or not verdict.out_of:
        return
    passed = int(verdict.outcome == "passed")
    moment = (when or datetime.now()).astimezone().isoformat(timespec="seconds")
    write(
        (
            "INSERT OR IGNORE INTO progress VALUES (?, 0, 0, 0)",
            (verdict.exercise,),
        ),
        (
            "UPDATE progress SET tries = tries + 1 WHERE exercise = ? AND NOT passed AND "
            "? IS NOT coalesce((SELECT source FROM tries WHERE exercise = ? ORDER BY rowid DESC LIMIT 1), '')",
            (verdict.exercise, source, verdict.exercise),
        ),
        (
            "INSERT INTO tries SELECT ?, ?, ?, ?, ?, ? WHERE "
            "? IS NOT coalesce((SELECT source FROM tries WHERE exercise = ? ORDER BY rowid DESC LIMIT 1), '')",
            (
                verdict.exercise,
                source,
                moment,
                verdict.outcome,
                verdict.points,
                verdict.misconception,
                source,
                verdict.exercise,
            ),
        ),
        (
            "UPDATE progress SET passed = max(passed, ?), points = max(points, ?) WHERE exercise = ?",
            (passed, verdict.points, verdict.exercise),
        ),
    )


def standings(lesson: str | None = None) -> list[Standing]:
    """Every exercise, or those of one lesson such as "02", with the best of all tries, in order."""
    rows = {row[0]: row[1:] for row in read("SELECT exercise, passed, points, tries FROM progress")}
    found = []
    for exercise in everything().values():
        passed, points, tries = rows.get(exercise.id, (0, 0, 0))
        outcome = "passed" if passed else "wrong" if tries else "unanswered"
        found.append(Standing(exercise.id, exercise.name, outcome, points, exercise.points, tries))
    return [row for row in found if lesson is None or row.exercise.startswith(f"{lesson}.")]


def tries() -> list[Try]:
    """Every try, in order of time."""
    rows = read("SELECT exercise, moment, outcome, points, misconception FROM tries ORDER BY rowid")
    return [Try(row[0], datetime.fromisoformat(row[1]), *row[2:]) for row in rows]


def source_hash(function: object) -> str | None:
    """A hash of the function's source and of the notebook's functions that it calls; None if there is no source."""
    if not isinstance(function, types.FunctionType):
        return None
    texts, open_, seen = [], [function], set()
    while open_:
        current = open_.pop()
        if current in seen:
            continue
        seen.add(current)
        texts.append(_source(current))
        for name in current.__code__.co_names:
            helper = current.__globals__.get(name)
            if isinstance(helper, types.FunctionType) and helper.__globals__ is function.__globals__:
                open_.append(helper)
    return hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()[:16]


def _source(function):
    with contextlib.suppress(OSError, TypeError):
        return inspect.getsource(function)
    code = function.__code__  # typed at a prompt, or made by exec
    return repr((code.co_name, code.co_code, code.co_consts, code.co_names))
