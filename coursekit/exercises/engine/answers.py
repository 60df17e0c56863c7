"""Questions put to an answer, and what came of them: all that has to cross between two processes."""

from dataclasses import dataclass

from coursekit.exercises.engine.exercise import Exercise


@dataclass(frozen=True)
class Question:
    """One call: the arguments (data, Rng or Named) and the index of the property to judge the output by."""

    property: int
    args: tuple


@dataclass(frozen=True)
class Failure:
    """Why there is no output.

    kind: "raised", "unreadable" (it returned something that is not data), "timeout", "ended" (its process is
    gone) or "skipped" (after one of these two). bases: the classes that an error's type derives from (a
    LinAlgError is a ValueError). line, source: where in the learner's own code, if known.
    """

    kind: str
    type: str = ""
    text: str = ""
    line: int | None = None
    source: str = ""
    bases: tuple[str, ...] = ()

    def is_a(self, type_name: str) -> bool:
        """Whether `except type_name` would have caught it."""
        return type_name in (self.type, *self.bases)


@dataclass(frozen=True)
class Outcome:
    """What one call gave: an output or a failure, the arguments as they were afterwards, what was said."""

    output: object = None
    failure: Failure | None = None
    after: tuple | None = None
    printed: str = ""
    warned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answers:
    """All outcomes of one answer, its warnings, and the reference it called, if it did."""

    outcomes: tuple[Outcome, ...]
    warned: tuple[str, ...] = ()
    borrowed: str | None = None


def draw_questions(exercise: Exercise, rng) -> list[Question]:
    """Fresh questions for every property of the exercise."""
    return [Question(i, args) for i, p in enumerate(exercise.properties) for args in p.draw(rng)]
