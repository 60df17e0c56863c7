"""Decisions of an instructor: they last over regrades, reach every report, and mistakes in them are named."""

import re
import shutil

import nbformat
import pytest
from classes import hand_in, needs_a_sandbox, points, rows, run
from zoo import IMPORT, RIGHT, WRONG, notebook, text

from coursekit.commands import main as cli
from coursekit.exercises import exercises
from coursekit.grading import question_sets
from coursekit.grading.assignment import read_assignment
from coursekit.grading.file_names import file_name, student_id
from coursekit.grading.grade import grade
from coursekit.grading.handout import handout
from coursekit.grading.overrides import Decisions, OverrideError
from coursekit.grading.prose import PLACEHOLDER

pytestmark = needs_a_sandbox


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A class graded once."""
    folder = tmp_path_factory.mktemp("once")
    source = hand_in(
        folder / "in", doeana_123_9_x=notebook(IMPORT, RIGHT), roebo_124_8_x=notebook(IMPORT, WRONG)
    )
    run(source, folder / "out")
    return folder


@pytest.fixture
def graded(once, tmp_path):
    """A copy of that class and of its results."""
    shutil.copytree(once, tmp_path, dirs_exist_ok=True)
    return tmp_path / "in", tmp_path / "out"


def page(out, student, number):
    return (out / "feedback" / f"{file_name(student, number)}.html").read_text()


def test_points_with_a_reason_reach_every_report_and_last_over_a_regrade(graded, capsys):
    source, out = graded
    typed = [
        "override",
        str(out),
        "roebo",
        "02.1",
        "1.5",
        "--why",
        "Sums & scales <ok>.",
        "--comment",
        "See me.",
    ]
    assert cli.main(typed) == 0
    assert "roebo: 1.5 of 20 points" in capsys.readouterr().out
    run(source, out, seed=9)
    assert points(out) == {"doeana": 3, "roebo": 1.5}
    assert [row["Lesson 02"] for row in rows(out, "canvas.csv")] == ["20", "3", "1.5"]
    assert "02.1: Sums & scales <ok>. See me." in rows(out, "moodle.csv")[1]["Feedback comments"]
    shown = page(out, "roebo", "124")
    assert "Sums &amp; scales &lt;ok&gt;." in shown
    assert "The grader&#39;s count was 0." in shown
    assert "See me." in shown
    assert "Sums" not in page(out, "doeana", "123")


def test_a_decision_on_an_earlier_file_is_a_finding(graded):
    source, out = graded
    with Decisions(out) as decisions:
        decisions.decide("124", "02.1", 2, reason="why")
    assert "earlier version" not in (out / "class.html").read_text()
    (source / "roebo_124_8_x.ipynb").write_bytes(notebook(IMPORT, "# new\n" + WRONG))
    run(source, out, resume=True, seed=None)
    assert "02.1: marked by hand on an earlier version of the file" in (out / "class.html").read_text()
    assert points(out)["roebo"] == 2


def test_a_decision_can_be_taken_back_and_the_history_stays(graded, capsys):
    out = graded[1]
    with Decisions(out) as decisions:
        decisions.decide("roebo", "02.1", 3, reason="why")
        decisions.decide("roebo", "all", None, comment="Well done.")
    assert "Well done." in page(out, "roebo", "124")
    assert cli.main(["override", str(out)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "roebo\t124\t02.1\t3 points\twhy\t",
        "roebo\t124\tall\t\t\tWell done.",
    ]
    assert cli.main(["override", str(out), "roebo", "02.1", "--remove"]) == 0
    assert points(out)["roebo"] == 0
    with Decisions(out) as decisions:
        assert [one.question for one in decisions.listed()] == [""]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (["roeb", "02.1", "3", "--why", "x"], "Did you mean 'roebo'"),
        (["roebo", "02.9", "3", "--why", "x"], "no question '02.9'"),
        (["roebo", "02.1", "4", "--why", "x"], "between 0 and 3"),
        (["roebo", "02.1", "3"], "need a reason"),
        (["roebo", "02.1"], "give points, or a --comment"),
        (["roebo", "all", "3", "--why", "x"], "no points"),
        (["roebo", "02.1", "--remove"], "no decision on 02.1"),
        (["roebo"], "name the question too"),
    ],
)
def test_a_mistake_is_named_and_changes_nothing(graded, capsys, typed, message):
    out = graded[1]
    before = (out / "grades.csv").read_bytes()
    assert cli.main(["override", str(out), *typed]) == 1
    assert message in capsys.readouterr().err
    assert (out / "grades.csv").read_bytes() == before


def test_a_folder_without_results(tmp_path):
    with pytest.raises(OverrideError, match="must be the results"):
        Decisions(tmp_path)


WORDS = """
title = "Homework"
exercises = ["02.1"]
[[prose]]
id = "P1"
text = "Why is the mean moved by an outlier?"
points = 4
"""


def test_answers_in_words_are_marked_with_the_file_that_the_page_saves(tmp_path):
    (tmp_path / "hw.toml").write_text(WORDS)
    assignment = read_assignment(tmp_path / "hw.toml")
    answered = handout(assignment)
    for cell in answered.cells:
        cell.source = cell.source.replace(PLACEHOLDER, "Because it is <squared>.")
    source = hand_in(
        tmp_path / "in",
        ana=nbformat.writes(answered).encode(),
        bo=nbformat.writes(handout(assignment)).encode(),
        cy=notebook(IMPORT, RIGHT, text("Your answer to P1\n\nIt pulls.")),
    )
    out = tmp_path / "out"
    grade(source, assignment, out, seed=5, jobs=1, progress=False)
    assert points(out) == {"ana": 0, "bo": 0, "cy": 3}
    marking = (out / "marking.html").read_text()
    assert "Because it is &lt;squared&gt;." in marking
    assert "It pulls." in marking
    assert re.findall(r'data-student="(\w+)"', marking).count(student_id("bo", "")) == 0
    assert "4 points will be marked by hand" in page(out, "cy", "")

    marks = tmp_path / "marks.csv"
    lines = [
        f'"{student_id(name, "")}","P1","{given}","{said}"'
        for name, given, said in (("ana", 3, "Good."), ("cy", 1.5, ""))
    ]
    marks.write_text(
        "\ufeff" + "\r\n".join(['"student_id","question","points","comment"', *lines]), encoding="utf-8"
    )
    assert cli.main(["override", str(out), "--marks", str(marks)]) == 0
    assert points(out) == {"ana": 3, "bo": 0, "cy": 4.5}
    assert "Good." in page(out, "ana", "")
    grade(source, assignment, out, seed=6, jobs=1, progress=False)
    assert points(out) == {"ana": 3, "bo": 0, "cy": 4.5}


def test_other_points_and_a_due_date_need_no_new_grading(tmp_path):
    (tmp_path / "hw.toml").write_text('exercises = ["02.1"]')
    source = hand_in(tmp_path / "in", ana=notebook(IMPORT, RIGHT))
    out = tmp_path / "out"
    grade(source, read_assignment(tmp_path / "hw.toml"), out, seed=5, jobs=1, progress=False)
    (tmp_path / "hw.toml").write_text('title = "Week 2"\nexercises = ["02.1"]\n[points]\n"02.1" = 10')
    again = grade(source, read_assignment(tmp_path / "hw.toml"), out, jobs=1, resume=True, progress=False)
    assert (again.count, points(out)) == (0, {"ana": 10})
    assert "Week 2" in (out / "class.html").read_text()


def test_each_student_can_have_questions_of_their_own(tmp_path):
    source = hand_in(tmp_path / "in", ana=notebook(IMPORT, RIGHT), bo=notebook(IMPORT, WRONG))
    (tmp_path / "hw.toml").write_text('exercises = ["02.1"]\nvariants = true')
    assignment = read_assignment(tmp_path / "hw.toml")
    for folder, jobs in (("a", 1), ("b", 2)):
        grade(source, assignment, tmp_path / folder, seed=5, jobs=jobs, progress=False)
    assert points(tmp_path / "a") == {"ana": 3, "bo": 0}
    assert (tmp_path / "a" / "grades.csv").read_bytes() == (tmp_path / "b" / "grades.csv").read_bytes()


def test_variants_are_drawn_from_the_seed_and_the_student():
    common = question_sets.graded_exercise(exercises()["02.1"], 5)
    ana, again, bo, other = (
        question_sets.variant(common, *who) for who in ((5, "ana"), (5, "ana"), (5, "bo"), (6, "ana"))
    )
    assert ana.graded.message == again.graded.message
    assert len({one.graded.message for one in (common, ana, bo, other)}) == 4
    assert ana.shown is common.shown
