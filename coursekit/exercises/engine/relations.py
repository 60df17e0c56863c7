"""Relations between an answer and the right value: sign, factor, offset, axis, order, another function of it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from coursekit.exercises.engine.rearrangements import axes, orders
from coursekit.exercises.engine.statements import Sample, Statement, each, flat, leafwise, same_value, size
from coursekit.exercises.engine.wording import short

_BRACKETS = "Check the brackets: `a / 2 * m` divides by 2 and then multiplies by m."


def relations(samples: Sequence[Sample], names: Sequence[str]) -> Iterator[Statement]:
    """All relations that might hold between an answer's values and the right ones; names are the parameters'."""
    yield from _constants(samples)
    yield from _texts()
    yield each(
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
    yield from axes()
    yield from orders()


def _texts() -> Iterator[Statement]:
    """The right values as texts."""
    yield Statement(
        "is text instead of values",
        "You return texts in quotation marks. Return the values themselves, without quotation marks.",
        test=lambda args, want, got: not isinstance(want, str) and got != want and _as_texts(want) == got,
    )


def _as_texts(value):
    return [_as_texts(entry) for entry in value] if isinstance(value, tuple | list) else str(value)


def _constants(samples):
    """The same value in every case."""
    first = samples[0].got
    if isinstance(first, int | float | str | bool) and all(same_value(s.got, first) for s in samples):
        yield Statement(
            "is always the same",
            f"In every case your value is {short(first)}, whatever the arguments are.",
            lambda args, want: first,
        )


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
        yield each(f"is {words}", f"In every case your value is {words}. {what}", lambda a, f=factor: f * a)
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
        yield each(name, says, lambda a, f=factor: f * a)


def quantities(
    samples: Sequence[Sample], names: Sequence[str]
) -> Iterator[tuple[str, Callable[[tuple, Any], float]]]:
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
            "sum appear where a mean is needed?",
            lambda args, want, q=quantity: leafwise(lambda a: a * q(args, want), want),
        )
        yield Statement(
            f"is the right one divided by {words}",
            f"In every case your value is the right one divided by {words}. Is it divided once too often?",
            lambda args, want, q=quantity: leafwise(lambda a: a / q(args, want), want),
        )
        yield Statement(
            f"is the right one times the square of {words}",
            f"In every case your value is the right one times the square of {words}: is it multiplied by what "
            f"it should be divided by? {_BRACKETS}",
            lambda args, want, q=quantity: leafwise(lambda a: a * q(args, want) ** 2, want),
        )
        yield Statement(
            f"is the right one divided by the square of {words}",
            f"In every case your value is the right one divided by the square of {words}: is it divided by what "
            "it should be multiplied by, or divided twice too often?",
            lambda args, want, q=quantity: leafwise(lambda a: a / q(args, want) ** 2, want),
        )
        if not words.startswith(("1 ", "`")):
            yield Statement(
                "is divided by N − 1 instead of N",
                f"In every case your value is the right one times N/(N − 1), where N is {words}, as if a sum were "
                "divided by N − 1. Divide by N (in `np.var` and `np.std`, `ddof=0`).",
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
    want, got = flat(samples[0].want), flat(samples[0].got)
    if want is None or got is None or want.shape != got.shape or not want.size:
        return
    if want.any():
        factor = float(got @ want / (want @ want))
        if np.isfinite(factor) and abs(factor) > 1e-3 and abs(factor - 1) > 1e-3:
            yield each(
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
        yield each(f"is {words}", f"In every case your value is {words}.{one}", lambda a: a + offset)


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
    ):
        yield each(name, says, function)
    yield from _roundings()
    for k, words in ((0.0, "negative"), (1.0, "larger than 1")):
        limit = (lambda a: np.maximum(a, 0)) if k == 0 else (lambda a: np.minimum(a, 1))
        yield each(
            f"is cut off where it is {words}",
            f"Values that should be {words} are {k:g}; the others are right.",
            limit,
        )


def _roundings():
    """Predicates, since a value that lies on the edge may be rounded either way."""
    stored = "Look for `//`, `int(…)` or an array of whole numbers that the values are stored into."
    for name, says, digits, low, high in (
        (
            "is rounded down to whole numbers",
            f"Each value is the right one rounded down. {stored}",
            0,
            -1.0,
            0.0,
        ),
        (
            "is cut to whole numbers",
            f"Each value is the right one without its decimals. {stored}",
            0,
            None,
            None,
        ),
        (
            "is rounded up to whole numbers",
            "Each value is the right one rounded up to a whole number.",
            0,
            0.0,
            1.0,
        ),
        (
            "is rounded to whole numbers",
            "Each value is the right one rounded to a whole number.",
            0,
            -0.5,
            0.5,
        ),
        (
            "is rounded",
            "Each value is the right one rounded to 1 decimal. Round only when you print.",
            1,
            -0.5,
            0.5,
        ),
        (
            "is rounded",
            "Each value is the right one rounded to 2 decimals. Round only when you print.",
            2,
            -0.5,
            0.5,
        ),
        (
            "is rounded",
            "Each value is the right one rounded to 3 decimals. Round only when you print.",
            3,
            -0.5,
            0.5,
        ),
    ):
        yield Statement(
            name, says, test=lambda args, want, got, d=digits, a=low, b=high: _rounded(want, got, d, a, b)
        )


def _rounded(want, got, digits, low, high):
    want, got = (np.asarray(value, dtype=float) * 10**digits for value in (want, got))
    if want.shape != got.shape or not np.allclose(got, np.round(got), rtol=0, atol=1e-6):
        return False
    step = got - want
    if low is None:  # toward 0
        step, low, high = step * np.sign(want), -1.0, 0.0
    return bool(np.all((low - 1e-6 <= step) & (step <= high + 1e-6)))
