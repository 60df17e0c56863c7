"""Grade one submission: read its files, find the answers, have each run and judged."""

import hashlib

from coursekit.exercises.engine.judge import plain_verdict
from coursekit.grading import judge
from coursekit.grading.errors import GradingError
from coursekit.grading.gradebook import Record
from coursekit.grading.notebook import Notebook, Unreadable, read
from coursekit.grading.people import HandIn, Submission, SubmittedFile
from coursekit.grading.prose import prose_answers
from coursekit.grading.sandbox import Sandbox
from coursekit.grading.settings import RunSettings
from coursekit.grading.slicing import Answer, find_answer


def load(hand_in: HandIn) -> Submission:
    """Read all files of a hand-in."""
    files = tuple(_read(file) for file in hand_in.files)
    digests = (hashlib.sha256(file.content).digest() for file in files if file.content is not None)
    digest = hashlib.sha256(b"".join(digests)).hexdigest()
    return Submission(hand_in.person, files, hand_in.findings, digest, hand_in.system)


def _read(file):
    content, refused = _content(file)
    return SubmittedFile(file.path, content, refused, file.attempt, file.late, file.submitted, file.handle)


def _content(file):
    try:
        return file.read(), None
    except Unreadable as error:
        return None, str(error)
    except Exception as error:  # whatever a file system can say: it must not stop the others' grading
        return None, f"it could not be read ({type(error).__name__}: {str(error)[:100]})"


def grade_one(
    submission: Submission, exercises: list[judge.GradedExercise], box: Sandbox, settings: RunSettings
) -> Record:
    """Grade one submission."""
    try:
        own = settings.for_student(exercises, submission.person)
        return _grade_one(submission, own, box, settings.seconds)
    except GradingError:
        raise
    except Exception as error:  # a file that nobody thought of must not stop the others' grading
        return ungraded(submission, exercises, f"{type(error).__name__}: {str(error)[:100]}")


def ungraded(submission: Submission, exercises: list[judge.GradedExercise], why: str) -> Record:
    """The record of a submission that only a human can grade."""
    remark = "Your instructor will look at this file."
    verdicts = tuple(plain_verdict(graded.exercise, "unanswered", remark) for graded in exercises)
    finding = f"it could not be graded ({why}): look at it by hand"
    files = tuple(file.path for file in submission.files)
    return Record(
        submission.student, submission.number, files, "", verdicts, (finding,), person=submission.person
    )


def _grade_one(submission, exercises, box, seconds):
    findings, notebooks = list(submission.findings), []
    for file in submission.files:
        path, content, refused = file.path, file.content, file.refused
        name = path.rsplit("/", 1)[-1]
        prefix = f"{name}: " if len(submission.files) > 1 else ""
        try:
            if refused:
                raise Unreadable(refused)
            notebooks.append((name, read(content)))
        except Unreadable as error:
            findings.append(f"{prefix}{error}")
        else:
            findings += [f"{prefix}{finding}" for finding in notebooks[-1][1].findings]
    verdicts, sources = [], {}
    for lesson in dict.fromkeys(graded.exercise.id[:2] for graded in exercises):
        asked = [graded for graded in exercises if graded.exercise.id[:2] == lesson]
        answers, said = _answers(notebooks, asked)
        findings += said
        for graded, answer in zip(asked, answers, strict=True):
            result = judge.score(graded, answer, box, seconds)
            verdicts.append(result.verdict)
            findings += [
                f"{graded.exercise.id} {graded.exercise.name}: {finding}" for finding in result.findings
            ]
            if answer and result.verdict.outcome != "unanswered":
                sources[graded.exercise.id] = answer.source
    return Record(
        submission.student,
        submission.number,
        tuple(file.path for file in submission.files),
        submission.digest,
        tuple(verdicts),
        tuple(dict.fromkeys(finding[:500] for finding in findings)),
        sources=sources,
        prose=prose_answers(
            {
                label: text
                for _, notebook in notebooks
                for label, kind, text in notebook.others
                if "markdown" in kind
            }
        ),
        person=submission.person,
        system=submission.system,
    )


def _answers(notebooks: list[tuple[str, Notebook]], exercises) -> tuple[list[Answer | None], list[str]]:
    """The answers to a lesson, and findings. Of several notebooks the one that answers most comes first."""
    names = [(p.exercise.name, f"{p.exercise.id} {p.exercise.name}") for p in exercises]
    found = [(file, [find_answer(notebook, *both) for both in names]) for file, notebook in notebooks]
    found = sorted(found, key=lambda one: -sum(a is not None and not a.blank for a in one[1]))
    answers, several = [], {}
    for i, (_, where) in enumerate(names):
        mine = [(file, row[i]) for file, row in found if row[i]]
        written = [(file, answer) for file, answer in mine if not answer.blank]
        file, answer = (written or mine or [("", None)])[0]
        answers.append(answer)
        if len(written) > 1:
            several.setdefault(file, []).append(where)
    findings = [
        f"{', '.join(where)}: answered in several notebooks; {file} was graded"
        for file, where in several.items()
    ]
    findings += [finding for answer in answers if answer for finding in answer.findings]
    missing = [both for both, answer in zip(names, answers, strict=True) if answer is None]
    if len(missing) == len(names) and notebooks:
        findings.append(f"no exercise of lesson {exercises[0].exercise.id[:2]} was found")
    elif missing and notebooks:
        findings.append(f"missing, as no cell defines it: {', '.join(where for _, where in missing)}")
    return answers, findings + [lost for _, notebook in notebooks for lost in _lost(notebook, missing)]


def _lost(notebook, names):
    """Where a missing function may have got to: a cell of text, or one with an error."""
    return [
        f"{where} seems to stand in {label}, {kind}: it was not graded"
        for name, where in names
        for label, kind, text in notebook.others
        if f"def {name}(" in text
    ]
