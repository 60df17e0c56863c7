"""True statements about how an answer's values differ from the right ones: how they are written down and tested."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit.exercises.engine.values import difference

ENOUGH = 2  # different cases that a statement must explain
ENOUGH_COUNTS = 3  # if the values are counts or indices, which agree by chance more often


@dataclass(frozen=True)
class Sample:
    """One part of one output in an ordinary case: arguments, the right value, the learner's value."""

    args: tuple
    want: Any
    got: Any


@dataclass(frozen=True)
class Statement:
    """A claim that can be tested: `value(args, right)` is what the answer should have returned if it is true.

    name: completes "the loss …". says: a sentence for the learner. test: instead of `value`, a predicate on
    (args, right, answer).
    """

    name: str
    says: str
    value: Callable[[tuple, Any], Any] | None = None
    test: Callable[[tuple, Any, Any], bool] | None = None

    def holds(self, sample: Sample) -> bool:
        """Whether the claim is true of a sample. Call it `quietly`."""
        try:
            if self.test:
                return bool(self.test(sample.args, sample.want, sample.got))
            assert self.value is not None
            expected = self.value(sample.args, sample.want)
        except Exception:  # the claim makes no sense for such values
            return False
        return expected is not None and same_value(sample.got, expected)

    def changes(self, sample: Sample) -> bool:
        """Whether the claim says anything about a sample: it differs from "the value is right"."""
        return not self.holds(Sample(sample.args, sample.want, sample.want))


def same_value(got: Any, expected: Any) -> bool:
    """Whether two values are equal up to rounding; False for values that cannot be compared."""
    try:
        return difference(got, expected, alike=False) is None
    except Exception:  # learners' values of any form
        return False


def first_true(statements: Iterable[Statement], samples: Sequence[Sample]) -> Statement | None:
    """The first statement that is true of all samples and explains enough different ones. Call it `quietly`."""
    wrong = [s for s in samples if not same_value(s.got, s.want)]
    if not wrong or len(distinct(wrong)) < enough(samples):
        return None
    ordered = wrong + [s for s in samples if same_value(s.got, s.want)]
    for statement in statements:
        if all(statement.holds(s) for s in ordered) and any(map(statement.changes, wrong)):
            return statement
    return None


def enough(samples: Sequence[Sample]) -> int:
    """How many different samples a statement must explain."""
    count = all(isinstance(s.want, int | bool | str) for s in samples)
    return ENOUGH_COUNTS if count else ENOUGH


def distinct(samples: Sequence[Sample]) -> list[Sample]:
    """Samples whose right values differ."""
    found: list[Sample] = []
    for sample in samples:
        if not any(same_value(sample.want, other.want) for other in found):
            found.append(sample)
    return found


def leafwise(function: Callable[[np.ndarray], Any], value: Any) -> Any:
    """Apply a function to every array or number in a nested value."""
    if isinstance(value, tuple | list):
        return type(value)(leafwise(function, entry) for entry in value)
    if isinstance(value, dict):
        return {key: leafwise(function, entry) for key, entry in value.items()}
    if isinstance(value, str | bool) or value is None:
        raise TypeError("not a number")
    result = function(np.asarray(value, dtype=float))
    return result.item() if isinstance(result, np.ndarray) and result.ndim == 0 else result


def flat(value: Any) -> np.ndarray | None:
    """All numbers of a value in a row; None if there are none, or if some are not finite."""
    try:
        entries = (
            [flat(entry) for entry in value]
            if isinstance(value, tuple | list)
            else [np.ravel(value).astype(float)]
        )
    except (TypeError, ValueError):
        return None
    known = [entry for entry in entries if entry is not None]
    if not known or len(known) < len(entries):
        return None
    joined = np.concatenate(known)
    return joined if joined.size and np.isfinite(joined).all() else None


def each(name: str, says: str, function: Callable[[np.ndarray], Any]) -> Statement:
    """The claim that every number is this function of the right one."""
    return Statement(name, says, lambda args, want: leafwise(function, want))


def size(value: Any) -> int:
    """How many numbers a value holds."""
    if isinstance(value, tuple | list):
        return sum(map(size, value))
    return value.size if isinstance(value, np.ndarray) else 1
