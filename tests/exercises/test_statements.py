"""Laws of what is said about answers that no list foresaw: relations, changed arguments, edits, patterns."""

import dataclasses
import inspect

import numpy as np
import pytest

from coursekit.exercises import Exercise, Misconception, Property
from coursekit.exercises.engine.answers import draw_questions
from coursekit.exercises.engine.edits import Edit, edits, edits_of
from coursekit.exercises.engine.judge import judge
from coursekit.exercises.engine.quiet import quietly
from coursekit.exercises.engine.running import run_answer
from coursekit.exercises.engine.statements import Sample, Statement, first_true
from coursekit.exercises.engine.trials import MOST_WORK, ROUNDS_OF_A_CALL, OutOfWork, Trials


def scores(x, w, s):
    """The scores x w / s, one for each row."""
    return x @ w / s


def both(x, w, s):
    """The scores and their mean."""
    return x @ w / s, np.mean(x @ w) / s


def cases(rng):
    return [
        (rng.integers(1, 90, (b, m)) / 10, rng.integers(-90, 90, m) / 10, float(rng.integers(2, 9)) / 2)
        for b, m in ((2, 3), (4, 2), (3, 5))
    ]


def make(solution=scores, returns="scores", reference=None):
    reference = reference or (lambda x, w, s: np.einsum("bm,m->b", x, w) / s)
    return Exercise(
        "99.1", 1, returns, solution, reference, (Property("any", 1, cases),), (), ("a", "b", "c"), "why"
    )


def name_of(exercise, function, seed=0):
    questions = draw_questions(exercise, np.random.default_rng(seed))
    return judge(exercise, questions, run_answer(function, questions)).misconception


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (lambda x, w, s: -x @ w / s, "the scores have the wrong sign"),
        (lambda x, w, s: 2 * x @ w / s, "the scores are twice the right ones"),
        (lambda x, w, s: 0.3 * x @ w / s, "the scores are 0.3 times the right ones"),
        (
            lambda x, w, s: x @ w / s / len(x),
            "the scores are the right ones divided by the number of rows of `x`",
        ),
        (lambda x, w, s: x @ w, "the scores are the right ones times `s`"),
        (lambda x, w, s: x @ w * s, "the scores are the right ones times the square of `s`"),
        (lambda x, w, s: x @ w / s + 1, "the scores are too large by 1"),
        (lambda x, w, s: x @ w / s + s, "the scores are the right ones plus `s`"),
        (lambda x, w, s: np.sum(x @ w / s), "the scores are added up over all entries"),
        (lambda x, w, s: (x @ w / s)[::-1], "the scores are in reverse order"),
        (lambda x, w, s: (x @ w / s)[:-1], "the scores lack their last entry"),
        (lambda x, w, s: (x @ w / s)[0], "the scores are only their first entry"),
        (lambda x, w, s: (x @ w / s)[:, None], "the scores have the wrong shape"),
        (lambda x, w, s: np.abs(x @ w / s), "the scores have lost their sign"),
        (lambda x, w, s: np.round(x @ w / s, 1), "the scores are rounded"),
        (lambda x, w, s: np.trunc(x @ w / s), "the scores are cut to whole numbers"),
        (lambda x, w, s: x @ w**2 / s, "the scores are right for the square of `w`"),
        (lambda x, w, s: x @ np.abs(w) / s, "the scores are right for |`w`|"),
        (lambda x, w, s: w, "the scores are the argument `w`, unchanged"),
        (lambda x, w, s: 7.0, "the scores are always the same"),
        (lambda x, w, s: x @ w - s, "the scores are right but for a minus in place of a division"),
    ],
)
def test_a_relation_is_named_in_every_draw(answer, name):
    assert {name_of(make(), answer, seed) for seed in range(20)} == {name}


def test_a_factor_needs_two_different_cases():
    one = [Sample((), 2.0, 6.0)]
    statement = Statement("", "", lambda args, want: 3 * want)
    assert first_true([statement], one) is None
    assert first_true([statement], [*one, Sample((), 2.0, 6.0)]) is None
    assert first_true([statement], [*one, Sample((), 5.0, 15.0)]) is statement
    assert first_true([statement], [*one, Sample((), 5.0, 14.0)]) is None


def test_a_statement_that_changes_nothing_is_not_made():
    right = Statement("", "", lambda args, want: abs(want))
    assert first_true([right], [Sample((), 2.0, 3.0), Sample((), 5.0, 4.0)]) is None


def test_two_parts_have_a_statement_each():
    exercise = make(both, ("scores", "mean"), lambda x, w, s: (x @ w / s, float(x.mean(axis=0) @ w / s)))
    name = name_of(exercise, lambda x, w, s: (-x @ w / s, 2 * np.mean(x @ w) / s))
    assert name == "the scores have the wrong sign and the mean is twice the right one"
    assert (
        name_of(exercise, lambda x, w, s: (-x @ w / s, -np.mean(x @ w) / s))
        == "your output has the wrong sign"
    )
    assert (
        name_of(exercise, lambda x, w, s: both(x, w, s)[::-1]) == "what you return comes in the wrong order"
    )
    assert name_of(exercise, lambda x, w, s: both(x, w, s)[0]) == "what you return is the scores alone"


def squashed(x, w, s):
    return np.tanh(x @ w) / s


