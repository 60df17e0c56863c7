"""What the checker found out about a wrong answer: one mistake, or one true statement about the difference."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from coursekit.exercises.engine.exercise import Misconception


@dataclass(frozen=True)
class Finding:
    """A mistake or a statement.

    name: a few words, shown in bold; empty for what holds for these cases only. says: sentences that explain it. explained: the cells (question, label)
    that it explains; the case that is shown is one of them. misconception, function: the listed mistake and the
    wrong function of it that agreed, if it is one. aside: it is reported after the others, about special cases.
    holds: whether the statement is true of other outputs too, given (arguments, right output, output); tests put
    it to fresh questions.
    """

    name: str
    says: str
    explained: frozenset[tuple[int, str | int]]
    misconception: Misconception | None = None
    function: Any = None
    aside: bool = False
    holds: Callable[[tuple, Any, Any], bool] | None = None
