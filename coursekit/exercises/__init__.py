"""Exercises: the questions, how an answer is judged, and what the learner reads about it.

For learners: `check`, `use`, `hint`, `solution`, `progress`, `TODO`.

For authors: an `Exercise` has `Property`s that win points and `Misconception`s that name mistakes; a `Case` is a
special case of a property. The exercises of a lesson are one package here, a file each, listed in its tuple
EXERCISES. `engine` judges answers.
"""

from coursekit.exercises.engine.checking import check, use
from coursekit.exercises.engine.exercise import Case, Exercise, Misconception, Property
from coursekit.exercises.engine.helping import hint, solution
from coursekit.exercises.engine.progress_table import progress
from coursekit.exercises.engine.registry import exercises, lookup
from coursekit.exercises.engine.showing import in_notebook
from coursekit.exercises.engine.todo import TODO
from coursekit.exercises.engine.undefined import answer_undefined
from coursekit.exercises.engine.verdict import Verdict
from coursekit.exercises.engine.without_torch import skip_torch_cells

__all__ = [
    "TODO",
    "Case",
    "Exercise",
    "Misconception",
    "Property",
    "Verdict",
    "check",
    "exercises",
    "hint",
    "lookup",
    "progress",
    "solution",
    "use",
]

if shell := in_notebook():
    answer_undefined(shell)
    skip_torch_cells(shell)
