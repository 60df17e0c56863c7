"""Score answers: put the run's questions to them in the sandbox, read the replies as data, judge them here.

The process that answers the graded questions is a student's, so it can say anything about them: of its reply only
points and names of known mistakes are kept, no text. A wrong answer is then run again in another process, which never
sees these questions, on inputs drawn from a public seed: all texts and values of the feedback come from there.

All answers of a notebook share a process, because starting one takes longer than an answer. Where that could change
what a wrong answer says, the answer runs again in a process of its own.
"""

import builtins
import dataclasses
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from coursekit.exercises.engine.answers import Answers
from coursekit.exercises.engine.checking import references
from coursekit.exercises.engine.exercise import SECONDS
from coursekit.exercises.engine.judge import judge, plain_verdict
from coursekit.exercises.engine.verdict import Verdict
from coursekit.grading.question_sets import GradedExercise, QuestionSet, one_at_a_time, time_for
from coursekit.grading.reply import LONGEST, STOPS, ParsedReply, parse_answer_reply, reply_digest
from coursekit.grading.sandbox import Sandbox, SandboxReply
from coursekit.grading.slicing import Answer

_SHOWN = ("case", "call", "complaint", "expected", "got", "code", "printed")  # fields that show inputs
_NOTHING_SHOWN = dict.fromkeys(_SHOWN) | {"printed": ""}
_PRIVATE = "a test of your instructor's, number"
_PREFIX_TIME = 3  # times the seconds of an answer, for all cells above it
_FOREVER = 1e9  # seconds
_MOST_KNOWN = 60  # replies of each question set: the common ones come early
_HOW_IT_STOPPED = {
    "timeout": "it had not ended after {} (is there a loop that never ends?)",
    "ended": "the process that ran it ended {}",
}
_KNOWN_ERRORS = frozenset(
    name
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
) | {"LinAlgError", "AxisError", "NotAnswered", "Withheld", "error"}


@dataclass(frozen=True)
class Result:
    """What an answer gets: a verdict that may be shown to the student, and findings for a human."""

    verdict: Verdict
    findings: tuple[str, ...] = ()


class PrefixTime:
    """The seconds that one submission still has for running the cells above its answers."""

    def __init__(self, seconds: float):
        self.left = seconds


def score(
    asked: Sequence[tuple[GradedExercise, Answer]],
    cells: dict[int, tuple[str, str]],
    sandbox: Sandbox,
    seconds: float = SECONDS,
    prefix_time: PrefixTime | None = None,
) -> list[Result]:
    """Run the answers of one notebook in the sandbox and judge them.

    cells: (label, source) by number, as the answers refer to them. seconds: for an ordinary exercise; one that
    trains networks has more of them. prefix_time: for running the cells above, if what an answer needs fails.
    """
    prefix_time = prefix_time or PrefixTime(_FOREVER)
    every = [_Scoring(*one, cells, sandbox, seconds) for one in asked]
    written = [one for one in every if not one.answer.blank]
    replies = _together(written, "graded")
    for one in written:
        one.judge_graded(replies.get(one), prefix_time)
    failing = [one for one in written if one.needs_example]
    replies = _together([one for one in failing if one.returned_values], "shown")
    for one in failing:
        one.add_example(replies.get(one))
    return [one.result() for one in every]


def unanswered(graded: GradedExercise) -> Result:
    """The result where no answer was found."""
    exercise = graded.exercise
    return Result(plain_verdict(exercise, "unanswered", f"There is no function `{exercise.name}`."))


def _together(answers: "list[_Scoring]", kind) -> "dict[_Scoring, ParsedReply]":
    """The replies of answers that run in one process, to the graded or the shown questions.

    An answer is missing if only a process of its own can judge it fairly: it may change what the others use, or calls a
    formula that one of them must write, or failed in a way that may be another's fault, or its turn never came: together
    they have the time of one.
    """
    sharing = [one for one in answers if not one.answer.alone]
    if len(sharing) < 2:
        return {}
    jobs = [(one.job(), one.questions(kind).message) for one in sharing]
    replies = sharing[0].sandbox.run_together(jobs, max(one.limit for one in sharing))
    found = {}
    for i, (one, reply) in enumerate(zip(sharing, replies, strict=False)):
        parsed = one.parsed(reply, one.questions(kind))
        if not parsed.borrowed and (
            i == 0 or _returned_values(parsed)
        ):  # the first had the process to itself
            found[one] = parsed
    return found


def _returned_values(parsed: ParsedReply) -> bool:
    """Whether the answer could be defined, and raised no error (or is blank)."""
    return not (parsed.troubles or parsed.errors or parsed.state in ("missing", "no function"))


