"""`coursekit grade`: read, run, judge and keep a whole class, several submissions at a time."""

import contextlib
import fcntl
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

import coursekit
from coursekit.exercises.engine.registry import everything
from coursekit.grading import judge, report
from coursekit.grading.cluster import DaskPool
from coursekit.grading.errors import GradingError
from coursekit.grading.gradebook import Gradebook, Run
from coursekit.grading.inbox import submissions
from coursekit.grading.pool import LocalPool, no_warnings
from coursekit.grading.private import fingerprint, private_properties
from coursekit.grading.sandbox import PREFIX
from coursekit.grading.settings import RunSettings, exercises_of
from coursekit.grading.submission import load

GRADEBOOK = "gradebook.sqlite"


class GradeError(GradingError):
    """What the instructor can mend before anything is graded; the text says how."""


@dataclass(frozen=True)
class Graded:
    """What a call of `grade` did: the run, its folder, how many were graded now, and notes on the sandbox."""

    run: Run
    folder: Path
    count: int
    notes: tuple[str, ...]


def grade(
    source: Path,
    lessons: list[str],
    folder: Path,
    *,
    jobs: int = 2,
    resume: bool = False,
    seed: int | None = None,
    private: Path | None = None,
    sandbox: str | None = None,
    seconds: float = judge.SECONDS,
    cluster: str | None = None,
    progress: bool = True,
) -> Graded:
    """Grade every submission in `source` on the exercises of the lessons; gradebook and reports go to `folder`.

    resume: go on with the last run of the gradebook, if it was cut off. seed: of the questions; None draws a secret
    one. private: a folder of the instructor's own properties. sandbox: None for the strongest that holds here.
    cluster: the address of a Dask scheduler; its workers then grade, all at a time, in place of `jobs` here.
    Raises GradeError, InboxError or SandboxError before anything is graded.
    """
    if seconds <= 0 or (seed is not None and seed < 0):
        raise GradeError("seconds have to be more than 0, and a seed is a whole number from 0.")
    lessons = list(dict.fromkeys(map(_lesson, lessons)))
    extra = private_properties(private) if private else {}
    handed_in = submissions(source)
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GradeError(
            f"can't write to {folder} ({error.strerror}). Name another folder with -o."
        ) from None
    with _alone_in(folder), Gradebook(folder / GRADEBOOK) as book:
        asked = {"lessons": lessons, "private": fingerprint(private) if private else None}
        run = _run(book, asked, seed, resume)
        settings = RunSettings(exercises_of(lessons), run.seed, extra, seconds, sandbox)
        graded = settings.graded_exercises()
        if cluster is None:
            secret = [folder / GRADEBOOK, _some_file(source)]
            pool = LocalPool(
                settings, graded, max(min(jobs, len(handed_in)), 1), folder=folder, secret=secret
            )
        else:
            pool = DaskPool(settings, graded, len(handed_in), cluster)
        known = {}
        if resume:
            known = {(s.student, s.number): book.digest(run, s.student, s.number) for s in handed_in}
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
            notes = graders.notes
        report.write(book, run, folder, graded)
        book.finish(run)
    return Graded(run, folder, count, notes)


def _lesson(asked: str) -> str:
    known = sorted({key[:2] for key in everything()})
    lesson = str(asked).strip()
    lesson = f"{int(lesson):02d}" if lesson.isdecimal() else lesson
    if lesson not in known:
        raise GradeError(f"there is no lesson {asked!r} with exercises. There are {', '.join(known)}.")
    return lesson


def _run(book: Gradebook, asked: dict, seed: int | None, resume: bool) -> Run:
    """The run to go on with, or a new one."""
    last = book.runs()[-1] if resume and book.runs() else None
    if last is None:
        return book.begin(coursekit.__version__, secrets.randbits(63) if seed is None else seed, asked)
    for what, was, now in (
        ("lessons and private properties", last.asked, asked),
        ("version", last.version, coursekit.__version__),
        ("seed", last.seed, last.seed if seed is None else seed),
    ):
        if was != now:
            raise GradeError(
                f"the last run had another {what} ({was}, now {now}), so it can't be resumed. Start a new one "
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
def _alone_in(folder):
    """Hold the folder, which one run at a time may write to, and clear what a killed one left."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(fd)
        raise GradeError(
            f"another run is writing to {folder}. Wait for it, or name another folder."
        ) from None
    try:
        for left in folder.glob(f"{PREFIX}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(fd)
