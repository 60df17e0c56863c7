"""Laws of predictions: locked before the answer, kept, and compared."""

import re

import pytest

from coursekit import widgets
from coursekit.widgets.base.prediction import Prediction


@pytest.fixture
def displayed(monkeypatch):
    """What predict and reveal display."""
    shown = []
    monkeypatch.setattr("coursekit.widgets.base.prediction.display", shown.append)
    return shown


def lock(guess, value=None):
    if value is not None:
        guess._control.value = value
    guess._lock.click()


def test_a_locked_guess_is_kept_and_shown_against_the_measured_answer(displayed):
    guess = widgets.predict("Which ends lower?", ["MSE", "CE"])
    lock(guess, "MSE")
    guess._control.value = "CE"  # too late
    guess.reveal("CE", because="its gradient lasts")
    _, answer = displayed
    assert guess.guess == "MSE"
    assert guess._control.disabled
    assert guess._lock.disabled
    for words in ("Which ends lower?", "Your guess: MSE. ✗", "Measured: <b>CE</b>", "its gradient lasts"):
        assert words in answer.value


def test_without_a_guess_the_answer_says_so_until_one_is_locked(displayed):
    guess = widgets.predict("How many epochs?", between=(1, 50), unit="epochs")
    guess.reveal(12)
    _, answer = displayed
    assert "You have not locked a guess." in answer.value
    lock(guess, 20)
    assert "Your guess: 20 epochs, off by 8 epochs." in answer.value
    assert "Measured: <b>12 epochs</b>" in answer.value


def test_nothing_chosen_is_not_locked(displayed):
    guess = widgets.predict("Which?", ["a", "b"])
    lock(guess)
    assert guess.guess is None
    assert not guess._control.disabled
    assert "Choose an answer first." in guess._note.value


def test_text_of_a_prediction_is_no_markup(displayed):
    guess = widgets.predict("Is 1 < 2 & <i>so</i>?", ["<b>", "no"])
    lock(guess, "<b>")
    guess.reveal("no", because="<script>")
    assert not re.search("<(i|script)>", displayed[1].value + guess._note.value)
    assert "<b><b>" not in displayed[1].value


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Prediction("", ["a", "b"]), "a sentence"),
        (lambda: Prediction("Which?"), "either options"),
        (lambda: Prediction("Which?", ["a", "b"], (1, 2)), "not both"),
        (lambda: Prediction("Which?", ["a"]), "at least two"),
        (lambda: Prediction("Which?", "ab"), "at least two"),
        (lambda: Prediction("How many?", between=(2, 1)), "low < high"),
        (lambda: Prediction("How many?", between="12"), "between"),
        (lambda: Prediction("How many?", between=(1, 2, 3)), "low, high"),
        (lambda: Prediction("Which?", ["a", "b"]).reveal("c"), "one of 'a', 'b'"),
        (lambda: Prediction("How many?", between=(1, 2)).reveal("c"), "a number"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


def test_where_widgets_cannot_run_the_question_stands_and_the_answer_can_be_opened(displayed):
    guess = widgets.predict("Which ends lower?", ["MSE", "<CE>"])
    guess.reveal("MSE", because="measured")
    question, answer = (shown._repr_mimebundle_() for shown in displayed)
    assert "application/vnd.jupyter.widget-view+json" in question
    assert "application/vnd.jupyter.widget-view+json" in answer
    assert question["text/html"] == "<p><b>Which ends lower?</b></p><ul><li>MSE</li><li>&lt;CE&gt;</li></ul>"
    assert answer["text/html"].startswith("<details>")
    assert "Measured: <b>MSE</b>. measured" in answer["text/html"]
    assert "not locked" not in answer["text/html"]
