"""A whole run: what is graded and kept, who is shown what, what is the same on another day."""

import errno
import json
import os
import shutil
import sqlite3
from pathlib import Path

import psutil
import pytest
from classes import hand_in, needs_a_sandbox, points, rows, run, small_class, tables
from zoo import IMPORT, RIGHT, WRONG, lesson, notebook, stored

from coursekit.commands import main as cli
from coursekit.exercises import exercises
from coursekit.exercises.engine.notebooks import solved, wrong
from coursekit.grading import grade as module
from coursekit.grading import question_sets, report, submission
from coursekit.grading.errors import GradingError
from coursekit.grading.file_names import file_name
from coursekit.grading.grade import GRADEBOOK, GradeError
from coursekit.grading.gradebook import Gradebook

pytestmark = needs_a_sandbox


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A class graded once: the source and the results."""
    folder = tmp_path_factory.mktemp("done")
    source = hand_in(
        folder / "in",
        doeana_123_9_lesson=stored(solved(lesson())),
        roebo_LATE_124_9_lesson=stored(lesson()),
        eve_125_9_lesson=stored(wrong(lesson())),
        mallory_126_9_lesson=stored(solved(lesson())),
    )
    run(source, folder / "out")
    return source, folder / "out"


def test_a_class_is_graded(done):
    assert points(done[1]) == {"doeana": 20, "roebo": 0, "eve": 6, "mallory": 20}


def test_canvas_and_moodle_find_their_students(done):
    assert [(row["Student"].strip(), row["ID"], row["Lesson 02"]) for row in rows(done[1], "canvas.csv")] == [
        ("Points Possible", "", "20"),
        ("doeana", "123", "20"),
        ("eve", "125", "6"),
        ("mallory", "126", "20"),
        ("roebo", "124", "0"),
    ]
    assert [(row["Identifier"], row["Grade"]) for row in rows(done[1], "moodle.csv")][:2] == [
        ("Participant 123", "20"),
        ("Participant 125", "6"),
    ]


def test_a_page_names_the_mistake_and_tells_no_graded_input(done):
    page = (done[1] / "feedback" / f"{file_name('eve', '125')}.html").read_text()
    assert "Recognized: sums instead of averaging." in page
    assert "6 of 20 points" in page
    paper = question_sets.graded_exercise(exercises()["02.1"], 5)
    shown = [q.args[0].tolist() for q in paper.shown.questions]
    assert any(str(p) in page for p in shown)
    hidden = [q.args[0].tolist() for q in paper.graded.questions if q.args[0].tolist() not in shown]
    assert hidden
    assert not any(str(p) in page for p in hidden)


def test_the_same_on_another_day_with_any_number_of_jobs(done, tmp_path):
    run(done[0], tmp_path / "again", jobs=3)
    assert tables(tmp_path / "again") == tables(done[1])


def test_another_seed_asks_other_questions():
    one, other = (question_sets.graded_exercise(exercises()["02.1"], seed) for seed in (1, 2))
    assert one.graded.message != other.graded.message
    assert one.shown.message == other.shown.message


def test_grading_again_keeps_history(tmp_path):
    source, out = small_class(tmp_path / "in", 2), tmp_path / "out"
    run(source, out)
    (source / "s000.ipynb").write_bytes(notebook(IMPORT, WRONG))
    run(source, out, seed=6)
    assert points(out)["s000"] == 0
    with Gradebook(out / GRADEBOOK) as book:
        first, second = book.runs()
        assert [next(book.records(r)).points for r in (first, second)] == [3, 0]
        assert (first.seed, second.seed, first.finished, second.finished) == (5, 6, True, True)


def test_a_seed_is_drawn_and_kept_if_none_is_given(tmp_path):
    source = small_class(tmp_path / "in", 1)
    seeds = {run(source, tmp_path / "out", seed=None).run.seed for _ in range(2)}
    assert len(seeds) == 2


def test_results_may_go_below_the_folder_one_is_in(tmp_path, monkeypatch):
    small_class(tmp_path / "in", 1)
    monkeypatch.chdir(tmp_path)
    run(Path("in"), Path("out"))
    assert points(tmp_path / "out") == {"s000": 3}


def test_two_runs_do_not_write_to_one_folder(tmp_path):
    source, out = small_class(tmp_path / "in", 1), tmp_path / "out"
    with module.alone_in(run(source, out).folder), pytest.raises(GradeError, match="another run"):
        run(source, out)


def test_private_properties_add_points_and_keep_their_inputs(tmp_path):
    private = tmp_path / "private"
    private.mkdir()
    (private / "mine.py").write_text(
        "import numpy as np\nfrom coursekit.exercises import Property\n"
        "PROPERTIES = {'02.1': [Property('at 4242', 2, lambda rng: [(np.full((2, 3), 4242.0), np.zeros((2, 3)))])]}\n"
    )
    fails_there = RIGHT.replace("    d =", "    if p.max() > 4000: return 0.0, p\n    d =")
    source = hand_in(tmp_path / "in", ana=notebook(IMPORT, RIGHT), bo=notebook(IMPORT, fails_there))
    run(source, tmp_path / "out", private=private)
    assert points(tmp_path / "out") == {"ana": 5, "bo": 3}
    page = (tmp_path / "out" / "feedback" / "bo.html").read_text()
    assert "0 of 2: a test of your instructor" in page
    assert "4242" not in page
    (private / "mine.py").write_text("PROPERTIES = {'99.9': []}")
    with pytest.raises(GradingError, match="with ids of exercises"):
        run(source, tmp_path / "out", private=private)


def test_of_several_notebooks_the_one_that_answers_most_comes_first(tmp_path):
    folder = tmp_path / "in" / "ana"
    hand_in(folder, draft=notebook(IMPORT, WRONG), final=stored(solved(lesson())), notes=notebook("x = 1"))
    hand_in(tmp_path / "in" / "bo", x=notebook(IMPORT, RIGHT))
    run(tmp_path / "in", tmp_path / "out")
    assert points(tmp_path / "out") == {"ana": 20, "bo": 3}
    assert (
        "02.1 mse: answered in several notebooks; final.ipynb was graded"
        in rows(tmp_path / "out")[0]["findings"]
    )


def test_a_lesson_may_be_handed_in_as_two_notebooks(tmp_path):
    first, second = solved(lesson()), solved(lesson())
    first.cells = [cell for cell in first.cells if not cell.source.startswith("def mse(")]
    second.cells = [
        cell for cell in second.cells if "import" in cell.source or cell.source.startswith("def mse(")
    ]
    hand_in(tmp_path / "in" / "ana", a=stored(first), b=stored(second))
    hand_in(tmp_path / "in" / "bo", x=notebook(IMPORT, RIGHT))
    run(tmp_path / "in", tmp_path / "out")
    assert points(tmp_path / "out")["ana"] == 20
    assert rows(tmp_path / "out")[0]["findings"] == ""


def test_a_file_that_nobody_thought_of_stops_nobody(tmp_path, monkeypatch):
    source = small_class(tmp_path / "in", 3)
    parsed = submission._parsed
    monkeypatch.setattr(
        submission, "_parsed", lambda file, *more: 1 / 0 if b"# 1" in file.content else parsed(file, *more)
    )
    run(source, tmp_path / "out")
    assert points(tmp_path / "out") == {"s000": 3, "s001": 0, "s002": 1}
    assert "could not be graded (ZeroDivisionError" in rows(tmp_path / "out")[1]["findings"]


@pytest.mark.parametrize(
    ("where", "error"),
    [
        (Gradebook, sqlite3.OperationalError("database or disk is full")),
        (report, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))),
        (report, shutil.Error([("a", "b", f"[Errno 28] {os.strerror(errno.ENOSPC)}: 'b'")])),
    ],
)
def test_a_full_disk_is_one_message_and_the_run_is_resumed(tmp_path, monkeypatch, capsys, where, error):
    source, out = small_class(tmp_path / "in", 2), tmp_path / "out"

    def fail(*_):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(where, "keep" if where is Gradebook else "write", fail)
        assert cli.main(["grade", str(source), "--lesson", "02.1", "-o", str(out), "--jobs", "1"]) == 1
    said = capsys.readouterr().err
    assert "continue with --resume" in said
    assert "Traceback" not in said
    assert (
        cli.main(["grade", str(source), "--lesson", "02.1", "-o", str(out), "--jobs", "1", "--resume"]) == 0
    )
    assert points(out) == {"s000": 3, "s001": 0}


@pytest.mark.parametrize(
    "form", ["table", *(pytest.param(form, marks=pytest.mark.slow) for form in ("csv", "json"))]
)
def test_the_command_prints_the_grades(done, tmp_path, capsys, form):
    typed = [
        "grade",
        str(done[0]),
        "--lesson",
        "2",
        "-o",
        str(tmp_path / "out"),
        "--seed",
        "5",
        "--format",
        form,
    ]
    assert cli.main(typed) == 0
    told = capsys.readouterr()
    assert "sandbox: " in told.err
    if form == "json":
        assert [one["points"] for one in json.loads(told.out)] == [20, 6, 20, 0]
    elif form == "csv":
        assert told.out.encode("utf-8-sig") == tables(done[1])["grades.csv"]
    else:
        assert [line.split()[0] for line in told.out.splitlines()] == [
            "student",
            "doeana",
            "eve",
            "mallory",
            "roebo",
        ]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (["nowhere", "--lesson", "02", "-o", "out"], "nowhere does not exist"),
        ([".", "--lesson", "02", "-o", "out", "--seed", "-1"], "a seed must be a whole number from 0"),
        ([".", "--lesson", "77", "-o", "out"], "there is no lesson '77'"),
        ([".", "--lesson", "02", "-o", "/proc/out"], "cannot write to /proc/out"),
    ],
)
def test_what_the_instructor_can_mend_is_one_message(tmp_path, monkeypatch, capsys, typed, message):
    hand_in(tmp_path, ana=notebook(IMPORT, RIGHT))
    monkeypatch.chdir(tmp_path)
    assert cli.main(["grade", *typed]) == 1
    told = capsys.readouterr().err
    assert message in told
    assert "Traceback" not in told


@pytest.mark.slow
def test_memory_does_not_grow_with_the_class(tmp_path):
    """The parent keeps nothing of a submission: 200 cost what 40 do. (5,000: tests/benchmarks/grading.py)"""
    grown = []
    for students in (40, 200):
        source = small_class(tmp_path / f"in{students}", students)
        before = psutil.Process(os.getpid()).memory_info().rss
        run(source, tmp_path / f"out{students}", jobs=2)
        grown.append(psutil.Process(os.getpid()).memory_info().rss - before)
    assert grown[1] < 20e6


def test_names_of_files_are_safe_and_apart():
    names = [
        file_name(*who)
        for who in (
            ("ana", ""),
            ("../ana", ""),
            ("Ana/..", ""),
            ("ana", "1"),
            ("ana", "2"),
            ("Ana", ""),
            (file_name("Ana", ""), ""),
            (file_name("ana", "1"), ""),
            ("é" * 300, ""),
            ("", ""),
        )
    ]
    assert len(set(names)) == len(names)
    assert all("/" not in name and not name.startswith(".") and len(name) < 100 for name in names)
