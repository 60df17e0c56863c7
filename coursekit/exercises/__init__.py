"""Exercises: what is asked, how an answer is judged, what is said about it.

For learners: `check`, `use`, `hint`, `solution`, `progress`, `TODO`.

For authors: an `Exercise` has `Property`s that win points and `Misconception`s that name mistakes; the
exercises of a lesson are one package here, a file each, listed in its tuple EXERCISES.

A check goes through these modules: `answers` (draw questions) → `running` (run the learner's function,
anywhere) → `judge` and `diagnosis` (outputs to a verdict) → `panel` (show it) and `progress_store` (keep it).
"""

from coursekit.exercises.checking import check, use
from coursekit.exercises.exercise import Exercise, Misconception, Property
from coursekit.exercises.helping import hint, solution
from coursekit.exercises.progress_table import progress
from coursekit.exercises.registry import exercises, lookup
from coursekit.exercises.showing import in_notebook
from coursekit.exercises.todo import TODO
from coursekit.exercises.undefined import answer_undefined
from coursekit.exercises.verdict import Verdict

__all__ = [
    "TODO",
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
