"""Laws of the cases: which are special, how many are drawn, what they are worth."""

import numpy as np
import pytest

from coursekit.exercises import Case, Exercise, Misconception, Property, exercises
from coursekit.exercises.engine.answer_key import AnswerKey
from coursekit.exercises.engine.answers import draw_questions
from coursekit.exercises.engine.callables import Rng
from coursekit.exercises.engine.judge import judge
from coursekit.exercises.engine.kinds import LARGE, SINGLE, VIEW, WHOLE
from coursekit.exercises.engine.running import run_answer


def double(x):
    """Twice x."""
    return 2 * x


def decimals(rng):
    return [(rng.integers(1, 90, (2, n)) / 10,) for n in (3, 4, 5)]


def odd_ones(rng):
    matrix = rng.integers(1, 90, (3, 4)) / 10
    return [(rng.integers(9, size=(2, 5)),), (matrix[:1],), (matrix[:, ::2],), (1000 * matrix,)]


def make(*properties, misconceptions=(), **more):
    points = sum(p.points for p in properties)
    return Exercise(
        "99.1",
        points,
        "double",
        double,
        lambda x: x + x,
        properties,
        misconceptions,
        ("a", "b", "c"),
        "why",
        **more,
    )


def verdict_on(exercise, function, seed=0):
    questions = draw_questions(exercise, np.random.default_rng(seed))
    return judge(exercise, questions, run_answer(function, questions))


def test_rare_features_make_a_case_special_and_common_ones_do_not():
    exercise = make(Property("plain", 1, decimals), Property("odd", 1, odd_ones))
    key = AnswerKey(exercise, draw_questions(exercise, np.random.default_rng(0)))
    assert key.kinds[:9] == [None] * 9
    assert set(key.kinds[9:]) == {WHOLE, SINGLE, VIEW, LARGE}
    whole = make(Property("counts", 1, lambda rng: [(rng.integers(9, size=(2, 5)),) for _ in range(3)]))
    assert set(AnswerKey(whole, draw_questions(whole, np.random.default_rng(0))).kinds) == {None}


def test_a_case_says_itself_what_is_special():
    exercise = make(
        Property("plain", 1, decimals),
        Property("one", 1, lambda rng: [Case("zeros", (np.zeros((2, 3)),))]),
        Property("all", 1, lambda rng: [(np.full((2, 3), 0.5),)], special="halves"),
    )
    kinds = [q.kind for q in draw_questions(exercise, np.random.default_rng(0))]
    assert kinds[-2:] == ["zeros", "halves"]


def test_a_mistake_is_named_whatever_special_cases_do():
    squares = Misconception("squares", lambda x: x**2, "no square")
    exercise = make(Property("plain", 1, decimals), Property("odd", 1, odd_ones), misconceptions=(squares,))
    cut = verdict_on(
        exercise, lambda x: (x**1.0 * x + 0.1 * (x == 0)).astype(x.dtype) if x.max() < 50 else x * np.nan
    )
    assert cut.misconception == "squares"
    assert any("nan or inf" in remark for remark in cut.remarks)


def test_a_mistake_of_special_cases_is_not_named_beside_a_wrong_formula():
    overflow = Misconception("overflows", lambda x: 2 * x if x.max() < 50 else x * np.inf, "right on paper")
    exercise = make(Property("plain", 1, decimals), Property("odd", 1, odd_ones), misconceptions=(overflow,))
    assert verdict_on(exercise, overflow.wrong).misconception == "overflows"
    wrong = verdict_on(exercise, lambda x: 2.2 * x if x.max() < 50 else x * np.inf)
    assert "overflows" not in str(wrong.misconception)
    assert not any("right on paper" in remark for remark in wrong.remarks)


def test_robustness_earns_nothing_without_right_values():
    exercise = make(
        Property("plain", 1, decimals),
        Property("zeros", 1, lambda rng: [(np.zeros((2, 3)),)], special="zeros"),
    )
    assert verdict_on(exercise, lambda x: 3 * x).points == 0
    assert verdict_on(exercise, lambda x: 2 * x if x.any() else x + 1).points == 1
    assert verdict_on(exercise, double).points == 2


def test_robust_can_be_set_and_taken_back():
    def sign(x):
        return [(np.sign(x) * np.ones((2, 3)),)]

    for robust, points in ((True, 0), (None, 1), (False, 1)):
        second = Property("more", 1, lambda rng: [(np.zeros((2, 3)) + 0.0,)], robust=robust)
        assert verdict_on(make(Property("plain", 1, decimals), second), lambda x: 3 * x).points == points


def test_properties_are_drawn_in_rounds_without_repeating_a_case():
    fixed = Property("fixed", 1, lambda rng: [(np.ones((2, 3)),)])
    exercise = make(Property("plain", 1, decimals), fixed)
    counts = [q.property for q in draw_questions(exercise, np.random.default_rng(0))]
    assert (counts.count(0), counts.count(1)) == (9, 1)


def test_drawing_goes_on_until_every_stratum_has_two_cases():
    def rare(rng):
        return [(np.array([rng.integers(10) / 1.0, rng.random()]),)]

    strata = (lambda args: args[0][0] == 7,)
    exercise = make(Property("rare", 1, rare, strata=strata), rounds=1)
    for seed in range(5):
        questions = draw_questions(exercise, np.random.default_rng(seed))
        assert sum(strata[0](q.args) for q in questions) >= 2


def test_a_stratum_that_is_never_drawn_is_an_error():
    exercise = make(Property("plain", 1, decimals, strata=(lambda args: False,)))
    with pytest.raises(RuntimeError, match="stratum 0"):
        draw_questions(exercise, np.random.default_rng(0))


@pytest.mark.parametrize("exercise", exercises().values(), ids=lambda e: e.id)
def test_every_exercise_has_ordinary_cases(exercise):
    for seed in range(3):
        key = AnswerKey(exercise, draw_questions(exercise, np.random.default_rng(seed)))
        assert sum(kind is None for kind in key.kinds) >= 2


def differ_in_rng_only(questions):
    """Whether two questions of one round have equal arguments but for their generators."""
    seen = [
        (q.round, repr([a for a in q.args if not isinstance(a, Rng)]), repr(q.args))
        for q in questions
        if any(isinstance(a, Rng) for a in q.args)
    ]
    return len({(place, rest) for place, rest, _ in seen}) < len(set(seen))


@pytest.mark.parametrize("exercise", exercises().values(), ids=lambda e: e.id)
def test_whether_the_randomness_is_judged_does_not_depend_on_the_draw(exercise):
    """Cases that differ in their generator only test where random numbers come from: in every draw, or in none."""
    random = any(
        isinstance(a, Rng) for q in draw_questions(exercise, np.random.default_rng(0)) for a in q.args
    )
    found = {}
    for seed in range(20) if random else ():
        questions = draw_questions(exercise, np.random.default_rng(seed))
        for i, prop in enumerate(exercise.properties):
            if prop.law:
                own = [q for q in questions if q.property == i]
                found.setdefault(prop.name, set()).add(differ_in_rng_only(own))
    assert all(len(values) == 1 for values in found.values()), found
