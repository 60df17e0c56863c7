"""Score an answer: put the run's questions to it in the sandbox, read the reply as data, judge it here.

The questions are drawn once per run, from the instructor's secret seed, so all students answer the same ones. The
process that answers them is a student's, so it can say anything about them: of its reply only points and names of
known mistakes are kept, no text. A wrong answer is then run again in another process, which never sees these
questions, on inputs drawn from a public seed: all texts and values of the feedback come from there.
"""

import builtins
import dataclasses
import re
import threading
import time
import zlib
from dataclasses import dataclass, field

import numpy as np

from coursekit.exercises.engine.answer_key import AnswerKey
from coursekit.exercises.engine.answers import Answers, Question, draw_questions
from coursekit.exercises.engine.checking import references
from coursekit.exercises.engine.exercise import SECONDS, Exercise, Property
from coursekit.exercises.engine.judge import judge, plain_verdict
from coursekit.exercises.engine.quiet import quietly
from coursekit.exercises.engine.verdict import Verdict
from coursekit.grading.inside.wire import encode
from coursekit.grading.reply import LONGEST, STOPS, ParsedReply, parse_answer_reply, reply_digest
from coursekit.grading.sandbox import Sandbox
from coursekit.grading.slicing import Answer

_SHOWN = ("case", "call", "complaint", "expected", "got", "code", "printed")  # what tells of inputs
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
_one_at_a_time = threading.Lock()  # the judge sets NumPy's and Python's warnings aside, for the whole process


@dataclass(frozen=True)
class QuestionSet:
    """Questions, as they are, as bytes for the sandbox, and with what the reference and known mistakes say.

    known: replies that came before and the verdicts on them, by a hash of the reply; in a class many are the same to the
    last bit, and are then neither parsed nor judged again.
    """

    questions: list[Question]
    message: bytes
    key: AnswerKey
    known: dict[bytes, tuple[ParsedReply, Verdict]] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class GradedExercise:
    """An exercise as asked in a run: a set of questions that is graded and one that may be shown.

    The first `public` of its properties are the course's own.
    """

    exercise: Exercise
    graded: QuestionSet
    shown: QuestionSet
    public: int


@dataclass(frozen=True)
class Result:
    """What an answer gets: a verdict that may be shown to the student, and findings for a human."""

    verdict: Verdict
    findings: tuple[str, ...] = ()


class PrefixTime:
    """The seconds that one submission still has for running the cells above its answers."""

    def __init__(self, seconds: float):
        self.left = seconds


def graded_exercise(exercise: Exercise, seed: int, private: tuple[Property, ...] = ()) -> GradedExercise:
    """The exercise with the instructor's own properties added, their points too, and the questions of a seed."""
    own = zlib.crc32(exercise.id.encode())
    whole = dataclasses.replace(
        exercise,
        points=exercise.points + sum(p.points for p in private),
        properties=(*exercise.properties, *private),
    )
    # a mistake gets its name from the graded questions
    nameless = dataclasses.replace(exercise, misconceptions=())
    return GradedExercise(
        whole,
        _question_set(whole, np.random.default_rng([seed, own])),
        _question_set(nameless, np.random.default_rng(own)),
        len(exercise.properties),
    )


def variant(exercise: GradedExercise, seed: int, student: str) -> GradedExercise:
    """The same exercise with graded questions of one student's own, drawn from the run's seed and the student's key."""
    own = [zlib.crc32(text.encode(errors="replace")) for text in (exercise.exercise.id, student)]
    with _one_at_a_time:
        questions = _question_set(exercise.exercise, np.random.default_rng([seed, *own]))
    return dataclasses.replace(exercise, graded=questions)


def _question_set(exercise, rng):
    questions = draw_questions(exercise, rng)
    with quietly():
        key = AnswerKey(exercise, questions)
    return QuestionSet(questions, encode([question.args for question in questions]), key)


def time_for(graded: GradedExercise, seconds: float) -> float:
    """The seconds that an answer has, if an ordinary exercise has `seconds`."""
    return float(seconds) * graded.exercise.seconds / SECONDS


