"""`coursekit grade`: read, run, judge and keep a whole class, several submissions at a time."""

import contextlib
import fcntl
import os
import secrets
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

import coursekit
from coursekit.exercises.registry import everything
from coursekit.grading import judge, report
from coursekit.grading.errors import GradingError
from coursekit.grading.gradebook import Gradebook, Run
from coursekit.grading.inbox import submissions
from coursekit.grading.inside.confine import Limits
from coursekit.grading.pool import at_once, sandboxes
from coursekit.grading.private import fingerprint, private_properties
from coursekit.grading.sandbox import PREFIX
from coursekit.grading.submission import grade_one

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
    progress: bool = True,
) -> Graded:
    """Grade every submission in `source` on the exercises of the lessons; gradebook and reports go to `folder`.

    resume: go on with the last run of the gradebook, if it was cut off. seed: of the questions; None draws a secret
    one. private: a folder of the instructor's own properties. sandbox: None for the strongest that holds here.
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
        papers = [
            judge.paper(exercise, run.seed, tuple(extra.get(exercise.id, ())))
            for exercise in everything().values()
            if exercise.id[:2] in lessons
        ]
        options = {
            "folder": folder,
            # definitions, then questions
            "limits": Limits(seconds=2 * max(judge.time_for(paper, seconds) for paper in papers) + 1),
            "secret": [folder / GRADEBOOK, _some_file(source)],
        }
        sheets = [sheet.message for paper in papers for sheet in (paper.graded, paper.shown)]
        boxes_wanted = max(min(jobs, len(handed_in)), 1)
        with _no_warnings(), sandboxes(boxes_wanted, sandbox, sheets, **options) as boxes:
            count = 0
            known = (
                {(s.student, s.number): book.digest(run, s.student, s.number) for s in handed_in}
                if resume
                else {}
            )
            work = at_once(boxes, handed_in, lambda s, box: grade_one(s, papers, box, seconds, known))
            with contextlib.closing(work):
                for record in tqdm(work, total=len(handed_in), unit="submission", disable=not progress):
                    if record is not None:
                        book.keep(run, record)
                        count += 1
            notes = (f"sandbox: {boxes[0].way}", *boxes[0].notes)
        report.write(book, run, folder, papers)
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


@contextlib.contextmanager
def _no_warnings():
    """Python's parser warns of odd escapes in strangers' code; set for all threads, as warnings are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


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
