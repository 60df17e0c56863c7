"""Relations between an answer and the right value: sign, factor, offset, axis, order, another function of it."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from coursekit.exercises.engine.statements import Sample, Statement, leafwise, same_value, size
from coursekit.exercises.engine.wording import short

_BRACKETS = "Check the brackets: `a / 2 * m` divides by 2 and then multiplies by m."


def relations(samples: Sequence[Sample], names: Sequence[str]) -> Iterator[Statement]:
    """All relations that might hold between an answer's values and the right ones; names are the parameters'."""
    yield from _constants(samples)
    yield _each(
        "has the wrong sign",
        "Each value is the right one with the opposite sign. Look for a difference taken the wrong way round, or "
        "for a minus sign too many or too few.",
        lambda a: -a,
    )
    yield from _constant_factors()
    yield from _named_factors(samples, names)
    yield from _fitted(samples)
    yield from _terms(samples, names)
    yield from _functions()
    yield from _axes()
    yield from _orders()


def _constants(samples):
    """The same value in every case."""
    first = samples[0].got
    if isinstance(first, int | float | str | bool) and all(same_value(s.got, first) for s in samples):
        yield Statement(
            "is always the same",
            f"In every case your value is {short(first)}, whatever the arguments are.",
            lambda args, want: first,
        )


def _each(name, says, function):
    return Statement(name, says, lambda args, want: leafwise(function, want))


def _constant_factors():
    for factor, words in {
        2: "twice the right one",
        0.5: "half of the right one",
        4: "four times the right one",
        0.25: "a quarter of the right one",
        100: "100 times the right one",
        0.01: "a hundredth of the right one",
    }.items():
        what = {100: "That is a percentage; a fraction is asked for.", 0.01: "Is it divided by 100?"}.get(
            factor, f"Look for a factor {'2' if factor in (2, 0.5) else '4'} that is missing or too much."
        )
        yield _each(f"is {words}", f"In every case your value is {words}. {what}", lambda a, f=factor: f * a)
    for factor, base, inverse in (
        (1 / np.log(2), "2", False),
        (1 / np.log(10), "10", False),
        (np.log(2), "2", True),
    ):
        says = f"Each value is the right one {'times' if inverse else 'divided by'} ln {base}, "
        says += (
            "as if a logarithm to base 2 were converted where none is needed."
            if inverse
            else f"which is what a logarithm to base {base} gives. Use the natural logarithm, `np.log`."
        )
        name = f"is in units of a logarithm to base {base}"
        yield _each(name, says, lambda a, f=factor: f * a)


def quantities(
    samples: Sequence[Sample], names: Sequence[str]
) -> Iterator[tuple[str, Callable[[tuple, object], float]]]:
    """Sizes and numbers that a formula may divide by: (words, function of arguments and right value)."""
    for i, name in enumerate(names[: len(samples[0].args)]):
        example = samples[0].args[i]
        if isinstance(example, np.ndarray):
            yield f"the number of rows of `{name}`", lambda args, _, i=i: len(args[i])
            if any(np.ndim(s.args[i]) > 1 for s in samples):
                yield f"the number of columns of `{name}`", lambda args, _, i=i: args[i].shape[-1]
                yield f"the number of entries of `{name}`", lambda args, _, i=i: args[i].size
        elif isinstance(example, list | tuple):
            yield f"the length of `{name}`", lambda args, _, i=i: len(args[i])
        elif isinstance(example, int | float) and not isinstance(example, bool):
            yield f"`{name}`", lambda args, _, i=i: args[i]
            yield f"1 − `{name}`", lambda args, _, i=i: 1 - args[i]
            yield f"1 + `{name}`", lambda args, _, i=i: 1 + args[i]
    if any(isinstance(s.want, np.ndarray) for s in samples):
        yield "its number of entries", lambda _, want: size(want)


def _named_factors(samples, names):
    for words, quantity in quantities(samples, names):
        yield Statement(
            f"is the right one times {words}",
            f"In every case your value is the right one times {words}. Is a division by it missing, or does a "
            "sum stand where a mean is needed?",
            lambda args, want, q=quantity: leafwise(lambda a: a * q(args, want), want),
        )
        yield Statement(
            f"is the right one divided by {words}",
            f"In every case your value is the right one divided by {words}. Is it divided once too often?",
            lambda args, want, q=quantity: leafwise(lambda a: a / q(args, want), want),
        )
        yield Statement(
            f"is the right one times the square of {words}",
            f"In every case your value is the right one times the square of {words}: it is multiplied by what it "
            f"should be divided by. {_BRACKETS}",
            lambda args, want, q=quantity: leafwise(lambda a: a * q(args, want) ** 2, want),
        )
        yield Statement(
            f"is the right one divided by the square of {words}",
            f"In every case your value is the right one divided by the square of {words}: it is divided by what it "
            "should be multiplied by, or divided twice too often.",
            lambda args, want, q=quantity: leafwise(lambda a: a / q(args, want) ** 2, want),
        )
        if not words.startswith(("1 ", "`")):
            yield Statement(
                "is divided by N − 1 instead of N",
                f"In every case your value is the right one times N/(N − 1), where N is {words}: the sum is divided "
                "by N − 1. Here it is divided by N (`ddof=0`).",
                lambda args, want, q=quantity: leafwise(
                    lambda a: a * q(args, want) / (q(args, want) - 1), want
                ),
            )
            yield Statement(
                "is divided by N + 1 instead of N",
                f"In every case your value is the right one times N/(N + 1), where N is {words}.",
                lambda args, want, q=quantity: leafwise(
                    lambda a: a * q(args, want) / (q(args, want) + 1), want
                ),
            )


def _fitted(samples):
    """One factor, or one difference, that fits the first sample, and is tried on the others."""
    want, got = (_flat(getattr(samples[0], side)) for side in ("want", "got"))
    if want is None or got is None or want.shape != got.shape or not want.size:
        return
    if want.any():
        factor = float(got @ want / (want @ want))
        if np.isfinite(factor) and abs(factor) > 1e-3 and abs(factor - 1) > 1e-3:
            yield _each(
                f"is {factor:.4g} times the right one",
                f"In every case your value is {factor:.4g} times the right one. Which constant is missing or too much?",
                lambda a: factor * a,
            )
    offset = float(np.mean(got - want))
    if np.isfinite(offset) and abs(offset) > 1e-3:
        words = f"too {'large' if offset > 0 else 'small'} by {abs(offset):.4g}"
        one = (
            " One step too many or too few, or a constant that does not belong there?"
            if abs(offset) == 1
            else ""
        )
        yield _each(f"is {words}", f"In every case your value is {words}.{one}", lambda a: a + offset)


def _flat(value):
    try:
        if isinstance(value, tuple | list):
            return np.concatenate([_flat(entry) for entry in value]) if value else None
        array = np.asarray(value, dtype=float).ravel()
    except (TypeError, ValueError):
        return None
    return array if np.isfinite(array).all() else None


def _terms(samples, names):
    """An argument that is added, left out or subtracted as a whole."""
    for i, name in enumerate(names[: len(samples[0].args)]):
        if not isinstance(samples[0].args[i], np.ndarray | int | float) or isinstance(
            samples[0].args[i], bool
        ):
            continue
        for times, words, question in (
            (-1, f"the right one minus `{name}`", f"Is `{name}` left out?"),
            (1, f"the right one plus `{name}`", f"Is `{name}` added once too often?"),
            (-2, f"the right one minus 2·`{name}`", f"Is `{name}` subtracted instead of added?"),
            (2, f"the right one plus 2·`{name}`", f"Is `{name}` added instead of subtracted?"),
        ):
            yield Statement(
                f"is {words}",
                f"In every case your value is {words}. {question}",
                lambda args, want, i=i, k=times: leafwise(lambda a: _kept_shape(a + k * args[i], a), want),
            )


def _kept_shape(changed, a):
    if np.shape(changed) != np.shape(a):
        raise ValueError("the argument does not have the shape of the value")
    return changed


def _functions():
    for name, says, function in (
        ("is 1 minus the right one", "Each value is 1 minus the right one: the complement.", lambda a: 1 - a),
        (
            "is the square of the right one",
            "Each value is the square of the right one. Is a root missing, or a square too many?",
            lambda a: a**2,
        ),
        (
            "is the root of the right one",
            "Each value is the square root of the right one. Is there a root too many, or a square missing?",
            np.sqrt,
        ),
        (
            "is 1 divided by the right one",
            "Each value is the reciprocal of the right one. Are numerator and denominator swapped?",
            lambda a: 1 / a,
        ),
        (
            "has lost its sign",
            "Each value is the right one without its sign. Is there an `abs` too many, or a square whose root was taken?",
            np.abs,
        ),
        (
            "is the logarithm of the right one",
            "Each value is the logarithm of the right one. Is there a logarithm too many, or an exponential missing?",
            np.log,
        ),
        (
            "is minus the logarithm of the right one",
            "Each value is −log of the right one.",
            lambda a: -np.log(a),
        ),
        (
            "is the exponential of the right one",
            "Each value is the exponential of the right one. Is there an exponential too many, or a logarithm missing?",
            np.exp,
        ),
        (
            "is the sigmoid of the right one",
            "Each value is the sigmoid of the right one: the sigmoid is applied once too often.",
            lambda a: 1 / (1 + np.exp(-a)),
        ),
        (
            "is rounded down to whole numbers",
            "Each value is the right one without its decimals. Look for `//`, `int(…)` or an array of whole numbers that the values are stored into.",
            np.floor,
        ),
        (
            "is cut to whole numbers",
            "Each value is the right one without its decimals. Look for `int(…)`, or an array of whole numbers that the values are stored into.",
            np.trunc,
        ),
        (
            "is rounded up to whole numbers",
            "Each value is the right one rounded up to a whole number.",
            np.ceil,
        ),
        ("is rounded to whole numbers", "Each value is the right one rounded to a whole number.", np.round),
    ):
        yield _each(name, says, function)
    for digits in (1, 2, 3):
        yield _each(
            "is rounded",
            f"Each value is the right one rounded to {digits} decimal{'s' if digits > 1 else ''}. Round when you print, not in the result.",
            lambda a, d=digits: np.round(a, d),
        )
    for k, words in ((0.0, "negative"), (1.0, "larger than 1")):
        limit = (lambda a: np.maximum(a, 0)) if k == 0 else (lambda a: np.minimum(a, 1))
        yield _each(
            f"is cut off where it is {words}",
            f"Values that should be {words} are {k:g}; the others are right.",
            limit,
        )


_AXES = ((None, "over all entries"), (0, "over the rows (axis 0)"), (-1, "along each row (the last axis)"))


def _axes():
    yield Statement(
        "has the wrong shape",
        "The values are right, but the shape is not. Is an axis kept that should go (`keepdims`), or the reverse?",
        test=lambda args, want, got: (
            np.shape(got) != np.shape(want)
            and same_value(np.ravel(np.asarray(got, dtype=float)), np.ravel(want))
        ),
    )
    yield _each(
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


def _orders():
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
