"""How long a check takes, for every exercise: a right answer, and each known mistake.

    python tests/benchmarks/checking.py

A learner waits for this after every try; the target is 0.3 s. Warm: the first check of a session also imports.
"""

import statistics
import time

import numpy as np

from coursekit.exercises import exercises
from coursekit.exercises.engine.answers import draw_questions
from coursekit.exercises.engine.judge import judge
from coursekit.exercises.engine.running import run_answer

ROUNDS = 5


def seconds(exercise, answer, seed):
    """Of all that `check` does but for the look for borrowed references: the mistakes are made from them."""
    start = time.perf_counter()
    questions = draw_questions(exercise, np.random.default_rng(seed))
    judge(exercise, questions, run_answer(answer, questions))
    return time.perf_counter() - start


def main():
    print(f"| exercise | right answer, median ms | wrong answers, median ms | slowest ms |\n{'| --- ' * 4}|")
    slowest = 0.0
    for exercise in exercises().values():
        wrongs = [wrong for misconception in exercise.misconceptions for wrong in misconception.wrongs]
        right = [seconds(exercise, exercise.solution, seed) for seed in range(ROUNDS)]
        wrong = [seconds(exercise, answer, seed) for seed, answer in enumerate(wrongs)]
        slowest = max(slowest, *right, *wrong)
        cells = (1000 * t for t in (statistics.median(right), statistics.median(wrong), max(*right, *wrong)))
        print(f"| {exercise.id} {exercise.name} | " + " | ".join(f"{ms:.0f}" for ms in cells) + " |")
    print(f"\nSlowest of all: {1000 * slowest:.0f} ms.")


if __name__ == "__main__":
    main()
