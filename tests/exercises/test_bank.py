"""What the checker says about wrong answers that nobody who wrote it had seen.

After a change that improves the verdicts on purpose, read the new ones, then write them down again with
`python tests/exercises/test_bank.py`.
"""

import functools
import re
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from bank import BANK
from shared_questions import read_verdict_on

from coursekit.exercises import exercises

READ = Path(__file__).parent / "verdicts.txt"  # thirty verdicts, as learners read them
DRAWS = 20
EACH = 8  # one of this many wrong answers is judged by the quick tests
SECONDS = 20.0
ROUND_OFF = re.compile(r"-?\d(?:\.\d+)?e-1\d")
UNHELPFUL = ("If you are stuck", "Work the case below out by hand", "What do the others have in common")

each_exercise = pytest.mark.parametrize("exercise", sorted({entry.exercise for entry in BANK}))


def verdict_on(entry, seed=0):
    return read_verdict_on(entry.exercise, entry.function, seed, may_borrow=True, seconds=SECONDS)


@functools.cache
def verdicts(exercise, seed=0):
    """(entry, verdict) for all wrong answers to an exercise, on one draw."""
    return [(entry, verdict_on(entry, seed)) for entry in BANK if entry.exercise == exercise]


def assert_it_is_wrong(entry, verdict):
    assert verdict.outcome != "passed", entry.what
    assert verdict.points < verdict.out_of, entry.what


def says_something(verdict):
    """Whether the verdict names the mistake, or says what differs beyond the failing case."""
    helpful = [remark for remark in verdict.remarks if not any(text in remark for text in UNHELPFUL)]
    return bool(verdict.misconception or helpful)


def thirty():
    """Thirty entries, drawn at random once and for all."""
    return [BANK[i] for i in sorted(np.random.default_rng(18).permutation(len(BANK))[:30])]


def as_text(entry):
    """A verdict; round-off that depends on the machine reads 0."""
    return f"What is wrong: {entry.what}\n{ROUND_OFF.sub('0', repr(verdict_on(entry)))}"


def test_the_bank_has_wrong_answers_to_every_exercise():
    assert len(BANK) >= 500
    assert {entry.exercise for entry in BANK} == set(exercises())


@pytest.mark.parametrize("entry", BANK[::EACH], ids=lambda entry: f"{entry.exercise}: {entry.what}")
def test_a_wrong_answer_is_not_passed(entry):
    assert_it_is_wrong(entry, verdict_on(entry))


@pytest.mark.slow
@each_exercise
def test_a_wrong_answer_never_passes_and_never_earns_all_points(exercise):
    for entry, verdict in verdicts(exercise):
        assert_it_is_wrong(entry, verdict)


@pytest.mark.slow
@pytest.mark.parametrize("lesson", sorted({entry.exercise[:2] for entry in BANK}))
def test_wrong_answers_are_named_or_described(lesson, record_property):
    ids = sorted({entry.exercise for entry in BANK if entry.exercise.startswith(lesson)})
    found = [pair for exercise in ids for pair in verdicts(exercise)]
    named = np.mean([verdict.misconception is not None for _, verdict in found])
    said = np.mean([says_something(verdict) for _, verdict in found])
    record_property(
        "measured",
        f"lesson {lesson}, {len(found)} wrong answers: {named:.1%} named, {said:.1%} named or described",
    )
    assert said >= 0.95


@pytest.mark.slow
@pytest.mark.nightly
@each_exercise
def test_points_and_name_are_the_same_in_every_draw(exercise):
    seen = {}
    for seed in range(DRAWS):
        for entry, verdict in verdicts(exercise, seed):
            seen.setdefault(id(entry), (entry, set()))[1].add((verdict.points, verdict.misconception))
    changing = [
        f"{entry.what}: {sorted(map(str, found))}" for entry, found in seen.values() if len(found) > 1
    ]
    assert not changing, "\n".join(changing)


def test_thirty_verdicts_read_as_written_down():
    assert READ.read_text(encoding="utf-8") == "\n\n".join(map(as_text, thirty())) + "\n"


if __name__ == "__main__":
    READ.write_text("\n\n".join(map(as_text, thirty())) + "\n", encoding="utf-8")
