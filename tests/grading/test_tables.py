"""The tables: everyone is in each of them, in the form that the learning systems import."""

import csv
import io
import json

import pytest

from coursekit.exercises.engine.verdict import Verdict
from coursekit.grading import tables
from coursekit.grading.assignment import Assignment, LatePolicy
from coursekit.grading.gradebook import Override, Record
from coursekit.grading.marks import Marking
from coursekit.grading.people import Person

ASSIGNMENT = Assignment(
    "Homework 2 (12345)",
    ("02.1", "02.2"),
    points={"02.1": 6.0, "02.2": 3.0},
    late=LatePolicy(per_day=0.5),
    columns={"02.2": "Exercise 02.2 (67890)"},
)


def record(name, number="", points=3, **more):
    verdicts = (
        Verdict(
            "02.1",
            "mse",
            "passed" if points else "wrong",
            points,
            3,
            misconception=None if points else "sums",
        ),
        Verdict("02.2", "mae", "unanswered", 0, 3),
    )
    return Record(name, number, more.pop("files", ("a.ipynb",)), "d", verdicts, **more)


CLASS = [
    record(
        "Lovelace, Ada",
        "41001",
        system="canvas",
        person=Person("Lovelace, Ada", "41001", "S1", "al1", "ada@example.org", "A"),
    ),
    record("Noether, Emmy", "41002", late=True, system="canvas"),
    record("=HYPERLINK(1)", "41003", 0, findings=("x;=1+1",)),
    record("Hopper, Grace", "41004", 0, files=(), findings=("handed in nothing",), system="canvas"),
]


def graded():
    return list(map(Marking(ASSIGNMENT, [Override("x", "41003", "02.2", 1.5, "right idea")]).grade, CLASS))


def rows(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_grades_open_in_excel_with_their_accents():
    assert "".join(tables.grades(graded(), ASSIGNMENT)).encode().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("table", [tables.grades, tables.canvas, tables.moodle])
def test_everyone_is_in_every_table(table):
    lines = rows("".join(table(graded(), ASSIGNMENT)))
    names = {value for line in lines for value in line.values()}
    assert {"Lovelace, Ada", "Noether, Emmy", "'=HYPERLINK(1)", "Hopper, Grace"} <= names


def test_grades_hold_who_what_and_why():
    ada, emmy, third, grace = rows("".join(tables.grades(graded(), ASSIGNMENT)))
    assert (ada["sis_id"], ada["login"], ada["email"], ada["section"]) == (
        "S1",
        "al1",
        "ada@example.org",
        "A",
    )
    assert (ada["02.1"], ada["points"], ada["out_of"]) == ("6", "6", "9")
    assert (emmy["late"], emmy["penalty"], emmy["points"]) == ("late", "3", "3")
    assert (third["by_hand"], third["points"], third["mistakes"]) == ("02.2", "1.5", "02.1: sums")
    assert third["findings"] == "x;'=1+1"
    assert grace["findings"] == "handed in nothing"


def test_canvas_finds_columns_by_title_and_id_and_students_by_id():
    lines = list(csv.reader(io.StringIO("".join(tables.canvas(graded(), ASSIGNMENT)))))
    assert lines[0] == [
        "Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Homework 2 (12345)", "Exercise 02.2 (67890)",
    ]  # fmt: skip
    assert lines[1] == ["    Points Possible", "", "", "", "", "9", "3"]
    assert lines[2] == ["Lovelace, Ada", "41001", "S1", "al1", "A", "6", "0"]
    assert lines[4][5:] == ["1.5", "1.5"]


def test_who_handed_in_nothing_gets_an_empty_cell_not_a_zero():
    assert rows("".join(tables.canvas(graded(), ASSIGNMENT)))[-1]["Homework 2 (12345)"] == ""
    assert rows("".join(tables.moodle(graded(), ASSIGNMENT)))[-1]["Grade"] == ""


def test_moodle_gets_the_three_columns_without_which_its_importer_stops():
    first = rows("".join(tables.moodle(graded(), ASSIGNMENT)))[0]
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(first)
    assert (first["Identifier"], first["Grade"], first["Maximum Grade"]) == ("Participant 41001", "6", "9")
    assert "02.2: right idea" in rows("".join(tables.moodle(graded(), ASSIGNMENT)))[2]["Feedback comments"]


def test_gradescope_gets_a_test_for_each_question():
    result = json.loads(tables.gradescope(graded()[2]))
    assert (result["score"], [test["number"] for test in result["tests"]]) == (1.5, ["02.1", "02.2"])
    assert "Recognized: sums." in result["tests"][0]["output"]
    assert sum(test["max_score"] for test in result["tests"]) == 9


def test_the_terminal_shows_no_control_characters():
    shown = tables.as_table(map(Marking(ASSIGNMENT).grade, [record("a\x1b[2J\u202eb")]), ASSIGNMENT)
    assert "\x1b" not in shown
    assert "a [2J[U+202E]b" in shown
