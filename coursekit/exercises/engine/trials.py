"""Outputs of changed formulas, computed once for each answer, and no more of them than a check has time for."""

from collections.abc import Callable
from typing import Any

from coursekit.exercises.engine.callables import live
from coursekit.exercises.engine.edits import Edit
from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.values import fresh, plain

MOST_WORK = 1_500  # calls; counted, not timed, so that a verdict does not depend on the machine
ROUNDS_OF_A_CALL = 20  # rounds of a loop that take about as long as one call


class OutOfWork(Exception):
    """The search for an explanation has made as many calls as it may."""


class Trials:
    """The calls of changed formulas in the search for one answer's mistake."""

    def __init__(self, exercise: Exercise):
        self.exercise = exercise
        self.work = 0.0
        self._known: dict[tuple[Callable, int], tuple[Any, Exception | None]] = {}
        self._arguments: dict[int, tuple] = {}  # kept, so that no identity is used a second time

    def part(self, edit: Edit, label: str, args: tuple) -> Any:
        """One part of what an edited formula gives; raises what the formula raised.

        args: the arguments of a question, known by their identity.
        """
        place = edit.function, id(args)
        if place not in self._known:
            if self.work >= MOST_WORK:
                raise OutOfWork
            self._known[place] = self._call(edit, args)
            self._arguments[id(args)] = args
            self.work += 1 + edit.rounds() / ROUNDS_OF_A_CALL
        output, error = self._known[place]
        if error:
            raise error
        return part_of(self.exercise, output, label)

    def _call(self, edit, args):
        try:
            return plain(edit.function(*(live(fresh(a)) for a in args))), None
        except Exception as error:  # a changed formula may fail in any way
            return None, error


def part_of(exercise: Exercise, output: Any, label: str) -> Any:
    """The part of an output that has this label; ValueError if it does not have the form that was asked for."""
    if exercise.parts:
        if not isinstance(output, tuple | list) or len(output) != len(exercise.parts):
            raise ValueError("not of the right form")
        return output[exercise.parts.index(label)]
    return output[label] if isinstance(output, dict) and label else output
