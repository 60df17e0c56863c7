"""Laws of the judge, on exercises made up for the purpose."""

import functools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.exercises import TODO, Exercise, Misconception, Property
from coursekit.exercises.engine.answers import Answers, Failure, Outcome, Question, draw_questions
from coursekit.exercises.engine.callables import Named, Rng
from coursekit.exercises.engine.judge import judge
from coursekit.exercises.engine.running import run_answer
from coursekit.exercises.engine.values import difference, fresh, identical, plain


def total(x):
    """The sum."""
    return np.sum(x)


def split(x):
    """The sum and the double."""
    return np.sum(x), 2 * x


def vectors(rng):
    return [(rng.integers(1, 9, n) / 2,) for n in (2, 3, 5)]


def longer(rng):
    return [(rng.integers(1, 9, n) / 2,) for n in (7, 8)]


def make(solution=total, returns="sum", *, properties=None, misconceptions=(), reference=None, points=2):
    properties = properties or (Property("short", 1, vectors), Property("long", 1, longer))
    return Exercise(
        "99.1",
        points,
        returns,
        solution,
        reference or solution,
        properties,
        misconceptions,
        ("a", "b", "c"),
        "why",
    )


def verdict_on(exercise, function, **options):
    questions = draw_questions(exercise, np.random.default_rng(3))
    return judge(exercise, questions, run_answer(function, questions, **options))


def test_points_are_won_by_property():
    verdict = verdict_on(make(), lambda x: np.sum(x) if len(x) < 6 else 0)
    assert (verdict.outcome, verdict.points, verdict.out_of) == ("wrong", 1, 2)
    assert [line.points for line in verdict.lines] == [1, 0]


def test_points_of_properties_must_add_up():
    with pytest.raises(ValueError, match="add up to 2, but it is worth 5"):
        make(points=5)


def test_a_property_judges_a_part_that_is_returned():
    with pytest.raises(ValueError, match="'slope'"):
        make(split, ("sum", "double"), properties=(Property("p", 2, vectors, "slope"),))


def test_parts_are_judged_apart():
    parts = (Property("sum", 1, vectors, "sum"), Property("double", 1, vectors, "double"))
    exercise = make(split, ("sum", "double"), properties=parts)
    assert verdict_on(exercise, lambda x: (np.sum(x), TODO)).points == 1
    assert verdict_on(exercise, lambda x: [None, [2 * v for v in x]]).points == 1
    verdict = verdict_on(exercise, lambda x: (np.sum(x), x))
    assert verdict.points == 1
    assert "the double is" in verdict.case
    assert verdict.misconception == "the double is half of the right one"


def doubled(x):
    """The doubles of a matrix and of its rows' sums."""
    return [2 * x, 2 * x.sum(axis=1)]


def test_of_a_list_of_arrays_the_size_of_the_difference_comes_first():
    def matrices(rng):
        return [(np.arange(1.0, 1 + 2 * n).reshape(2, n),) for n in (3, 4)]

    exercise = make(doubled, "slopes", properties=(Property("all", 2, matrices),))
    verdict = verdict_on(exercise, lambda x: [2 * x, 2 * x.sum(axis=1) + [0, 7]])
    assert verdict.complaint == (
        "the slopes differ from the right ones by up to 7, in 1 of 8 entries: "
        "entry 1 of the slopes is 37 instead of 30 at [1]"
    )
    wrong_shape = verdict_on(exercise, lambda x: [2 * x, 2 * x.sum(axis=0)])
    assert "differ" not in wrong_shape.complaint


def test_the_smallest_failing_case_is_shown():
    verdict = verdict_on(make(), lambda x: -np.sum(x))
    assert verdict.call.count(",") == 1  # two numbers


MEAN = Misconception("averages", lambda x: np.mean(x), "no mean")
ALSO_MEAN = Misconception("divides", lambda x: np.sum(x) / x.size, "no division")
FIRST = Misconception("forgets the last", lambda x: np.sum(x[:-1]), "all of them")


