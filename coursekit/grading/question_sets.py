"""The questions of a run: drawn once per exercise from the instructor's secret seed, so all students answer the same ones.

A second set comes from a public seed, for the feedback: texts and values may be shown only of that one.
"""

import dataclasses
import threading
import zlib
from dataclasses import dataclass, field

import numpy as np

from coursekit.exercises.engine.answer_key import AnswerKey
from coursekit.exercises.engine.answers import Question, draw_questions
from coursekit.exercises.engine.exercise import SECONDS, Exercise, Property
from coursekit.exercises.engine.quiet import quietly
from coursekit.exercises.engine.verdict import Verdict
from coursekit.grading.inside.wire import encode
from coursekit.grading.reply import ParsedReply

one_at_a_time = threading.Lock()  # the judge sets NumPy's and Python's warnings aside, for the whole process


@dataclass(frozen=True)
class QuestionSet:
    """Questions, their bytes for the sandbox, and the outcomes of the reference and of known mistakes.

    known: replies that came before and the verdicts on them, by a hash of the reply; in a class many are the same to the
    last bit, and are then neither parsed nor judged again.
    """

    questions: list[Question]
    message: bytes
    key: AnswerKey
    known: dict[bytes, tuple[ParsedReply, Verdict]] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class GradedExercise:
    """An exercise as asked in a run: a set of questions that is graded and one that may be shown.

    The first `public` of its properties are the course's own.
    """

    exercise: Exercise
    graded: QuestionSet
    shown: QuestionSet
    public: int


def graded_exercise(exercise: Exercise, seed: int, private: tuple[Property, ...] = ()) -> GradedExercise:
    """The exercise with the instructor's own properties added, their points too, and the questions of a seed."""
    own = zlib.crc32(exercise.id.encode())
    whole = dataclasses.replace(
        exercise,
        points=exercise.points + sum(p.points for p in private),
        properties=(*exercise.properties, *private),
    )
    # a mistake gets its name from the graded questions
    nameless = dataclasses.replace(exercise, misconceptions=())
    return GradedExercise(
        whole,
        _question_set(whole, np.random.default_rng([seed, own])),
        _question_set(nameless, np.random.default_rng(own)),
        len(exercise.properties),
    )


def variant(exercise: GradedExercise, seed: int, student: str) -> GradedExercise:
    """The same exercise with graded questions of one student's own, drawn from the run's seed and the student's key."""
    own = [zlib.crc32(text.encode(errors="replace")) for text in (exercise.exercise.id, student)]
    with one_at_a_time:
        questions = _question_set(exercise.exercise, np.random.default_rng([seed, *own]))
    return dataclasses.replace(exercise, graded=questions)


def _question_set(exercise, rng):
    questions = draw_questions(exercise, rng)
    with quietly():
        key = AnswerKey(exercise, questions)
    return QuestionSet(questions, encode([question.args for question in questions]), key)


def time_for(graded: GradedExercise, seconds: float) -> float:
    """The seconds that an answer has, if an ordinary exercise has `seconds`."""
    return float(seconds) * graded.exercise.seconds / SECONDS
