"""The gradebook: one SQLite file that keeps every run of the grader and every decision of the instructor.

Each submission is one transaction, so a run killed at any moment holds whole submissions only, and can be resumed.
"""

import dataclasses
import functools
import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from coursekit.exercises.engine.verdict import Line, Verdict
from coursekit.grading.errors import GradingError
from coursekit.grading.people import Person

_VERSION = 2  # of the tables
_TABLES = """
CREATE TABLE IF NOT EXISTS run (
    id INTEGER PRIMARY KEY, started TEXT NOT NULL, version TEXT NOT NULL, seed TEXT NOT NULL,
    asked TEXT NOT NULL, assignment TEXT NOT NULL, finished INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS submission (
    run INTEGER NOT NULL REFERENCES run, student TEXT NOT NULL, number TEXT NOT NULL, files TEXT NOT NULL,
    digest TEXT NOT NULL, person TEXT NOT NULL, details TEXT NOT NULL, findings TEXT NOT NULL, prose TEXT NOT NULL,
    PRIMARY KEY (run, student, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS result (
    run INTEGER NOT NULL, student TEXT NOT NULL, number TEXT NOT NULL, exercise TEXT NOT NULL,
    outcome TEXT NOT NULL, points REAL NOT NULL, out_of REAL NOT NULL, misconception TEXT, verdict TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (run, student, number, exercise)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS override (
    id INTEGER PRIMARY KEY, made TEXT NOT NULL, student TEXT NOT NULL, number TEXT NOT NULL, question TEXT NOT NULL,
    points REAL, reason TEXT NOT NULL, comment TEXT NOT NULL, digest TEXT NOT NULL, removed INTEGER NOT NULL);
"""

_COLUMNS = "student, number, files, digest, person, details, findings, prose"
_DETAILS = ("late", "submitted", "attempt", "handle", "system")


@dataclass(frozen=True)
class Record:
    """A graded submission.

    digest: a hash of its files' bytes. sources: the text of each answer that was graded, by exercise; prose: answers
    in words, by question. late: the learning system marked it so; submitted: an ISO time, where the system gives it;
    attempt: which one was graded, in words; handle: the start of the name under which feedback goes back to
    `system` ("canvas", "moodle", ...). A student of the roster who handed in nothing has no files.
    """

    student: str
    number: str
    files: tuple[str, ...]
    digest: str
    verdicts: tuple[Verdict, ...] = ()
    findings: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    prose: Mapping[str, str] = field(default_factory=dict)
    person: Person | None = None
    late: bool = False
    submitted: str = ""
    attempt: str = ""
    handle: str = ""
    system: str = ""

    @property
    def points(self) -> float:
        """The points by the grader, before weights, overrides and lateness."""
        return sum(verdict.points for verdict in self.verdicts)

    @property
    def known(self) -> Person:
        """The student with all ids; with name and number only where nothing else is known."""
        return self.person or Person(self.student, self.number)


@dataclass(frozen=True)
class GradingRun:
    """One run: its number, when it started (UTC), by which version, its secret seed, what was asked, the assignment."""

    id: int
    started: str
    version: str
    seed: int
    asked: dict
    assignment: dict
    finished: bool


@dataclass(frozen=True)
class Override:
    """What an instructor decided about one question of a student; it lasts over all runs.

    points: None for a comment only. question: an exercise, a question in words, "late", or "" for the whole.
    digest: of the submission that the instructor saw. made: when (UTC).
    """

    student: str
    number: str
    question: str
    points: float | None
    reason: str = ""
    comment: str = ""
    digest: str = ""
    made: str = ""


class GradebookError(GradingError):
    """The file is not a gradebook of this version."""