def test_a_mistake_is_named_only_if_it_agrees_everywhere():
    exercise = make(misconceptions=(MEAN, FIRST))
    assert verdict_on(exercise, lambda x: sum(x) / len(x)).misconception == "averages"
    assert verdict_on(exercise, lambda x: sum(x) / len(x) if len(x) != 3 else 0.0).misconception is None


def test_of_mistakes_with_the_same_outputs_the_one_with_the_likest_code_is_named():
    exercise = make(misconceptions=(MEAN, ALSO_MEAN, FIRST))
    questions = draw_questions(exercise, np.random.default_rng(3))
    answers = run_answer(np.mean, questions)
    for source, name in {
        "def total(x):\n    return np.mean(x)": "averages",
        "def total(x):\n    return np.sum(x) / x.size": "divides",
    }.items():
        verdict = judge(exercise, questions, answers, source=source)
        assert verdict.misconception == name
        assert len(verdict.remarks) == 1


def test_two_mistakes_in_two_parts_are_both_named():
    parts = (Property("sum", 1, vectors, "sum"), Property("double", 1, vectors, "double"))
    one = Misconception("averages", lambda x: (np.mean(x), 2 * x), "no mean")
    two = Misconception("squares", lambda x: (np.sum(x), x**2), "no square")
    exercise = make(split, ("sum", "double"), properties=parts, misconceptions=(one, two))
    verdict = verdict_on(exercise, lambda x: (np.mean(x), x**2))
    assert (verdict.misconception, verdict.points) == ("averages and squares", 0)


def test_the_mistake_that_explains_more_is_named_alone():
    shorter = Misconception("averages short ones", lambda x: np.mean(x) if len(x) < 6 else np.sum(x), "")
    exercise = make(misconceptions=(shorter, MEAN))
    assert verdict_on(exercise, np.mean).misconception == "averages"


def test_nan_everywhere_is_not_an_overflow():
    overflow = Misconception("overflows", lambda x: np.sum(x) if len(x) < 6 else float("inf"), "big")
    exercise = make(misconceptions=(overflow,))
    assert (
        verdict_on(exercise, lambda x: np.sum(x) if len(x) < 6 else float("nan")).misconception == "overflows"
    )
    assert verdict_on(exercise, lambda x: float("nan")).misconception == "the sum is nan"


def test_an_error_is_expected_where_the_reference_raises_it():
    def root(x):
        if x < 0:
            raise ValueError("negative")
        return np.sqrt(x)

    exercise = make(root, "root", properties=(Property("both", 2, lambda rng: [(4.0,), (-1.0,)]),))
    assert verdict_on(exercise, root).outcome == "passed"
    assert "should raise ValueError" in verdict_on(exercise, lambda x: abs(x) ** 0.5).case


def shuffled(n, rng):
    """0 … n - 1 in random order."""
    return rng.permutation(n)


def is_a_shuffle(args, output):
    return None if sorted(output) == list(range(args[0])) else "some index is missing"


def test_laws_judge_what_has_no_single_right_value():
    draw = Property(
        "each index once", 2, lambda rng: [(n, Rng(int(rng.integers(99)))) for n in (5, 8)], law=is_a_shuffle
    )
    exercise = make(shuffled, "order", properties=(draw,))
    assert verdict_on(exercise, lambda n, rng: rng.permuted(np.arange(n)).tolist()).outcome == "passed"
    assert "some index is missing" in verdict_on(exercise, lambda n, rng: rng.integers(n, size=n) * 0).case
    assert verdict_on(exercise, lambda n, rng: 7).outcome == "wrong"  # the law cannot read this


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (lambda n, rng: np.random.default_rng().permutation(n), "called twice with an equal generator"),
        (lambda n, rng: np.random.default_rng(0).permutation(n), "the same result for a different generator"),
        (lambda n, rng: rng.permuted(np.arange(n)), None),
    ],
)
def test_random_numbers_have_to_come_from_the_generator_handed_in(answer, complaint):
    cases = Property("each index once", 2, lambda rng: [(20, Rng(s)) for s in (1, 1, 2)], law=is_a_shuffle)
    mistake = Misconception(
        "own generator",
        (
            lambda n, rng: np.random.default_rng().permutation(n),
            lambda n, rng: np.random.default_rng(0).permutation(n),
        ),
        "use rng",
        lambda args, output: is_a_shuffle(args, output) is None,
    )
    exercise = make(shuffled, "order", properties=(cases,), misconceptions=(mistake,))
    verdict = verdict_on(exercise, answer)
    assert (verdict.outcome == "passed") == (complaint is None)
    if complaint:
        assert complaint in verdict.case
        assert verdict.misconception == "own generator"