def score(
    graded: GradedExercise,
    answer: Answer | None,
    cells: dict[int, tuple[str, str]],
    sandbox: Sandbox,
    seconds: float = SECONDS,
    prefix_time: PrefixTime | None = None,
) -> Result:
    """Run the answer in the sandbox and judge it; None is an answer that was not found.

    cells: (label, source) by number, as the answer refers to them. seconds: for an ordinary exercise; one that
    trains networks has more of them. prefix_time: for running the cells above, if what the answer needs fails.
    """
    exercise = graded.exercise
    if answer is None:
        return Result(plain_verdict(exercise, "unanswered", f"There is no function `{exercise.name}`."))
    if answer.blank:
        return Result(plain_verdict(exercise, "unanswered", f"`{exercise.name}` is not answered yet."))
    return _Scoring(graded, answer, cells, sandbox, time_for(graded, seconds)).result(
        prefix_time or PrefixTime(_FOREVER)
    )


class _Scoring:
    """One answer on its way through the sandbox."""

    def __init__(self, graded, answer, cells, sandbox, seconds):
        self.graded, self.answer, self.cells = graded, answer, cells
        self.sandbox, self.seconds = sandbox, seconds

    def result(self, prefix_time) -> Result:
        whole, findings = False, []
        parsed = self._run(self.graded.graded)
        verdict = self._judged(parsed)
        if verdict.outcome != "passed" and self._may_need_more(parsed):
            limit = min(_PREFIX_TIME * self.seconds, prefix_time.left)
            start = time.monotonic()
            fuller = self._run(self.graded.graded, limit) if limit >= 1 else None
            prefix_time.left -= time.monotonic() - start
            other = self._judged(fuller) if fuller else verdict
            if fuller and (other.points, other.outcome == "passed") > (verdict.points, False):
                verdict, parsed, whole = other, fuller, True
                findings.append(
                    "it needs more of the notebook than it names, so the cells above it were run too"
                )
            elif fuller is None or fuller.late or fuller.stopped:
                findings.append(
                    f"the cells above it did not end within {_PREFIX_TIME * self.seconds:g} s, so it was graded "
                    "with only what it names: look at it by hand"
                )
        findings += [
            f"it opened {path}: see whether the formula is the student's own" for path in parsed.opened
        ]
        if verdict.outcome == "passed":
            return Result(verdict, tuple(findings))
        verdict, troubles = self._with_example(verdict, parsed, whole)
        return Result(_cut(verdict), (*findings, *troubles))

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

    def _run(self, questions: QuestionSet, prefix_seconds: float | None = None) -> ParsedReply:
        """Ask the answer a set of questions, after what it names or, within some seconds, all cells above it."""
        exercise, whole = self.graded.exercise, prefix_seconds is not None
        part = self.answer.prefix if whole else self.answer.slice
        job = {
            "target": self.answer.target,
            "cells": [(*self.cells[cell], numbers) for cell, numbers in part],
            "names": None if whole else list(self.answer.names),
            "refused": sorted(references(exercise)),
            "seconds": self.seconds,
            "all_seconds": prefix_seconds if whole else _FOREVER,
        }
        limit = self.seconds + prefix_seconds + 1 if whole else 2 * self.seconds + 1
        reply = self.sandbox.run(job, questions.message, limit)
        digest = reply_digest(reply, len(questions.questions))
        if digest in questions.known:
            return questions.known[digest][0]
        return parse_answer_reply(reply, len(questions.questions), self.seconds, digest)

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
        except Exception:  # an output that nobody thought of must not stop the others' grading
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

    def _with_example(self, verdict, parsed, whole):
        """(the verdict with an example on public inputs, what went wrong in words)."""
        if verdict.remarks == (_BY_HAND,):
            return verdict, ("the judge itself failed on this answer: look at it by hand",)
        names = tuple(f"{where}: {name}" for where, name, _ in parsed.troubles)
        if parsed.stopped:
            return _with_troubles(verdict, names), names
        public = self._run(self.graded.shown, _PREFIX_TIME * self.seconds if whole else None)
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
    with _one_at_a_time:
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
    """Without addresses in memory, which are others each day."""
    return re.sub(r"0x[0-9a-fA-F]{6,}", "0x…", text)


def _cut(verdict):
    """The verdict with no text longer than a page needs."""
    texts = {name: getattr(verdict, name) for name in _SHOWN}
    short = {name: _stable(text)[:LONGEST] for name, text in texts.items() if isinstance(text, str)}
    remarks = tuple(remark[:LONGEST] for remark in verdict.remarks)
    return dataclasses.replace(verdict, remarks=remarks, warned=(), **short)
