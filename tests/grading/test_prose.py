"""Answers in words are found again in what students hand in."""

import pytest

from coursekit.grading.prose import PLACEHOLDER, answer_cell, prose_answers


def cells(*texts, file=""):
    return {
        f"{file}cell {3 * i + 2}" if text is None else f"{file}cell {i}": text
        for i, text in enumerate(texts, 1)
    }


@pytest.mark.parametrize(
    "text",
    [
        answer_cell("P1").replace(PLACEHOLDER, "The mean moves."),
        "Your answer to P1:\n\nThe mean moves.",
        "## **Your answer to P1**\nThe mean moves.\n",
        f"#### your answer to P1\n{PLACEHOLDER}\nThe mean moves.",
    ],
)
def test_the_text_below_the_heading_is_the_answer(text):
    assert prose_answers(cells("# Homework", text)) == {"P1": "The mean moves."}


def test_a_blank_answer_is_none():
    assert prose_answers(cells(answer_cell("P1"), "### Question P2")) == {}


def test_an_answer_in_the_next_cells_is_found_too():
    texts = cells(answer_cell("P1"), "The mean moves.", "The median does not.", "# Next", "no answer")
    assert prose_answers(texts) == {"P1": "The mean moves.\n\nThe median does not."}


def test_several_answers_in_one_cell_and_several_notebooks():
    both = cells("Your answer to P1\na\n\nYour answer to P2\nb", file="x.ipynb: ")
    blank = cells(answer_cell("P1"), file="copy.ipynb: ")
    assert prose_answers(both | blank) == {"P1": "a", "P2": "b"}
