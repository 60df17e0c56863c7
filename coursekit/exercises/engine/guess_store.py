"""The learner's guesses at the questions of the lessons, kept in the local store.

A question may be guessed several times; what counts is the first guess, because a later one may follow the answer.
"""

import hashlib
import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from coursekit.exercises.engine.store import read, write

SURE = ("guessing", "fairly sure", "certain")  # how sure a learner may say to be, in growing order

_COLUMNS = "question, lesson, text, options, guess, unit, sure, moment, correct, answer"


@dataclass(frozen=True)
class Guess:
    """One guess. `correct` and `answer` are None until the answer was revealed; `options` is None for a number."""

    question_id: str
    lesson: str | None
    question: str
    guess: Any
    options: tuple | None = None
    unit: str = ""
    sure: str | None = None
    when: datetime | None = None
    correct: bool | None = None
    answer: Any = None


def question_id(question: str, lesson: str | None = None) -> str:
    """The id of a question without a name: a hash of its text, spaces and letter case aside."""
    text = " ".join(question.lower().split())
    return f"{lesson or ''}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def current_lesson() -> str | None:
    """The number of the lesson whose notebook runs this kernel, such as "02" or "07a"; None if it is not known.

    Jupyter's server puts the path of the notebook into JPY_SESSION_NAME, VS Code into a variable of the notebook.
    """
    main = vars(sys.modules["__main__"])
    path = os.environ.get("JPY_SESSION_NAME") or main.get("__vsc_ipynb_file__") or ""
    match = re.match(r"(\d\d[a-z]?)_", PurePath(str(path).replace("\\", "/")).name)
    return match[1] if match else None


def record_guess(
    lesson: str | None,
    question_id: str,
    question: str,
    guess: Any,
    options: Sequence | None = None,
    when: datetime | None = None,
    *,
    unit: str = "",
    sure: str | None = None,
) -> None:
    """Keep a guess: one of the options, or a number in `unit`.

    lesson: such as "02"; None for that of this notebook. when: None for now. sure: one of SURE, if it was asked.
    """
    if sure is not None and sure not in SURE:
        raise ValueError(f"record_guess: sure must be one of {', '.join(SURE)}, but is {sure!r}.")
    values = (
        question_id,
        lesson or current_lesson(),
        question,
        None if options is None else _encode(list(options)),
        _encode(guess),
        unit,
        sure,
        (when or datetime.now()).astimezone().isoformat(timespec="seconds"),
    )
    write((f"INSERT INTO guesses ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)", values))


def record_answer(question_id: str, right: bool, measured: Any) -> None:
    """Keep the answer with the latest guess at the question; without a guess, nothing is kept."""
    write(
        (
            "UPDATE guesses SET correct = ?, answer = ? WHERE rowid = "
            "(SELECT max(rowid) FROM guesses WHERE question = ?)",
            (int(bool(right)), _encode(measured), question_id),
        )
    )


def stored_guess(question_id: str) -> Guess | None:
    """The latest guess at a question, or None."""
    rows = read(
        f"SELECT {_COLUMNS} FROM guesses WHERE question = ? ORDER BY rowid DESC LIMIT 1", (question_id,)
    )
    return _guess(rows[0]) if rows else None


def guesses(lesson: str | None = None) -> list[Guess]:
    """The first guess at each question in order of time; only of this lesson if one is given."""
    rows = read(
        f"SELECT {_COLUMNS} FROM guesses "
        "WHERE rowid IN (SELECT min(rowid) FROM guesses GROUP BY question) ORDER BY rowid"
    )
    found = [_guess(row) for row in rows]
    return [guess for guess in found if lesson is None or guess.lesson == lesson]


def _guess(row):
    question, lesson, text, options, guess, unit, sure, moment, correct, answer = row
    return Guess(
        question,
        lesson,
        text,
        json.loads(guess),
        None if options is None else tuple(json.loads(options)),
        unit,
        sure,
        datetime.fromisoformat(moment),
        None if correct is None else bool(correct),
        None if answer is None else json.loads(answer),
    )


def _encode(value):
    """JSON; a NumPy number as the Python number it holds."""
    return json.dumps(value, default=lambda other: other.item() if hasattr(other, "item") else str(other))