def squashed_and_multiplied(x, w, s):
    return np.tanh(x @ w) * s


LISTED = (Misconception("squashes the scores", squashed, "You apply tanh. The scores are not bounded."),)


def test_a_listed_mistake_with_a_factor_on_top():
    exercise = dataclasses.replace(make(), misconceptions=LISTED)
    for seed in range(20):
        name = name_of(exercise, lambda x, w, s: 2 * squashed(x, w, s), seed)
        assert name == "the scores have two slips: \u201csquashes the scores\u201d, and a factor 2 too much"


def test_a_listed_mistake_changed_in_one_place():
    exercise = dataclasses.replace(make(), misconceptions=LISTED)
    questions = draw_questions(exercise, np.random.default_rng(0))
    answers = run_answer(squashed_and_multiplied, questions)
    verdict = judge(exercise, questions, answers, source=inspect.getsource(squashed_and_multiplied))
    phrase = "\u201csquashes the scores\u201d, and a multiplication in place of a division"
    assert verdict.misconception == f"the scores have two slips: {phrase}"


def textbook(x, w, s):
    total = np.sum(x * w, axis=1)
    return total / s


def test_slips_are_looked_for_in_other_forms_too():
    exercise = dataclasses.replace(make(), reference=lambda x, w, s: x @ w / s)

    def answer(x, w, s):
        return np.max(x * w, axis=1) / s

    phrase = "the scores are right but for `max` where a different function belongs"
    assert name_of(exercise, answer) is None
    assert name_of(dataclasses.replace(exercise, forms=(textbook,)), answer) == phrase


def test_the_search_makes_a_limited_number_of_calls():
    calls = []
    trials, edit = Trials(make()), Edit(calls.append, "")
    inputs = [(i,) for i in range(MOST_WORK + 1)]
    for args in inputs[:-1]:
        trials.part(edit, "", args)
        trials.part(edit, "", args)  # known already
    with pytest.raises(OutOfWork):
        trials.part(edit, "", inputs[-1])
    assert len(calls) == MOST_WORK


def test_long_loops_count_as_several_calls():
    trials = Trials(make())
    trials.part(Edit(lambda _: 0, "", rounds=lambda: 2_000), "", (0,))
    trials.part(Edit(lambda _: 0, ""), "", (1,))
    assert trials.work == 2 + 2_000 / ROUNDS_OF_A_CALL


def test_edits_are_made_once_and_leave_the_function_alone():
    exercise = make()
    assert edits(exercise) is edits(exercise)
    args = cases(np.random.default_rng(0))[0]
    before = scores(*args)
    with quietly():
        for edit in edits(exercise):
            try:
                edit.function(*args)
            except Exception:  # many edits fail; none may change the original
                continue
    np.testing.assert_array_equal(scores(*args), before)


def test_an_edited_loop_ends():
    source = "def f(n):\n    k = 0\n    while k < n:\n        k += 1\n    return k"
    for edit in edits_of(source, {}):
        try:
            edit.function(3)
        except Exception as error:
            assert type(error).__name__ in ("_TooLong", "TypeError", "UnboundLocalError")  # noqa: PT017


PHRASES = {
    "def f(a, b):\n    return (a + b) * b": "a pair of brackets missing",
    "def f(a, b):\n    return np.mean(a, axis=0)": "`mean` taken over all entries instead of along one axis",
    "def f(a, b):\n    return a - b": "the two sides of a subtraction swapped",
    "def f(a, b):\n    for i in range(3):\n        a = a + b\n    return a": "the `return` inside the loop",
    "def f(a, b):\n    a = a * 2\n    b = b + a\n    return b": "two steps in the wrong order",
    "def f(a, b):\n    return 1 if a < b else 0": "the comparison `<=` where a different one belongs in a condition",
}


@pytest.mark.parametrize(("source", "phrase"), PHRASES.items())
def test_the_slip_is_among_the_edits(source, phrase):
    phrases = {edit.phrase for edit in edits_of(source, {"np": np})}
    assert phrase in phrases
    line = source.split("return ")[-1]
    assert len(line) < 3 or not any(line in phrase for phrase in phrases)  # the right line is never said


def probability(z, y):
    """(σ(z) − y), by way of a local value."""
    p = 1 / (1 + np.exp(-z))
    return p - y


@pytest.mark.parametrize(
    ("answer", "phrase"),
    [
        (lambda z, y: (lambda p: (p - y) * p * (1 - p))(1 / (1 + np.exp(-z))), "a factor s (1 − s) too much"),
        (lambda z, y: (lambda p: (p - y) / p / (1 - p))(1 / (1 + np.exp(-z))), "a division by s (1 − s)"),
        (lambda z, y: z - y, "`z` where a computed value belongs"),
    ],
)
def test_slips_with_a_computed_value(answer, phrase):
    def draw(rng):
        return [(rng.integers(1, 40, n) / 10, rng.integers(0, 10, n) / 10) for n in (2, 3, 5)]

    exercise = Exercise(
        "99.2",
        1,
        "gradient",
        probability,
        lambda z, y: 0.5 + 0.5 * np.tanh(z / 2) - y,
        (Property("any", 1, draw),),
        (),
        ("a", "b", "c"),
        "why",
    )
    assert phrase in str(name_of(exercise, answer))
