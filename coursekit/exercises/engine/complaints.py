"""Compare each outcome with the reference and describe the difference."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from coursekit.exercises.engine.answers import Outcome, Question
from coursekit.exercises.engine.array_errors import raises
from coursekit.exercises.engine.callables import Rng, live
from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.values import (
    Path,
    at_path,
    difference,
    first_difference,
    fresh,
    identical,
    spread,
)
from coursekit.exercises.engine.wording import MOST_ENTRIES, agree, kind_of, noun, subject

SHARED = "the values are right, but the result shares memory with the arguments"
SHARED_REMARK = (
    "The values are right, but arrays of the result are the arguments' own arrays: a change of one is a change of the other. "
    "A new list does not help, because it holds the same arrays. Copy each array: `array.copy()`."
)


@dataclass(frozen=True)
class Judged:
    """A question, what the reference answers, what the answer gave, and the complaint about it, or None.

    part: the part of a tuple that the complaint is about. path: the entry within that part.
    """

    question: Question
    right: Outcome
    outcome: Outcome
    complaint: str | None = None
    part: str | None = None
    path: Path = ()


def judge_all(
    exercise: Exercise, questions: Iterable[Question], rights: Iterable[Outcome], outcomes: Iterable[Outcome]
) -> Iterator[Judged]:
    """Judge each outcome as it comes; under a law also against earlier ones: it must follow its rng.

    Cases that their property judges together come once it has seen them all.
    """
    earlier: list[Judged] = []

    def one_by_one():
        for question, right, outcome in zip(questions, rights, outcomes, strict=True):
            judged = judge_one(exercise, question, right, outcome)
            if exercise.properties[question.property].law and not (judged.complaint or outcome.failure):
                judged = replace(judged, complaint=_ignores_rng(earlier, judged))
                earlier.append(judged)
            yield judged

    for index, judged in itertools.groupby(one_by_one(), key=lambda j: j.question.property):
        yield from _together(exercise.properties[index].overall, judged)


def _together(overall, judged):
    """The cases of one property, as they come, or with the complaint about all of them if each alone is right."""
    if overall is None:
        yield from judged
        return
    judged = list(judged)
    complaint = None
    if not any(j.complaint for j in judged):
        complaint = overall([j.question.args for j in judged], [j.outcome.output for j in judged])
    yield from (replace(j, complaint=j.complaint or complaint) for j in judged)


def _ignores_rng(earlier, judged):
    """The complaint about random numbers that do not come from the argument, or None."""
    for other in earlier:
        together = (other.question.property, other.question.round) == (
            judged.question.property,
            judged.question.round,
        )
        if together and identical(_without_rng(other), _without_rng(judged)):
            same = identical(other.outcome.output, judged.outcome.output)
            equal = identical(other.question.args, judged.question.args)
            if equal and not same:
                return "called twice with an equal generator, it gives two results: draw from `rng` alone"
            if same and not equal:
                return "it gives the same result for a different generator: draw from `rng`"
    return None


def _without_rng(judged):
    return [None if isinstance(a, Rng) else a for a in judged.question.args]


def judge_one(exercise: Exercise, question: Question, right: Outcome, outcome: Outcome) -> Judged:
    """Judge one outcome by the property its question belongs to."""
    prop, output = exercise.properties[question.property], outcome.output
    complaint, part, path = _broken(right, outcome), None, ()
    if not complaint and not right.failure:
        if prop.law:
            complaint = _broken_law(prop.law, question.args, output)
        else:
            complaint, part, path = _wrong_value(exercise, prop, right.output, output)
    if not complaint and prop.quiet:
        complaint = _noise(outcome)
    if not complaint and prop.copies and outcome.shared:
        complaint = SHARED
    return Judged(question, right, outcome, complaint and complaint.rstrip("."), part, path)


def _wrong_value(exercise, prop, want, got):
    """(complaint, part, path) about a value, or (None, None, ())."""
    if not exercise.parts:
        found = first_difference(got, want)
        if not found:
            return None, None, ()
        if isinstance(exercise.returns, str) and exercise.returns == "dict" and not found[0]:
            return f"the result {found[1]}", None, ()
        return _of_value(exercise.returns, got, want, found), None, found[0]
    if complaint := wrong_form(exercise, got):
        return complaint, None, ()
    for i, part in enumerate(exercise.parts):
        if prop.part in (None, part) and (found := first_difference(got[i], want[i])):
            return _of_value(part, got[i], want[i], found), part, found[0]
    return None, None, ()


def _of_value(name, got, want, found):
    """The complaint about a value: of a list of arrays first how much it differs in all, then where first."""
    path, reason = found
    where = agree(subject(name, path), reason)
    size = spread(got, want)
    return f"{agree(noun(name), size)}: {where}" if size and "differs" not in reason else where


def _noise(outcome):
    """The complaint about a warning beside right values, or None."""
    loud = [text for text in outcome.warned if text.startswith("RuntimeWarning")]
    return f"the values are right, but it warns ({loud[0]})" if loud else None


def _broken(right, outcome):
    """The complaint about an error where an output was expected, or the reverse, or None."""
    failure = outcome.failure
    if right.failure:
        expected = f"it should raise {right.failure.type}"
        if failure is None:
            return f"{expected}, but returns {kind_of(outcome.output)}"
        if failure.is_a(right.failure.type):
            return None
        return f"{expected}, but {words_for(failure)}"
    return words_for(failure) if failure else None


def _broken_law(law, args, output):
    try:
        return law(tuple(live(fresh(a)) for a in args), output)
    except Exception:  # a law reads outputs of the right form; anything else may make it fail
        return f"it returns {kind_of(output)}, which does not have the form described in the docstring"


def wrong_form(exercise: Exercise, output: Any) -> str | None:
    """What is wrong with an output that should be a tuple of the exercise's parts, or None."""
    if isinstance(output, tuple | list) and len(output) == len(exercise.parts):
        return None
    return f"it returns {kind_of(output)} instead of a tuple ({', '.join(exercise.parts)})"


def words_for(failure) -> str:
    """Why there is no output, as a main clause."""
    if failure.kind == "raised":
        return raises(failure)
    return {
        "unreadable": failure.text,
        "timeout": f"it had not ended after {failure.text} (is there a loop that never ends?)",
        "ended": f"the process that ran it ended {failure.text}",
        "skipped": "it was not called, because an earlier call took too long or ended its process",
    }[failure.kind]


def at_fault(exercise: Exercise, judged: Judged) -> tuple[Any, Any] | None:
    """(expected, received) of the failing part of an output, or None if nothing can be shown side by side.

    Of a large list, only the entry that differs first.
    """
    right, outcome = judged.right, judged.outcome
    if right.failure or outcome.failure or exercise.properties[judged.question.property].law:
        return None
    if not exercise.parts:
        want, got = right.output, outcome.output
        if difference(got, want) is None:  # and the complaint is about a warning
            return None
    elif judged.part is None:  # the complaint is about the form, or about a warning
        return None
    else:
        i = exercise.parts.index(judged.part)
        want, got = right.output[i], outcome.output[i]
    if judged.path and _entries(want) > MOST_ENTRIES:
        return at_path(want, judged.path), at_path(got, judged.path)
    return want, got


def _entries(value) -> int:
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple | list):
        return sum(map(_entries, value))
    return value.size if isinstance(value, np.ndarray) else 1
