"""The questions of a day: the items that are due, interleaved so that no lesson is asked in a block."""

from datetime import date

from numpy.random import Generator

from coursekit.review.items import Item, items, schedules, store_schedule
from coursekit.review.questions import Question, question

MOST = 8  # questions in one session: about five minutes


def due_items(today: date) -> list[Item]:
    """The items to ask today, those waiting longest first."""
    found = items()
    schedule = schedules(found)
    due = [item for item in found if schedule[item.key].is_due(today)]
    return sorted(due, key=lambda item: (schedule[item.key].due, item.key))


def next_day(today: date) -> tuple[date, int] | None:
    """The next day after today on which items come up, and how many; None if nothing will."""
    later = [s.due for s in schedules(items()).values() if s.due is not None and s.due > today]
    return (min(later), later.count(min(later))) if later else None


def questions(today: date, rng: Generator) -> list[Question]:
    """The questions of a session, at most MOST, interleaved by lesson."""
    return [question(item, rng) for item in interleaved(due_items(today)[:MOST])]


def interleaved(found: list[Item]) -> list[Item]:
    """The items in turn from each lesson, in the order in which the lessons appear."""
    by_lesson: dict[str, list[Item]] = {}
    for item in found:
        by_lesson.setdefault(item.lesson, []).append(item)
    rows = list(by_lesson.values())
    return [row[i] for i in range(max(map(len, rows), default=0)) for row in rows if i < len(row)]


def record(asked: Question, right: bool, today: date) -> None:
    """Keep what follows from an answer: when the item comes up again."""
    schedule = schedules([item for item in items() if item.key == asked.item])
    if asked.item in schedule:
        store_schedule(asked.item, schedule[asked.item].after(right, today))
