"""From questions and answers to a verdict. Pure: it displays nothing, and never runs the learner's code."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from coursekit.exercises.engine.answer_key import AnswerKey
from coursekit.exercises.engine.answers import Answers, Question
from coursekit.exercises.engine.callables import Named, Rng
from coursekit.exercises.engine.cells import pieces
from coursekit.exercises.engine.complaints import SHARED, SHARED_REMARK, Judged, at_fault, judge_all
from coursekit.exercises.engine.diagnosis import mistake_names
from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.in_place import advice
from coursekit.exercises.engine.quiet import quietly
from coursekit.exercises.engine.resolver import resolve
from coursekit.exercises.engine.source_reading import facts
from coursekit.exercises.engine.todo import NotAnswered, is_blank
from coursekit.exercises.engine.values import difference, identical
from coursekit.exercises.engine.verdict import Line, Verdict
from coursekit.exercises.engine.wording import arguments, contrast, listing, plural, sentence, short

MUTATION_COST = 1  # point: values count first, so writing into an argument does not cost them all


def judge(
    exercise: Exercise,
    questions: list[Question],
    answers: Answers,
    key: AnswerKey | None = None,
    source: str | None = None,
) -> Verdict:
    """The verdict on answers to questions, both in the same order.

    key: of these questions, where many answers to them are judged. source: the learner's code, if it is known;
    it is read, never run, and costs no points.

    A property's points are won if all of its questions are answered right; those of a robust property only if
    the ordinary cases are right as well. An answer that writes into its arguments loses one point and has not
    passed.
    """
    asides = {"printed": answers.outcomes[0].printed, "warned": answers.warned}
    if answers.borrowed:
        remark = (
            f"It calls coursekit's own `{answers.borrowed}`, which gives the answer away. Write it yourself."
        )
        return plain_verdict(exercise, "wrong", remark, misconception="calls the reference")
    if remark := _blank(exercise, answers, source):
        return plain_verdict(exercise, "unanswered", remark, **asides)

    with quietly():
        key = key or AnswerKey(exercise, questions)
    judged = list(judge_all(exercise, questions, key.rights, answers.outcomes))
    lines = _lines(exercise, judged, key.kinds)
    points = sum(line.points for line in lines)
    writes = _writes(exercise, judged)
    failing = [j for j in judged if j.complaint]
    note = (_UNLIMITED,) if answers.unlimited else ()
    if not failing and not writes:
        verdict = plain_verdict(
            exercise, "passed", exercise.praise or exercise.explanation, points=points, lines=lines, **asides
        )
        return replace(verdict, remarks=verdict.remarks + note)

    findings = resolve(exercise, judged, key, source) if failing else []
    name = mistake_names([f for f in findings if not f.aside] or findings[:1])
    remarks = list(dict.fromkeys(f.says for f in findings))
    if writes:
        name = writes.says if name is None else f"{writes.says} and {name}"
        remarks.insert(0, writes.remark(source))
        points = max(points - MUTATION_COST, 0)
    if any(j.complaint == SHARED for j in failing):
        name = "returns the arguments' own arrays" if name is None else name
        remarks.insert(0, SHARED_REMARK)
    if not name:
        remarks.append(f'If you are stuck: `hint("{exercise.id}")`.')
    case = _failing_case(exercise, judged, findings) if failing else _written_case(exercise, writes)
    hints = [f.misconception.hint for f in findings if f.misconception and f.misconception.hint]
    return Verdict(
        exercise.id,
        exercise.name,
        "wrong",
        points,
        exercise.points,
        misconception=name,
        remarks=tuple(filter(None, remarks)) + note,
        lines=lines,
        hint=hints[0] if hints else None,
        **asides | case,
    )


_UNLIMITED = "This Python cannot start threads, so the check ran without its time limit."


def plain_verdict(exercise: Exercise, outcome: str, remark: str, *, points: float = 0, **more) -> Verdict:
    """A verdict that has no failing case to show."""
    return Verdict(exercise.id, exercise.name, outcome, points, exercise.points, remarks=(remark,), **more)


def _blank(exercise, answers, source):
    """Why this counts as not answered, or None if it does not."""
    if not all(map(_says_nothing, answers.outcomes)):
        return None
    if any(f.kind == "None from a method" for f in facts(source, exercise.name)):
        return None
    if all(o.failure is None and o.output is None for o in answers.outcomes):
        said = next(
            (f.says for f in facts(source, exercise.name) if f.kind == "no return" and "prints" in f.says), ""
        )
        return (
            said
            or f"`{exercise.name}` returns None. If you have written its body: does it end with `return`?"
        )
    return f"Replace TODO in `{exercise.signature}`, run its cell, then run this check again."


def _says_nothing(outcome):
    if outcome.failure:
        return outcome.failure.type in (NotAnswered.__name__, NotImplementedError.__name__)
    return is_blank(outcome.output)


def _lines(exercise, judged, kinds):
    """Each property with the points it won."""
    wrong = [_wrong_parts(exercise, j) for j in judged]
    ordinary = [i for i in range(len(judged)) if kinds[i] is None]

    def line(index, prop):
        own = [i for i, j in enumerate(judged) if j.question.property == index]
        won = not any(judged[i].complaint for i in own)
        if won and _is_robust(prop, [kinds[i] for i in own]):
            values = [
                i
                for i in ordinary
                if not _is_robust(exercise.properties[judged[i].question.property], [None])
            ]
            won = not any(None in wrong[i] or (wrong[i] and prop.part in (None, *wrong[i])) for i in values)
        return Line(prop.name, prop.points if won else 0, prop.points)

    return tuple(line(index, prop) for index, prop in enumerate(exercise.properties))


def _is_robust(prop, kinds):
    """Whether a property judges what an answer does beyond the ordinary cases."""
    return prop.special is not None or (all(kinds) if prop.robust is None else prop.robust)


def _wrong_parts(exercise, judged):
    """The parts of an output that are wrong: a set of their names; {None} for the output as a whole."""
    if not judged.complaint:
        return frozenset()
    parts = pieces(exercise, judged.question, judged.outcome.output) if not judged.outcome.failure else None
    if (
        not exercise.parts
        or parts is None
        or judged.right.failure
        or exercise.properties[judged.question.property].law
    ):
        return frozenset({None})
    rights = pieces(exercise, judged.question, judged.right.output)
    assert rights is not None  # the reference's outputs have the right form
    return frozenset(part for part, value in parts.items() if difference(value, rights[part]) is not None)


@dataclass(frozen=True)
class _Writes:
    """The arguments that an answer wrote into; the first of them as it was, and the question where it was."""

    names: list[str]
    before: Any
    judged: Judged

    @property
    def says(self):
        return f"writes into its argument{'s' if len(self.names) > 1 else ''} {listing(self.names)}"

    def remark(self, source):
        name = self.names[0]
        if isinstance(self.before, list):
            copies = "[a.copy() for a in " if all(isinstance(a, np.ndarray) for a in self.before) else "list("
            end = f"{copies}{name}{']' if copies[0] == '[' else ')'}"
            fix = f"list holds different things. Work on copies: `{name} = {end}`"
        elif isinstance(self.before, dict):
            fix = f"dict holds different things. Work on a copy: `{name} = dict({name})`"
        else:
            fix = f"array holds different numbers. {advice(name, source)}"
        return (
            f"Your function {self.says}: afterwards the caller's {fix}. "
            f"That costs {plural(MUTATION_COST, 'point')}."
        )


def _writes(exercise, judged):
    names = _parameters(exercise)
    found = {}
    for j in judged:
        for name, before, after in zip(names, j.question.args, j.outcome.after or (), strict=False):
            if not isinstance(before, Rng | Named) and not identical(before, after):
                found.setdefault(name, (before, j))
    return _Writes(list(found), *next(iter(found.values()))) if found else None


def _parameters(exercise):
    code = exercise.solution.__code__
    return code.co_varnames[: code.co_argcount]


def _case(exercise, judged, complaint):
    """A case in words, and its parts."""
    call = arguments(_parameters(exercise), judged.question.args)
    case = f"For {', '.join(call)}: {sentence(complaint)[:1].lower()}{sentence(complaint)[1:]}"
    return {"call": "\n".join(call), "complaint": complaint, "case": case, "printed": judged.outcome.printed}


def _written_case(exercise, writes):
    place, name = _parameters(exercise).index(writes.names[0]), writes.names[0]
    return _case(exercise, writes.judged, f"afterwards {name} is {short(writes.judged.outcome.after[place])}")


def _failing_case(exercise, judged, findings):
    """The smallest case that the first finding explains, or else the smallest of the first failing property.

    An error or a timeout comes first, since it explains the rest.
    """
    explained = {index for index, _ in findings[0].explained} if findings else set()

    def order(i):
        j = judged[i]
        failure = j.outcome.failure
        return (
            i not in explained,
            failure is None or failure.kind == "skipped",
            j.question.property,
            _entries(j.question.args),
        )

    first = judged[min((i for i, j in enumerate(judged) if j.complaint), key=order)]
    case = _case(exercise, first, first.complaint)
    failure, fault = first.outcome.failure, at_fault(exercise, first)
    if failure and failure.line is not None:
        case["code"] = f"line {failure.line}: {failure.source}"
    if fault and isinstance(fault[0], np.ndarray | list | dict):  # a single number is part of the complaint
        case["expected"], case["got"] = contrast(*fault)
    return case


def _entries(value):
    """How many numbers there are to read in a value."""
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple | list):
        return sum(map(_entries, value))
    return getattr(value, "size", 1)
