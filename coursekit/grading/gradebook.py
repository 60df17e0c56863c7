"""The gradebook: one SQLite file that holds every run of the grader, and never forgets one.

Each submission is one transaction, so a run killed at any moment holds whole submissions only, and can be resumed.
"""

import dataclasses
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from coursekit.exercises.engine.verdict import Line, Verdict

_TABLES = """
CREATE TABLE IF NOT EXISTS run (
    id INTEGER PRIMARY KEY, started TEXT NOT NULL, version TEXT NOT NULL, seed TEXT NOT NULL,
    asked TEXT NOT NULL, finished INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS submission (
    run INTEGER NOT NULL REFERENCES run, student TEXT NOT NULL, number TEXT NOT NULL, files TEXT NOT NULL,
    digest TEXT NOT NULL, likeness TEXT, points REAL NOT NULL, out_of REAL NOT NULL, findings TEXT NOT NULL,
    PRIMARY KEY (run, student, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS result (
    run INTEGER NOT NULL, student TEXT NOT NULL, number TEXT NOT NULL, exercise TEXT NOT NULL,
    outcome TEXT NOT NULL, points REAL NOT NULL, out_of REAL NOT NULL, misconception TEXT, verdict TEXT NOT NULL,
    PRIMARY KEY (run, student, number, exercise)) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Record:
    """A graded submission.

    digest: a hash of its files' bytes; likeness: a hash of its answers' text, None if it has too few to tell.
    """

    student: str
    number: str
    files: tuple[str, ...]
    digest: str
    likeness: str | None
    verdicts: tuple[Verdict, ...] = ()
    findings: tuple[str, ...] = field(default=())

    @property
    def points(self) -> float:
        return sum(verdict.points for verdict in self.verdicts)

    @property
    def out_of(self) -> float:
        return sum(verdict.out_of for verdict in self.verdicts)


@dataclass(frozen=True)
class Run:
    """One run: its number, when it started (UTC), by which version, its secret seed, and what was asked."""

    id: int
    started: str
    version: str
    seed: int
    asked: dict
    finished: bool


class Gradebook:
    """A gradebook file, opened or made. Use it as a context manager, from one thread."""

    def __init__(self, path: Path):
        self._connection = sqlite3.connect(path, timeout=30)
        self._connection.execute("PRAGMA journal_mode=WAL")  # a submission costs no wait for the disk
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(_TABLES)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._connection.close()

    def begin(self, version: str, seed: int, asked: dict) -> Run:
        """A new run."""
        started = datetime.now(UTC).isoformat(timespec="seconds")
        with self._connection as connection:
            connection.execute(
                "INSERT INTO run (started, version, seed, asked) VALUES (?, ?, ?, ?)",
                (started, version, str(seed), json.dumps(asked)),
            )
        return self.runs()[-1]

    def runs(self) -> list[Run]:
        """All runs, oldest first."""
        rows = self._connection.execute(
            "SELECT id, started, version, seed, asked, finished FROM run ORDER BY id"
        )
        return [Run(i, t, v, int(seed), json.loads(asked), bool(done)) for i, t, v, seed, asked, done in rows]

    def finish(self, run: Run) -> None:
        """Mark the run as complete."""
        with self._connection as connection:
            connection.execute("UPDATE run SET finished = 1 WHERE id = ?", (run.id,))

    def keep(self, run: Run, record: Record) -> None:
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
                    record.likeness,
                    record.points,
                    record.out_of,
                    json.dumps(record.findings),
                ),
            )
            connection.executemany(
                "INSERT INTO result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        *who,
                        v.exercise,
                        v.outcome,
                        v.points,
                        v.out_of,
                        v.misconception,
                        json.dumps(dataclasses.asdict(v)),
                    )
                    for v in record.verdicts
                ],
            )

    def digest(self, run: Run, student: str, number: str) -> str | None:
        """The digest of the submission that was graded in this run, None if it was not."""
        row = self._connection.execute(
            "SELECT digest FROM submission WHERE (run, student, number) = (?, ?, ?)",
            (run.id, student, number),
        ).fetchone()
        return row and row[0]

    def records(self, run: Run) -> Iterator[Record]:
        """The submissions of a run, in the order of the students' names, read one by one."""
        rows = self._connection.execute(
            "SELECT student, number, files, digest, likeness, findings FROM submission WHERE run = ? "
            "ORDER BY student, number",
            (run.id,),
        )
        for student, number, files, digest, likeness, findings in rows:
            verdicts = self._connection.execute(
                "SELECT verdict FROM result WHERE (run, student, number) = (?, ?, ?) ORDER BY exercise",
                (run.id, student, number),
            )
            yield Record(
                student,
                number,
                tuple(json.loads(files)),
                digest,
                likeness,
                tuple(_verdict(text) for (text,) in verdicts),
                tuple(json.loads(findings)),
            )

    def alike(self, run: Run) -> list[list[str]]:
        """Groups of students whose answers are the same, word for word."""
        groups: dict[str, list[str]] = {}
        rows = self._connection.execute(
            "SELECT likeness, student FROM submission WHERE run = ? AND likeness IN (SELECT likeness FROM "
            "submission WHERE run = ? GROUP BY likeness HAVING count(*) > 1) ORDER BY student, number",
            (run.id, run.id),
        )
        for likeness, student in rows:
            groups.setdefault(likeness, []).append(student)
        return sorted(groups.values())

    def outcomes(self, run: Run) -> list[tuple[str, str, int]]:
        """(exercise, outcome, count); an answer with some of the points is "partial"."""
        return self._connection.execute(
            "SELECT exercise, CASE WHEN outcome = 'wrong' AND points > 0 THEN 'partial' ELSE outcome END, count(*) "
            "FROM result WHERE run = ? GROUP BY 1, 2",
            (run.id,),
        ).fetchall()

    def mistakes(self, run: Run, most: int) -> list[tuple[str, str, int]]:
        """(exercise, named mistake, count), the commonest first."""
        return self._connection.execute(
            "SELECT exercise, misconception, count(*) AS n FROM result WHERE run = ? AND misconception IS NOT NULL "
            "GROUP BY 1, 2 ORDER BY n DESC, 1, 2 LIMIT ?",
            (run.id, most),
        ).fetchall()

    def scores(self, run: Run) -> list[tuple[float, float]]:
        """(points, out of) of every submission."""
        return self._connection.execute(
            "SELECT points, out_of FROM submission WHERE run = ?", (run.id,)
        ).fetchall()


def _verdict(text):
    fields = json.loads(text)
    fields |= {name: tuple(fields[name]) for name in ("remarks", "warned")}
    return Verdict(**fields | {"lines": tuple(Line(**line) for line in fields["lines"])})
