"""On what terms the submissions of a run are graded: the same on each machine that grades some of them."""

from dataclasses import dataclass, field

from coursekit.exercises.engine.exercise import Property
from coursekit.exercises.engine.registry import everything
from coursekit.grading import judge
from coursekit.grading.inside.confine import Limits


@dataclass(frozen=True)
class Terms:
    """Lessons, the secret seed of the questions, the instructor's own properties by exercise, seconds for an answer,
    and the way of the sandbox, None for the strongest. Its repr, which logs may show, tells no secret."""

    lessons: tuple[str, ...]
    seed: int = field(repr=False)
    private: dict[str, list[Property]] = field(repr=False)
    seconds: float
    sandbox: str | None

    def papers(self) -> list[judge.Paper]:
        """All exercises of the lessons, with their questions."""
        return [
            judge.paper(exercise, self.seed, tuple(self.private.get(exercise.id, ())))
            for exercise in everything().values()
            if exercise.id[:2] in self.lessons
        ]

    def limits(self, papers: list[judge.Paper]) -> Limits:
        """Of a child: definitions, then questions."""
        return Limits(seconds=2 * max(judge.time_for(paper, self.seconds) for paper in papers) + 1)
