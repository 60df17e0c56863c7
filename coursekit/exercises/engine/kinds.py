"""Which cases are special: whole numbers among decimals, one row, a view, very large values, invalid input.

A mistake is recognized on ordinary cases, because a special case shows a second weakness as well and so hides
the first. What is special depends on the exercise: whole numbers are ordinary where every case has them.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from coursekit.exercises.engine.answers import Outcome, Question

WHOLE = "whole numbers"
SINGLE = "arrays with an axis of length 1"
VIEW = "arrays that are views of larger ones"
LARGE = "very large values"
INVALID = "invalid input"

LARGE_FROM = 100.0  # a value from here on is very large where most cases stay below


def kinds(questions: Sequence[Question], rights: Sequence[Outcome]) -> list[str | None]:
    """What is special about each question, or None for an ordinary one."""
    features = [_features(question) for question in questions]
    counts: dict[tuple[int, str], int] = {}
    for found in features:
        for feature in found:
            counts[feature] = counts.get(feature, 0) + 1
    result = []
    for question, right, found in zip(questions, rights, features, strict=True):
        rare = [kind for place, kind in found if 2 * counts[place, kind] <= len(questions)]
        if right.failure:
            result.append(INVALID)
        else:
            result.append(next((k for k in (LARGE, WHOLE, SINGLE, VIEW) if k in rare), question.kind))
    if all(result):  # an exercise about special cases only has ordinary ones by definition
        return [kind if kind == INVALID else None for kind in result]
    return result


def _features(question: Question) -> set[tuple[int, str]]:
    """(index of the argument, kind) for each feature that may turn out to be special."""
    return {
        (i, kind) for i, value in enumerate(question.args) for array in arrays(value) for kind in _of(array)
    }


def _of(array: np.ndarray) -> Iterator[str]:
    if array.dtype.kind in "iub":
        yield WHOLE
    if 1 in array.shape:
        yield SINGLE
    if not array.flags.c_contiguous:
        yield VIEW
    if (
        array.dtype.kind in "fiu"
        and array.size
        and np.abs(array[np.isfinite(array)]).max(initial=0) >= LARGE_FROM
    ):
        yield LARGE


def arrays(value: Any) -> Iterator[np.ndarray]:
    """All arrays in a value, those in lists, tuples and dicts included."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, dict):
        yield from arrays(tuple(value.values()))
    elif isinstance(value, tuple | list):
        for entry in value:
            yield from arrays(entry)
