"""The assignment file: what it may say, and that every mistake in it is named."""

import json
from datetime import datetime

import pytest

from coursekit.exercises import exercises
from coursekit.grading.assignment import TEMPLATE, Assignment, AssignmentError, of_lessons, read_assignment


def written(folder, text):
    path = folder / "hw.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_template_is_an_assignment_and_survives_the_gradebook(tmp_path):
    assignment = read_assignment(written(tmp_path, TEMPLATE.read_text(encoding="utf-8")))
    assert assignment.exercises == ("02.1", "02.3", "02.5")
    assert assignment.points == {"02.5": 6}
    assert assignment.due == datetime(2026, 12, 4, 23, 59)
    assert (assignment.late.per_day, assignment.late.most) == (0.1, 0.5)
    assert [question.id for question in assignment.prose] == ["P1"]
    assert Assignment.from_dict(json.loads(json.dumps(assignment.as_dict()))) == assignment


def test_one_line_is_enough(tmp_path):
    assignment = read_assignment(written(tmp_path, 'exercises = ["2.1"]'))
    assert (assignment.title, assignment.exercises) == ("hw", ("02.1",))


def test_the_id_of_a_canvas_column_is_no_part_of_the_heading():
    assert Assignment("Homework 2 (12345)", ("02.1",)).heading == "Homework 2"


@pytest.mark.parametrize("asked", [["2"], ["02"], ["2,2"], ["02.1", "2"]])
def test_a_whole_lesson_is_asked_by_its_number(asked):
    assert sorted(of_lessons(asked).exercises) == [key for key in exercises() if key.startswith("02.")]


def test_a_notebook_is_asked_by_its_name():
    a, b = of_lessons(["07a"]).exercises, of_lessons(["07b"]).exercises
    assert a
    assert b
    assert sorted({*a, *b}) == [key for key in exercises() if key.startswith("07.")]
    assert of_lessons(["07a"]).title == "Lesson 07a"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("exercises = [", "not a TOML file"),
        ('title = "x"', "exercises must list"),
        ('exercises = "02.1"', "exercises must be a list"),
        ('exercises = ["02.99"]', "no exercise '02.99'"),
        ('exercises = ["77"]', "no lesson '77'"),
        ('exercises = ["02.1"]\npoint = 3', "no key 'point'"),
        ('exercises = ["02.1"]\ndue = 2026-12-04', "a date with a time"),
        ('exercises = ["02.1"]\nattempts = "first"', '"best" or "last"'),
        ('exercises = ["02.1"]\n[points]\n"02.2" = 3', "points names '02.2', which is not asked"),
        ('exercises = ["02.1"]\n[points]\n"02.1" = -3', "a number from 0 up"),
        ('exercises = ["02.1"]\n[late]\nper_day = 10', "from 0 to 1"),
        ('exercises = ["02.1"]\n[late]\nper_week = 1', "no key late.per_week"),
        ('exercises = ["02.1"]\n[[prose]]\nid = "P1"', "id, text and points"),
        ('exercises = ["02.1"]\n[[prose]]\nid = "1"\ntext = "?"\npoints = 1', "must start with a letter"),
        ('exercises = ["02.1"]\nown = ["nowhere"]', "is not a folder"),
    ],
)
def test_a_mistake_is_named_with_the_file(tmp_path, text, message):
    with pytest.raises(AssignmentError) as caught:
        read_assignment(written(tmp_path, text))
    assert message in str(caught.value)
    assert "hw.toml" in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(AssignmentError, match="cannot be read"):
        read_assignment(tmp_path / "none.toml")
