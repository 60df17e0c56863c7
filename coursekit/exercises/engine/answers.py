"""Questions put to an answer, and what came of them: all that has to cross between two processes."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit.exercises.engine.callables import Rng
from coursekit.exercises.engine.exercise import Case, Exercise
from coursekit.exercises.engine.values import identical

MOST_DRAWS = 100  # of one property, in search of cases of a stratum
ENOUGH = 2  # cases of each stratum


@dataclass(frozen=True)
class Question:
    """One call: the arguments (data, Rng or Named) and the index of the property to judge the output by.

    kind: what is special about this case, if its author said so. round: how many times the property had been
    drawn before.
    """

    property: int
    args: tuple
    kind: str | None = None
    round: int = 0


@dataclass(frozen=True)
class Failure:
    """Why there is no output.

    kind: "raised", "unreadable" (it returned something that is not data), "timeout", "ended" (its process is
    gone) or "skipped" (after one of these two). bases: the classes that an error's type derives from (a
    LinAlgError is a ValueError). line, source: where in the learner's own code, if known. shapes: the shapes of
    the arrays that met there, as text, if the error is about them. within: the name of the function that was
    handed in as an argument, if the error arose inside it.
    """

    kind: str
    type: str = ""
    text: str = ""
    line: int | None = None
    source: str = ""
    bases: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()
    within: str = ""

    def is_a(self, type_name: str) -> bool:
        """Whether `except type_name` would have caught it."""
        return type_name in (self.type, *self.bases)


@dataclass(frozen=True)
class Outcome:
    """What one call gave: an output or a failure, the arguments as they were afterwards, what was said.

    shared: whether an array of the output shares memory with an array of the arguments.
    """

    output: Any = None
    failure: Failure | None = None
    after: tuple | None = None
    printed: str = ""
    warned: tuple[str, ...] = ()
    shared: bool = False


@dataclass(frozen=True)
class Answers:
    """All outcomes of one answer, its warnings, and the reference it called, if it did.

    unlimited: it ran without a time limit, because no thread could be started here.
    """

    outcomes: tuple[Outcome, ...]
    warned: tuple[str, ...] = ()
    borrowed: str | None = None
    unlimited: bool = False


def draw_questions(exercise: Exercise, rng: np.random.Generator) -> list[Question]:
    """Fresh questions for every property of the exercise, those of one property next to each other."""
    return [
        Question(i, tuple(case), case.kind if isinstance(case, Case) else p.special, number)
        for i, p in enumerate(exercise.properties)
        for number, case in _cases(exercise, p, rng)
    ]


def _cases(exercise, prop, rng):
    """(round, case) of several rounds, no two alike, and as many more as it takes to satisfy every stratum."""
    found = [(0, case) for case in prop.draw(rng)]

    def draw(number):
        """The cases of one more round that ask something new; those with a generator always do."""
        known = [tuple(case) for _, case in found]
        return [
            (number, case)
            for case in prop.draw(rng)
            if any(isinstance(a, Rng) for a in case) or not any(identical(tuple(case), c) for c in known)
        ]

    for number in range(1, 1 if prop.overall else exercise.rounds):
        found += draw(number)
    for place, stratum in enumerate(prop.strata):
        for number in range(exercise.rounds, exercise.rounds + MOST_DRAWS):
            missing = ENOUGH - sum(stratum(case) for _, case in found)
            if missing <= 0:
                break
            found += [(n, case) for n, case in draw(number) if stratum(case)][:missing]
        else:
            raise RuntimeError(
                f"Exercise {exercise.id}: {MOST_DRAWS} draws of {prop.name!r} gave fewer than {ENOUGH} cases of "
                f"its stratum {place}. Let `draw` produce such cases."
            )
    return found
