"""The learner's records in one local SQLite file: tries, guesses, review days. Nothing leaves the machine.

Each write is one transaction, so two notebooks at once or a killed kernel lose nothing that was written. A file that
cannot be used (locked, read-only, damaged) never raises an error: a notice is shown once, and the records are
kept in memory until the kernel ends.

The file is in $COURSEKIT_HOME if that is set, else in the user's data folder.
"""

import contextlib
import os
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import platformdirs

from coursekit.exercises.engine.showing import say

DRIVE = Path("/drive")  # where JupyterLite keeps the notebooks, in the browser's storage
BUSY = 2.0  # seconds to wait until another notebook has finished writing

SCHEMA = """
CREATE TABLE IF NOT EXISTS progress (
    exercise TEXT PRIMARY KEY, passed INTEGER NOT NULL, points REAL NOT NULL, tries INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS tries (
    exercise TEXT NOT NULL, source TEXT, moment TEXT NOT NULL, outcome TEXT NOT NULL, points REAL NOT NULL,
    misconception TEXT);
CREATE TABLE IF NOT EXISTS guesses (
    question TEXT NOT NULL, lesson TEXT, text TEXT NOT NULL, options TEXT, guess TEXT NOT NULL, unit TEXT NOT NULL,
    sure TEXT, moment TEXT NOT NULL, correct INTEGER, answer TEXT);
CREATE TABLE IF NOT EXISTS reviews (
    item TEXT PRIMARY KEY, stage INTEGER NOT NULL, due TEXT NOT NULL);
"""

Statement = tuple[str, Sequence[object]]

_memory: dict[Path, sqlite3.Connection] = {}  # what could not be written to a file, on top of what is in it
_reported: set[Path] = set()  # files about which a notice was shown


def in_browser() -> bool:
    """Whether this Python runs in a browser, where the home folder is lost with the page."""
    return sys.platform == "emscripten"


def drive() -> Path | None:
    """The folder that a browser keeps; None elsewhere, and in a browser that keeps nothing, as in some private windows."""
    return DRIVE if in_browser() and DRIVE.is_dir() else None


def store() -> Path:
    """The file of the learner's records."""
    home = os.environ.get("COURSEKIT_HOME") or drive()
    return Path(home or platformdirs.user_data_path("coursekit", appauthor=False)) / "progress.sqlite"


def write(*statements: Statement) -> None:
    """Execute the statements, all or none. If the file cannot be written, tell the learner and use the memory."""
    path = store()
    failure = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _connected(path) as connection:
            _execute(connection, statements)
    except (OSError, sqlite3.Error) as error:
        failure = error
        _report(path, error)
    if failure and path not in _memory:
        _memory[path] = _copy_in_memory(path)
    if path in _memory:
        _execute(_memory[path], statements)


def read(query: str, values: Sequence[object] = ()) -> list[tuple]:
    """The rows of a query; none if there is no file yet, or if it cannot be read (a notice says so)."""
    path = store()
    if path in _memory:
        return _memory[path].execute(query, values).fetchall()
    try:
        if not path.exists():
            return []
        with _connected(path) as connection:
            return connection.execute(query, values).fetchall()
    except (OSError, sqlite3.Error) as error:
        _report(path, error)
        return []


@contextlib.contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    if in_browser():
        with _whole_file(path) as connection:
            yield connection
        return
    with contextlib.closing(sqlite3.connect(path, timeout=BUSY)) as connection:
        _create_tables(connection)
        yield connection


@contextlib.contextmanager
def _whole_file(path: Path) -> Iterator[sqlite3.Connection]:
    """A database in memory, read from the file as a whole and written back as a whole if it was changed.

    JupyterLite's drive damages a file that SQLite changes in place ("database disk image is malformed").
    """
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        if path.exists():
            connection.deserialize(path.read_bytes())
        _create_tables(connection)
        before = connection.total_changes
        yield connection
        if connection.total_changes > before:
            path.write_bytes(connection.serialize())


def _create_tables(connection):
    """Add the tables that an older version did not have; a file that has them all is not written to."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"progress", "tries", "guesses", "reviews"} <= tables:
        connection.executescript(SCHEMA)


def _execute(connection, statements):
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        for statement, values in statements:
            connection.execute(statement, values)


def _copy_in_memory(path):
    """A database in memory with all that can be read from the file."""
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    with contextlib.suppress(OSError, sqlite3.Error):
        if path.is_file():
            with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as file:
                file.execute(
                    "SELECT 1 FROM sqlite_master"
                ).fetchall()  # raises if it is no database, or locked
                file.backup(copy)
    copy.executescript(SCHEMA)
    return copy


def _report(path, error):
    if path in _reported:
        return
    _reported.add(path)
    say(
        f"Your progress and guesses could not be kept in {path} ({error}); they are remembered only until this "
        "kernel ends. If the file is damaged, move it away. To keep your records elsewhere, set the environment "
        "variable COURSEKIT_HOME to a folder you can write to.",
        "Progress not kept",
    )
