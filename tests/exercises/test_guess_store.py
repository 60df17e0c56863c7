"""Guesses are kept: the latest is shown again, the first one counts, and no disk can stop a lesson."""

from datetime import UTC, datetime

import numpy as np
import pytest

from coursekit.exercises.engine.guess_store import (
    current_lesson,
    guesses,
    question_id,
    record_answer,
    record_guess,
    stored_guess,
)
from coursekit.exercises.engine.store import store


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)


WHEN = datetime(2026, 11, 29, 10, 30, tzinfo=UTC)


def test_a_guess_comes_back_as_it_was_made():
    assert stored_guess("02-a") is None
    assert not store().exists()  # asking writes nothing
    record_guess("02", "02-a", "How often?", "2 times", ["2 times", "never"], WHEN, sure="certain")
    found = stored_guess("02-a")
    assert (found.guess, found.options, found.when, found.sure) == (
        "2 times",
        ("2 times", "never"),
        WHEN,
        "certain",
    )
    assert (found.correct, found.answer) == (None, None)
    record_answer("02-a", False, "never")
    assert (stored_guess("02-a").correct, stored_guess("02-a").answer) == (False, "never")


def test_numbers_of_numpy_come_back_as_numbers():
    record_guess("02", "n", "How many?", np.int64(12), when=WHEN, unit="weights")
    record_answer("n", np.bool_(True), np.float32(12.5))
    found = stored_guess("n")
    assert (found.guess, found.options, found.unit, found.correct, found.answer) == (
        12,
        None,
        "weights",
        True,
        12.5,
    )


def test_the_first_guess_counts_and_the_latest_is_shown():
    record_guess("02", "q", "Which?", "a", ["a", "b"], WHEN)
    record_answer("q", False, "b")
    record_guess("02", "q", "Which?", "b", ["a", "b"])
    record_answer("q", True, "b")
    record_guess("03", "r", "Which other?", "a", ["a", "b"], WHEN)
    assert stored_guess("q").guess == "b"
    assert [(g.question_id, g.guess, g.correct) for g in guesses()] == [("q", "a", False), ("r", "a", None)]
    assert [g.question_id for g in guesses("03")] == ["r"]


def test_an_answer_without_a_guess_is_not_kept():
    record_answer("q", True, 3)
    assert guesses() == []


def test_a_question_is_recognized_whatever_its_spaces_and_case():
    assert question_id("Which  loss\nends lower?") == question_id("which loss ends LOWER?")
    assert question_id("Which loss ends lower?", "02") != question_id("Which loss ends lower?", "03")
    assert question_id("Which loss?") != question_id("Which cost?")


@pytest.mark.parametrize(
    ("path", "lesson"),
    [
        ("02_loss_functions.ipynb", "02"),
        ("work/07a_deep_network_difficulties.ipynb", "07a"),
        ("C:\\course\\04_regularization.ipynb", "04"),
        ("notes.ipynb", None),
        ("", None),
    ],
)
def test_the_lesson_is_that_of_the_notebook(path, lesson, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", path)
    assert current_lesson() == lesson
    record_guess(None, "q", "Which?", 1)
    assert stored_guess("q").lesson == lesson


def test_an_unknown_degree_of_sureness_is_refused():
    with pytest.raises(ValueError, match="sure must be one of guessing, fairly sure, certain"):
        record_guess("02", "q", "Which?", 1, sure="yes")


def test_without_a_disk_a_guess_lasts_as_long_as_the_kernel(capsys):
    store().parent.write_text("a file in the way")
    record_guess("02", "q", "Which?", "a", ["a", "b"], WHEN)
    record_answer("q", True, "a")
    assert (stored_guess("q").guess, stored_guess("q").correct) == ("a", True)
    assert capsys.readouterr().out.count("could not be kept") == 1
