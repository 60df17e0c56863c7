"""Questions that the tests of an exercise share: drawn once, and answered once by the reference and each known mistake."""

import functools

import numpy as np

from coursekit.exercises import exercises
from coursekit.exercises.engine.answer_key import AnswerKey
from coursekit.exercises.engine.answers import draw_questions
from coursekit.exercises.engine.checking import references, source_of
from coursekit.exercises.engine.judge import judge
from coursekit.exercises.engine.quiet import quietly
from coursekit.exercises.engine.running import run_answer


@functools.lru_cache(maxsize=200)
def asked(exercise_id, seed):
    """The questions of one draw, and the right answers to them."""
    exercise = exercises()[exercise_id]
    questions = draw_questions(exercise, np.random.default_rng(seed))
    with quietly():
        return questions, AnswerKey(exercise, questions)


def verdict_on(exercise_id, function, seed=0, *, source=None, may_borrow=False, seconds=None):
    """What `assess` says of a function, on questions that other tests are asked too.

    source: the function's code, where it is to be read. may_borrow: do not look for calls of the reference.
    """
    exercise = exercises()[exercise_id]
    questions, key = asked(exercise_id, seed)
    names = frozenset() if may_borrow else references(exercise)
    answers = run_answer(function, questions, seconds=seconds or exercise.seconds, references=names)
    return judge(exercise, questions, answers, key, source)


def read_verdict_on(exercise_id, function, seed=0, **options):
    """The verdict where the function's code is read as well."""
    return verdict_on(exercise_id, function, seed, source=source_of(function), **options)
