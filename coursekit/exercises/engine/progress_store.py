"""The learner's progress: one row an exercise in a local SQLite file. Nothing leaves the machine.

Each write is one statement in one transaction, so two notebooks at once or a killed kernel lose nothing that
was written. The file lies in $COURSEKIT_HOME, else in the user's data folder.
"""

import contextlib
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from coursekit.exercises.engine.registry import everything
from coursekit.exercises.engine.showing import say
from coursekit.exercises.engine.verdict import Verdict

BUSY = 2.0  # seconds to wait for another notebook's write

_TABLE = """CREATE TABLE IF NOT EXISTS progress (
    exercise TEXT PRIMARY KEY, passed INTEGER NOT NULL, points REAL NOT NULL, tries INTEGER NOT NULL)"""
_WRITE = """INSERT INTO progress VALUES (?, ?, ?, 1) ON CONFLICT (exercise) DO UPDATE SET
    passed = max(passed, excluded.passed), points = max(points, excluded.points), tries = tries + 1"""

_complained = False  # about a store that cannot be used


@dataclass(frozen=True)
class Standing:
    """The best of all tries at one exercise."""

    exercise: str
    name: str
    outcome: str
    points: float
    out_of: float
    tries: int


def store() -> Path:
    """The file that progress is kept in."""
    home = os.environ.get("COURSEKIT_HOME") or platformdirs.user_data_path("coursekit", appauthor=False)
    return Path(home) / "progress.sqlite"


def record(verdict: Verdict) -> None:
    """Keep a verdict. Blanks are not tries. If the store cannot be written, say so once and go on."""
    if verdict.outcome == "unanswered" or not verdict.out_of:
        return
    row = (verdict.exercise, int(verdict.outcome == "passed"), verdict.points)
    with _complaining(), _open() as connection:
        connection.execute(_WRITE, row)


def standings() -> list[Standing]:
    """Every exercise with the best of all tries, in order."""
    rows = {}
    if store().exists():
        with _complaining(), _open() as connection:
            rows = {row[0]: row[1:] for row in connection.execute("SELECT * FROM progress")}
    found = []
    for exercise in everything().values():
        passed, points, tries = rows.get(exercise.id, (0, 0, 0))
        outcome = "passed" if passed else "wrong" if tries else "unanswered"
        found.append(Standing(exercise.id, exercise.name, outcome, points, exercise.points, tries))
    return found


@contextlib.contextmanager
def _open():
    path = store()
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(path, timeout=BUSY)) as connection, connection:
        connection.execute(_TABLE)
        yield connection


@contextlib.contextmanager
def _complaining():
    global _complained
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if not _complained:
            _complained = True
            say(
                f"Your progress could not be kept in {store()} ({error}). Checks work all the same. If the "
                "file is damaged, move it away; to keep it elsewhere, set COURSEKIT_HOME to a folder you "
                "can write to.",
                "Progress not kept",
            )
