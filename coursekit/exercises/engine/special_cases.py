"""What special cases add to a verdict: whole numbers, very large values, a single row, invalid input."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from coursekit.exercises.engine.answer_key import AnswerKey
from coursekit.exercises.engine.cells import Cell, finite, same, shows
from coursekit.exercises.engine.diagnosis import Table
from coursekit.exercises.engine.error_names import error_name
from coursekit.exercises.engine.finding import Finding
from coursekit.exercises.engine.kinds import INVALID, WHOLE
from coursekit.exercises.engine.statements import leafwise, same_value
from coursekit.exercises.engine.values import is_finite


def special_findings(mine: Table, key: AnswerKey, findings: Sequence[Finding]) -> list[Finding]:
    """At most one more finding, about the special cases that the findings so far do not explain."""
    ordinary_wrong = any(cell.wrong and cell.kind is None for cell in mine.values())
    explained = set().union(*(f.explained for f in findings))
    groups: dict[str, list[Cell]] = {}
    for place, cell in mine.items():
        if cell.kind and cell.bad and place not in explained:
            groups.setdefault(cell.kind, []).append(cell)
    if findings and not ordinary_wrong:  # a listed mistake of special cases has its name already
        return []
    for kind, cells in groups.items():
        if ordinary_wrong:
            cells = _beyond(mine, key, cells, findings)
        if cells and (found := _finding(kind, cells, ordinary_wrong)):
            return [found]
    return []


def _beyond(mine, key, cells, findings):
    """Those cells that show a second fault: no value where the mistake of the ordinary cases alone gives one."""
    functions = [
        f.function for f in findings if f.function and not (f.misconception and f.misconception.symptom)
    ]
    predicted: dict[tuple[int, str | int], list[Cell]] = {}
    for function in functions:
        for i, theirs in enumerate(key.cells(function)):
            for cell in theirs:
                predicted.setdefault((i, cell.label), []).append(cell)
    failing = {c.failure.type for c in mine.values() if c.kind is None and c.failure}
    symptoms = [f.misconception.symptom for f in findings if f.misconception and f.misconception.symptom]

    def second(cell):
        if not cell.failure and any(shows(s, key.questions[cell.index], cell.whole) for s in symptoms):
            return False
        expected = predicted.get((cell.index, cell.label), [])
        if any(same(cell, other, key.questions[cell.index]) for other in expected):
            return False
        if cell.failure:
            return cell.kind == INVALID or (
                cell.failure.kind == "raised" and cell.failure.type not in failing
            )
        if cell.kind == INVALID:
            return True
        if not finite(cell):
            return is_finite(cell.want)
        return any(_cut(cell, other.got) for other in expected if other.wrong and not other.failure)

    return [c for c in cells if second(c)]


def _finding(kind: str, cells: list[Cell], ordinary_wrong: bool) -> Finding | None:
    places = frozenset((c.index, c.label) for c in cells)
    besides = "Besides, " if ordinary_wrong else "In ordinary cases your function is right, but "
    failed = [c.failure for c in cells if c.failure]
    wrong = [c for c in cells if c.wrong]
    if kind == INVALID:
        name, text = _invalid(failed)
    elif failed:
        raised = failed[0].kind == "raised"
        what = error_name(failed[0]) if raised else "gives no result"
        name = what if kind in what else f"{what}, for {kind}" if raised else f"{what} for {kind}"
        text = f"for {kind} it raises {failed[0].type}" if raised else f"for {kind} it gives no result"
    elif not wrong:
        name, text = (
            f"warns for {kind}",
            f"for {kind} NumPy warns: an intermediate value overflows or is not defined",
        )
    elif all(not finite(c) and is_finite(c.want) for c in wrong):
        name = f"gives nan or inf for {kind}"
        text = f"for {kind} it gives nan or inf"
        if all(c.warned for c in wrong):  # NumPy saw it happen
            text += ": an intermediate value overflows, or is a logarithm of 0 or a division by 0"
    elif kind == WHOLE and all(ordinary_wrong or _cut(c, c.want) for c in wrong):
        name = "cut to whole numbers"
        text = (
            "for whole numbers its result is cut to whole numbers. An array made like its input, as by "
            "`np.zeros_like`, holds whole numbers too: ask for `dtype=float`"
        )
    elif not ordinary_wrong:
        name, text = f"is wrong for {kind}", f"not for {kind}"
    else:
        return None
    return Finding(name, f"{besides}{text}.", places, aside=ordinary_wrong)


def _invalid(failed) -> tuple[str, str]:
    if not failed:
        return (
            "no error for invalid input",
            "for invalid input it returns a value where the docstring asks for an error",
        )
    if failed[0].kind == "unreadable":
        return (
            "does not raise the error",
            "for invalid input it does not raise the error that the docstring asks for",
        )
    name = "the wrong error for invalid input"
    return name, f"for invalid input it raises {failed[0].type}, not the error that the docstring asks for"


def _cut(cell: Cell, value: Any) -> bool:
    """Whether a cell of whole-number input is a value without its decimals."""
    try:
        return (
            cell.kind == WHOLE
            and finite(cell)
            and not same_value(leafwise(np.trunc, value), value)
            and same_value(cell.got, leafwise(np.trunc, value))
        )
    except (TypeError, ValueError):
        return False
