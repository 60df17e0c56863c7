"""How good the learner's guesses are: how many were right, how far off numbers were, how well calibrated they are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from coursekit.exercises.engine.guess_store import SURE, Guess


@dataclass(frozen=True)
class GuessStatistics:
    """Counts over first guesses. factors: max(guess/answer, answer/guess) of each positive number.

    by_sureness: {"certain": (right, answered), …} for the guesses that came with a degree of sureness.
    """

    made: int = 0
    answered: int = 0
    right: int = 0
    factors: tuple[float, ...] = ()
    by_sureness: dict[str, tuple[int, int]] = field(default_factory=dict)


def statistics(guesses: Iterable[Guess]) -> GuessStatistics:
    """Count guesses and right answers."""
    made = list(guesses)
    answered = [guess for guess in made if guess.correct is not None]
    factors = [factor for guess in answered if (factor := off_by_factor(guess))]
    levels = {}
    for level in SURE:
        of_level = [bool(guess.correct) for guess in answered if guess.sure == level]
        if of_level:
            levels[level] = (sum(of_level), len(of_level))
    return GuessStatistics(
        len(made), len(answered), sum(bool(guess.correct) for guess in answered), tuple(factors), levels
    )


def off_by_factor(guess: Guess) -> float | None:
    """By which factor a number was too large or too small, at least 1; None where a factor makes no sense."""
    pair = (guess.guess, guess.answer)
    if guess.options is not None or not all(isinstance(x, int | float) and x > 0 for x in pair):
        return None
    return max(pair) / min(pair)


def sentences(counts: GuessStatistics) -> list[str]:
    """The statistics in words; empty if there are no guesses."""
    if not counts.made:
        return []
    said = [f"You made {counts.made} guess{'es' if counts.made > 1 else ''}"]
    if counts.answered:
        share = counts.right / counts.answered
        said[0] += f"; {counts.right} of the {counts.answered} with an answer were right ({share:.0%})"
    said[0] += "."
    if len(counts.factors) >= 3:
        said.append(
            f"Half of your numbers were within a factor of {median(counts.factors):.2g} of the answer."
        )
    if counts.by_sureness:
        parts = [f"{level}, {right} of {n} right" for level, (right, n) in counts.by_sureness.items()]
        said.append(f"By how sure you were: {'; '.join(parts)}.")
        said += calibration(counts)
    return said


def calibration(counts: GuessStatistics) -> list[str]:
    """What the degrees of sureness show, once there are enough guesses (5 that were called certain)."""
    right, n = counts.by_sureness.get("certain", (0, 0))
    if n < 5:
        return []
    if right / n < 0.8:
        return [
            "You are certain more often than you are right: look for a reason to doubt before you lock a guess."
        ]
    return ["When you say you are certain, you usually are right: your guesses are well calibrated."]
