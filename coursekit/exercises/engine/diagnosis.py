"""Name the mistake: compare an answer's outputs with those of functions known to be wrong."""

import contextlib
import warnings

import numpy as np

from coursekit.exercises.engine.answer_key import AnswerKey
from coursekit.exercises.engine.callables import live
from coursekit.exercises.engine.complaints import Judged, at_fault, wrong_form
from coursekit.exercises.engine.exercise import Exercise, Misconception
from coursekit.exercises.engine.todo import NotAnswered
from coursekit.exercises.engine.values import difference, fresh, is_finite
from coursekit.exercises.engine.wording import listing


@contextlib.contextmanager
def quietly():
    """No warnings: the functions called within are ours, right or wrong on purpose."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def recognize(exercise: Exercise, judged: list[Judged], key: AnswerKey) -> list[list[Misconception]]:
    """The mistakes an answer makes: a list of alternatives for each.

    A mistake is recognized if the answer agrees with its wrong function on every question where that one
    fails, once at least by value or with the same error message: NumPy's messages name the shapes. Where one recognized mistake explains more questions than another, only the
    former is named; two that explain the same questions cannot be told apart and are alternatives.
    """
    found: dict[frozenset[int], list[Misconception]] = {}
    with quietly():
        for misconception in exercise.misconceptions:
            for wrong in misconception.wrongs:
                explained = _explained(exercise, judged, key.judged(wrong), misconception.symptom)
                alternatives = found.setdefault(explained, []) if explained else []
                if misconception not in alternatives:
                    alternatives.append(misconception)
    return [names for explained, names in found.items() if not any(explained < more for more in found)]


def _explained(exercise, judged, others, symptom):
    """The questions (their indices) that a wrong function fails, if the answer agrees on all of them.

    others: the wrong function's outcomes, judged.
    """
    same = _shows(symptom) if symptom else _same_where_judged
    explained, told = set(), False
    for i, (mine, theirs) in enumerate(zip(judged, others, strict=True)):
        one, other = mine.outcome, theirs.outcome
        if not theirs.complaint:
            # nan everywhere is not the mistake of overflowing at the extremes
            if not (one.failure or other.failure) and is_finite(other.output) > is_finite(one.output):
                return frozenset()
            continue
        if not mine.complaint:
            return frozenset()
        explained.add(i)
        if one.failure or other.failure:
            if not (one.failure and other.failure and one.failure.type == other.failure.type):
                return frozenset()
            told = told or one.failure.text == other.failure.text != ""
        elif same(exercise, mine.question, one.output, other.output):
            told = True
        else:
            return frozenset()
    return frozenset(explained) if told else frozenset()


def _shows(symptom):
    def same(exercise, question, one, other):
        try:
            return symptom(tuple(live(fresh(a)) for a in question.args), one)
        except Exception:  # a symptom reads outputs of the right form; anything else may trip it
            return False

    return same


def _same_where_judged(exercise, question, one, other):
    part = exercise.properties[question.property].part
    if part and wrong_form(exercise, one) is None and wrong_form(exercise, other) is None:
        i = exercise.parts.index(part)
        one, other = one[i], other[i]
    return difference(one, other, alike=True) is None


def constant_factor(exercise: Exercise, judged: list[Judged]) -> str | None:
    """ "Every loss is 2 × the right one", if that holds for all failing outputs of a part."""
    for label in exercise.parts or (exercise.returns,):
        faults = [at_fault(exercise, j) for j in judged if j.complaint and j.part in (None, label)]
        try:
            want = np.concatenate([_numbers(fault[0]) for fault in faults if fault])
            got = np.concatenate([_numbers(fault[1]) for fault in faults if fault])
        except (TypeError, ValueError, NotAnswered):  # no numbers, or none at all
            continue
        if got.shape != want.shape or not want.any():
            continue
        with quietly():
            factor = float(got @ want / (want @ want))
            if abs(factor) > 1e-3 and difference(got, factor * want) is None:
                return f"Every {label} is {factor:.4g} × the right one."
    return None


def _numbers(value):
    flat = np.ravel(value)
    if flat.dtype.kind not in "fiu" or not np.isfinite(flat).all():
        raise TypeError("no finite real numbers")
    return flat.astype(float)


def mistake_names(mistakes: list[list[Misconception]]) -> str | None:
    """The names in one line: "a and b" for two mistakes, "a or b" for alternatives."""
    return listing([" or ".join(m.name for m in names) for names in mistakes]) if mistakes else None