class Gradebook:
    """A gradebook file, opened or made. Use it as a context manager, from one thread."""

    def __init__(self, path: Path):
        self._connection = sqlite3.connect(path, timeout=30)
        self._connection.execute("PRAGMA journal_mode=WAL")  # a submission costs no wait for the disk
        self._connection.execute("PRAGMA synchronous=NORMAL")
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and version != _VERSION:
            self._connection.close()
            raise GradebookError(
                f"{path} was written by another version of coursekit. Name another folder with -o, or grade with that "
                "version."
            )
        self._connection.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {_VERSION}; COMMIT;")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._connection.close()

    def begin(self, version: str, seed: int, asked: dict, assignment: dict) -> GradingRun:
        """Start a new run."""
        started = datetime.now(UTC).isoformat(timespec="seconds")
        with self._connection as connection:
            connection.execute(
                "INSERT INTO run (started, version, seed, asked, assignment) VALUES (?, ?, ?, ?, ?)",
                (started, version, str(seed), json.dumps(asked), json.dumps(assignment)),
            )
        return self.runs()[-1]

    def runs(self) -> list[GradingRun]:
        """All runs, oldest first."""
        rows = self._connection.execute(
            "SELECT id, started, version, seed, asked, assignment, finished FROM run ORDER BY id"
        )
        return [
            GradingRun(i, t, v, int(seed), json.loads(asked), json.loads(assignment), bool(done))
            for i, t, v, seed, asked, assignment, done in rows
        ]

    def reassign(self, run: GradingRun, assignment: dict) -> GradingRun:
        """Give the run a changed assignment: a due date or points that were corrected afterwards."""
        with self._connection as connection:
            connection.execute("UPDATE run SET assignment = ? WHERE id = ?", (json.dumps(assignment), run.id))
        return dataclasses.replace(run, assignment=assignment)

    def finish(self, run: GradingRun) -> None:
        """Mark the run as complete."""
        with self._connection as connection:
            connection.execute("UPDATE run SET finished = 1 WHERE id = ?", (run.id,))

    def keep(self, run: GradingRun, record: Record) -> None:
        """Write a graded submission, whole or not at all; one of the same student in this run is replaced."""
        who = (run.id, record.student, record.number)
        with self._connection as connection:
            connection.execute("DELETE FROM result WHERE (run, student, number) = (?, ?, ?)", who)
            connection.execute(
                "INSERT OR REPLACE INTO submission VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *who,
                    json.dumps(record.files),
                    record.digest,
                    json.dumps(dataclasses.asdict(record.known)),
                    json.dumps({name: getattr(record, name) for name in _DETAILS}),
                    json.dumps(record.findings),
                    json.dumps(dict(record.prose)),
                ),
            )
            connection.executemany(
                "INSERT INTO result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        *who,
                        v.exercise,
                        v.outcome,
                        v.points,
                        v.out_of,
                        v.misconception,
                        _as_json(v),
                        record.sources.get(v.exercise, "").encode(errors="replace").decode(),
                    )
                    for v in record.verdicts
                ],
            )

    def keep_only(self, run: GradingRun, students: set[tuple[str, str]]) -> None:
        """Forget the submissions of a run whose (student, number) is not among those handed in any more."""
        with self._connection as connection:
            for who in set(self.students(run)) - students:
                for table in ("result", "submission"):
                    connection.execute(
                        f"DELETE FROM {table} WHERE (run, student, number) = (?, ?, ?)", (run.id, *who)
                    )

    def digest(self, run: GradingRun, student: str, number: str) -> str | None:
        """The digest of the submission that was graded in this run, None if it was not."""
        row = self._connection.execute(
            "SELECT digest FROM submission WHERE (run, student, number) = (?, ?, ?)",
            (run.id, student, number),
        ).fetchone()
        return row and row[0]

    def students(self, run: GradingRun) -> list[tuple[str, str]]:
        """(student, number) of every submission of a run."""
        return self._connection.execute(
            "SELECT student, number FROM submission WHERE run = ? ORDER BY student, number", (run.id,)
        ).fetchall()

    def record(self, run: GradingRun, student: str, number: str) -> Record:
        """One submission of a run. Raises KeyError if there is none."""
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM submission WHERE (run, student, number) = (?, ?, ?)",
            (run.id, student, number),
        ).fetchone()
        if row is None:
            raise KeyError((student, number))
        return self._record(run, row)

    def records(self, run: GradingRun) -> Iterator[Record]:
        """The submissions of a run, in the order of the students' names, read one by one."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM submission WHERE run = ? ORDER BY student, number", (run.id,)
        )
        for row in rows:
            yield self._record(run, row)

    def _record(self, run, row):
        student, number, files, digest, person, details, findings, prose = row
        results = self._connection.execute(
            "SELECT exercise, verdict, source FROM result WHERE (run, student, number) = (?, ?, ?) ORDER BY exercise",
            (run.id, student, number),
        ).fetchall()
        return Record(
            student,
            number,
            tuple(json.loads(files)),
            digest,
            tuple(_verdict(text) for _, text, _ in results),
            tuple(json.loads(findings)),
            {exercise: source for exercise, _, source in results if source},
            json.loads(prose),
            Person(**json.loads(person)),
            **json.loads(details),
        )

    def mistakes(self, run: GradingRun, most: int) -> list[tuple[str, str, int]]:
        """(exercise, named mistake, count), the commonest first."""
        return self._connection.execute(
            "SELECT exercise, misconception, count(*) AS n FROM result WHERE run = ? AND misconception IS NOT NULL "
            "GROUP BY 1, 2 ORDER BY n DESC, 1, 2 LIMIT ?",
            (run.id, most),
        ).fetchall()

    def decide(self, override: Override, *, remove: bool = False) -> None:
        """Write down what an instructor decided; with `remove`, that an earlier decision no longer holds."""
        made = datetime.now(UTC).isoformat(timespec="seconds")
        with self._connection as connection:
            connection.execute(
                "INSERT INTO override (made, student, number, question, points, reason, comment, digest, removed) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    made,
                    override.student,
                    override.number,
                    override.question,
                    override.points,
                    override.reason,
                    override.comment,
                    override.digest,
                    remove,
                ),
            )

    def overrides(self) -> list[Override]:
        """The decisions that hold: of each student and question the last one, unless it was removed."""
        rows = self._connection.execute(
            "SELECT student, number, question, points, reason, comment, digest, made, removed FROM override ORDER BY id"
        )
        last = {}
        for *fields, removed in rows:
            override = Override(*fields)
            who = override.number or override.student  # a roster may have corrected the name since
            last[who, override.question] = None if removed else override
        return [override for override in last.values() if override]


def _as_json(verdict):
    """The verdict as text; `dataclasses.asdict` would copy every field first, which takes longer than all the rest."""
    return json.dumps(vars(verdict) | {"lines": [vars(line) for line in verdict.lines]})


@functools.lru_cache(maxsize=256)  # the reports read each several times, and many are alike
def _verdict(text):
    fields = json.loads(text)
    fields |= {name: tuple(fields[name]) for name in ("remarks", "warned")}
    return Verdict(**fields | {"lines": tuple(Line(**line) for line in fields["lines"])})
