"""An answer as a table of cells: for each question, each part of the output, right or wrong.

Parts are those of a tuple ("loss", "gradient"), the keys of a dict, or the output as a whole (""). Two faults in
different parts are kept apart, and each part is compared with known mistakes on its own.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from coursekit.exercises.engine.answers import Failure, Question
from coursekit.exercises.engine.callables import live
from coursekit.exercises.engine.complaints import Judged, wrong_form
from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.values import difference, fresh, is_finite

Symptom = Callable[[tuple, Any], bool]


@dataclass(frozen=True)
class Cell:
    """One part of one output.

    index: of the question. kind: what is special about that question, or None. label: the part; cells under a
    law have their property's index instead. whole: the whole output. malformed: it does not have the form that
    was asked for, and `got` is all of it. loud: the value is right, but computing it caused a warning that counts.
    warned: computing it caused a warning.
    """

    index: int
    kind: str | None
    label: str | int
    want: Any
    got: Any
    failure: Failure | None
    wrong: bool
    whole: Any = None
    malformed: bool = False
    loud: bool = False
    warned: bool = False

    @property
    def bad(self) -> bool:
        return self.wrong or self.loud


def cells(exercise: Exercise, judged: Iterable[Judged], kinds: list[str | None]) -> Iterator[Cell]:
    """The cells of an answer's outcomes, question by question."""
    for i, j in enumerate(judged):
        yield from cells_of(exercise, i, j, kinds[i])


def cells_of(exercise: Exercise, index: int, j: Judged, kind: str | None) -> Iterator[Cell]:
    """The cells of one outcome."""
    prop, right, outcome = exercise.properties[j.question.property], j.right, j.outcome
    output, failure = outcome.output, outcome.failure
    noisy = bool(prop.quiet and j.complaint and failure is None)
    if prop.law or right.failure:
        label = j.question.property if prop.law else ""
        yield Cell(index, kind, label, right.output, output, failure, bool(j.complaint), output)
        return
    wanted = pieces(exercise, j.question, right.output)
    assert wanted is not None  # the reference's outputs have the right form
    mine = None if failure else pieces(exercise, j.question, output)
    for label, want in wanted.items():
        if failure:
            yield Cell(index, kind, label, want, None, failure, True)
        elif mine is None or mine.keys() != wanted.keys():
            yield Cell(index, kind, label, want, output, None, True, output, malformed=True)
        else:
            wrong = difference(mine[label], want) is not None
            loud = noisy and j.part is None and not wrong
            yield Cell(
                index,
                kind,
                label,
                want,
                mine[label],
                None,
                wrong,
                output,
                loud=loud,
                warned=bool(outcome.warned),
            )


def pieces(exercise: Exercise, question: Question, output: Any) -> dict[str, Any] | None:
    """The parts of an output that its property judges, by label; None if it does not have the right form."""
    if exercise.parts:
        if wrong_form(exercise, output) is not None:
            return None
        wanted = exercise.properties[question.property].part
        return {part: output[i] for i, part in enumerate(exercise.parts) if wanted in (None, part)}  # type: ignore[index]
    if isinstance(output, dict) and exercise.returns == "dict":
        return {str(key): value for key, value in output.items()}
    return {"": output}


def same(one: Cell, other: Cell, question: Question, symptom: Symptom | None = None) -> bool:
    """Whether an answer's cell (one) agrees with a wrong function's."""
    if one.failure or other.failure:
        return bool(
            one.failure
            and other.failure
            and one.failure.type == other.failure.type
            and one.failure.text == other.failure.text
        )
    if symptom is not None:
        return shows(symptom, question, one.whole)
    if one.loud or other.loud:
        return one.loud and other.loud
    return one.malformed == other.malformed and difference(one.got, other.got, alike=True) is None


def shows(symptom: Symptom, question: Question, output: Any) -> bool:
    """Whether an output shows a symptom."""
    try:
        return bool(symptom(tuple(live(fresh(a)) for a in question.args), output))
    except Exception:  # a symptom reads outputs of the right form; anything else may make it fail
        return False


def finite(cell: Cell) -> bool:
    """Whether a cell has a value without nan and infinities."""
    return cell.failure is None and is_finite(cell.got)
