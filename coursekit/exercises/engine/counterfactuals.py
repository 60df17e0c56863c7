"""The right value, but for different arguments: two swapped, one ignored, one changed."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from coursekit.exercises.engine.callables import Named, Rng, live
from coursekit.exercises.engine.statements import Sample, Statement
from coursekit.exercises.engine.values import fresh

MOST_PAIRS = 15  # pairs of arguments that are tried swapped


def counterfactuals(
    right: Callable[[tuple], Any], samples: Sequence[Sample], names: Sequence[str]
) -> Iterator[Statement]:
    """Claims that the answer is right for changed arguments. right: the part of the reference's output, given them."""
    args = samples[0].args
    names = list(names[: len(args)])
    for i, name in enumerate(names):
        yield Statement(
            f"is the argument `{name}`, unchanged",
            f"You return the argument `{name}` as it is.",
            lambda args, want, i=i: args[i],
        )
    for i, j in itertools.islice(_pairs(args), MOST_PAIRS):
        yield _claim(
            right,
            f"is right for `{names[i]}` and `{names[j]}` swapped",
            f"Your value is the right one for `{names[i]}` and `{names[j]}` swapped. Check where each of them goes "
            "in the formula, and their order in the `def` line.",
            lambda args, i=i, j=j: _swapped(args, i, j),
        )
    for i, name in enumerate(names):
        if _zero_to_one(args[i]):
            words, says = (
                f"is right for 1 − `{name}`",
                f"Your value is the right one for 1 − `{name}`: two cases are swapped.",
            )
            yield _claim(right, words, says, lambda args, i=i: (*args[:i], 1 - args[i], *args[i + 1 :]))
    for i, name in enumerate(names):
        for words, says, change in _changes(name, args[i], len(args) > 1):
            yield _claim(
                right, words, says, lambda args, i=i, c=change: (*args[:i], c(args[i]), *args[i + 1 :])
            )


def _zero_to_one(value):
    return (
        isinstance(value, np.ndarray)
        and value.dtype.kind in "fiu"
        and value.size > 0
        and value.min() >= 0
        and value.max() <= 1
    )


def _claim(right, name, says, change):
    return Statement(name, says, lambda args, want: right(change(tuple(live(fresh(a)) for a in args))))


def _pairs(args) -> Iterator[tuple[int, int]]:
    """Arguments that could be confused: two arrays, two numbers or two lists."""
    for i, j in itertools.combinations(range(len(args)), 2):
        if not isinstance(args[i], Named | Rng) and _sort(args[i]) == _sort(args[j]):
            yield i, j


def _sort(value):
    if isinstance(value, bool):
        return bool
    return float if isinstance(value, int | float) else type(value)


def _swapped(args, i, j):
    changed = list(args)
    changed[i], changed[j] = args[j], args[i]
    return tuple(changed)


def _lost(several):
    return ", while the other arguments keep their order" if several else ": the order of its entries is lost"