def test_an_error_of_a_derived_type_is_as_good():
    def root(x):
        """Its Cholesky factor."""
        return np.linalg.cholesky(x)

    def reference(x):
        if np.linalg.eigvalsh(x)[0] <= 0:
            raise ValueError
        return np.linalg.cholesky(x)

    cases = Property("root", 2, lambda rng: [(np.eye(2),), (-np.eye(2),)])
    exercise = make(root, "factor", reference=reference, properties=(cases,))
    assert verdict_on(exercise, root).outcome == "passed"  # LinAlgError is a ValueError
    assert (
        "should raise ValueError, but it raises IndexError"
        in verdict_on(exercise, lambda x: x if x[0, 0] > 0 else x[5]).case
    )


def slope(f, x, h):
    """Central difference."""
    return (f(x + h) - f(x - h)) / (2 * h)


def test_callables_are_named_and_live_in_the_process_that_runs_them():
    names = ("sum_of_cubes", "log_sum_exp")
    questions = Property("slope", 2, lambda rng: [(Named(name), 1.5, 0.1) for name in names])
    exercise = make(slope, "slope", properties=(questions,))
    assert verdict_on(exercise, slope).outcome == "passed"
    verdict = verdict_on(exercise, lambda f, x, h: (f(x + h) - f(x)) / h)
    assert "f = sum_of_cubes, x = 1.5" in verdict.case


def test_the_judge_needs_only_data():
    """What another process would send back is enough: outputs, failures, arguments afterwards."""
    exercise = make()
    questions = [Question(0, (np.array([1.0, 2.0]),)), Question(1, (np.array([3.0]),))]
    outcomes = (
        Outcome(3.0, after=questions[0].args),
        Outcome(failure=Failure("raised", "KeyError", "x", 2, "d['x']")),
    )
    verdict = judge(exercise, questions, Answers(outcomes))
    assert (verdict.points, verdict.code) == (1, "line 2: d['x']")
    assert "raises KeyError: x" in verdict.case


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.sampled_from([0, -1, 10**20, 10**4000])
    | st.floats()
    | st.text(max_size=3)
    | st.just(TODO)
    | st.just(...)
    | st.complex_numbers()
    | st.sampled_from([np.zeros((2, 3)), np.zeros(0), np.array(["a"]), np.array([1j]), np.float32(1)]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=1), inner, max_size=2)
    ),
    max_leaves=6,
)


@functools.cache
def asked_of_two():
    """Two exercises, each with its questions."""
    both = (make(), make(split, ("sum", "double")))
    return [(exercise, draw_questions(exercise, np.random.default_rng(0))) for exercise in both]


@given(VALUES)
def test_no_output_upsets_the_judge(output):
    for exercise, questions in asked_of_two():
        verdict = judge(exercise, questions, Answers((Outcome(plain(output)),) * len(questions)))
        assert verdict.points == 0
        assert repr(verdict)


@given(VALUES.map(plain))
def test_every_value_is_as_good_as_itself(value):
    assert identical(fresh(value), value)
    if isinstance(value, str | bool | int):
        assert difference(value, value) is None


