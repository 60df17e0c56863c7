"""What is worth asking again: questions missed, guesses far off, exercises passed only after a recognized mistake."""

from dataclasses import dataclass
from datetime import date

from coursekit.exercises.engine.guess_store import Guess, guesses
from coursekit.exercises.engine.progress_store import tries
from coursekit.exercises.engine.registry import exercises
from coursekit.exercises.engine.store import read, write
from coursekit.review.schedule import Schedule


@dataclass(frozen=True)
class Item:
    """Something to ask again. key: "guess:…" or "exercise:02.1"; missed: the day of the miss.

    guess: the guess that was off; None for an exercise. mistake: the recognized mistake; "" for a guess.
    """

    key: str
    lesson: str
    missed: date
    guess: Guess | None = None
    mistake: str = ""


def items() -> list[Item]:
    """Every item of the learner, in the order of the days on which they were missed."""
    return sorted([*_guesses(), *_exercises()], key=lambda item: (item.missed, item.key))


def _guesses():
    return [
        Item(f"guess:{guess.question_id}", guess.lesson or "", guess.when.date(), guess)
        for guess in guesses()
        if guess.correct is False and guess.when
    ]


def _exercises():
    """Exercises that were passed after a recognized mistake; projects take too long to ask about."""
    mistakes, found, passed = {}, [], set()
    known = exercises()
    for attempt in tries():
        key = attempt.exercise
        if attempt.outcome == "passed":
            if key in mistakes and key in known and key not in passed:
                name, day = mistakes[key]
                found.append(Item(f"exercise:{key}", key[:2], day, None, name))
            passed.add(key)
        elif attempt.misconception and key not in passed:
            mistakes.setdefault(key, (attempt.misconception, attempt.when.date()))
    return found


def schedules(found: list[Item]) -> dict[str, Schedule]:
    """The schedule of each item: as it was stored, else as it starts."""
    stored = {
        key: Schedule(stage, date.fromisoformat(due) if due else None)
        for key, stage, due in read("SELECT item, stage, due FROM reviews")
    }
    return {item.key: stored.get(item.key, Schedule.start(item.missed)) for item in found}


def store_schedule(key: str, schedule: Schedule) -> None:
    """Keep the schedule of an item."""
    due = schedule.due.isoformat() if schedule.due else ""
    write(("INSERT OR REPLACE INTO reviews VALUES (?, ?, ?)", (key, schedule.stage, due)))
