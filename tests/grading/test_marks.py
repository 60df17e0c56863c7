"""Points of the assignment, overrides and lateness: from a record to a grade."""

from datetime import UTC, datetime

import pytest

from coursekit.exercises.engine.verdict import Verdict
from coursekit.grading.assignment import Assignment, LatePolicy, ProseQuestion
from coursekit.grading.gradebook import Override, Record
from coursekit.grading.marks import Marking

DUE = datetime(2026, 12, 4, 12, tzinfo=UTC)


def record(points=2, **more):
    verdict = Verdict(
        "02.1", "mse", "passed" if points == 3 else "wrong" if points else "unanswered", points, 3
    )
    return Record("ana", "7", ("a.ipynb",), "abc", (verdict,), **more)


def assignment(**more):
    return Assignment(**{"title": "Homework", "exercises": ("02.1",)} | more)


def grade(record, assignment, *overrides):
    return Marking(assignment, overrides).grade(record)


def override(question, points, **more):
    return Override("ana", "7", question, points, **{"reason": "why"} | more)


def test_the_points_of_the_assignment_scale_those_of_the_exercise():
    result = grade(record(2), assignment(points={"02.1": 6}))
    assert (result.points, result.out_of) == (4, 6)
    assert grade(record(2), assignment()).points == 2


@pytest.mark.parametrize(
    ("submitted", "days"),
    [
        ("2026-12-04T11:59:59+00:00", 0),
        ("2026-12-04T12:10:00+00:00", 0),
        ("2026-12-04T12:10:01+00:00", 1),
        ("2026-12-05T12:10:00+00:00", 1),
        ("2026-12-05T12:10:01+00:00", 2),
        ("2026-12-30T12:00:00+00:00", 26),
    ],
)
def test_each_day_begun_costs_a_share_up_to_a_limit(submitted, days):
    policy = assignment(due=DUE, late=LatePolicy(per_day=0.1, most=0.5, grace_minutes=10))
    result = grade(record(3, submitted=submitted, late=True), policy)
    assert (result.days, result.late) == (days, days > 0)
    assert result.points == pytest.approx(3 * (1 - min(0.1 * days, 0.5)))


def test_a_late_mark_without_a_time_counts_as_the_policy_says():
    policy = assignment(due=DUE, late=LatePolicy(per_day=0.2, unknown_days=2))
    result = grade(record(3, late=True), policy)
    assert (result.late, result.days, result.penalty) == (True, None, pytest.approx(1.2))
    assert grade(record(3), policy).penalty == 0


def test_lateness_costs_nothing_without_a_policy_but_is_kept():
    result = grade(record(3, late=True), assignment())
    assert (result.late, result.points) == (True, 3)


def test_an_override_replaces_the_points_and_is_marked_where_the_file_has_changed():
    result = grade(record(0), assignment(), override("02.1", 2.5, digest="abc"))
    assert (result.points, result.marks[0].judged, result.marks[0].state) == (2.5, 0, "marked")
    assert not result.marks[0].changed
    assert grade(record(0), assignment(), override("02.1", 1, digest="other")).marks[0].changed


def test_a_comment_alone_changes_no_points():
    result = grade(record(2), assignment(), override("02.1", None, comment="Look at the mean."))
    assert (result.points, result.marks[0].state) == (2, "partly")
    assert result.marks[0].override.comment == "Look at the mean."


def test_lateness_can_be_waived():
    policy = assignment(late=LatePolicy(per_day=0.5))
    assert grade(record(3, late=True), policy, override("late", 0.0, reason="ill")).points == 3


def test_the_number_finds_the_student_whose_name_was_corrected():
    renamed = Record("Ana Doe", "7", ("a.ipynb",), "abc", record(0).verdicts)
    assert grade(renamed, assignment(), override("02.1", 3)).points == 3
    other = Record("ana", "8", ("a.ipynb",), "abc", record(0).verdicts)
    assert grade(other, assignment(), override("02.1", 3)).points == 0


def test_an_answer_in_words_waits_until_it_is_marked():
    words = assignment(prose=(ProseQuestion("P1", "Why?", 4),))
    waiting = grade(record(3, prose={"P1": "Because."}), words)
    assert (waiting.points, waiting.out_of, waiting.waiting) == (3, 7, 4)
    assert [mark.state for mark in waiting.marks] == ["passed", "waiting"]
    assert grade(record(3), words).waiting == 0
    marked = grade(record(3, prose={"P1": "Because."}), words, override("P1", 3.5))
    assert (marked.points, marked.waiting) == (6.5, 0)


def test_points_never_fall_below_zero():
    assert grade(record(1, late=True), assignment(), override("late", 3.0)).points == 0
