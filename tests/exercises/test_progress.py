"""Laws of the local store: nothing written is lost, and a file that cannot be used stops nobody."""

import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from coursekit.commands import main as cli
from coursekit.exercises import check, progress
from coursekit.exercises.engine import progress_table
from coursekit.exercises.engine import store as store_module
from coursekit.exercises.engine.guess_store import record_guess
from coursekit.exercises.engine.next_step import last_lesson, lesson_states, next_step
from coursekit.exercises.engine.progress_store import record, source_hash, standings, tries
from coursekit.exercises.engine.registry import everything
from coursekit.exercises.engine.store import store
from coursekit.exercises.engine.verdict import Verdict
from coursekit.lesson_files import lessons


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "home"))


def standing(exercise_id):
    return next(row for row in standings() if row.exercise == exercise_id)


def test_the_best_of_all_tries_counts():
    for outcome, points in [("wrong", 1), ("passed", 3), ("wrong", 2)]:
        record(Verdict("02.1", "mse", outcome, points, 3))
    row = standing("02.1")
    assert (row.outcome, row.points) == ("passed", 3)


def test_check_records_tries_but_no_blanks():
    check("02.1", lambda p, y: None)
    assert not store().exists()
    check("02.1", lambda p, y: (0, 0))
    assert standing("02.1").tries == 1


def test_a_try_counts_only_if_the_source_of_the_answer_changed():
    def mse(p, y):
        return 0, 0

    for _ in range(3):  # Run All three times
        check("02.1", mse)
    assert standing("02.1").tries == 1

    def mse(p, y):
        return ((p - y) ** 2).mean(), 0

    check("02.1", mse)
    check("02.1", mse)
    assert standing("02.1").tries == 2
    assert next((t.exercise, t.outcome, t.points) for t in tries()) == ("02.1", "wrong", 0)


def test_tries_end_when_the_exercise_is_passed():
    for source, outcome in [("a", "wrong"), ("b", "passed"), ("c", "wrong"), ("d", "passed")]:
        record(Verdict("02.1", "mse", outcome, 1, 3), source)
    assert standing("02.1").tries == 2


def helper(p):
    return p


def test_a_changed_helper_is_a_changed_source(monkeypatch):
    def answer(p, y):
        return helper(p)

    before = source_hash(answer)
    assert before == source_hash(answer)
    monkeypatch.setitem(globals(), "helper", lambda p: 2 * p)
    assert source_hash(answer) != before


def test_what_has_no_source_has_no_hash():
    assert source_hash(print) is None
    assert source_hash(7) is None


def test_progress_of_the_version_before_is_still_there():
    store().parent.mkdir()
    with sqlite3.connect(store()) as connection:
        connection.execute(
            "CREATE TABLE progress (exercise TEXT PRIMARY KEY, passed INTEGER NOT NULL, points REAL NOT NULL, "
            "tries INTEGER NOT NULL)"
        )
        connection.execute("INSERT INTO progress VALUES ('02.1', 1, 3, 4)")
    connection.close()
    row = standing("02.1")
    assert (row.outcome, row.points, row.tries) == ("passed", 3, 4)
    check("02.2", lambda p, y: (0, 0))
    assert standing("02.2").tries == 1


def test_progress_lists_every_lesson_and_the_exercises_of_the_current_one(capsys):
    check("02.3", lambda y, loss: y.mean())
    capsys.readouterr()
    progress()
    said = capsys.readouterr().out
    assert all(f"{lesson.number} {lesson.title}" in said for lesson in lessons())
    assert "✗ 02.3 best_constant" in said
    assert "03.1" not in said
    out_of = sum(exercise.points for exercise in everything().values())
    assert f"1 of {out_of:g} points, 0 of {len(everything())} exercises passed" in said
    assert "Continue with exercise 02.1 `mse` in lesson 02 Loss functions." in said


def test_every_exercise_is_in_the_table():
    markup = progress_table.markup(lesson_states(), [])
    assert all(f"{key} {exercise.name}" in markup for key, exercise in everything().items())
    assert markup.count("<details") == len(lessons())


@pytest.mark.parametrize("asked", ["02", 2, "2", "loss functions"])
def test_progress_of_one_lesson(asked, capsys):
    progress(asked)
    said = capsys.readouterr().out
    assert "02 Loss functions: 0 of 20 points" in said
    assert "○ 02.6 choose_loss" in said
    assert "03" not in said


def test_progress_of_both_parts_of_a_lesson(capsys):
    progress("07")
    said = capsys.readouterr().out
    assert "07a Difficulties" in said
    assert "07b Difficulties" in said
    with pytest.raises(ValueError, match=r"progress: there is no lesson 44"):
        progress(44)


def passed(exercise, moment):
    record(Verdict(exercise.id, exercise.name, "passed", exercise.points, exercise.points), "source", moment)