class _Scoring:
    """One answer on its way through the sandbox."""

    def __init__(self, graded, answer, cells, sandbox, seconds):
        self.graded, self.answer, self.cells = graded, answer, cells
        self.sandbox, self.seconds = sandbox, time_for(graded, seconds)
        self.limit = 2 * self.seconds + 1  # of its process: for the definitions, then for the questions
        self._verdict = plain_verdict(
            graded.exercise, "unanswered", f"`{graded.exercise.name}` is not answered yet."
        )
        self._parsed: ParsedReply | None = None
        self._whole, self._findings = False, []  # whether all cells above the answer were run

    @property
    def needs_example(self) -> bool:
        """Whether the feedback needs the answer to the shown questions."""
        return self._verdict.outcome != "passed"

    @property
    def returned_values(self) -> bool:
        """Whether it answered all graded questions without an error, by what it names alone."""
        return not self._whole and self._parsed is not None and _returned_values(self._parsed)

    def result(self) -> Result:
        return Result(self._verdict, tuple(self._findings))

    def judge_graded(self, parsed: ParsedReply | None, prefix_time: PrefixTime) -> None:
        """Find the verdict, from a reply that is known already or by a run."""
        parsed = parsed or self._run(self.graded.graded)
        verdict = self._judged(parsed)
        if verdict.outcome != "passed" and self._may_need_more(parsed):
            limit = min(_PREFIX_TIME * self.seconds, prefix_time.left)
            start = time.monotonic()
            fuller = self._run(self.graded.graded, limit) if limit >= 1 else None
            prefix_time.left -= time.monotonic() - start
            other = self._judged(fuller) if fuller else verdict
            if fuller and (other.points, other.outcome == "passed") > (verdict.points, False):
                verdict, parsed, self._whole = other, fuller, True
                self._findings.append(
                    "it needs more of the notebook than it names, so the cells above it were run too"
                )
            elif fuller is None or fuller.late or fuller.stopped:
                self._findings.append(
                    f"the cells above it did not end within {_PREFIX_TIME * self.seconds:g} s, so it was graded "
                    "with only what it names: look at it by hand"
                )
        self._findings += [
            f"it opened {path}: see whether the formula is the student's own" for path in parsed.opened
        ]
        self._verdict, self._parsed = verdict, parsed

    def add_example(self, shown: ParsedReply | None) -> None:
        """Add what the answer says to the shown questions, from a reply that is known already or by a run."""
        verdict, troubles = self._with_example(self._verdict, self._parsed, None if self._whole else shown)
        self._verdict = _cut(verdict)
        self._findings += troubles

    def _may_need_more(self, parsed):
        """Whether the cells above could make a difference."""
        if self.answer.prefix == self.answer.slice or parsed.stopped or parsed.borrowed:
            return False
        files = {"FileNotFoundError", "ModuleNotFoundError"}
        return (
            self.answer.doubtful
            or bool(parsed.troubles)
            or parsed.state == "missing"
            or bool(parsed.errors & files)
        )

    def questions(self, kind: str) -> QuestionSet:
        """The "graded" or the "shown" ones."""
        return getattr(self.graded, kind)

    def job(self, prefix_seconds: float | None = None) -> dict:
        """What to run: what the answer names or, within some seconds, all cells above it."""
        whole = prefix_seconds is not None
        part = self.answer.prefix if whole else self.answer.slice
        return {
            "target": self.answer.target,
            "cells": [(*self.cells[cell], numbers) for cell, numbers in part],
            "names": None if whole else list(self.answer.names),
            "refused": sorted(references(self.graded.exercise)),
            "seconds": self.seconds,
            "all_seconds": prefix_seconds if whole else _FOREVER,
        }

    def parsed(self, reply: SandboxReply, questions: QuestionSet) -> ParsedReply:
        """The reply to a set of questions, parsed once for all that are equal."""
        digest = reply_digest(reply, len(questions.questions))
        if digest in questions.known:
            return questions.known[digest][0]
        return parse_answer_reply(reply, len(questions.questions), self.seconds, digest)

    def _run(self, questions: QuestionSet, prefix_seconds: float | None = None) -> ParsedReply:
        """Ask the answer a set of questions in a process of its own."""
        limit = self.limit if prefix_seconds is None else self.seconds + prefix_seconds + 1
        return self.parsed(self.sandbox.run(self.job(prefix_seconds), questions.message, limit), questions)

    def _judged(self, parsed: ParsedReply) -> Verdict:
        """The verdict by the graded questions, with nothing in it that the student's process wrote."""
        exercise, graded = self.graded.exercise, self.graded.graded
        if parsed.state != "answered":
            words = {
                "missing": "could not be defined.",
                "blank": "is not answered yet.",
                "no function": "is not a function.",
            }[parsed.state]
            outcome = "unanswered" if parsed.state == "blank" else "wrong"
            return plain_verdict(exercise, outcome, f"`{exercise.name}` {words}")
        try:
            verdict = _remembered(graded, parsed, _without_texts, exercise)
        except Exception:  # an unforeseen output must not stop the others' grading
            return plain_verdict(exercise, "wrong", _BY_HAND)
        failure = parsed.stopped
        shown = _NOTHING_SHOWN | (_of_a_stop(failure) if failure else {"case": verdict.case and "hidden"})
        lines = [
            line
            if i < self.graded.public
            else dataclasses.replace(line, name=f"{_PRIVATE} {i - self.graded.public + 1}")
            for i, line in enumerate(verdict.lines)
        ]
        return dataclasses.replace(verdict, lines=tuple(lines), warned=(), **shown)

    def _with_example(self, verdict, parsed, public):
        """(the verdict with an example on public inputs, what went wrong in words)."""
        if verdict.remarks == (_BY_HAND,):
            return verdict, ("the judge itself failed on this answer: look at it by hand",)
        names = tuple(f"{where}: {name}" for where, name, _ in parsed.troubles)
        if parsed.stopped:
            return _with_troubles(verdict, names), names
        public = public or self._run(self.graded.shown, _PREFIX_TIME * self.seconds if self._whole else None)
        troubles = tuple(
            f"{where}: {name}{': ' if text else ''}{_stable(text)}" for where, name, text in public.troubles
        )
        if public.state != "answered" or parsed.state != "answered":
            return _with_troubles(verdict, troubles), troubles
        shown = self.graded.shown
        try:
            example = _remembered(shown, public, lambda answers: answers, shown.key.exercise)
        except Exception:  # the graded verdict counts, without an example
            return dataclasses.replace(verdict, **_NOTHING_SHOWN), troubles
        if verdict.case:  # else it calls the reference, say
            verdict = dataclasses.replace(verdict, **{name: getattr(example, name) for name in _SHOWN})
        if not verdict.misconception:  # these remarks hold numbers that the answer returned
            hint = f'If you are stuck: `hint("{verdict.exercise}")`.'
            remarks = example.remarks if example.outcome == "wrong" and not example.misconception else (hint,)
            verdict = dataclasses.replace(verdict, remarks=remarks if verdict.lines else verdict.remarks)
        return _with_troubles(verdict, troubles), troubles


