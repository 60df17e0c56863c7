"""Laws of predictions: the answer cannot be read before the guess is locked or skipped; guesses are kept and compared."""

import html
import re
from datetime import datetime

import ipywidgets
import numpy as np
import pytest

from coursekit import widgets
from coursekit.exercises.engine.guess_store import guesses, question_id, record_guess, stored_guess
from coursekit.widgets.base import prediction
from coursekit.widgets.base.guess_controls import NOT_SET, how_far, is_close, number_control, options_control
from coursekit.widgets.base.prediction import Prediction

NEVER_OPEN = "The answer appears here when you have locked your guess."


@pytest.fixture(autouse=True)
def own_store(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path))
    monkeypatch.setattr(prediction, "_group", prediction._Group())  # questions of other tests


@pytest.fixture
def page(monkeypatch):
    """What is on the page: the predictions displayed, and the answers as {display id: HTML}, updates included."""
    shown, answers = [], {}

    def display(thing, raw=False, display_id=None):
        if raw:
            answers[display_id] = thing["text/html"]
        else:
            shown.append(thing)

    monkeypatch.setattr("coursekit.widgets.base.prediction.display", display)
    monkeypatch.setattr("coursekit.widgets.base.prediction.update_display", display)
    return shown, answers


def only(answers):
    (answer,) = answers.values()
    return answer.replace("\u00a0", " ")


def lock(guess, value=None):
    if value is not None:
        guess._control.value = value
    guess._lock.click()


def readable(answer):
    """What can be read without opening anything."""
    return re.sub(r"<details>.*?</details>", "", answer)


def test_a_locked_guess_is_compared_with_the_answer(page):
    guess = widgets.predict("Which ends lower?", ["MSE", "CE"], kind="measured")
    lock(guess, "MSE")
    guess.reveal("CE", because="its gradient lasts")
    answer = only(page[1])
    assert guess.guess == "MSE"
    assert guess._control.disabled
    for words in ("Your guess: MSE. ✗ Not quite.", "Measured: <b>CE</b>", "its gradient lasts"):
        assert words in readable(answer)
    assert "Which ends lower?" not in answer  # it is just above


def test_before_a_guess_the_answer_is_folded_and_locking_unfolds_it(page):
    guess = widgets.predict("How many epochs?", between=(1, 50), unit="epochs")
    guess.reveal(12, because="the second plateau ends there")
    assert NEVER_OPEN in readable(only(page[1]))
    assert "12" not in readable(only(page[1]))
    assert "plateau" not in readable(only(page[1]))
    lock(guess, 20)
    assert "Your guess: 20 epochs. ✗ Not quite: too high by 8 epochs." in readable(only(page[1]))
    assert "Answer: <b>12 epochs</b>" in readable(only(page[1]))


def test_skipping_shows_the_answer_and_stores_nothing(page):
    guess = widgets.predict("Which?", ["a", "b"])
    guess.reveal("b")
    guess._skip.click()
    assert "Answer: <b>b</b>" in readable(only(page[1]))
    assert "✗" not in only(page[1])
    assert guesses() == []
    lock(guess, "b")  # it is never too late
    assert "✓ Right." in only(page[1])


def test_a_guess_is_there_again_in_the_next_session(page):
    lock(widgets.predict("How many?", between=(0, 10), id="many"), 3)
    later = widgets.predict("How many are there?", between=(0, 10), id="many")  # reworded, the same id
    assert later.guess == 3
    assert later._control.disabled
    now = datetime.now()
    assert f"You guessed <b>3</b> on {now.day} {now:%B}." in later._note.value
    later.reveal(3)
    assert "✓ Right." in only(page[1])


def test_a_guess_that_no_longer_fits_the_question_is_not_shown(page):
    record_guess(None, question_id("Which?"), "Which?", "c", ["a", "c"])
    assert widgets.predict("Which?", ["a", "b"]).guess is None
    record_guess(None, question_id("How many?"), "How many?", 99)
    assert widgets.predict("How many?", between=(0, 10)).guess is None


def test_a_second_guess_replaces_the_first_on_the_page(page):
    guess = widgets.predict("Which?", ["a", "b"])
    lock(guess, "a")
    guess._again.click()
    assert not guess._control.disabled
    assert guess._control.value is None
    lock(guess, "b")
    assert stored_guess(guess.id).guess == "b"
    assert guesses()[0].guess == "a"


@pytest.mark.parametrize("question", [{"between": (0, 10)}, {"options": [3, 5]}], ids=["number", "options"])
def test_a_move_that_arrives_after_the_click_on_lock_is_the_guess(page, question):
    """While a cell runs, the browser holds back a control's latest value, but not a click."""
    guess = widgets.predict("How many?", **question)
    guess.reveal(5)
    lock(guess, 3)
    guess._control.value = 5
    assert guess.guess == stored_guess(guess.id).guess == 5
    assert "✓ Right." in only(page[1])


def test_the_store_receives_the_answer_and_how_sure_the_guess_was(page):
    guess = widgets.predict("How many epochs?", between=(1, 50), unit="epochs")
    guess._sure.value = "certain"
    lock(guess, 20)
    guess.reveal(21)
    kept = stored_guess(guess.id)
    assert (kept.guess, kept.sure, kept.unit, kept.answer, kept.correct) == (
        20,
        "certain",
        "epochs",
        21,
        True,
    )


def test_nothing_chosen_is_not_locked(page):
    for guess in (widgets.predict("Which?", ["a", "b"]), widgets.predict("How many?", between=(0, 1))):
        lock(guess)
        assert guess.guess is None
        assert not guess._control.disabled
        assert "first." in guess._note.value


