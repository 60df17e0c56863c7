"""Answers in words: the cells that ask for them in a handout, and how they are found again in what is handed in."""

import re
from collections.abc import Mapping

PLACEHOLDER = "*Write your answer here, in place of this line.*"
LONGEST = 20_000  # characters of one answer
_MARKER = re.compile(r"^[#>*_ \t]*Your answer to ([A-Za-z][\w-]*)\b[^\n]*$", re.MULTILINE | re.IGNORECASE)


def answer_cell(question_id: str) -> str:
    """The Markdown cell in which a student answers a question."""
    return f"#### Your answer to {question_id}\n\n{PLACEHOLDER}"


def prose_answers(texts: Mapping[str, str]) -> dict[str, str]:
    """The answers by the id of their question, from the cells of text by label ("a.ipynb: cell 7"); a blank one is left out.

    An answer is the text below the heading "Your answer to P1", or, where that is blank, the cells of text that
    follow it. Of several answers to a question the longest is taken: a copy of the notebook is often blank.
    """
    found: dict[str, str] = {}
    files: dict[str, dict[int, str]] = {}
    for label, text in texts.items():
        file, _, number = label.rpartition(" ")
        files.setdefault(file, {})[int(number)] = text
    for key, text in (answer for cells in files.values() for answer in _answers(cells)):
        if len(text) > len(found.get(key, "")):
            found[key] = text[:LONGEST]
    return found


def _answers(texts):
    for number, text in texts.items():
        marks = list(_MARKER.finditer(text))
        for mark, following in zip(marks, [*marks[1:], None], strict=False):
            answer = _cleaned(text[mark.end() : following.start() if following else None])
            if not answer and following is None:
                answer = _cleaned("\n\n".join(_below(texts, number + 1)))
            if answer:
                yield mark[1], answer


def _below(texts, number):
    """The cells of text from this number on, up to the next question or code."""
    while number in texts and not _MARKER.search(texts[number]) and not texts[number].startswith("#"):
        yield texts[number]
        number += 1


def _cleaned(text):
    return text.replace(PLACEHOLDER, "").strip()
