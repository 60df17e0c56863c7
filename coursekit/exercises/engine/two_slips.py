"""Two slips in one value: an edit or a listed mistake, and on top of it a sign, a factor or an edit."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from coursekit.exercises.engine.diagnosis import likeness
from coursekit.exercises.engine.edits import Edit, edits, edits_of_function
from coursekit.exercises.engine.exercise import Exercise, Misconception
from coursekit.exercises.engine.relations import quantities
from coursekit.exercises.engine.statements import Sample, Statement, flat, leafwise, same_value
from coursekit.exercises.engine.trials import Trials

MOST_LIKE = 2  # listed wrong functions whose edits are tried: those most like the learner's code


def two_slips(
    trials: Trials,
    label: str,
    samples: Sequence[Sample],
    names: Sequence[str],
    source: str | None = None,
) -> Statement | None:
    """A statement about two slips that is true of all samples, or None. Call it `quietly`."""
    if not samples or (got := flat(samples[0].got)) is None or not got.any():
        return None
    for statement in itertools.chain(
        _two_factors(samples, names),
        _scaled(trials, label, samples, names, got),
        _edited_mistakes(trials, label, source, samples[0].args),
    ):
        if all(map(statement.holds, samples)) and _changes(statement, samples):
            return statement
    return None


def _changes(statement, samples):
    """Whether it explains two different cases at least."""
    return len({str(s.want) for s in samples if statement.changes(s)}) >= min(2, len(samples))


def _two_factors(samples, names) -> Iterator[Statement]:
    """The right value with two factors on top: a sign or a 2, and a size."""
    scales = list(_scales(samples, names))
    for (words, one), (more, other) in itertools.product(scales[:3], scales[3:]):
        yield Statement(
            f"has two slips: {words}, and {more}",
            f"It is exactly the right one but for two slips: {words}, and {more}.",
            lambda args, want, one=one, other=other: _times(
                _times(want, one, args), lambda args, _, want=want: other(args, want), args
            ),
        )


def _scaled(trials, label, samples, names, got) -> Iterator[Statement]:
    """Single slips with a sign or a factor on top, those that agree with the first sample."""
    args, scales = samples[0].args, list(_scales(samples, names))
    for first in _firsts(trials.exercise):
        try:
            value = trials.part(first, label, args)
            factor = _factor(got, flat(value))
            fits = [
                pair for pair in scales if factor and math.isclose(pair[1](args, value), factor, rel_tol=1e-4)
            ]
        except Exception:  # the changed function fails here, or there is no such number
            continue
        for words, scale in fits:
            yield _both(trials, label, first, words, scale)


def _both(trials, label, first, words, scale):
    return Statement(
        f"has two slips: {first.phrase}, and {words}",
        f"It is exactly what the right formula gives with two slips: {first.phrase}, and {words}.",
        lambda args, want: _times(trials.part(first, label, args), scale, args),
    )


def _edited_mistakes(trials, label, source, args) -> Iterator[Statement]:
    """Edits of the listed wrong functions that are most like the learner's code.

    Only slips that the right formula leaves room for: others undo the listed mistake. And only edits that matter.
    """
    if not source:
        return
    known = {edit.phrase for edit in edits(trials.exercise)}
    ranked = sorted(listed(trials.exercise), key=lambda pair: -likeness(pair[1], source))
    for misconception, wrong in ranked[:MOST_LIKE]:
        alone = Edit(wrong, "")
        for edit in edits_of_function(wrong, trials.exercise):
            if edit.phrase in known and _differ(trials, label, args, edit, alone):
                both = Edit(edit.function, f"\u201c{misconception.name}\u201d", edit.rounds)
                yield _both(trials, label, both, edit.phrase, lambda args, v: 1)


def _differ(trials, label, args, one, other) -> bool:
    """Whether two changed functions give values, and not the same."""
    try:
        return not same_value(trials.part(one, label, args), trials.part(other, label, args))
    except Exception:  # one of them fails, or there have been too many calls
        return False


def listed(exercise: Exercise) -> Iterator[tuple[Misconception, Callable]]:
    """The listed mistakes that are known by their outputs, with each of their wrong functions."""
    for misconception in exercise.misconceptions:
        if misconception.symptom is None:
            for wrong in misconception.wrongs:
                yield misconception, wrong


def _firsts(exercise) -> Iterator[Edit]:
    """Each single slip: an edit of the right formula, or a listed mistake."""
    for misconception, wrong in listed(exercise):
        yield Edit(wrong, f"\u201c{misconception.name}\u201d")
    yield from edits(exercise)


def _times(value, scale, args):
    return leafwise(lambda a: a * scale(args, value), value)


def _factor(got, first):
    """The number that one value is times the other, or None."""
    if first is None or first.shape != got.shape or not first.any():
        return None
    factor = got @ first / (first @ first)
    return factor if np.abs(got - factor * first).max() <= 1e-4 * np.abs(got).max() else None


def _scales(samples, names) -> Iterator[tuple[str, Callable]]:
    """(words, function of arguments and a value) of each factor that may come on top."""
    yield "the opposite sign", lambda args, v: -1
    yield "a factor 2 too much", lambda args, v: 2
    yield "a factor 2 missing", lambda args, v: 1 / 2
    for words, quantity in quantities(samples, names):
        if words.startswith(("the ", "its ")):
            yield f"a factor too much, {words}", quantity
            yield f"a division too much, by {words}", lambda args, v, q=quantity: 1 / q(args, v)
