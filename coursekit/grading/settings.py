"""Settings of a grading run, identical on every machine that grades some of its submissions."""

from dataclasses import dataclass, field
from typing import Literal

from coursekit.exercises.engine.exercise import Property
from coursekit.exercises.engine.registry import everything
from coursekit.grading import question_sets
from coursekit.grading.inside.confine import Limits
from coursekit.grading.people import Person

Attempts = Literal["best", "last"]


@dataclass(frozen=True)
class RunSettings:
    """What is asked, and how it is run.

    exercises: their ids, in order. seed: of the questions, secret. private: the instructor's own properties, by
    exercise. seconds: for one answer. sandbox: None for the strongest that holds. attempts: which of several attempts
    counts. variants: whether each student gets questions of their own. The repr shows no secret, so it is safe to log.
    """

    exercises: tuple[str, ...]
    seed: int = field(repr=False)
    private: dict[str, list[Property]] = field(repr=False)
    seconds: float
    sandbox: str | None
    attempts: Attempts = "best"
    variants: bool = False

    def graded_exercises(self) -> list[question_sets.GradedExercise]:
        """The exercises with their questions."""
        return [
            question_sets.graded_exercise(everything()[key], self.seed, tuple(self.private.get(key, ())))
            for key in self.exercises
        ]

    def for_student(
        self, exercises: list[question_sets.GradedExercise], person: Person
    ) -> list[question_sets.GradedExercise]:
        """The exercises with the questions that this student is asked."""
        if not self.variants:
            return exercises
        return [question_sets.variant(graded, self.seed, "\0".join(person.key)) for graded in exercises]

    def limits(self, exercises: list[question_sets.GradedExercise]) -> Limits:
        """Limits of one sandboxed process: time for the definitions, then for the questions."""
        return Limits(
            seconds=2 * max(question_sets.time_for(graded, self.seconds) for graded in exercises) + 1
        )


def exercises_of(lessons: list[str]) -> tuple[str, ...]:
    """The ids of all exercises of these lessons ("02"), in the order of the course."""
    return tuple(key for key in everything() if key[:2] in lessons)
