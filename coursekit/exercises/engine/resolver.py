"""Choose the most useful true message about a wrong answer.

First what is wrong in ordinary cases: a listed mistake, else a fact of the source, a relation to the right values,
the right value for changed arguments, an edit of the right formula, two slips at once, else where the values
differ. Then, in a second sentence, what special cases add to it.
"""

from coursekit.exercises.engine.answer_key import AnswerKey
from coursekit.exercises.engine.cells import Cell, cells
from coursekit.exercises.engine.complaints import Judged
from coursekit.exercises.engine.diagnosis import Table, recognize
from coursekit.exercises.engine.error_names import error_name
from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.finding import Finding
from coursekit.exercises.engine.kinds import INVALID
from coursekit.exercises.engine.quiet import quietly
from coursekit.exercises.engine.search import Search
from coursekit.exercises.engine.source_reading import DECISIVE, FIRST, Fact, divisors, facts
from coursekit.exercises.engine.special_cases import special_findings

MOST_FINDINGS = 2  # about ordinary cases


def table(exercise: Exercise, judged: list[Judged], key: AnswerKey) -> Table:
    """The cells of an answer by question and label."""
    return {(cell.index, cell.label): cell for cell in cells(exercise, judged, key.kinds)}


def resolve(
    exercise: Exercise, judged: list[Judged], key: AnswerKey, source: str | None = None
) -> list[Finding]:
    """The findings about an answer, the most useful one first; none if nothing is known but the case itself."""
    mine = table(exercise, judged, key)
    read = [f for f in facts(source, exercise.name) if f.kind in DECISIVE or f.kind == "not raised"]
    read = [f for f in read if not _irrelevant(f, exercise)]
    wrong = {place: cell for place, cell in mine.items() if cell.wrong and cell.kind is None}
    if wrong and read and read[0].kind in FIRST:
        return [Finding(read[0].name, read[0].says, frozenset(wrong))]
    findings = recognize(exercise, mine, key, source)
    with quietly():
        if wrong:
            explained = set().union(*(f.explained for f in findings))
            left = {place: cell for place, cell in wrong.items() if place not in explained}
            if left:
                findings = [*findings, *_unlisted(exercise, mine, left, key, read, bool(findings), source)]
            findings = findings[:MOST_FINDINGS]
        special = special_findings(mine, key, findings)
        raised = next((f for f in read if f.kind == "not raised"), None)
        if raised and not wrong and (silent := _silent(mine)):
            return [Finding(raised.name, raised.says, silent)]
        return findings + special


def _silent(mine: Table) -> frozenset[tuple[int, str | int]]:
    """The cells of invalid input for which the answer raises nothing."""
    return frozenset(
        place
        for place, cell in mine.items()
        if cell.kind == INVALID and (not cell.failure or cell.failure.kind == "unreadable")
    )


def _unlisted(
    exercise: Exercise,
    mine: Table,
    left: Table,
    key: AnswerKey,
    read: list[Fact],
    named: bool,
    source: str | None,
) -> list[Finding]:
    """What is wrong in ordinary cases that no listed mistake explains. named: a listed one explains others."""
    places = frozenset(left)
    if not named and (none := _none_at_times(left, mine)):
        return [none]
    fact = next((f for f in read if f.kind in DECISIVE), None)
    if fact and not named:
        return [Finding(fact.name, fact.says, places)]
    failed = [c for c in left.values() if c.failure]
    if failed:
        return [_error(failed, read)]
    try:
        return Search(exercise, mine, left, key, source).findings(last_resort=not named)
    except (
        Exception
    ):  # outputs of any form; without an explanation the case itself is shown, and points are right
        return []


def _none_at_times(left: Table, mine: Table) -> Finding | None:
    """A path through the function that ends without a `return`."""
    none = frozenset(place for place, cell in left.items() if cell.whole is None and not cell.failure)
    if not none or len(none) < len(left) or all(cell.whole is None for cell in mine.values()):
        return None
    return Finding(
        "returns None in some cases",
        "In some cases, such as the one below, your function ends without reaching a `return`, so it returns None. "
        "Which condition holds there?",
        none,
    )


def _irrelevant(fact: Fact, exercise: Exercise) -> bool:
    """Whether the solution does the same, so that the fact explains nothing."""
    quoted = fact.name.split("`")[1] if "`" in fact.name else ""
    if fact.kind == "unused":
        return quoted not in exercise.solution.__code__.co_varnames
    if fact.kind == "/ then *":
        return quoted not in divisors(exercise.solution)
    return False


def _error(failed: list[Cell], read: list[Fact]) -> Finding:
    """What to say about calls that gave no output. The case itself tells the rest."""
    first = failed[0].failure
    assert first is not None
    alike = frozenset((c.index, c.label) for c in failed if c.failure and c.failure.type == first.type)
    if first.kind == "timeout":
        return Finding("does not end", "", alike)
    if first.kind == "unreadable":
        text = next((f.says for f in read if f.kind in ("not raised", "None from a method")), "")
        return Finding("returns something that is not a value", text, alike)
    if first.kind != "raised":
        return Finding("ends its process", "", alike)
    text = next((f.says for f in read if f.kind in ("^", "not raised", "None from a method")), "")
    if first.source.startswith("raise") and not first.within:
        text = (
            "The arguments below are valid, but your function raises its own error. Check the condition before it "
            "(decimal numbers are rounded, so their sums need a tolerance, not `==`)."
        )
    return Finding(error_name(first), text, alike)
