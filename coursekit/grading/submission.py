"""Grade one submission: read its files, find the answers, have each run and judged."""

import hashlib

from coursekit.exercises.judge import plain_verdict
from coursekit.grading import judge
from coursekit.grading.errors import GradingError
from coursekit.grading.gradebook import Record
from coursekit.grading.inbox import Submission
from coursekit.grading.notebook import Notebook, Unreadable, read
from coursekit.grading.sandbox import Sandbox
from coursekit.grading.slicing import Answer, find_answer

ENOUGH_ANSWERS = 3  # the same words in fewer may be chance


def grade_one(
    submission: Submission, papers: list[judge.Paper], box: Sandbox, seconds: float, known: dict
) -> Record | None:
    """Grade one submission; None if `known` holds the digest of the very same files."""
    try:
        return _grade_one(submission, papers, box, seconds, known)
    except GradingError:
        raise
    except Exception as error:  # a file that nobody thought of must not stop the others' grading
        finding = f"it could not be graded ({type(error).__name__}: {str(error)[:100]}): look at it by hand"
        remark = "Your instructor will look at this file."
        verdicts = tuple(plain_verdict(paper.exercise, "unanswered", remark) for paper in papers)
        files = tuple(file.path for file in submission.files)
        return Record(submission.student, submission.number, files, "", None, verdicts, (finding,))


def _grade_one(submission, papers, box, seconds, known):
    contents, findings, notebooks = [], list(submission.findings), []
    for file in submission.files:
        name = file.path.rsplit("/", 1)[-1]
        prefix = f"{name}: " if len(submission.files) > 1 else ""
        try:
            contents.append(file.read())
            notebooks.append((name, read(contents[-1])))
        except Unreadable as error:
            findings.append(f"{prefix}{error}")
        else:
            findings += [f"{prefix}{finding}" for finding in notebooks[-1][1].findings]
    digest = hashlib.sha256(b"".join(hashlib.sha256(content).digest() for content in contents)).hexdigest()
    if known.get((submission.student, submission.number)) == digest:
        return None
    verdicts, texts = [], []
    for lesson in dict.fromkeys(paper.exercise.id[:2] for paper in papers):
        asked = [paper for paper in papers if paper.exercise.id[:2] == lesson]
        answers, said = _answers(notebooks, asked)
        findings += said
        for paper, answer in zip(asked, answers, strict=True):
            result = judge.score(paper, answer, box, seconds)
            verdicts.append(result.verdict)
            findings += [
                f"{paper.exercise.id} {paper.exercise.name}: {finding}" for finding in result.findings
            ]
            if answer and result.verdict.outcome != "unanswered":
                texts.append(answer.source)
    likeness = hashlib.sha256("\0".join(texts).encode(errors="replace")).hexdigest()
    return Record(
        submission.student,
        submission.number,
        tuple(file.path for file in submission.files),
        digest,
        likeness if len(texts) >= ENOUGH_ANSWERS else None,
        tuple(verdicts),
        tuple(dict.fromkeys(finding[:500] for finding in findings)),
    )


def _answers(notebooks: list[tuple[str, Notebook]], papers) -> tuple[list[Answer | None], list[str]]:
    """The answers to a lesson, and findings. Of several notebooks the one that answers most comes first."""
    names = [(p.exercise.name, f"{p.exercise.id} {p.exercise.name}") for p in papers]
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
        findings.append(f"no exercise of lesson {papers[0].exercise.id[:2]} was found")
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