def _changes(name, value, several=False):
    """(name, sentence, function of the argument) for changes that an answer may make without meaning to."""
    if isinstance(value, bool):
        yield (
            f"is right for `{name}` negated",
            f"Your value is the right one for the opposite of `{name}`: True and False are swapped.",
            lambda v: not v,
        )
        for constant in (True, False):
            yield _ignored(name, constant)
    elif isinstance(value, int | float):
        for constant in (0, 1, 0.5, 2):
            yield _ignored(name, constant)
        yield (
            f"is right for `{name}` + 1",
            f"Your value is the right one for `{name}` + 1. Is something counted once too often?",
            lambda v: v + 1,
        )
        yield (
            f"is right for `{name}` − 1",
            f"Your value is the right one for `{name}` − 1. Is something counted once too few?",
            lambda v: v - 1,
        )
        yield (
            f"is right for −`{name}`",
            f"Your value is the right one for −`{name}`: a sign is wrong where `{name}` enters.",
            lambda v: -v,
        )
        yield f"is right for 1 − `{name}`", f"Your value is the right one for 1 − `{name}`.", lambda v: 1 - v
        yield (
            f"is right for 1/`{name}`",
            f"Your value is the right one for 1/`{name}`: you multiply by `{name}` where you should divide, or the reverse.",
            lambda v: 1 / v,
        )
        yield (
            f"is right for twice `{name}`",
            f"Your value is the right one for 2·`{name}`. Is there a factor 2 too much?",
            lambda v: 2 * v,
        )
        yield (
            f"is right for half of `{name}`",
            f"Your value is the right one for `{name}`/2. Is a factor 2 missing?",
            lambda v: v / 2,
        )
        yield (
            f"is right for the square of `{name}`",
            f"Your value is the right one for the square of `{name}`.",
            lambda v: v**2,
        )
        yield (
            f"is right for the root of `{name}`",
            f"Your value is the right one for the square root of `{name}`.",
            lambda v: v**0.5,
        )
    elif isinstance(value, np.ndarray) and value.dtype.kind in "fiu":
        yield (
            f"is right for −`{name}`",
            f"Your value is the right one for −`{name}`. Is a sign wrong where `{name}` enters, or are the largest and "
            "the smallest confused?",
            lambda v: -v,
        )
        yield (
            f"is right for `{name}` divided by its number of columns",
            f"Your value is the right one for `{name}` divided by its number of columns. Is there a mean where a sum "
            "is needed?",
            lambda v: v / v.shape[-1],
        )
        yield (
            f"is right for `{name}` divided by its number of rows",
            f"Your value is the right one for `{name}` divided by its number of rows. Is there a mean where a sum is "
            "needed?",
            lambda v: v / len(v),
        )
        yield (
            f"is right for `{name}` = 0",
            f"Your value is the right one for `{name}` = 0, so `{name}` has no influence on it. Is `{name}` used?",
            np.zeros_like,
        )
        yield (
            f"is right for `{name}` = 1",
            f"Your value is the right one if every entry of `{name}` is 1, so `{name}` has no influence on it. Is `{name}` used?",
            np.ones_like,
        )
        yield (
            f"is right for 1 − `{name}`",
            f"Your value is the right one for 1 − `{name}`: two cases are swapped.",
            lambda v: 1 - v,
        )
        yield (
            f"is right for |`{name}`|",
            f"Your value is the right one for the absolute values of `{name}`: its signs are lost.",
            np.abs,
        )
        yield (
            f"is right for the square of `{name}`",
            f"Your value is the right one for the square of `{name}`.",
            lambda v: v**2,
        )
        yield (
            f"is right for half of `{name}`",
            f"Your value is the right one for `{name}`/2.",
            lambda v: v / 2,
        )
        yield f"is right for twice `{name}`", f"Your value is the right one for 2·`{name}`.", lambda v: 2 * v
        yield (
            f"is right for the sigmoid of `{name}`",
            f"Your value is the right one for the sigmoid of `{name}`: a sigmoid is applied that does not belong there.",
            lambda v: 1 / (1 + np.exp(-v)),
        )
        for words, change in (("rounded", np.round), ("cut to whole numbers", np.trunc)):
            yield (
                f"is right for `{name}` {words}",
                f"Your value is the right one for `{name}` {words}.",
                change,
            )
        yield (
            f"is right for `{name}` transposed",
            f"Your value is the right one for the transpose of `{name}`.",
            np.transpose,
        )
        yield (
            f"is right for `{name}` sorted",
            f"Your value is the right one for `{name}` sorted{_lost(several)}.",
            np.sort,
        )
        yield (
            f"is right for `{name}` reversed",
            f"Your value is the right one for `{name}` in reverse order.",
            lambda v: v[::-1],
        )
        yield from _shortened(name)
    elif isinstance(value, list):
        yield (
            f"is right for `{name}` reversed",
            f"Your value is the right one for the list `{name}` in reverse order.",
            lambda v: v[::-1],
        )
        if value and isinstance(value[0], np.ndarray):
            yield (
                f"is right for `{name}` = 0",
                f"Your value is the right one if every entry of `{name}` is 0, so `{name}` has no influence on it. Is `{name}` used?",
                lambda v: [np.zeros_like(a) for a in v],
            )
            yield (
                f"is right for `{name}` transposed",
                f"Your value is the right one for the transposes of the matrices in `{name}`.",
                lambda v: [a.T for a in v],
            )
            for words, place in (("first", 0), ("last", -1)):
                yield (
                    f"is right if the {words} entry of `{name}` is 0",
                    f"Your value is the right one if the {words} array in `{name}` is all 0: it has no influence on it. "
                    "Is it left out?",
                    lambda v, i=place: [0 * a if j == i % len(v) else a for j, a in enumerate(v)],
                )
        yield from _shortened(name)


def _shortened(name):
    for words, part in (
        ("without its first entry", slice(1, None)),
        ("without its last entry", slice(None, -1)),
        ("cut to its first entry", slice(None, 1)),
    ):
        yield (
            f"is right for `{name}` {words}",
            f"Your value is the right one for `{name}` {words}. Where do the indices start and end?",
            lambda v, p=part: v[p],
        )


def _ignored(name, constant):
    says = f"Your value is the right one for `{name}` = {constant}, whatever `{name}` is. Is `{name}` used?"
    return f"is right for `{name}` = {constant}", says, lambda v: constant
