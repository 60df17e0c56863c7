"""Right values in the wrong form: parts of a tuple swapped, one of them alone, keys of a dict exchanged."""

import itertools
from collections.abc import Iterator
from typing import Any

from coursekit.exercises.engine.statements import Statement, same_value
from coursekit.exercises.engine.wording import listing, noun


def swaps(labels: tuple[str, ...], right: Any) -> Iterator[Statement]:
    """Claims about an output as a whole. labels: names of a tuple's parts or a dict's keys; right: a right output."""
    if isinstance(right, dict):
        for one, other in itertools.combinations(right, 2):
            yield Statement(
                f"has {one!r} and {other!r} swapped",
                f"The values of {one!r} and {other!r} are swapped.",
                lambda args, want, a=one, b=other: want | {a: want[b], b: want[a]},
            )
        yield Statement(
            "has other keys",
            f"The values are right, but not the names they come under. The keys must be exactly {', '.join(right)}.",
            test=lambda args, want, got: (
                got.keys() != want.keys() and same_value(list(got.values()), list(want.values()))
            ),
        )
        yield Statement(
            "is a tuple instead of a dict",
            f"The values are right, but come without their names. Return a dict with the keys {', '.join(right)}.",
            lambda args, want: tuple(want.values()),
        )
        return
    if not labels:
        return
    for order in itertools.permutations(range(len(labels))):
        if list(order) != sorted(order):
            yield Statement(
                "comes in the wrong order",
                f"The results are right, but in the wrong order: return {', '.join(labels)}.",
                lambda args, want, o=order: tuple(want[i] for i in o),
            )
        if len(labels) > 4:
            break
    for i, label in enumerate(labels):
        rest = listing([noun(other) for other in labels if other != label])
        yield Statement(
            f"is {noun(label)} alone",
            f"You return {noun(label)} alone; {rest} {'is' if len(labels) == 2 else 'are'} missing: "
            f"`return {', '.join(labels)}`.",
            lambda args, want, i=i: want[i],
        )
        if len(labels) > 2:
            yield Statement(
                f"lacks {noun(label)}",
                f"{noun(label)[0].upper()}{noun(label)[1:]} is missing in what you return: `return {', '.join(labels)}`.",
                lambda args, want, i=i: tuple(part for j, part in enumerate(want) if j != i),
            )
