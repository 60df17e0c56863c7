"""What the reference and the known mistakes answer to some questions: computed once, for any number of answers."""

from collections.abc import Callable, Iterator

from coursekit.exercises.engine.answers import Outcome, Question
from coursekit.exercises.engine.cells import Cell, cells_of
from coursekit.exercises.engine.complaints import judge_all
from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.kinds import kinds
from coursekit.exercises.engine.running import call_once


class AnswerKey:
    """The outcomes of an exercise's reference, and those of wrong functions as far as they were asked for.

    kinds: what is special about each question, or None.
    """

    def __init__(self, exercise: Exercise, questions: list[Question]):
        self.exercise, self.questions = exercise, questions
        self.rights: list[Outcome] = [call_once(exercise.reference, question.args) for question in questions]
        self.kinds: list[str | None] = kinds(questions, self.rights)
        self._wrongs: dict[Callable, tuple[list[tuple[Cell, ...]], Iterator[tuple[Cell, ...]]]] = {}

    def cells(self, wrong: Callable) -> Iterator[tuple[Cell, ...]]:
        """The cells of a wrong function's outcomes, question by question; each is computed when it is first needed."""
        if wrong not in self._wrongs:
            self._wrongs[wrong] = [], self._cells(wrong)
        known, more = self._wrongs[wrong]
        for i in range(len(self.questions)):
            if i == len(known):
                known.append(next(more))
            yield known[i]

    def _cells(self, wrong):
        outcomes = (call_once(wrong, question.args) for question in self.questions)
        for i, judged in enumerate(judge_all(self.exercise, self.questions, self.rights, outcomes)):
            yield tuple(cells_of(self.exercise, i, judged, self.kinds[i]))
