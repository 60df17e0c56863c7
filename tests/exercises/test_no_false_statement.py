"""Nothing false: what is said about an answer that no list foresaw is true of it in other draws as well.

The wrong functions are the course's own, judged as if none of them were listed.
"""

import dataclasses

import numpy as np
import pytest

from coursekit.exercises import exercises
from coursekit.exercises.engine import trials
from coursekit.exercises.engine.answer_key import AnswerKey
from coursekit.exercises.engine.answers import draw_questions
from coursekit.exercises.engine.complaints import judge_all
from coursekit.exercises.engine.quiet import quietly
from coursekit.exercises.engine.resolver import resolve
from coursekit.exercises.engine.running import run_answer

EACH = 15  # one of this many wrong functions is tried, one in ten of them by the quick tests: all would take too long
TRIED = [
    (exercise, wrong)
    for exercise in exercises().values()
    for misconception in exercise.misconceptions
    for wrong in misconception.wrongs
][::EACH]
WRONG = [
    pytest.param(exercise, wrong, id=f"{exercise.id}-{i}", marks=[pytest.mark.slow] * (i % 10 > 0))
    for i, (exercise, wrong) in enumerate(TRIED)
]


def outcomes_of(exercise, function, seed):
    questions = draw_questions(exercise, np.random.default_rng(seed))
    answers = run_answer(function, questions)
    with quietly():
        key = AnswerKey(exercise, questions)
    return list(judge_all(exercise, questions, key.rights, answers.outcomes)), key


@pytest.mark.parametrize(("exercise", "wrong"), WRONG)
def test_a_statement_holds_in_other_draws(exercise, wrong, monkeypatch):
    unlisted = dataclasses.replace(exercise, misconceptions=())
    judged, key = outcomes_of(unlisted, wrong, 0)
    findings = [f for f in resolve(unlisted, judged, key) if f.holds and f.name]
    monkeypatch.setattr(
        trials, "MOST_WORK", float("inf")
    )  # the search is over; its statements are put to the test
    for seed in (1, 2) if findings else ():
        judged, key = outcomes_of(unlisted, wrong, seed)
        for j, kind in zip(judged, key.kinds, strict=True):
            valued = not (
                j.outcome.failure or j.right.failure or exercise.properties[j.question.property].law
            )
            if valued and kind is None:
                with quietly():
                    assert all(
                        f.holds(j.question.args, j.right.output, j.outcome.output) for f in findings
                    ), findings