def test_several_questions_at_once_are_repeated_by_their_answers(page):
    one, other = widgets.predict("Which one?", ["a", "b"]), widgets.predict("Which other?", ["a", "b"])
    one.reveal("a")
    other.reveal("b")
    first, second = page[1].values()
    assert "Which one?" in first
    assert "Which other?" in second
    alone = widgets.predict("Which alone?", ["a", "b"])
    alone.reveal("a")
    assert "Which alone?" not in list(page[1].values())[-1]


def test_text_of_a_prediction_is_no_markup(page):
    guess = widgets.predict("Is 1 < 2 & <i>so</i>?", ["<b>", "no"])
    lock(guess, "<b>")
    guess.reveal("no", because="<script>")
    assert not re.search("<(i|script)>", only(page[1]) + guess._note.value + guess._saved.value)
    assert "<b><b>" not in only(page[1])


def test_a_formula_is_never_broken(page):
    guess = widgets.predict("Is `a + b` = 2 (p − y)/N?", ["yes", "no"])
    assert "<code>a\u00a0+\u00a0b</code>\u00a0=\u00a02 (p\u00a0−\u00a0y)/N?" in guess._saved.value


def test_a_numeric_question_starts_empty():
    for between in ((0, 100), (0.0, 1.0), (1, 3000)):
        control = number_control(between, "", None)
        assert control.value == NOT_SET
        values = [value for _, value in control.options[1:]]
        assert (values[0], values[-1]) == between
        assert values == sorted(set(values))
        assert all(isinstance(value, type(between[0])) for value in values)


def test_a_range_of_two_decades_has_a_logarithmic_scale():
    wide = np.array([value for _, value in number_control((1.0, 1000.0), "", None).options[1:]])
    assert np.diff(np.log10(wide)).max() < 0.08  # two digits each
    plain = np.array([value for _, value in number_control((1.0, 1000.0), "", False).options[1:]])
    np.testing.assert_allclose(np.diff(plain)[:-1], plain[1] - plain[0])  # the last step ends the range
    narrow = np.array([value for _, value in number_control((1.0, 50.0), "", True).options[1:]])
    assert len(narrow) < 40


@pytest.mark.parametrize(
    ("guess", "value", "logarithmic", "close"),
    [
        (100, 109, False, True),
        (100, 112, False, False),
        (0, 1, False, False),
        (10, 14, True, True),
        (10, 16, True, False),
        (10, 6, True, False),
    ],
)
def test_what_counts_as_close(guess, value, logarithmic, close):
    assert is_close(guess, value, logarithmic) == close


def test_how_far_a_guess_is_off():
    assert how_far(20, 12, False, "epochs") == "too high by 8 epochs"
    assert how_far(10, 37, True, "times") == "too low by a factor of 3.7"


def test_options_are_shuffled_the_same_for_everybody_unless_they_are_in_order():
    letters = list("abcdefgh")
    orders = [options_control(letters, f"question {i}", False).options for i in range(20)]
    assert len(set(orders)) > 15
    first = {order[0] for order in orders}
    assert len(first) > 4
    assert options_control(letters, "question 0", False).options == orders[0]
    assert all(sorted(order) == letters for order in orders)
    assert options_control(letters, "question 0", True).options == tuple(letters)
    assert options_control(["1", "20", "3,000"], "question 0", False).options == ("1", "20", "3,000")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Prediction("", ["a", "b"]), "a sentence"),
        (lambda: Prediction("Which?"), "either options"),
        (lambda: Prediction("Which?", ["a", "b"], (1, 2)), "not both"),
        (lambda: Prediction("Which?", ["a"]), "at least two"),
        (lambda: Prediction("Which?", "ab"), "at least two"),
        (lambda: Prediction("Which?", ["a", "b"], kind="guessed"), "one of 'answer', 'measured'"),
        (lambda: Prediction("How many?", between=(2, 1)), "low < high"),
        (lambda: Prediction("How many?", between="12"), "between"),
        (lambda: Prediction("How many?", between=(1, 2, 3)), "low, high"),
        (lambda: Prediction("How many?", between=(0, 2000), log=True), "above 0"),
        (lambda: Prediction("Which?", ["a", "b"]).reveal("c"), "one of 'a', 'b'"),
        (lambda: Prediction("How many?", between=(1, 2)).reveal("c"), "a number"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


def test_where_widgets_cannot_run_the_question_is_read_and_the_answer_can_be_opened(page):
    guess = widgets.predict("Which ends lower?", ["MSE", "<CE>"], ordered=True)
    guess.reveal("MSE", because="measured")
    question = page[0][0]._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in question
    inside = "<p><b>Which ends lower?</b></p><ul><li>MSE</li><li>&lt;CE&gt;</li></ul>"
    name = html.escape(guess.id)  # the site's script finds the answer by it
    assert question["text/html"] == f'<div class="coursekit-question" data-question="{name}">{inside}</div>'
    assert f'class="coursekit-answer" data-question="{name}"' in only(page[1])
    assert re.search(
        r"<details><summary>.*</summary><div>Answer: <b>MSE</b>. measured</div></details>", only(page[1])
    )


def test_a_closed_prediction_leaves_no_widget_behind():
    before = len(ipywidgets.widgets.widget._instances)
    guess = Prediction("Which?", ["a", "b"])
    assert len(ipywidgets.widgets.widget._instances) > before
    guess.close()
    assert len(ipywidgets.widgets.widget._instances) == before