_BY_HAND = "Your instructor will look at this answer."


def _remembered(questions, parsed, cleaned, exercise):
    """The judge's verdict on the cleaned answers to a set of questions, found once for equal replies."""
    if parsed.digest in questions.known:
        return questions.known[parsed.digest][1]
    answers = cleaned(parsed.answers)
    with one_at_a_time:
        found = judge(exercise, questions.questions, answers, questions.key)
    if len(questions.known) < _MOST_KNOWN:
        questions.known[parsed.digest] = dataclasses.replace(parsed, answers=None), found
    return found


def _without_texts(answers: Answers) -> Answers:
    """The answers without what a student's process could say of the graded inputs in words."""
    outcomes = tuple(
        dataclasses.replace(
            outcome,
            printed="",
            warned=tuple(filter(None, map(_known_kind, outcome.warned))),
            failure=outcome.failure and _without_text(outcome.failure),
        )
        for outcome in answers.outcomes
    )
    borrowed = answers.borrowed
    if borrowed is not None and not re.fullmatch(r"[a-z_.]{1,80}", borrowed):
        borrowed = "formula"
    return Answers(outcomes, (), borrowed)


def _without_text(failure):
    """The failure by its kind and the kind of its error alone, which has to be one that everybody knows."""
    if _ours(failure):
        return failure
    kind = failure.type if failure.type in _KNOWN_ERRORS else "Exception"
    bases = tuple(base for base in failure.bases if base in _KNOWN_ERRORS)
    return dataclasses.replace(failure, type=kind, bases=bases, text="", line=None, source="")


def _known_kind(warning):
    """ "RuntimeWarning:" of a warning's text, if it is of a known kind."""
    kind = warning.partition(":")[0]
    return f"{kind}:" if kind in _KNOWN_ERRORS else ""


def _ours(failure):
    """Whether the grader itself wrote the failure's text."""
    return failure.kind in STOPS


def _of_a_stop(failure):
    words = _HOW_IT_STOPPED[failure.kind].format(failure.text)
    return {"complaint": words, "case": f"On one of the graded inputs {words}."}


def _with_troubles(verdict, troubles):
    """The verdict with a remark for each statement that failed."""
    return dataclasses.replace(verdict, remarks=(*verdict.remarks, *(f"{trouble}." for trouble in troubles)))


def _stable(text):
    """The text without addresses in memory, which differ from run to run."""
    return re.sub(r"0x[0-9a-fA-F]{6,}", "0x…", text)


def _cut(verdict):
    """The verdict with no text longer than a page needs."""
    texts = {name: getattr(verdict, name) for name in _SHOWN}
    short = {name: _stable(text)[:LONGEST] for name, text in texts.items() if isinstance(text, str)}
    remarks = tuple(remark[:LONGEST] for remark in verdict.remarks)
    return dataclasses.replace(verdict, remarks=remarks, warned=(), **short)
