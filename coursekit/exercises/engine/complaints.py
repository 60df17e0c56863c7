"""Judge outcomes: what is the matter with each, if anything."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from coursekit.exercises.engine.answers import Outcome, Question
from coursekit.exercises.engine.callables import Rng, live
from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.values import difference, fresh, identical
from coursekit.exercises.engine.wording import kind_of


@dataclass(frozen=True)
class Judged:
    """A question, what the reference says to it, what the answer said, and the complaint about it, or None.

    part: the part of a tuple that the complaint is about.
    """

    question: Question
    right: Outcome
    outcome: Outcome
    complaint: str | None = None
    part: str | None = None


def judge_all(
    exercise: Exercise, questions: Iterable[Question], rights: Iterable[Outcome], outcomes: Iterable[Outcome]
) -> Iterator[Judged]:
    """Judge each outcome, as they come; under a law also against earlier ones: it has to follow its rng.

    Cases that their property judges together come once it has seen them all.
    """
    earlier = []

    def one_by_one():
        for question, right, outcome in zip(questions, rights, outcomes, strict=True):
            judged = judge_one(exercise, question, right, outcome)
            if exercise.properties[question.property].law and not (judged.complaint or outcome.failure):
                judged = replace(judged, complaint=_strays(earlier, judged))
                earlier.append(judged)
            yield judged

    for index, judged in itertools.groupby(one_by_one(), key=lambda j: j.question.property):
        yield from _together(exercise.properties[index].overall, judged)


def _together(overall, judged):
    """The cases of one property, as they come, or with what there is to complain about all if each alone is right."""
    if overall is None:
        yield from judged
        return
    judged = list(judged)
    complaint = None
    if not any(j.complaint for j in judged):
        complaint = overall([j.question.args for j in judged], [j.outcome.output for j in judged])
    yield from (replace(j, complaint=j.complaint or complaint) for j in judged)


def _strays(earlier, judged):
    """The complaint about random numbers that do not come from the argument, or None."""
    for other in earlier:
        if identical(_without_rng(other), _without_rng(judged)):
            same = identical(other.outcome.output, judged.outcome.output)
            equal = identical(other.question.args, judged.question.args)
            if equal and not same:
                return "asked twice with an equal generator, it gives two results: draw from `rng` alone"
            if same and not equal:
                return "it gives the same result for another generator: draw from `rng`"
    return None


def _without_rng(judged):
    return [None if isinstance(a, Rng) else a for a in judged.question.args]


def judge_one(exercise: Exercise, question: Question, right: Outcome, outcome: Outcome) -> Judged:
    """Judge one outcome by the property its question belongs to."""
    prop, output = exercise.properties[question.property], outcome.output
    complaint, part = _broken(right, outcome), None
    if not complaint and not right.failure:
        if prop.law:
            complaint = _broken_law(prop.law, question.args, output)
        else:
            complaint, part = _wrong_value(exercise, prop, right.output, output)
    if not complaint and prop.quiet:
        complaint = _noise(outcome)
    return Judged(question, right, outcome, complaint, part)


def _wrong_value(exercise, prop, want, got):
    """(complaint, part) about a value, or (None, None)."""
    if not exercise.parts:
        reason = difference(got, want)
        return reason and f"the {exercise.returns} {reason}", None
    if complaint := wrong_form(exercise, got):
        return complaint, None
    for i, part in enumerate(exercise.parts):
        if prop.part in (None, part) and (reason := difference(got[i], want[i])):
            return f"the {part} {reason}", part
    return None, None


def _noise(outcome):
    """The complaint about a warning beside right values, or None."""
    loud = [text for text in outcome.warned if text.startswith("RuntimeWarning")]
    return f"the values are right, but it warns ({loud[0]})" if loud else None


def _broken(right, outcome):
    """The complaint about an error where an output was wanted, or the other way round, or None."""
    failure = outcome.failure
    if right.failure:
        if failure and failure.is_a(right.failure.type):
            return None
        return f"it should raise {right.failure.type}" + (f", but raises {failure.type}" if failure else "")
    return _words_for(failure) if failure else None


def _broken_law(law, args, output):
    try:
        return law(tuple(live(fresh(a)) for a in args), output)
    except Exception:  # a law reads outputs of the right form; anything else may trip it
        return f"it returns {kind_of(output)}, which has not the form that was asked for"


def wrong_form(exercise, output):
    """What is wrong with an output that should be a tuple of the exercise's parts, or None."""
    if isinstance(output, tuple | list) and len(output) == len(exercise.parts):
        return None
    return f"it returns {kind_of(output)} instead of a tuple ({', '.join(exercise.parts)})"


def _words_for(failure):
    return {
        "raised": f"it raises {failure.type}: {failure.text}",
        "unreadable": failure.text,
        "timeout": f"it had not ended after {failure.text} (is there a loop that never ends?)",
        "ended": f"the process that ran it ended {failure.text}",
        "skipped": "it was not asked, because an earlier call took too long or ended its process",
    }[failure.kind]


def at_fault(exercise: Exercise, judged: Judged):
    """(wanted, got) of the failing part of an output, or None if nothing can be set side by side."""
    right, outcome = judged.right, judged.outcome
    if right.failure or outcome.failure or exercise.properties[judged.question.property].law:
        return None
    if not exercise.parts:
        same = difference(outcome.output, right.output) is None  # and the complaint is about a warning
        return None if same else (right.output, outcome.output)
    if judged.part is None:  # the complaint is about the form, or about a warning
        return None
    i = exercise.parts.index(judged.part)
    return right.output[i], outcome.output[i]