def test_the_next_step_is_the_first_open_exercise_of_the_lesson_last_worked_on():
    start = datetime(2026, 11, 29, 9, tzinfo=UTC)
    assert last_lesson() is None
    assert next_step(lesson_states())[1].exercise == "00.1"
    passed(everything()["06.1"], start)
    assert last_lesson() == "06a"
    assert next_step(lesson_states(), "06a")[1].exercise == "06.2"
    record_guess("07a", "q", "Which?", 1, when=start + timedelta(hours=1))
    assert last_lesson() == "07a"
    for exercise in everything().values():
        if exercise.id[:2] in ("08", "09"):
            passed(exercise, start)
    assert next_step(lesson_states(), "08")[1].exercise == "00.1"  # after the last lesson comes the first


def test_with_everything_passed_there_is_a_page_to_keep(capsys, tmp_path):
    for exercise in everything().values():
        passed(exercise, datetime(2026, 11, 29, 9, tzinfo=UTC))
    progress()
    assert "You have passed every exercise of the course" in capsys.readouterr().out
    assert cli.main(["progress", "--html", str(tmp_path / "page.html"), "--name", "Ada <Lovelace>"]) == 0
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "All exercises of the course are passed" in page
    assert "Ada &lt;Lovelace&gt;" in page
    assert page.count("29 November 2026") >= len(everything())
    assert cli.main(["progress", "--html", str(tmp_path / "none" / "page.html")]) == 1
    assert "cannot be written" in capsys.readouterr().err


WRITER = """
import sys
from coursekit.exercises.engine.progress_store import record
from coursekit.exercises.engine.verdict import Verdict
for _ in range(int(sys.argv[1])):
    record(Verdict("02.1", "mse", "wrong", 1, 3))
    print("written", flush=True)
"""


def writer(count):
    return subprocess.Popen([sys.executable, "-c", WRITER, str(count)], stdout=subprocess.PIPE, text=True)


def test_two_notebooks_at_once_lose_nothing():
    both = [writer(40), writer(40)]
    for process in both:
        assert process.communicate(timeout=120)[0].count("written") == 40
    assert standing("02.1").tries == 80


def test_a_killed_kernel_loses_nothing_that_was_written():
    with writer(100_000) as process:
        for _ in range(20):
            process.stdout.readline()
        process.kill()
        reported = 20 + process.stdout.read().count(
            "written"
        )  # communicate() skips what readline() has buffered
    assert reported <= standing("02.1").tries <= reported + 1
    with sqlite3.connect(store()) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


@pytest.mark.parametrize("damage", ["file in the way", "not a database", "locked", "read-only"])
def test_a_store_that_fails_is_reported_once_stops_nobody_and_is_remembered(damage, monkeypatch, capsys):
    lock = damaged(damage, monkeypatch)
    start = time.monotonic()
    outcomes = [check("02.1", lambda p, y: (0, 0)).outcome for _ in range(2)]
    assert standing("02.1").tries >= 1
    if lock:
        lock.rollback()
        lock.close()
    assert outcomes == ["wrong", "wrong"]
    assert time.monotonic() - start < 60
    assert capsys.readouterr().out.count("could not be kept") == 1


def damaged(damage, monkeypatch):
    """Make the store unusable; returns a connection that holds the lock, if there is one."""
    if damage == "file in the way":
        store().parent.write_text("a file, not a folder")
        return None
    store().parent.mkdir()
    if damage == "not a database":
        store().write_text("something else entirely, and long enough to have a header of a hundred bytes" * 3)
    elif damage == "read-only":
        record(Verdict("02.2", "mae", "passed", 3, 3))
        real = sqlite3.connect
        monkeypatch.setattr(
            store_module.sqlite3,
            "connect",
            lambda path, **more: (
                real(f"file:{path}?mode=ro", uri=True) if path == store() else real(path, **more)
            ),
        )
        assert standing("02.2").points == 3
    else:
        monkeypatch.setattr(store_module, "BUSY", 0.05)
        lock = sqlite3.connect(store())
        lock.execute("BEGIN EXCLUSIVE")
        return lock
    return None


def test_after_a_lock_is_gone_the_file_is_written_again(monkeypatch):
    record(Verdict("02.1", "mse", "wrong", 1, 3))
    lock = sqlite3.connect(store())
    monkeypatch.setattr(store_module, "BUSY", 0.05)
    lock.execute("BEGIN EXCLUSIVE")
    record(Verdict("02.1", "mse", "passed", 3, 3))
    assert standing("02.1").outcome == "passed"
    lock.rollback()
    lock.close()
    record(Verdict("02.2", "mae", "passed", 3, 3))
    with sqlite3.connect(store()) as connection:
        rows = connection.execute("SELECT exercise, passed FROM progress").fetchall()
    connection.close()
    assert ("02.2", 1) in rows
