"""Grade one submission: read its files, find the answers, have each run and judged."""

import dataclasses
import hashlib
from dataclasses import dataclass, field

from coursekit.exercises.engine.judge import plain_verdict
from coursekit.exercises.engine.verdict import Verdict
from coursekit.grading import scoring
from coursekit.grading.errors import GradingError
from coursekit.grading.gradebook import Record
from coursekit.grading.notebook import LARGEST, Unreadable
from coursekit.grading.people import HandIn, Submission, SubmittedFile
from coursekit.grading.prose import prose_answers
from coursekit.grading.question_sets import GradedExercise
from coursekit.grading.reply import ParsedNotebook, parse_notebook_reply
from coursekit.grading.sandbox import Sandbox
from coursekit.grading.scoring import PrefixTime
from coursekit.grading.settings import RunSettings

PARSING = 20.0  # seconds for one notebook
MOST_NOTEBOOKS = 20  # of one submission
PREFIXES = 60.0  # seconds that one submission has for running cells above its answers, if answers have 10


@dataclass(frozen=True)
class _Attempt:
    """What one attempt of a student is worth."""

    files: tuple[SubmittedFile, ...]
    verdicts: tuple[Verdict, ...]
    findings: tuple[str, ...]
    sources: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def points(self):
        return sum(verdict.points for verdict in self.verdicts)


def load(hand_in: HandIn) -> Submission:
    """Read all files of a hand-in, as far as there is room."""
    files: list[SubmittedFile] = []
    room = LARGEST
    for number, file in enumerate(hand_in.files):
        content, refused = None, f"it is one of {len(hand_in.files):,} files of this student: it was not read"
        if number < MOST_NOTEBOOKS:
            content, refused = _content(file)
            if content is not None and len(content) > room:
                content, refused = None, "the files of this student are too large together: it was not read"
            room -= len(content or b"")
        more = {
            "attempt": file.attempt,
            "late": file.late,
            "submitted": file.submitted,
            "handle": file.handle,
        }
        files.append(SubmittedFile(file.path, content, refused, **more))
    digests = (hashlib.sha256(file.content).digest() for file in files if file.content is not None)
    digest = hashlib.sha256(b"".join(digests)).hexdigest()
    return Submission(hand_in.person, tuple(files), hand_in.findings, digest, hand_in.system)


def _content(file):
    try:
        return file.load_bytes(), None
    except Unreadable as error:
        return None, str(error)
    except Exception as error:  # any error of a file system: it must not stop the others' grading
        return None, f"it could not be read ({type(error).__name__}: {str(error)[:100]})"


def grade_one(
    submission: Submission, exercises: list[GradedExercise], sandbox: Sandbox, settings: RunSettings
) -> Record:
    """Grade one submission. Of several attempts the best counts, or the last that can be read, as the settings say."""
    try:
        own = settings.for_student(exercises, submission.person)
        return _grade_one(submission, own, sandbox, settings)
    except GradingError:
        raise
    except Exception as error:  # an unforeseen file must not stop the others' grading
        return ungraded(submission, exercises, f"{type(error).__name__}: {str(error)[:100]}")


def ungraded(submission: Submission, exercises: list[GradedExercise], why: str) -> Record:
    """The record of a submission that only a human can grade."""
    remark = "Your instructor will look at this file."
    verdicts = tuple(plain_verdict(graded.exercise, "unanswered", remark) for graded in exercises)
    finding = f"it could not be graded ({why}): look at it by hand"
    return _record(submission, _Attempt(submission.files, verdicts, (finding,)), "")


def _record(submission, attempt, which) -> Record:
    chosen = attempt.files
    return Record(
        student=submission.student,
        number=submission.number,
        files=tuple(file.path for file in submission.files),
        digest=submission.digest,
        verdicts=attempt.verdicts,
        findings=tuple(dict.fromkeys(finding[:500] for finding in attempt.findings)),
        sources=attempt.sources,
        prose=prose_answers(attempt.texts),
        person=submission.person,
        late=any(file.late for file in chosen),
        submitted=max((file.submitted for file in chosen), default=""),
        attempt=which,
        handle=next((file.handle for file in chosen if file.handle), ""),
        system=submission.system,
    )


