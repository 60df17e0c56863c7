"""Score an answer: put the run's questions to it in the sandbox, read the reply as data, judge it here.

The questions are drawn once a run, from the instructor's secret seed, so all students answer the same ones. A wrong
answer is then asked about inputs drawn from a public seed: the failing case of the feedback is one of these, and
nothing of the graded inputs is told.
"""

import dataclasses
import threading
import zlib
from dataclasses import dataclass

import numpy as np

from coursekit.exercises.engine.answer_key import AnswerKey
from coursekit.exercises.engine.answers import Question, draw_questions
from coursekit.exercises.engine.checking import references
from coursekit.exercises.engine.exercise import SECONDS, Exercise, Property
from coursekit.exercises.engine.judge import judge, plain_verdict
from coursekit.exercises.engine.quiet import quietly
from coursekit.exercises.engine.verdict import Verdict
from coursekit.grading.inside.wire import encode
from coursekit.grading.reply import read_reply
from coursekit.grading.sandbox import Reply, Sandbox
from coursekit.grading.slicing import Answer

_TOLD = ("case", "call", "complaint", "expected", "got", "code")  # what tells of inputs
_NOTHING_TOLD = dict.fromkeys(_TOLD) | {"printed": ""}
_PRIVATE = "a test of your instructor's, number"
_one_at_a_time = threading.Lock()  # the judge sets NumPy's and Python's warnings aside, for the whole process


@dataclass(frozen=True)
class Sheet:
    """Questions, as they are, as bytes for the sandbox, and with what the reference and known mistakes say."""

    questions: list[Question]
    message: bytes
    key: AnswerKey


@dataclass(frozen=True)
class Paper:
    """An exercise as asked in a run: a sheet that is graded and one that may be shown; the first `public` of its
    properties are the course's own."""

    exercise: Exercise
    graded: Sheet
    shown: Sheet
    public: int


@dataclass(frozen=True)
class Result:
    """What an answer gets: a verdict that may be shown to the student, and findings for a human."""

    verdict: Verdict
    findings: tuple[str, ...] = ()


def paper(exercise: Exercise, seed: int, private: tuple[Property, ...] = ()) -> Paper:
    """The exercise with the instructor's own properties added, their points too, and the questions of a seed."""
    own = zlib.crc32(exercise.id.encode())
    whole = dataclasses.replace(
        exercise,
        points=exercise.points + sum(p.points for p in private),
        properties=(*exercise.properties, *private),
    )
    nameless = dataclasses.replace(
        exercise, misconceptions=()
    )  # the mistake has its name from the graded sheet
    return Paper(
        whole,
        _sheet(whole, np.random.default_rng([seed, own])),
        _sheet(nameless, np.random.default_rng(own)),
        len(exercise.properties),
    )


def _sheet(exercise, rng):
    questions = draw_questions(exercise, rng)
    with quietly():
        key = AnswerKey(exercise, questions)
    return Sheet(questions, encode([question.args for question in questions]), key)


def score(paper: Paper, answer: Answer | None, sandbox: Sandbox, seconds: float = SECONDS) -> Result:
    """Run the answer in the sandbox and judge it; None is an answer that was not found.

    seconds: for an ordinary exercise; one that trains networks has more of them.
    """
    exercise, seconds = paper.exercise, time_for(paper, seconds)
    if answer is None:
        return Result(plain_verdict(exercise, "unanswered", f"There is no function `{exercise.name}`."))
    if answer.blank:
        return Result(plain_verdict(exercise, "unanswered", f"`{exercise.name}` is not answered yet."))
    job = {
        "name": exercise.name,
        "cells": list(answer.cells),
        "names": list(answer.names),
        "refused": sorted(references(exercise)),
        "seconds": seconds,
    }
    count, results = len(paper.graded.questions), []

    def show_if_wrong(messages):
        results.append(_judged(paper, read_reply(Reply(messages, "done"), count, seconds)))
        return paper.shown.message if results[0].verdict.case else None

    reply = sandbox.run(job, paper.graded.message, count + 1, show_if_wrong)
    if not results:  # the answers broke off
        return _judged(paper, read_reply(reply, count, seconds))
    (result,) = results
    if not result.verdict.case:
        return result
    after = Reply([reply.messages[0], *reply.messages[count + 1 :]], reply.ended)
    shown = read_reply(after, len(paper.shown.questions), seconds).answers
    try:
        with _one_at_a_time:
            example = judge(paper.shown.key.exercise, paper.shown.questions, shown, paper.shown.key)
    except Exception:  # as below; the graded verdict stands without an example
        return Result(dataclasses.replace(result.verdict, **_NOTHING_TOLD), result.findings)
    told = {name: getattr(example, name) for name in _NOTHING_TOLD}
    return Result(dataclasses.replace(result.verdict, **told), result.findings)


def time_for(paper: Paper, seconds: float) -> float:
    """The seconds that an answer has, where an ordinary exercise has so many."""
    return float(seconds) * paper.exercise.seconds / SECONDS


def _judged(paper, told):
    """The result by the graded sheet. Its case, if it has one, is only told where the answer never ended."""
    exercise, troubles = paper.exercise, told.troubles
    if told.state != "answered":
        words = {
            "missing": f"could not be defined: {'; '.join(troubles) or 'its cell failed'}.",
            "blank": "is not answered yet.",
            "no function": "is not a function.",
        }[told.state]
        outcome = "unanswered" if told.state == "blank" else "wrong"
        return Result(plain_verdict(exercise, outcome, f"`{exercise.name}` {words}"), troubles)
    try:
        with _one_at_a_time:
            verdict = judge(exercise, paper.graded.questions, told.answers, paper.graded.key)
    except Exception as error:  # an output that nobody thought of must not stop the others' grading
        finding = f"the judge itself failed on this answer ({type(error).__name__}): look at it by hand"
        remark = "Your instructor will look at this answer."
        return Result(plain_verdict(exercise, "wrong", remark), (finding, *troubles))
    if troubles and verdict.outcome != "passed":
        verdict = dataclasses.replace(verdict, remarks=(*verdict.remarks, *(f"{t}." for t in troubles)))
    stopped = next((o.failure for o in told.answers.outcomes if o.failure and o.failure.kind in _STOPS), None)
    hidden = _NOTHING_TOLD | (_stopped(stopped) if stopped else {"case": verdict.case and "hidden"})
    lines = [
        line if i < paper.public else dataclasses.replace(line, name=f"{_PRIVATE} {i - paper.public + 1}")
        for i, line in enumerate(verdict.lines)
    ]
    return Result(dataclasses.replace(verdict, lines=tuple(lines), warned=(), **hidden), troubles)


_STOPS = ("timeout", "ended")


def _stopped(failure):
    words = {
        "timeout": f"it had not ended after {failure.text} (is there a loop that never ends?)",
        "ended": f"the process that ran it ended {failure.text}",
    }[failure.kind]
    return {"complaint": words, "case": f"On one of the graded inputs {words}."}
