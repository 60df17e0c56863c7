"""Laws of `use`: what passed its check returns what the docstring promises, whatever form the answer chose."""

import numpy as np
import pytest
from right_answers import RIGHT

from coursekit.exercises import exercises, use
from coursekit.exercises.engine.answers import draw_questions
from coursekit.exercises.engine.callables import live
from coursekit.exercises.engine.forms import has_form
from coursekit.exercises.engine.quiet import quietly
from coursekit.exercises.engine.values import difference, fresh, plain


@pytest.mark.parametrize(
    ("key", "answer"),
    [(key, f) for key, functions in RIGHT.items() for f in functions],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_outputs_have_the_form_of_the_reference(key, answer):
    exercise = exercises()[key]
    used = use(key, answer)
    for question in draw_questions(exercise, np.random.default_rng(1))[:6]:
        if any(p.law for p in exercise.properties):
            continue
        with quietly():
            try:
                want = exercise.reference(*(live(fresh(a)) for a in question.args))
            except ValueError:
                continue
            got = used(*(live(fresh(a)) for a in question.args))
        assert has_form(got, want), (got, want)
        assert difference(plain(got), want) is None


@pytest.mark.parametrize("exercise", exercises().values(), ids=lambda e: e.id)
def test_the_solution_has_the_form_of_the_reference(exercise):
    """Later cells use the one or the other's form, as the exercise is solved or not."""
    for question in draw_questions(exercise, np.random.default_rng(1))[:6]:
        with quietly():
            try:
                right = exercise.reference(*(live(fresh(a)) for a in question.args))
            except ValueError:
                continue
            got = exercise.solution(*(live(fresh(a)) for a in question.args))
        assert has_form(got, right), (got, right)


def pairs(p, y):
    yield [np.mean((p - y) ** 2)]
    yield (2 * (p - y) / p.size).tolist()


def test_generators_lists_and_one_entry_lists_are_converted():
    loss, gradient = use("02.1", pairs)(np.array([[1.0, 3.0]]), np.array([[0.0, 1.0]]))
    assert loss == 2.5
    assert isinstance(gradient, np.ndarray)
    np.testing.assert_allclose(gradient, [[1.0, 2.0]])


def test_an_answer_of_the_right_form_is_returned_as_it_is():
    def right(p, y):
        return np.mean((p - y) ** 2), 2 * (p - y) / p.size

    assert use("02.1", right) is right
