"""Help in the verdict: hints to unfold one after another, a puzzle, the solution; nothing is used up by running it."""

import ast

import pytest
from bs4 import BeautifulSoup

from coursekit.exercises import check, exercises, lookup
from coursekit.exercises.engine.helping import NO_SOLUTIONS
from coursekit.exercises.engine.panel import panel
from coursekit.exercises.engine.puzzle import GAP, body_lines, shuffled_lines, with_gaps
from coursekit.exercises.engine.registry import everything
from coursekit.exercises.engine.unfolding import fitting_hint, help_html
from coursekit.html_page import code_html

EVERY = pytest.mark.parametrize("exercise", everything().values(), ids=lambda exercise: exercise.id)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path))


def nesting(markup):
    """The summaries of each chain of nested <details>, from the outside to the inside."""
    chains = []
    for fold in BeautifulSoup(markup, "html.parser").find_all("details", recursive=False):
        chain = []
        while fold:
            chain.append(fold.summary.get_text())
            assert not fold.has_attr("open")
            fold = fold.find("details")
        chains.append(chain)
    return chains


@EVERY
def test_hints_unfold_one_after_another_then_a_puzzle_then_the_solution(exercise):
    (chain,) = nesting(help_html(exercise))
    assert chain[:3] == ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3"]
    assert chain[3].startswith("Solution, step 1: ")
    assert chain[4:] == ["Solution, step 2: all of it"]
    (chain,) = nesting(help_html(exercise, with_solution=False))
    assert chain == ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3"]


@EVERY
def test_the_puzzle_has_all_of_the_solution_but_not_its_order_or_its_gaps(exercise):
    lines = [line.strip() for line in body_lines(exercise)]
    shuffled = shuffled_lines(exercise)
    if shuffled:
        assert shuffled != lines
        assert sorted(shuffled) == sorted(lines)
        assert shuffled == shuffled_lines(exercise)
    else:
        gapped = with_gaps(exercise)
        assert len(gapped) == len(lines)
        assert any(GAP in line for line in gapped)


@EVERY
def test_colored_code_is_the_code(exercise):
    lines = body_lines(exercise)
    for code in (lines, [line.strip() for line in reversed(lines)]):  # out of order it need not parse
        shown = BeautifulSoup(code_html(code), "html.parser").get_text()
        assert shown == "\n".join(code)


def test_gaps_of_a_short_solution():
    assert with_gaps(lookup("02.1")) == ["d = p - y", f"return (np.{GAP}(d ** 2), 2 * d / d.{GAP})"]
    assert with_gaps(lookup("03.2")) == [f"return o {GAP} (1 {GAP} o) {GAP} (t {GAP} o)"]
    assert ast.parse("\n".join(with_gaps(lookup("02.6")))) is not None
    assert "'identity'" not in "".join(with_gaps(lookup("02.6")))


def right(p, y):
    d = p - y
    return (d**2).mean(), 2 * d / d.size


def answered(outcome):
    answers = {"blank": lambda p, y: None, "mistake": lambda p, y: (((p - y) ** 2).sum(), 2 * (p - y))}
    return check("02.1", answers.get(outcome, right))


def test_a_recognized_mistake_offers_the_hint_that_fits_it():
    verdict = answered("mistake")
    assert verdict.misconception
    first, second = nesting(str(BeautifulSoup(panel(verdict), "html.parser").section.decode_contents()))
    number = fitting_hint(lookup("02.1"), " ".join([verdict.misconception, *verdict.remarks]))
    assert first == [f"A hint for this mistake (hint {number})"]
    assert second[0] == "Hint 1 of 3"


@pytest.mark.parametrize(
    ("exercise", "mistake", "number"),
    [
        ("02.1", "gradient without 1/N", 2),
        ("04.4", "divides by p", 1),
        ("04.4", "drops in evaluation as well", 2),
        ("06.6", "no bias correction", 1),
        ("05.5", "train and val swapped", 2),
    ],
)
def test_hints_that_fit(exercise, mistake, number):
    (found,) = (m for m in lookup(exercise).misconceptions if m.name == mistake)
    assert fitting_hint(lookup(exercise), f"{found.name} {found.says}") == number


def test_of_equally_good_hints_it_is_the_one_that_gives_away_least():
    assert all(fitting_hint(exercise, "…") == 1 for exercise in exercises().values())


def test_a_blank_answer_has_the_hints_and_a_passed_one_the_solution_to_compare():
    (chain,) = nesting(str(BeautifulSoup(panel(answered("blank")), "html.parser").section.decode_contents()))
    assert chain[0] == "Hint 1 of 3"
    (chain,) = nesting(str(BeautifulSoup(panel(answered("right")), "html.parser").section.decode_contents()))
    assert chain[0].startswith("Solution, step 1")


@pytest.mark.parametrize("outcome", ["blank", "mistake", "right"])
def test_an_instructor_can_turn_solutions_off(outcome, monkeypatch):
    verdict = answered(outcome)
    assert "return np.mean(d**2)" in BeautifulSoup(panel(verdict), "html.parser").get_text()
    monkeypatch.setenv(NO_SOLUTIONS, "1")
    text = BeautifulSoup(panel(verdict), "html.parser").get_text()
    assert "Solution" not in text
    assert "2 * d / d.size\n" not in text


def test_checking_twice_shows_the_same_help():
    assert panel(answered("blank")) == panel(answered("blank"))
