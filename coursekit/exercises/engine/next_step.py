"""Where the learner is in the course: the state of each lesson, the lesson last worked on, and the next step."""

from dataclasses import dataclass

from coursekit.exercises.engine.guess_store import guesses
from coursekit.exercises.engine.progress_store import Standing, standings, tries
from coursekit.exercises.engine.store import write
from coursekit.lesson_files import Lesson, LessonNotFound, find_lesson, lessons


@dataclass(frozen=True)
class LessonState:
    """A lesson with the standings of its exercises, in the order in which it asks them."""

    lesson: Lesson
    rows: tuple[Standing, ...]

    @property
    def points(self) -> float:
        return sum(row.points for row in self.rows)

    @property
    def out_of(self) -> float:
        return sum(row.out_of for row in self.rows)

    @property
    def open(self) -> tuple[Standing, ...]:
        """The exercises that are not passed yet."""
        return tuple(row for row in self.rows if row.outcome != "passed")


def lesson_states() -> list[LessonState]:
    """The state of every lesson, in order; exercises that no lesson asks follow as a last group."""
    rows = {row.exercise: row for row in standings()}
    found = []
    for lesson in lessons():
        found.append(LessonState(lesson, tuple(rows.pop(key) for key in lesson.exercises if key in rows)))
    if rows:
        found.append(LessonState(Lesson("", "Other exercises", "", tuple(rows)), tuple(rows.values())))
    return found


def last_lesson() -> str | None:
    """The number of the lesson last worked on, by the latest try or guess; None on the first day."""
    moments = []
    lesson_of = {key: lesson.number for lesson in lessons() for key in lesson.exercises}
    for attempt in tries()[-1:]:
        moments.append((attempt.when, lesson_of.get(attempt.exercise)))
    made = [guess for guess in guesses() if guess.lesson]
    for guess in made[-1:]:
        moments.append((guess.when, guess.lesson))
    return max(moments, key=lambda pair: pair[0])[1] if moments else None


def next_step(states: list[LessonState], current: str | None = None) -> tuple[LessonState, Standing] | None:
    """The first open exercise of the current lesson, else of the lessons after it, else of any; None if all are passed."""
    numbers = [state.lesson.number for state in states]
    start = numbers.index(current) if current in numbers else 0
    for state in [*states[start:], *states[:start]]:
        if state.open:
            return state, state.open[0]
    return None


def asked_lesson(lesson: str | int) -> list[LessonState]:
    """The states of the lesson with this number ("02", 2, "07a"; "07" means both parts) or part of its name.

    Raises ValueError with the list of lessons if there is none.
    """
    states = lesson_states()
    asked = str(lesson).strip().lower()
    number = asked.zfill(2) if asked.isdecimal() else asked.zfill(3)
    found = [state for state in states if state.lesson.number in (number, f"{number}a", f"{number}b")]
    if not found:
        try:
            name = find_lesson(lesson)
        except LessonNotFound as error:
            raise ValueError(f"progress: {error}") from None
        found = [state for state in states if state.lesson.file == name]
    return found


def forget_lesson(file: str) -> None:
    """Remove the tries and guesses of the lesson in this file, and their places in the review."""
    lesson = next((lesson for lesson in lessons() if lesson.file == file), None)
    if lesson is None:
        raise ValueError(f"forget_lesson: {file} is not a lesson of the course.")
    asked = [guess.question_id for guess in guesses(lesson.number)]
    write(
        *(("DELETE FROM progress WHERE exercise = ?", (key,)) for key in lesson.exercises),
        *(("DELETE FROM tries WHERE exercise = ?", (key,)) for key in lesson.exercises),
        *(("DELETE FROM reviews WHERE item = ?", (f"exercise:{key}",)) for key in lesson.exercises),
        *(("DELETE FROM guesses WHERE question = ?", (question,)) for question in asked),
        *(("DELETE FROM reviews WHERE item = ?", (f"guess:{question}",)) for question in asked),
    )
