"""Laws of `use`: what passed its check returns what the docstring promises, whatever form the answer chose."""

import numpy as np
import pytest
from right_answers import RIGHT
from shared_questions import asked

from coursekit.exercises import exercises, use
from coursekit.exercises.engine.callables import live
from coursekit.exercises.engine.forms import has_form
from coursekit.exercises.engine.quiet import quietly
from coursekit.exercises.engine.values import difference, fresh, plain


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        pytest.param(key, f, id=f"{key}-{f.__name__}", marks=[pytest.mark.slow] * (i > 0))
        for key, functions in RIGHT.items()
        if not any(p.law for p in exercises()[key].properties)
        for i, f in enumerate(functions)
    ],
)
def test_outputs_have_the_form_of_the_reference(key, answer):
    used = use(key, answer)
    questions, known = asked(key, 1)
    for question, right in list(zip(questions, known.rights, strict=True))[:6]:
        if right.failure:
            continue
        with quietly():
            got = used(*(live(fresh(a)) for a in question.args))
        assert has_form(got, right.output), (got, right.output)
        assert difference(plain(got), right.output) is None


@pytest.mark.parametrize("exercise", exercises().values(), ids=lambda e: e.id)
def test_the_solution_has_the_form_of_the_reference(exercise):
    """Later cells use the one or the other's form, as the exercise is solved or not."""
    questions, known = asked(exercise.id, 1)
    for question, right in list(zip(questions, known.rights, strict=True))[:6]:
        if right.failure:
            continue
        with quietly():
            got = exercise.solution(*(live(fresh(a)) for a in question.args))
        assert has_form(got, right.output), (got, right.output)


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
