"""Name a listed mistake: compare an answer's outputs with those of functions known to be wrong."""

import difflib
from collections.abc import Callable
from typing import Any

from coursekit.exercises.engine.answer_key import AnswerKey
from coursekit.exercises.engine.callables import Rng
from coursekit.exercises.engine.cells import Cell, finite, same, shows
from coursekit.exercises.engine.exercise import Exercise, Misconception
from coursekit.exercises.engine.finding import Finding
from coursekit.exercises.engine.notebooks import source_as
from coursekit.exercises.engine.quiet import quietly
from coursekit.exercises.engine.wording import listing

Table = dict[tuple[int, str | int], Cell]  # by question and label


def recognize(exercise: Exercise, mine: Table, key: AnswerKey, source: str | None = None) -> list[Finding]:
    """The listed mistakes that an answer makes, each one a finding.

    An answer that is wrong in ordinary cases makes a mistake if it agrees with the wrong function in all of
    them, in every part of the output that the wrong function gets wrong. Mistakes that show in special cases
    only (an overflow) are named only if all ordinary cases are right. If one mistake explains more than
    another, only that one is named; of two that explain the same, the one whose code is more like the answer's.
    """
    plain_wrong = any(cell.wrong and cell.kind is None for cell in mine.values())
    found: dict[frozenset[tuple[int, str | int]], list[tuple[Misconception, Any]]] = {}
    with quietly():
        for misconception in exercise.misconceptions:
            for wrong in misconception.wrongs:
                explained = _explained(mine, key, misconception, wrong, plain_wrong)
                if explained:
                    found.setdefault(explained, []).append((misconception, wrong))
    best = [
        (explained, _likest(alternatives, source))
        for explained, alternatives in found.items()
        if not any(explained < more for more in found)
    ]
    return [
        Finding(m.name, m.says, explained, misconception=m, function=wrong) for explained, (m, wrong) in best
    ]


def _explained(mine, key, misconception, wrong, plain_wrong):
    """The cells that a wrong function gets wrong, if the answer agrees on all of them; else an empty set.

    plain_wrong: compare ordinary cases; otherwise special ones, and the wrong function must be right in all others.
    """
    symptom = misconception.symptom
    explained, touched, missed, by_value, failed_alike = set(), set(), 0, 0, 0
    for i, cells in enumerate(key.cells(wrong)):
        kind = key.kinds[i]
        if plain_wrong and kind is not None:
            continue
        random = symptom is not None and any(isinstance(a, Rng) for a in key.questions[i].args)
        for theirs in cells:
            place = i, theirs.label
            my = mine[place]
            if not (theirs.wrong if kind is None and plain_wrong else theirs.bad):
                # nan everywhere is not the mistake of overflowing at the extremes
                if finite(theirs) and not my.failure and not finite(my):
                    return frozenset()
                continue
            touched.add(theirs.label)
            agrees = my.bad and same(my, theirs, key.questions[i], symptom)
            if not plain_wrong and kind is None and theirs.wrong:
                return frozenset()
            if not agrees and random and not my.failure:  # of two answers with one mistake, one may be lucky
                missed += 1
            elif not agrees:
                return frozenset()
            else:
                explained.add(place)
                if my.failure is None:
                    by_value += 1
                elif theirs.failure is not None:
                    failed_alike += my.failure.source.split() == theirs.failure.source.split() != []
    for place, my in mine.items() if plain_wrong else ():
        if my.wrong and my.kind is None and place[1] in touched and place not in explained:
            if symptom is None or my.failure:
                return frozenset()
            if shows(symptom, key.questions[place[0]], my.whole):
                explained.add(place)
            elif any(isinstance(a, Rng) for a in key.questions[place[0]].args):
                missed += 1
            else:
                return frozenset()
    return frozenset(explained) if (by_value or failed_alike) and missed < len(explained) / 2 else frozenset()


def _likest(alternatives, source):
    """Of mistakes that explain the same cells, the one whose code is most like the learner's; else the first."""
    if len(alternatives) == 1 or not source:
        return alternatives[0]

    return max(alternatives, key=lambda alternative: likeness(alternative[1], source))


def likeness(wrong: Callable, source: str) -> float:
    """How much the code of a wrong function is like the learner's, from 0 to 1."""
    try:
        theirs = source_as(wrong, "f")
    except (OSError, StopIteration, ValueError):
        return 0.0
    return difflib.SequenceMatcher(None, theirs, source, autojunk=False).ratio()


def mistake_names(findings: list[Finding]) -> str | None:
    """The names in one line: "a and b" for two mistakes."""
    names = list(dict.fromkeys(f.name for f in findings if f.name))
    return listing(names) if names else None
