"""The numbers and verdicts in the prose of lesson 09 agree with what its own cells compute."""

import numpy as np
import pytest
from lesson_cells import names_of, solved_names_of

from coursekit import capstone


@pytest.fixture(scope="module")
def lesson():
    return names_of("09_capstone")


@pytest.fixture(scope="module")
def solved():
    """The same, with the recipe of the solution in place of the blank one."""
    return solved_names_of("09_capstone")


def test_wrong_labels_are_learned_last(lesson):
    wrong, right, hidden = (
        np.mean(lesson["share"][name], axis=1)
        for name in ("wrong labels given back", "right labels given back", "hidden images wrong")
    )
    assert (wrong[:6] < 6).all()  # "hardly any: 4 %, less than the 10 % of a guess"
    assert right[5] > 90
    assert wrong[-1] == pytest.approx(67, abs=5)  # "two thirds"
    assert hidden.min() == pytest.approx(13, abs=1.5)
    assert hidden[-1] > 1.8 * hidden.min()  # "doubles"
    assert len(lesson["draws"]) == 20


def test_ten_percent_measure_37(lesson):
    assert 100 * capstone.noisy_error(0.1) == pytest.approx(30 + 2 / 3 * 10)


def test_sixty_epochs_can_be_paid(lesson):
    assert capstone.BUDGET // lesson["price"] == 58
    assert 3 * 19 * lesson["price"] <= capstone.BUDGET  # "three networks for nineteen epochs each"


def test_the_three_decisions(lesson):
    rate, epochs, width, penalty = lesson["decisions"]
    assert (rate.finding, epochs.finding, width.finding) == ("better", "better", "no difference measured")
    assert rate.gain.mean() == pytest.approx(3.8, abs=0.5)  # "almost four points"
    assert epochs.gain.mean() == pytest.approx(1.0, abs=0.4)
    assert penalty.gain.mean() > 0
    assert lesson["fixed"].size == 20


@pytest.mark.slow
def test_the_exam(solved):
    standings = solved["standings"]
    assert standings.recipe is solved["my_recipe"]
    assert all(errors.size == 20 for errors in standings.errors.values())
    means = {name: errors.mean() for name, errors in standings.errors.items()}
    assert means["early stopping"] > means["short and decaying"] > means["dropped units"]
    assert standings.order[1:] == list(capstone.RECIPES)[::-1]  # "hard to beat with one network"


@pytest.mark.slow
def test_what_beats_dropout_uses_a_first_network(solved):
    gap, se = solved["standings"].gap("yours", "dropped units")  # of the solution
    assert solved["standings"].rank("yours") == 1
    assert gap < -2 * se


@pytest.mark.slow
def test_the_page_is_about_this_run(solved):
    assert "λ = 10" in solved["page"].html
    assert "def my_recipe" in solved["page"].html
