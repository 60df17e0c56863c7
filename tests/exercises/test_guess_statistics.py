"""How good the guesses are, in numbers and in words."""

import pytest

from coursekit.exercises.engine.guess_statistics import off_by_factor, sentences, statistics
from coursekit.exercises.engine.guess_store import Guess


def number(guess, answer, correct=False):
    return Guess("q", "02", "How many?", guess, answer=answer, correct=correct)


def choice(sure, correct):
    return Guess("q", "02", "Which?", "a", options=("a", "b"), sure=sure, correct=correct, answer="a")


def test_nothing_is_said_about_no_guesses():
    assert sentences(statistics([])) == []


def test_one_guess_without_an_answer():
    assert sentences(statistics([number(3, None, None)])) == ["You made 1 guess."]


def test_right_ones_are_counted_among_those_with_an_answer():
    counts = statistics([choice(None, True), choice(None, False), choice(None, None)])
    assert (counts.made, counts.answered, counts.right) == (3, 2, 1)
    assert sentences(counts) == ["You made 3 guesses; 1 of the 2 with an answer were right (50%)."]


@pytest.mark.parametrize(("guess", "answer", "factor"), [(200, 100, 2), (100, 200, 2), (5, 5, 1)])
def test_a_number_is_off_by_a_factor_whichever_side_it_is_on(guess, answer, factor):
    assert off_by_factor(number(guess, answer)) == factor


@pytest.mark.parametrize("guess", [number(-1, 2), number(1, 0), choice(None, True)])
def test_no_factor_where_it_makes_no_sense(guess):
    assert off_by_factor(guess) is None


def test_the_median_of_the_factors_is_said_once_there_are_three():
    numbers = [number(2, 1), number(1, 3), number(10, 1)]
    assert "within a factor" not in " ".join(sentences(statistics(numbers[:2])))
    assert "Half of your numbers were within a factor of 3 of the answer." in sentences(statistics(numbers))


def test_calibration_is_said_by_degree_and_judged_from_five_on():
    few = [choice("guessing", True), choice("guessing", False), choice("certain", True)]
    assert (
        sentences(statistics(few))[-1]
        == "By how sure you were: guessing, 1 of 2 right; certain, 1 of 1 right."
    )
    good = [choice("certain", True)] * 5
    assert "well calibrated" in sentences(statistics(good))[-1]
    assert (
        "more often than you are right"
        in sentences(statistics([*good, choice("certain", False), choice("certain", False)]))[-1]
    )
