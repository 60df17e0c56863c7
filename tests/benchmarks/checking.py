"""How long a check takes, for every exercise: a right answer, each known mistake, and the same unlisted.

    python tests/benchmarks/checking.py

A learner waits for this after every try; the target is a median of 0.3 s. Warm: the first check of a session also
imports, and the first wrong answer to an exercise makes the edits of its formula, which are kept. Unlisted: the
mistakes judged as if the exercise listed none, so that the search for an explanation runs to its end.
"""

import dataclasses
import statistics
import time

import numpy as np

from coursekit.exercises import exercises
from coursekit.exercises.engine.answers import draw_questions
from coursekit.exercises.engine.judge import judge
from coursekit.exercises.engine.running import run_answer

ROUNDS = 5
FEW = 4  # every fourth mistake is judged as an unlisted one


def seconds(exercise, answer, seed):
    """Of all that `check` does but for the look for borrowed references: the mistakes are made from them."""
    start = time.perf_counter()
    questions = draw_questions(exercise, np.random.default_rng(seed))
    judge(exercise, questions, run_answer(answer, questions))
    return time.perf_counter() - start


def main():
    print(f"| exercise | right answer, median ms | listed mistakes | unlisted | slowest |\n{'| --- ' * 5}|")
    slowest = 0.0
    for exercise in exercises().values():
        wrongs = [wrong for misconception in exercise.misconceptions for wrong in misconception.wrongs]
        right = [seconds(exercise, exercise.solution, seed) for seed in range(ROUNDS)]
        wrong = [seconds(exercise, answer, seed) for seed, answer in enumerate(wrongs)]
        bare = dataclasses.replace(exercise, misconceptions=())
        seconds(bare, wrongs[0], 0)  # makes the edits
        unlisted = [seconds(bare, answer, seed) for seed, answer in enumerate(wrongs[::FEW])]
        slowest = max(slowest, *right, *wrong, *unlisted)
        medians = map(statistics.median, (right, wrong, unlisted))
        cells = (1000 * t for t in (*medians, max(*right, *wrong, *unlisted)))
        print(f"| {exercise.id} {exercise.name} | " + " | ".join(f"{ms:.0f}" for ms in cells) + " |")
    print(f"\nSlowest of all: {1000 * slowest:.0f} ms.")


if __name__ == "__main__":
    main()
