"""Grade a whole class: read, run, judge and keep, several submissions at a time, then write the reports."""

import contextlib
import dataclasses
import errno
import fcntl
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

import coursekit
from coursekit.exercises.engine.lesson_sources import add_folder
from coursekit.grading import report, scoring
from coursekit.grading.assignment import Assignment, of_lessons
from coursekit.grading.errors import GradingError
from coursekit.grading.gradebook import Gradebook, GradingRun
from coursekit.grading.inbox import submissions
from coursekit.grading.people import HandIn
from coursekit.grading.pool import LocalPool, no_warnings
from coursekit.grading.private import fingerprint, private_properties
from coursekit.grading.report import GRADEBOOK
from coursekit.grading.sandbox import PREFIX
from coursekit.grading.settings import RunSettings
from coursekit.grading.submission import load


class GradeError(GradingError):
    """What the instructor can fix before anything is graded; the message says how."""


@dataclass(frozen=True)
class Graded:
    """What a call of `grade` did: the run, its folder, how many were graded now, and notes on the sandbox."""

    run: GradingRun
    folder: Path
    count: int
    notes: tuple[str, ...]


def grade(
    source: Path | list[HandIn],
    asked: Assignment | Sequence[str],
    folder: Path,
    *,
    jobs: int = 2,
    resume: bool = False,
    seed: int | None = None,
    private: Path | None = None,
    roster: Path | None = None,
    pattern: str | None = None,
    sandbox: str | None = None,
    seconds: float = scoring.SECONDS,
    cluster: str | None = None,
    progress: bool = True,
) -> Graded:
    """Grade every submission in `source`; the gradebook and the reports are written to `folder`.

    source: a folder, a zip archive or a notebook; or hand-ins that were found in another way. asked: an assignment, or the numbers of whole lessons. resume: continue the last run of the gradebook. seed: of the
    questions; None draws a secret one. private: a folder of the instructor's own properties, instead of the
    assignment's. roster: a CSV of everybody who is expected; pattern: for file names of an unknown system.
    sandbox: None for the strongest that works here. cluster: the address of a Dask scheduler; its workers then grade
    instead of `jobs` processes here.
    Raises GradeError, AssignmentError, InboxError or SandboxError before anything is graded.
    """
    if seconds <= 0 or (seed is not None and seed < 0):
        raise GradeError("seconds must be more than 0, and a seed must be a whole number from 0 up.")
    assignment = asked if isinstance(asked, Assignment) else of_lessons(list(asked))
    for own in assignment.own:
        add_folder(own)
    private = private or assignment.private
    extra = private_properties(private) if private else {}
    if isinstance(source, list):
        handed_in, secret = source, []
    else:
        handed_in = submissions(source, roster=roster, pattern=pattern, exclude=(Path(folder),))
        secret = [_some_file(source)]
    folder = _prepared(Path(folder))
    with alone_in(folder), _room_in(folder), Gradebook(folder / GRADEBOOK) as book:
        run = _run(book, assignment, private, seed, resume)
        settings = RunSettings(
            assignment.exercises,
            run.seed,
            extra,
            seconds,
            sandbox,
            attempts=assignment.attempts,
            variants=assignment.variants,
        )
        exercises = settings.graded_exercises()
        run = book.reassign(run, _with_points(assignment, exercises).as_dict())
        if cluster is None:
            secret.append(folder / GRADEBOOK)
            count = max(min(jobs, len(handed_in)), 1)
            pool = LocalPool(settings, exercises, count, folder=folder, secret=secret)
        else:
            from coursekit.grading.cluster import DaskPool  # not needed on one machine

            pool = DaskPool(settings, exercises, len(handed_in), cluster)
        count, notes = _graded(book, run, handed_in, pool, resume, progress)
        del handed_in  # thousands of files: the reports need the room
        report.write(book, run, folder)
        book.finish(run)
    return Graded(run, folder, count, notes)


def _graded(book: Gradebook, run: GradingRun, handed_in: list[HandIn], pool, resume: bool, progress: bool):
    """Grade what is not in the gradebook yet; returns how many were graded, and the notes of the pool."""
    known = {}
    if resume:
        book.keep_only(run, {(one.student, one.number) for one in handed_in})
        known = {(one.student, one.number): book.digest(run, one.student, one.number) for one in handed_in}
    waiting = (one for one in map(load, handed_in) if one.digest != known.get((one.student, one.number)))
    done = sum(digest is not None for digest in known.values())
    shown = {"total": len(handed_in), "initial": done, "unit": "submission", "disable": not progress}
    count = 0
    with (
        no_warnings(),
        pool as graders,
        tqdm(**shown) as bar,
        contextlib.closing(graders.grade(waiting)) as records,
    ):
        for record in records:
            book.keep(run, record)
            count += 1
            bar.update()
        return count, graders.notes


def _prepared(folder):
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GradeError(
            f"cannot write to {folder} ({error.strerror}). Name another folder with -o."
        ) from None
    return folder


def _with_points(assignment, exercises):
    """The assignment with the points of every exercise, the private properties included, for the reports."""
    own = {graded.exercise.id: graded.exercise.points for graded in exercises}
    return dataclasses.replace(assignment, points=own | dict(assignment.points))


def _run(book, assignment, private, seed, resume) -> GradingRun:
    """The run to resume, or a new one."""
    asked = {
        "exercises": list(assignment.exercises),
        "private properties": fingerprint(private) if private else None,
        "attempts": assignment.attempts,
        "variants": assignment.variants,
    }
    last = book.runs()[-1] if resume and book.runs() else None
    if last is None:
        new = secrets.randbits(63) if seed is None else seed
        return book.begin(coursekit.__version__, new, asked, assignment.as_dict())
    for what, was, now in (
        *((key, last.asked.get(key), value) for key, value in asked.items()),
        ("version", last.version, coursekit.__version__),
        ("seed", last.seed, last.seed if seed is None else seed),
    ):
        if was != now:
            raise GradeError(
                f"the last run had a different {what} ({was}, now {now}), so it cannot be resumed. Start a new run "
                "without --resume; the old one is kept."
            )
    return last


def _some_file(source):
    """A file that was handed in, for the sandbox's test of itself."""
    return next(
        (path for path in sorted(Path(source).rglob("*.ipynb")) if path.is_file() and not path.is_symlink()),
        Path(source),
    )


@contextlib.contextmanager
def _room_in(folder):
    """Say in a sentence that the disk is full or that the gradebook is damaged."""
    try:
        yield
    except sqlite3.Error as error:
        raise GradeError(f"the gradebook in {folder} cannot be written ({error}). {_MAKE_ROOM}") from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT) or os.strerror(errno.ENOSPC) in str(error)
        if not full:
            raise
        raise GradeError(f"there is no room left to write to {folder}. {_MAKE_ROOM}") from error


_MAKE_ROOM = "What was graded is kept. Make room, then continue with --resume."


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder, which one process at a time may write to, and clear what a killed run left."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(fd)
        raise GradeError(
            f"another run is writing to {folder}. Wait until it has ended, or name another folder."
        ) from None
    try:
        for left in folder.glob(f"{PREFIX}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(fd)
