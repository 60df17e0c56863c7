"""Laws of `check` and `use`: what a learner sees, whatever they hand in."""

import sys
import time
import warnings
from html.parser import HTMLParser

import numpy as np
import pytest

from coursekit import numpy_backend as ck
from coursekit.exercises import check, hint, solution, use
from coursekit.exercises.engine import running
from coursekit.exercises.engine.checking import assess
from coursekit.exercises.engine.helping import NO_SOLUTIONS
from coursekit.exercises.engine.panel import COLORS, panel


def right(p, y):
    return np.mean((p - y) ** 2), 2 * (p - y) / p.size


def summed(p, y):
    return np.sum((p - y) ** 2), 2 * (p - y)


def test_check_prints_a_verdict_and_returns_it(capsys):
    verdict = check("02.1", summed)
    assert (verdict.outcome, verdict.points, verdict.out_of) == ("wrong", 0, 3)
    assert verdict.misconception == "sums instead of averaging"
    said = capsys.readouterr().out
    assert said.startswith("✗ Exercise 02.1 mse: not yet right, 0 of 3 points")
    assert verdict.case in said


def test_strict_raises_unless_passed():
    assert check("2.1", right, strict=True).outcome == "passed"
    with pytest.raises(AssertionError, match="sum of the squared differences"):
        check("02.1", summed, strict=True)


def test_inputs_are_drawn_afresh_or_by_the_generator_given():
    calls = {assess("02.1", summed).call for _ in range(3)}
    again = {assess("02.1", summed, rng=np.random.default_rng(5)).call for _ in range(3)}
    assert (len(calls), len(again)) == (3, 1)


@pytest.mark.parametrize(
    ("arguments", "remark"),
    [
        (("02.99", right), "there is no exercise '02.99'"),
        (("mse", right), "Did you mean 02.1?"),
        ((right, "02.1"), "the first argument is function; expected is an exercise id"),
        ((2.1, right), "the first argument is float"),
        (("02.1", 3.5), "must be the function itself, but is one number. Write its name without"),
        (("02.1", (1.0, 2.0)), "a tuple of 2"),
        (("02.1", lambda p: p), "cannot be called as `mse(p, y)`"),
        (("02.1", lambda p, y, q: p), "cannot be called as `mse(p, y)`"),
    ],
)
def test_bad_use_is_answered_not_raised(arguments, remark):
    verdict = check(*arguments)
    assert (verdict.outcome, verdict.points) == ("wrong", 0)
    assert remark in repr(verdict)


def test_more_parameters_are_welcome_if_they_have_defaults():
    assert assess("02.1", lambda p, y, axis=None, **options: right(p, y)).outcome == "passed"


def test_without_a_function_the_one_of_that_name_is_taken(monkeypatch):
    main = sys.modules["__main__"]
    monkeypatch.delattr(main, "mse", raising=False)
    verdict = assess("02.1")
    assert verdict.outcome == "unanswered"
    assert "SyntaxError" in repr(verdict)
    monkeypatch.setattr(main, "mse", right, raising=False)
    assert assess("02.1").outcome == "passed"
    assert use("02.1") is right


def endless(p, y):
    while True:
        pass


def endless_with_a_bare_except(p, y):
    for _ in range(5):
        try:
            while True:
                pass
        except:  # noqa: E722  what a learner might write
            pass


def endless_prints(p, y):
    while True:
        print("and again")


def sleeps(p, y):
    time.sleep(3)


@pytest.mark.parametrize("answer", [endless, endless_with_a_bare_except, endless_prints])
def test_an_endless_loop_is_stopped(answer, monkeypatch):
    monkeypatch.setattr(running, "PATIENCE", 30)  # on a busy machine the loop gets its turn late
    verdict = assess("02.1", answer, seconds=0.3)
    assert (verdict.outcome, verdict.points) == ("wrong", 0)
    assert "had not ended after 0.3 s (is there a loop that never ends?)" in verdict.case
    assert len(verdict.printed) <= 4000


def test_where_no_thread_can_be_started_it_runs_without_a_limit_and_says_so(monkeypatch):
    def start(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(running.threading.Thread, "start", start)
    verdict = assess("02.1", right, seconds=0.001)
    assert verdict.outcome == "passed"
    assert "without its time limit" in verdict.remarks[-1]
    assert assess("02.1", ck.mse).misconception == "calls the reference"
    assert assess("02.1", summed).misconception == "sums instead of averaging"
    assert sys.getprofile() is None


def test_check_comes_back_even_if_the_answer_does_not():
    verdict = assess("02.1", sleeps, seconds=0.2)
    assert "could not be stopped: restart the kernel" in verdict.case


def test_the_learners_own_line_is_shown_and_none_of_ours():
    def square(d):
        return d.square()

    def answer(p, y):
        return square(p - y), None

    verdict = assess("02.1", answer)
    assert "AttributeError: 'numpy.ndarray' object has no attribute 'square'" in verdict.case
    assert verdict.code.endswith(": return d.square()")
    assert "coursekit" not in repr(verdict)


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, RecursionError, MemoryError])
def test_no_error_of_the_answer_escapes(error):
    def answer(p, y):
        raise error("stop")

    assert f"raises {error.__name__}" in assess("02.1", answer).case


