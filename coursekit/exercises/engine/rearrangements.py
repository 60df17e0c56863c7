"""Relations that move values about: axes, order, entries too many or too few."""

from collections.abc import Iterator

import numpy as np

from coursekit.exercises.engine.statements import Statement, each, same_value

_AXES = ((None, "over all entries"), (0, "over the rows (axis 0)"), (-1, "along each row (the last axis)"))


def axes() -> Iterator[Statement]:
    """Claims about axes: a wrong shape, a transpose, a reduction too many."""
    yield Statement(
        "has the wrong shape",
        "The values are right, but the shape is not. Does an axis remain that should be gone (`keepdims`, `reshape`), or is one missing?",
        test=lambda args, want, got: (
            np.shape(got) != np.shape(want)
            and same_value(np.ravel(np.asarray(got, dtype=float)), np.ravel(want))
        ),
    )
    yield each(
        "is transposed",
        "Each matrix is the transpose of the right one: rows and columns are swapped.",
        _transpose,
    )
    for reduce, done in ((np.sum, "added up"), (np.mean, "averaged"), (np.max, "reduced to their maximum")):
        for axis, words in _AXES:
            for keep in (False, True):
                yield Statement(
                    f"is {done} {words}",
                    f"The right values are {done} {words}. Each of them is asked for by itself, without that step.",
                    lambda args, want, r=reduce, a=axis, k=keep: _reduced(r, want, a, k),
                )


def _transpose(a):
    if a.ndim != 2:
        raise ValueError("only a matrix has a transpose")
    return a.T


def _reduced(reduce, want, axis, keep):
    array = np.asarray(want, dtype=float)
    if array.ndim == 0 or (axis is not None and array.ndim < 2):
        return None
    result = reduce(array, axis=axis, keepdims=keep)
    return result.item() if np.ndim(result) == 0 else result


def orders() -> Iterator[Statement]:
    """Claims about the order of the entries, and about entries too many or too few."""
    for name, says, change in (
        ("is in reverse order", "The right values come in reverse order.", lambda w: w[::-1]),
        (
            "lacks its first entry",
            "The right values are there, but the first one is missing.",
            lambda w: w[1:],
        ),
        (
            "lacks its last entry",
            "The right values are there, but the last one is missing.",
            lambda w: w[:-1],
        ),
        (
            "is only its first entry",
            "You return the first of the right values only. Does the function return too early, inside the loop?",
            lambda w: w[0],
        ),
        (
            "is only its first entry",
            "You return the first of the right values only. Does the function return too early, inside the loop?",
            lambda w: w[:1],
        ),
        (
            "is only its last entry",
            "You return the last of the right values only. Are the earlier ones overwritten instead of collected?",
            lambda w: w[-1],
        ),
        (
            "is only its last entry",
            "You return the last of the right values only. Are the earlier ones overwritten instead of collected?",
            lambda w: w[-1:],
        ),
        (
            "is shifted by one place",
            "The right values are shifted by one place toward the end.",
            lambda w: np.roll(w, 1, axis=0),
        ),
        (
            "is shifted by one place",
            "The right values are shifted by one place toward the beginning.",
            lambda w: np.roll(w, -1, axis=0),
        ),
        ("is sorted", "The right values are there, but sorted by size; their order matters.", np.sort),
        (
            "is added up along the way",
            "Each value is the sum of all right values up to there (a cumulative sum).",
            lambda w: np.cumsum(w, axis=0),
        ),
    ):
        yield Statement(
            name,
            says,
            lambda args, want, c=change: c(want) if np.ndim(want) or isinstance(want, list) else None,
        )
    yield Statement(
        "has its pairs swapped",
        "Each pair holds the right two values in the wrong order.",
        lambda args, want: (
            [pair[::-1] for pair in want] if isinstance(want, list) and isinstance(want[0], tuple) else None
        ),
    )
    for extra, where in ((slice(1, None), "before the first"), (slice(None, -1), "after the last")):
        yield Statement(
            f"has an entry too many {where} one",
            f"The right values are there, and one more {where} one.",
            test=lambda args, want, got, e=extra: len(got) == len(want) + 1 and same_value(got[e], want),
        )
