"""Choose the most useful true message about a wrong answer.

First what is wrong in ordinary cases: a listed mistake, else a relation to the right values, else an edit of the
right formula, else what the source shows, else where the values differ. Then, in a second sentence, what special
cases add to it.
"""

from coursekit.exercises.engine.answer_key import AnswerKey
from coursekit.exercises.engine.cells import cells
from coursekit.exercises.engine.complaints import Judged
from coursekit.exercises.engine.diagnosis import Table, recognize
from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.finding import Finding


def table(exercise: Exercise, judged: list[Judged], key: AnswerKey) -> Table:
    """The cells of an answer by question and label."""
    return {(cell.index, cell.label): cell for cell in cells(exercise, judged, key.kinds)}


def resolve(
    exercise: Exercise, judged: list[Judged], key: AnswerKey, source: str | None = None
) -> list[Finding]:
    """The findings about an answer, the most useful one first; none if nothing is known but the case itself."""
    mine = table(exercise, judged, key)
    return recognize(exercise, mine, key, source)