def test_what_is_no_data_is_refused_in_words():
    assert "it returns the function `right` itself: call it" in assess("02.1", lambda p, y: right).case
    assert "write `raise`, not `return`" in assess("02.1", lambda p, y: ValueError("bad")).case
    assert "it returns a value of type object" in assess("02.1", lambda p, y: object()).case
    assert "array of objects" in assess("02.1", lambda p, y: np.array([right, right])).case


def test_an_absurd_number_is_shown_briefly():
    assert len(assess("02.3", lambda y, loss: 1 << 100_000).case) < 300


def test_prints_and_warnings_are_kept_apart_and_cost_nothing(capsys):
    def chatty(p, y):
        print("shape", p.shape)
        print("to stderr", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)
        return right(p, y)

    verdict = assess("02.1", chatty)
    assert verdict.outcome == "passed"
    assert verdict.printed == "shape (2, 3)\nto stderr\n"  # of one call, not of all
    assert verdict.warned == ("UserWarning: careful",)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "answer",
    [
        ck.mse,
        lambda p, y: (ck.mse(p, y), 2 * (p - y) / p.size),
        lambda p, y: (np.mean((p - y) ** 2), ck.mse_grad(p, y)),
        lambda p, y: use("02.1", summed)(p, y),
    ],
    ids=["itself", "loss", "gradient", "use"],
)
def test_the_reference_is_no_answer(answer):
    verdict = assess("02.1", answer)
    assert (verdict.outcome, verdict.points, verdict.misconception) == ("wrong", 0, "calls the reference")
    assert "coursekit's own" in verdict.remarks[0]


def test_other_functions_of_coursekit_may_be_called():
    def answer(z, y):
        return np.mean(np.logaddexp(0, z) - z * y), (np.reshape(ck.sigmoid(z), z.shape) - y) / z.size

    assert assess("02.4", answer).outcome == "passed"


def test_use_gives_the_learners_function_once_it_passes(capsys):
    assert use("02.1", right) is right
    assert capsys.readouterr().out == ""
    fallback = use("02.1", summed)
    assert "has not passed its check yet, so this cell uses the reference" in capsys.readouterr().out
    loss, gradient = fallback(np.array([[1.0, 3.0]]), np.array([[0.0, 1.0]]))
    assert loss == 2.5
    np.testing.assert_allclose(gradient, [[1.0, 2.0]])
    use("02.1", lambda p, y: None)
    assert "is not answered yet" in capsys.readouterr().out


def test_hints_come_one_at_a_time(capsys):
    said = []
    for _ in range(4):
        hint("02.5")
        said.append(capsys.readouterr().out)
    assert [text[:8] for text in said] == ["Hint 1 o", "Hint 2 o", "Hint 3 o", "Hint 3 o"]


def test_the_solution_is_shown_at_the_second_asking(capsys):
    solution("02.2")
    assert "def mae" not in capsys.readouterr().out
    solution("02.2")
    assert "def mae" in capsys.readouterr().out


def test_an_instructor_can_turn_solutions_off(monkeypatch, capsys):
    monkeypatch.setenv(NO_SOLUTIONS, "1")
    for _ in range(3):
        solution("02.4")
    assert "def sigmoid" not in capsys.readouterr().out


@pytest.mark.parametrize("call", [hint, solution, lambda key: use(key, right)])
def test_help_on_an_unknown_exercise_is_an_error(call):
    with pytest.raises(ValueError, match=r"there is no exercise '99\.9'"):
        call("99.9")


class Balanced(HTMLParser):
    """Fails on tags that do not match."""

    def __init__(self):
        super().__init__()
        self.open, self.roles = [], []

    def handle_starttag(self, tag, attrs):
        self.roles += [value for name, value in attrs if name == "role"]
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def evil(p, y):
    print("<script>alert(1)</script>")
    raise ValueError("<img src=x onerror=alert(2)>")


@pytest.mark.parametrize("answer", [right, summed, evil, lambda p, y: None])
def test_the_panel_is_sound_html_and_escapes_the_learner(answer):
    verdict = assess("02.1", answer)
    markup, parser = panel(verdict), Balanced()
    parser.feed(markup)
    assert (parser.open, parser.roles) == ([], ["status"])
    assert verdict.symbol in markup
    assert "<script" not in markup
    assert "<img" not in markup


def luminance(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


@pytest.mark.parametrize("color", COLORS.values())
@pytest.mark.parametrize("background", ["#ffffff", "#111111"])
def test_edges_and_symbols_stand_out_in_both_themes(color, background):
    light, dark = sorted([luminance(color), luminance(background)], reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3