def _grade_one(submission, exercises, sandbox, settings):
    numbers = sorted({file.attempt for file in submission.files}) or [0]
    prefix_time = PrefixTime(PREFIXES * settings.seconds / scoring.SECONDS)
    graded: list[_Attempt] = []
    for number in reversed(numbers):
        files = tuple(file for file in submission.files if file.attempt == number)
        attempt = _graded_attempt(files, exercises, sandbox, settings.seconds, prefix_time)
        graded.append(attempt)
        if settings.attempts == "last" and any(v.outcome != "unanswered" for v in attempt.verdicts):
            break
    best = max(graded, key=lambda attempt: attempt.points)  # of equal ones the first here: the last handed in
    if settings.attempts == "last":
        best = next((a for a in graded if any(v.outcome != "unanswered" for v in a.verdicts)), graded[0])
    which, findings = "", list(submission.findings)
    if len(numbers) > 1:
        place = len(numbers) - graded.index(best)
        which = f"attempt {place} of {len(numbers)}"
        findings.append(f"{which} was graded: {'the best' if settings.attempts == 'best' else 'the last'}")
    return _record(submission, dataclasses.replace(best, findings=(*findings, *best.findings)), which)


def _graded_attempt(files, exercises, sandbox, seconds, prefix_time):
    findings, notebooks, texts = [], [], {}
    asked = [(graded.exercise.id, graded.exercise.name) for graded in exercises]
    for file in files:
        name = file.path.rsplit("/", 1)[-1]
        prefix = f"{name}: " if len(files) > 1 else ""
        parsed = _parsed(file, asked, sandbox)
        if parsed.unreadable:
            findings.append(f"{prefix}{parsed.unreadable}")
            continue
        notebooks.append((name, parsed))
        findings += [f"{prefix}{finding}" for finding in parsed.findings]
        texts |= {f"{prefix}{label}": text for label, text in parsed.texts.items()}
    verdicts, sources = [], {}
    several: dict[tuple[str, ...], list[str]] = {}
    every = [
        (name, parsed.answers, _scored(parsed, exercises, sandbox, seconds, prefix_time))
        for name, parsed in notebooks
    ]
    for i, graded in enumerate(exercises):
        where = f"{graded.exercise.id} {graded.exercise.name}"
        found = [(scored[i], name, answers[i]) for name, answers, scored in every if answers[i]]
        results = [one for one in found if not one[2].blank] or found[-1:]
        results = results or [(scoring.unanswered(graded), "", None)]
        result, name, answer = max(reversed(results), key=lambda one: one[0].verdict.points)
        if len(results) > 1:
            several.setdefault((name,), []).append(where)
        verdicts.append(result.verdict)
        findings += [*(answer.findings if answer else ()), *(f"{where}: {text}" for text in result.findings)]
        if answer and result.verdict.outcome != "unanswered":
            sources[graded.exercise.id] = answer.source[:50_000]
    findings += [
        f"{', '.join(where)}: answered in several notebooks; {name} was graded"
        for (name,), where in several.items()
    ]
    findings += _missing(notebooks, asked)
    return _Attempt(files, tuple(verdicts), tuple(findings), sources, texts)


def _scored(parsed, exercises, sandbox, seconds, prefix_time):
    """{number of an exercise: the result of its answer in this notebook}."""
    asked = {i: (exercises[i], answer) for i, answer in enumerate(parsed.answers) if answer}
    return dict(
        zip(
            asked,
            scoring.score(list(asked.values()), parsed.cells, sandbox, seconds, prefix_time),
            strict=True,
        )
    )


def _parsed(file: SubmittedFile, asked, sandbox) -> ParsedNotebook:
    if file.content is None:
        return ParsedNotebook(unreadable=file.refused or "it was not read")
    job = {"exercises": [tuple(both) for both in asked], "script": file.path.lower().endswith(".py")}
    return parse_notebook_reply(sandbox.parse(job, file.content, PARSING), len(asked))


def _missing(notebooks, asked):
    """Findings about exercises that no notebook answers, and where they may be."""
    if not notebooks:
        return []
    missing = [i for i in range(len(asked)) if not any(parsed.answers[i] for _, parsed in notebooks)]
    words, found = {i: " ".join(asked[i]) for i in missing}, []
    for lesson in dict.fromkeys(key[:2] for key, _ in asked):
        of_lesson = [i for i in range(len(asked)) if asked[i][0][:2] == lesson]
        lost = [words[i] for i in of_lesson if i in words]
        if len(lost) == len(of_lesson):
            found.append(f"no exercise of lesson {lesson} was found")
        elif lost:
            found.append(f"missing, as no cell defines it: {', '.join(lost)}")
    for _, parsed in notebooks:
        nowhere = [i for i in range(len(asked)) if parsed.answers[i] is None]
        for number, label, kind in parsed.lost:
            if number < len(nowhere) and nowhere[number] in words:
                found.append(f"{words[nowhere[number]]} seems to be in {label}, {kind}: it was not graded")
    return found
