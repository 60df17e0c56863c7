"""Laws of the progress store: nothing written is lost, and a store that fails stops nobody."""

import sqlite3
import subprocess
import sys
import time

import pytest

from coursekit.exercises import check, progress
from coursekit.exercises.engine.progress_store import record, standings, store
from coursekit.exercises.engine.registry import everything
from coursekit.exercises.engine.verdict import Verdict


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("coursekit.exercises.engine.progress_store._complained", False)


def standing(exercise_id):
    return next(row for row in standings() if row.exercise == exercise_id)


def test_the_best_of_all_tries_counts():
    for outcome, points in [("wrong", 1), ("passed", 3), ("wrong", 2)]:
        record(Verdict("02.1", "mse", outcome, points, 3))
    row = standing("02.1")
    assert (row.outcome, row.points, row.tries) == ("passed", 3, 3)


def test_check_records_tries_but_no_blanks():
    check("02.1", lambda p, y: None)
    assert not store().exists()
    check("02.1", lambda p, y: (0, 0))
    assert standing("02.1").tries == 1


def test_every_exercise_is_listed(capsys):
    check("02.5", lambda y, loss: y.mean())
    capsys.readouterr()
    progress()
    said = capsys.readouterr().out
    assert all(key in said for key in everything())
    out_of = sum(exercise.points for exercise in everything().values())
    assert f"1 of {out_of:g} points, 0 of {len(everything())} exercises passed" in said


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
    process = writer(100_000)
    for _ in range(20):
        process.stdout.readline()
    process.kill()
    told = 20 + process.communicate(timeout=60)[0].count("written")
    assert told <= standing("02.1").tries <= told + 1
    with sqlite3.connect(store()) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


@pytest.mark.parametrize("damage", ["file in the way", "not a database", "locked"])
def test_a_store_that_fails_is_said_once_and_stops_nobody(damage, monkeypatch, capsys):
    if damage == "file in the way":
        store().parent.write_text("a file, not a folder")
    else:
        store().parent.mkdir()
    if damage == "not a database":
        store().write_text("something else entirely, and long enough to have a header of a hundred bytes" * 3)
    lock = sqlite3.connect(store()) if damage == "locked" else None
    if lock:
        monkeypatch.setattr("coursekit.exercises.engine.progress_store.BUSY", 0.05)
        lock.execute("BEGIN EXCLUSIVE")
    start = time.monotonic()
    outcomes = [check("02.1", lambda p, y: (0, 0)).outcome for _ in range(2)]
    if lock:
        lock.rollback()
        lock.close()
    assert outcomes == ["wrong", "wrong"]
    assert time.monotonic() - start < 60
    assert capsys.readouterr().out.count("could not be kept") == 1
