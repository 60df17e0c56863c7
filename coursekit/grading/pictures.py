"""The numbers behind the pictures of the class page; pictures.html draws them with boxes and text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from coursekit.grading.marks import STATES

TALLEST = 8  # rem
_LEGIBLE = 0.06  # share of a bar in which its number fits


@dataclass(frozen=True)
class Bin:
    """One bar of a histogram."""

    label: str
    start: str
    count: int
    height: float  # rem


@dataclass(frozen=True)
class Part:
    """A part of a bar: how many are in this state."""

    state: str
    words: str
    count: int
    wide: bool


@dataclass(frozen=True)
class Row:
    """One question's bar, and the same in words."""

    name: str
    words: str
    parts: tuple[Part, ...]


def histogram(shares: Iterable[float], bins: int = 10) -> list[Bin]:
    """How many students have which share of the points."""
    counts = [0] * bins
    for share in shares:
        counts[min(max(int(share * bins), 0), bins - 1)] += 1
    most = max([*counts, 1])
    return [
        Bin(
            f"{100 * i // bins} to {100 * (i + 1) // bins} %",
            f"{100 * i // bins}–{100 * (i + 1) // bins}",
            count,
            round(TALLEST * count / most, 2),
        )
        for i, count in enumerate(counts)
    ]


def legend() -> list[Part]:
    """Every state with its words, in the order of the bars."""
    return [Part(state, words, 0, False) for state, words in STATES.items()]


def outcomes(names: Mapping[str, str], counts: Mapping[tuple[str, str], int]) -> list[Row]:
    """For each question, how many answers are in each state; names: by question, counts: by (question, state)."""
    rows = []
    for question, name in names.items():
        mine = {state: counts.get((question, state), 0) for state in STATES}
        total = sum(mine.values()) or 1
        parts = tuple(
            Part(state, STATES[state], count, count / total >= _LEGIBLE)
            for state, count in mine.items()
            if count
        )
        said = ", ".join(f"{part.count} {part.words}" for part in parts)
        rows.append(Row(f"{question} {name}", f"{question} {name}: {said}", parts))
    return rows
