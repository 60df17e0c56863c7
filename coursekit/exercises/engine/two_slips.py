"""Two slips in one value: an edit of the right formula, and on top of it a sign or a factor."""

from collections.abc import Iterator, Sequence

import numpy as np

from coursekit.exercises.engine.callables import live
from coursekit.exercises.engine.edits import edits
from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.relations import quantities
from coursekit.exercises.engine.statements import Sample, Statement, flat, leafwise
from coursekit.exercises.engine.values import fresh, plain


def two_slips(
    exercise: Exercise,
    label: str,
    samples: Sequence[Sample],
    names: Sequence[str],
) -> Statement | None:
    """A statement about two slips that is true of all samples, or None. Call it `quietly`."""
    if not samples or (got := flat(samples[0].got)) is None:
        return None
    seconds = list(_seconds(samples, names))
    for says, value in _firsts(exercise, label):
        try:
            first = value(samples[0].args, samples[0].want)
        except Exception:  # the changed function fails here
            continue
        if not _proportional(got, flat(first)):
            continue
        for words, second in seconds:

            def both(args, want, value=value, second=second):
                return second(args, value(args, want))

            statement = Statement(
                f"has two slips: {says}, and {words}",
                f"It is exactly what the right formula gives with {says}, and {words}.",
                both,
            )
            if all(map(statement.holds, samples)):
                return statement
    return None


def _proportional(got, first):
    """Whether one is a multiple of the other: a quick test before the exact one."""
    if first is None or first.shape != got.shape or not first.any():
        return False
    factor = got @ first / (first @ first)
    return bool(abs(factor) > 1e-6 and np.abs(got - factor * first).max() <= 1e-4 * np.abs(got).max())


def _firsts(exercise: Exercise, label: str) -> Iterator[tuple]:
    """(words, function of arguments and right value) of each single slip."""
    for edit in edits(exercise):

        def value(args, want, f=edit.function):
            output = plain(f(*(live(fresh(a)) for a in args)))
            if exercise.parts:
                return output[exercise.parts.index(label)]
            return output[label] if isinstance(output, dict) and label else output

        yield edit.phrase, value


def _seconds(samples, names) -> Iterator[tuple]:
    """(words, function of arguments and a value) of each slip that may come on top."""
    yield "the opposite sign", lambda args, v: leafwise(lambda a: -a, v)
    yield "a factor 2 too much", lambda args, v: leafwise(lambda a: 2 * a, v)
    yield "a factor 2 missing", lambda args, v: leafwise(lambda a: a / 2, v)
    for words, quantity in quantities(samples, names):
        if words.startswith(("the ", "its ")):
            yield (
                f"a factor too much, {words}",
                lambda args, v, q=quantity: leafwise(lambda a: a * q(args, v), v),
            )
            yield (
                f"a division too much, by {words}",
                lambda args, v, q=quantity: leafwise(lambda a: a / q(args, v), v),
            )