@pytest.mark.parametrize(
    ("got", "want", "reason"),
    [
        (2.0, 1.0, "is 2 instead of 1"),
        (1.00005, 1.0, None),
        (np.float32(1 / 3), 1 / 3, None),
        (np.array([[5.0]]), 5.0, None),
        (np.array([1.0, 2.0]), 1.0, "is an array of shape (2,) instead of one number"),
        (12, 12.0, None),
        (12.0, 12, None),
        (100_001, 100_000, "is 100001 instead of 100000"),
        ("mse", "mae", "is 'mse' instead of 'mae'"),
        (float("nan"), 1.0, "is nan instead of 1"),
        (float("inf"), float("inf"), None),
        ([1, 2], (1, 2), None),
        ([[1, 2, 3]], np.array([[1.0, 2.0, 3.0]]), None),
        ([[1], [2]], np.array([[1.0, 2.0]]), "has the right values, but the shape (2, 1) instead of (1, 2)"),
        ([1, 9], np.array([1.0, 2.0]), "is 9 instead of 2 at [1]"),
        ([[1], [1, 2]], np.array([1.0]), "has rows of different lengths"),
        ({"a": 1}, {"a": 1, "b": 2}, "has the keys a instead of a, b"),
        ({"a": 1, "b": 3}, {"a": 1, "b": 2}, "['b'] is 3 instead of 2"),
        ([1.0], [1.0, 2.0], "has 1 entry instead of 2"),
        ([TODO, 1.0], np.array([1.0, 1.0]), "is answered only in part"),
        (None, 1.0, "is None"),
        (True, True, None),
        ([1, 0], [True, False], None),
    ],
)
def test_difference_says_what_is_the_matter(got, want, reason):
    assert difference(plain(got), want) == reason


def test_copies_keep_gaps_in_memory_and_do_not_share_it():
    wide = np.arange(12.0).reshape(2, 6)
    for view in (wide[:, ::2], wide.T, wide):
        copy = fresh(view)
        assert copy.flags.c_contiguous == view.flags.c_contiguous
        assert not np.shares_memory(copy, view)
        np.testing.assert_array_equal(copy, view)


def test_a_mistake_in_drawing_numbers_is_known_by_its_symptom():
    def drawn(rng):
        """Four numbers."""
        return rng.random(4)

    def law(args, output):
        return None if np.all(np.asarray(output) < 1) else "some are 1 or more"

    mistake = Misconception(
        "wrong interval", lambda rng: 2 + rng.random(4), "too high", lambda args, output: np.min(output) > 1
    )
    properties = (Property("in [0, 1)", 2, lambda rng: [(Rng(1),), (Rng(2),)], law=law),)
    exercise = make(drawn, properties=properties, misconceptions=(mistake,))
    assert verdict_on(exercise, lambda rng: [3 + rng.normal() ** 2] * 4).misconception == "wrong interval"
    assert verdict_on(exercise, lambda rng: [0.5, 2, 2, 2]).misconception is None
    assert verdict_on(exercise, lambda rng: "x").misconception is None


def test_where_quiet_is_asked_a_runtime_warning_costs_the_points_and_is_named():
    def loud(x):
        return np.sum(x) + 0 / np.exp(1000 * x[0])

    naive = Misconception("overflows", loud, "exp(1000) is ∞")
    quiet = (Property("short", 1, vectors), Property("long", 1, longer, quiet=True))
    verdict = verdict_on(make(properties=quiet, misconceptions=(naive,)), loud)
    assert (verdict.points, verdict.misconception, verdict.expected) == (1, "overflows", None)
    assert "it warns (RuntimeWarning: overflow encountered in exp)" in verdict.case
    assert verdict_on(make(misconceptions=(naive,)), loud).outcome == "passed"
    wrong = verdict_on(make(properties=quiet), lambda x: 2 * loud(x))
    assert wrong.misconception == "the sum is twice the right one"


def test_a_changed_list_is_named_with_the_mend_for_lists():
    def last(x):
        """The last entry."""
        return x[-1]

    exercise = make(last, properties=(Property("any", 2, lambda rng: [([1.0, 2.0],), ([3.0],)]),))
    verdict = verdict_on(exercise, lambda x: x.pop())
    assert verdict.misconception == "writes into its argument x"
    assert "`x = list(x)`" in verdict.remarks[0]


def test_a_mistake_that_raises_is_recognized_by_its_message():
    off = Misconception(
        "adds three numbers", lambda x: np.sum(x + np.ones(3)), "x is not always three numbers"
    )
    exercise = make(misconceptions=(off,))
    assert verdict_on(exercise, lambda x: sum(x + np.ones(3))).misconception == "adds three numbers"

    def another(x):
        raise ValueError("something else")

    assert verdict_on(exercise, another).misconception == "raises its own ValueError"
