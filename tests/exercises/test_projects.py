"""Laws of projects: what is asked of exercises, as far as training networks allows."""

import functools

import numpy as np
import pytest
from test_exercises import as_learner

from coursekit import numpy_backend
from coursekit.exercises.engine.answers import draw_questions
from coursekit.exercises.engine.callables import Made, live
from coursekit.exercises.engine.checking import assess
from coursekit.exercises.engine.judge import judge
from coursekit.exercises.engine.notebooks import mistake_source, solution_source, stub
from coursekit.exercises.engine.registry import everything, exercises, lookup, projects
from coursekit.exercises.engine.running import run_answer

PROJECT = lookup("09.1")


@functools.cache
def questions_of(seed):
    """What is drawn, and the references that are trained on it, once for all answers."""
    return draw_questions(PROJECT, np.random.default_rng(seed))


def verdict_on(answer, seed=0):
    questions = questions_of(seed)
    return judge(PROJECT, questions, run_answer(answer, questions, seconds=300))


def committee(ck, x, y, x_new, rng):
    """Three networks with dropout vote."""
    net = ck.mlp([64, 64, 10], ck.relu, rng=rng, ensemble=(3,), dropout=0.5)
    optimizer = ck.SGD(net.parameters(), lr=ck.cosine(0.05, 19 * 19), momentum=0.9)
    ck.fit(net, x, y, loss=ck.softmax_cross_entropy, optimizer=optimizer, epochs=19, batch_size=32, rng=rng)
    return ck.softmax(ck.predict(net, x_new)).mean(axis=0)


def short_and_falling(ck, x, y, x_new, rng):
    net = ck.mlp([64, 64, 10], ck.relu, rng=rng)
    optimizer = ck.SGD(net.parameters(), lr=ck.cosine(0.05, 15 * 19), momentum=0.9)
    ck.fit(net, x, y, loss=ck.softmax_cross_entropy, optimizer=optimizer, epochs=15, batch_size=32, rng=rng)
    return ck.predict(net, x_new).tolist()


def test_projects_are_no_exercises_but_can_be_looked_up():
    assert set(projects()) == {"09.1"}
    assert not set(projects()) & set(exercises())
    assert everything() == exercises() | projects()


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_the_solution_passes_whatever_is_drawn(seed):
    solution = as_learner(solution_source(PROJECT), PROJECT.name)
    verdict = assess(PROJECT.id, solution, rng=np.random.default_rng(seed), seconds=300)
    assert (verdict.outcome, verdict.points) == ("passed", 10), verdict
    assert "It trains twice: (1) 2 networks side by side" in verdict.remarks[-1]
    assert PROJECT.explanation not in verdict.remarks  # that text is about the solution, and appears with it


@pytest.mark.slow
def test_other_recipes_get_the_points_of_their_rank():
    assert verdict_on(committee).points == 10
    assert verdict_on(short_and_falling).points >= 8


@pytest.mark.parametrize(
    ("misconception", "wrong"),
    [
        # each trains networks; the first is tried as a cell below
        pytest.param(m, wrong, id=m.name, marks=[pytest.mark.slow] * ((i, j) != (1, 0)))
        for i, m in enumerate(PROJECT.misconceptions)
        for j, wrong in enumerate(m.wrongs)
    ],
)
def test_a_known_mistake_is_rejected_and_named(misconception, wrong):
    verdict = verdict_on(wrong)
    assert verdict.outcome == "wrong"
    assert verdict.points <= 2  # memorizing is as good as the last of the references, which memorizes
    assert verdict.misconception == misconception.name


OUTPUTS = [None, np.full((600, 10), np.nan), 0, "", np.zeros((2, 3)), [[1], [2, 3]]]


@pytest.mark.parametrize(
    "output", [*OUTPUTS[:2], *(pytest.param(output, marks=pytest.mark.slow) for output in OUTPUTS[2:])]
)
def test_form_alone_earns_nothing(output):
    verdict = verdict_on(lambda *_: output)
    assert (verdict.outcome == "unanswered") == (output is None)
    assert verdict.points == 0


def test_what_costs_too_much_is_told_with_its_price():
    def dear(ck, x, y, x_new, rng):
        net = ck.mlp([64, 64, 10], ck.relu, rng=rng)
        ck.fit(net, x, y, loss=ck.softmax_cross_entropy, optimizer=ck.SGD(net.parameters(), lr=0.1), epochs=100,
               rng=rng)  # fmt: skip
        return ck.predict(net, x_new)

    verdict = verdict_on(dear)
    assert verdict.points == 0
    assert "BudgetSpent: fit: 100 epochs of this network cost 852 M multiplications" in verdict.case


@pytest.mark.slow
def test_a_reference_recipe_cannot_be_handed_in():
    from coursekit import capstone, data

    def borrowed(ck, x, y, x_new, rng):
        return capstone.RECIPES["dropped units"](ck, x, y, x_new, rng)

    def looked_up(ck, x, y, x_new, rng):
        digits = data.digits()
        known = {row.tobytes(): label for row, label in zip(digits.x, digits.y, strict=True)}
        return np.array([known[row.tobytes()] for row in x_new])

    for answer in (borrowed, looked_up):
        verdict = assess(PROJECT.id, answer, rng=np.random.default_rng(0), seconds=300)
        assert (verdict.misconception, verdict.points) == ("calls the reference", 0)


def test_a_passed_check_describes_the_recipe_that_was_checked():
    words = PROJECT.describe(committee)
    assert "It trains once: 3 networks side by side with 64 hidden units (relu), dropout 0.5" in words
    assert "twice" not in PROJECT.praise + words


def test_blank_and_wrong_cells_are_what_they_say():
    blank = as_learner(stub(PROJECT), PROJECT.name)
    assert assess(PROJECT.id, blank).outcome == "unanswered"
    memorizing = as_learner(mistake_source(PROJECT), PROJECT.name)
    assert verdict_on(memorizing).misconception == PROJECT.misconceptions[0].name


def test_each_call_has_a_meter_of_its_own():
    one, other = live(Made("metered_backend")), live(Made("metered_backend"))
    assert one is not other
    assert one.spent == 0
    assert one.mlp is numpy_backend.mlp
