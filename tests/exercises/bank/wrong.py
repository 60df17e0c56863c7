"""What an entry of the bank is, and how a file adds one."""

from collections.abc import Callable
from typing import NamedTuple


class Wrong(NamedTuple):
    """A wrong answer to the exercise of this id: its function, and in one line what is wrong with it."""

    exercise: str
    function: Callable
    what: str


BANK: list[Wrong] = []


def wrong(exercise: str, what: str) -> Callable[[Callable], Callable]:
    """Add the function below to the bank."""

    def add(function):
        BANK.append(Wrong(exercise, function, what))
        return function

    return add
