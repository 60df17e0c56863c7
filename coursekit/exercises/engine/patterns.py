"""Where the values are right and where they are wrong: what can be said truly of any answer.

Such a statement may depend on the cases that were drawn, so most have no name: a verdict's name must not.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

import numpy as np

from coursekit.exercises.engine.statements import Sample, Statement, same_value
from coursekit.exercises.engine.values import close
from coursekit.exercises.engine.wording import kind_of


def pattern(samples: Sequence[Sample], names: Sequence[str]) -> Statement | None:
    """The most telling true statement about where an answer is wrong, or None. Call it `quietly`."""
    right = [same_value(s.got, s.want) for s in samples]
    for found in (
        _by_entries(samples, names),
        _by_arguments(samples, right, names),
        _by_form(samples),
        _by_size(samples, right),
        _by_share(samples, right),
    ):
        if found:
            return found
    return None


def _by_arguments(samples, right, names):
    """All cases with one feature are right, all others wrong."""
    if all(right) or not any(right):
        return None
    for i, name in enumerate(names[: len(samples[0].args)]):
        for words, feature in _features(name):
            values = [_quiet(feature, s.args[i]) for s in samples]
            good = {v for v, ok in zip(values, right, strict=True) if ok}
            bad = {v for v, ok in zip(values, right, strict=True) if not ok}
            if None in good | bad or good & bad or max(len(good), len(bad)) > 2:
                continue
            if min(right.count(True), right.count(False)) < 2:
                continue
            good_words, bad_words = (
                _either([words(v) for v in sorted(side, key=str)]) for side in (good, bad)
            )
            return Statement(
                "",
                f"Your values are right {good_words}, and wrong {bad_words}.",
                test=lambda args, want, got, f=feature, i=i, good=good: (
                    same_value(got, want) == (f(args[i]) in good)
                ),
            )
    return None


def _either(words):
    return " or ".join(dict.fromkeys(words))


def _features(name) -> Iterator[tuple[Callable[[Hashable], str], Callable[[Any], Hashable]]]:
    yield (
        lambda v: f"for a single sample `{name}`" if v == 1 else f"for a batch `{name}`",
        lambda a: a.ndim if isinstance(a, np.ndarray) else None,
    )
    yield lambda v: f"for `{name}` = {v!r}", lambda a: a if isinstance(a, bool | str) else None
    yield (
        lambda v: f"if `{name}` has one entry" if v else f"if `{name}` has more than one entry",
        lambda a: len(a) == 1 if isinstance(a, list | tuple) else None,
    )
    yield (
        lambda v: f"if `{name}` has two entries" if v else f"if `{name}` does not have two entries",
        lambda a: len(a) == 2 if isinstance(a, list | tuple) else None,
    )
    yield (
        lambda v: f"if `{name}` is 1" if v else f"if `{name}` is not 1",
        lambda a: a == 1 if isinstance(a, int) and not isinstance(a, bool) else None,
    )
    yield (
        lambda v: f"if `{name}` is 0" if v else f"if `{name}` is not 0",
        lambda a: a == 0 if isinstance(a, int | float) and not isinstance(a, bool) else None,
    )
    yield (
        lambda v: f"if `{name}` is even" if v else f"if `{name}` is odd",
        lambda a: a % 2 == 0 if isinstance(a, int) and not isinstance(a, bool) else None,
    )


def _quiet(feature, argument):
    try:
        return feature(argument)
    except (TypeError, ValueError):
        return None


def _by_entries(samples, names):
    """Entries that fulfil a condition are right, all others wrong, in every case."""
    pairs = [
        (np.asarray(s.want), np.asarray(s.got))
        for s in samples
        if isinstance(s.want, np.ndarray) and s.want.ndim
    ]
    if len(pairs) != len(samples) or any(w.shape != g.shape or g.dtype.kind not in "fiub" for w, g in pairs):
        return None
    masks = [close(g, w) for w, g in pairs]
    if not 0.1 < np.mean(np.concatenate([m.ravel() for m in masks])) < 0.9:
        return None
    for words, others, condition in _conditions(samples, names):
        wanted = [_quiet(lambda s, c=condition: c(s.args, np.asarray(s.want)), s) for s in samples]
        if all(
            m is not None and m.shape == mask.shape and np.array_equal(m, mask)
            for m, mask in zip(wanted, masks, strict=True)
        ):
            return Statement(
                "",
                f"Your entries are right {words}, and wrong {others}.",
                test=lambda args, want, got, c=condition: np.array_equal(
                    close(np.asarray(got), want), c(args, want)
                ),
            )
    return None


def _conditions(samples, names):
    def axis(words, others, place):
        def condition(args, want):
            mask = np.zeros(want.shape, dtype=bool)
            mask[place] = True
            return mask

        return words, others, condition

    yield "where the right value is positive", "where it is negative or 0", lambda args, want: want > 0
    yield "where the right value is negative", "where it is positive or 0", lambda args, want: want < 0
    yield "where the right value is 0", "elsewhere", lambda args, want: want == 0
    yield "where the right value is not 0", "where it is 0", lambda args, want: want != 0
    yield "where the right value is not negative", "where it is", lambda args, want: want >= 0
    yield "where the right value is not positive", "where it is", lambda args, want: want <= 0
    yield axis("in the first row", "in the others", 0)
    yield axis("in the last row", "in the others", -1)
    yield axis("in the first column", "in the others", (..., 0))
    yield axis("in the last column", "in the others", (..., -1))
    yield (
        "except in the first row",
        "there",
        lambda args, want: np.broadcast_to(
            (np.arange(len(want)) > 0).reshape(-1, *[1] * (want.ndim - 1)), want.shape
        ),
    )
    yield (
        "except in the last row",
        "there",
        lambda args, want: np.broadcast_to(
            (np.arange(len(want)) < len(want) - 1).reshape(-1, *[1] * (want.ndim - 1)), want.shape
        ),
    )
    for i, name in enumerate(names[: len(samples[0].args)]):
        if isinstance(samples[0].args[i], np.ndarray):
            yield f"where `{name}` is positive", "elsewhere", lambda args, want, i=i: args[i] > 0
            yield f"where `{name}` is negative", "elsewhere", lambda args, want, i=i: args[i] < 0
            yield f"where `{name}` is 0", "elsewhere", lambda args, want, i=i: args[i] == 0
            yield f"where `{name}` is not 0", "where it is 0", lambda args, want, i=i: args[i] != 0


def _by_form(samples):
    """The same wrong kind of value in every case."""
    wrong = [s for s in samples if not same_value(s.got, s.want)]
    if all(_letters(s.got) == _letters(s.want) != "" for s in wrong):
        return Statement(
            "is spelled differently",
            "You return the right names in another spelling. Use exactly those that the docstring lists: mind "
            "capitals, blanks and underscores.",
            test=lambda a, w, g: _letters(g) == _letters(w),
        )
    if all(isinstance(s.want, np.ndarray) and isinstance(s.got, np.ndarray) for s in wrong):
        more = {np.ndim(s.got) - np.ndim(s.want) for s in wrong}
        if len(more) == 1 and (d := more.pop()):
            words = f"{abs(d)} {'axis' if abs(d) == 1 else 'axes'} too {'many' if d > 0 else 'few'}"
            return Statement(
                f"has {words}",
                f"Your array has {words}. Compare its shape with the one that is expected, below.",
                test=lambda a, w, g: np.ndim(g) - np.ndim(w) == d or same_value(g, w),
            )
        if all(np.shape(s.got) != np.shape(s.want) for s in wrong):
            return Statement(
                "has the wrong shape",
                "Your array has the right number of axes, but not their lengths. Compare its shape with the one that is expected, below.",
                test=lambda a, w, g: np.shape(g) != np.shape(w) or same_value(g, w),
            )
    if all(isinstance(s.want, list | tuple) and isinstance(s.got, list | tuple) for s in wrong):
        more = {len(s.got) - len(s.want) for s in wrong}
        if len(more) == 1 and (d := more.pop()):
            words = f"{abs(d)} {'entry' if abs(d) == 1 else 'entries'} too {'many' if d > 0 else 'few'}"
            return Statement(
                f"has {words}",
                f"Your list has {words} in every case that is wrong.",
                test=lambda a, w, g: len(g) - len(w) == d or same_value(g, w),
            )
    if all(isinstance(s.want, int | float) and isinstance(s.got, np.ndarray) for s in wrong):
        return Statement(
            "is an array instead of one number",
            "One number is asked for, and you return an array. Should its entries be added up or averaged, or one of them "
            "be chosen?",
            test=lambda a, w, g: isinstance(g, np.ndarray) or same_value(g, w),
        )
    if all(isinstance(s.want, dict) and not isinstance(s.got, dict) for s in wrong):
        return Statement(
            "is not a dict",
            f"A dict is asked for, and you return {kind_of(wrong[0].got)}.",
            test=lambda a, w, g: not isinstance(g, dict) or same_value(g, w),
        )
    if all(isinstance(s.want, np.ndarray) and isinstance(s.got, int | float) for s in wrong):
        return Statement(
            "is one number instead of an array",
            "An array is asked for, and you return one number. Is something added up that should stay apart?",
            test=lambda a, w, g: isinstance(g, int | float) or same_value(g, w),
        )
    return None


def _letters(text):
    return "".join(c for c in text.lower() if c.isalnum()) if isinstance(text, str) else ""


def _by_size(samples, right):
    """Too large or too small, in every case; or how many cases are right."""
    wrong = [s for s, ok in zip(samples, right, strict=True) if not ok]
    numbers = all(
        isinstance(s.want, int | float) and isinstance(s.got, int | float) and not isinstance(s.want, bool)
        for s in wrong
    )
    if numbers and all(np.isnan(s.got) for s in wrong):
        return Statement(
            "is nan",
            "The result is nan, not a number: look for 0/0, ∞ − ∞ or the logarithm of a negative number.",
            test=lambda a, w, g: same_value(g, w) or np.isnan(g),
        )
    for words, larger in (("large", True), ("small", False)):
        if numbers and all((s.got > s.want) == larger for s in wrong):
            some = "every case" if not any(right) else "every case that is wrong"
            return Statement(
                "",
                f"Your value is too {words} in {some}.",
                test=lambda a, w, g, up=larger: same_value(g, w) or (g > w) == up,
            )
    return None


def _by_share(samples, right):
    """How many cases are right: always true, and the last resort."""
    if not right or all(right):
        return None
    if any(isinstance(s.want, str | bool) for s in samples) and not any(right):
        return Statement(
            "",
            "Your value is wrong in every ordinary case.",
            test=lambda a, w, g: not same_value(g, w),
        )
    if not any(right):
        return Statement(
            "",
            "Your value is wrong in every ordinary case. Work the case below out by hand, and compare step by step.",
            test=lambda a, w, g: not same_value(g, w),
        )
    count = sum(right)
    return Statement(
        "",
        f"Your value is right in {count} of {len(right)} ordinary cases. What do the others have in common?",
        test=lambda a, w, g: True,
    )
