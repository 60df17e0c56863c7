"""The archives of feedback: their names are what the importers of Canvas and Moodle look for.

The two small functions below do what those importers do with a name; bulk_feedback.py says where that was read.
"""

import re
import zipfile

import pytest
from test_tables import record

from coursekit.grading.assignment import Assignment
from coursekit.grading.bulk_feedback import CANVAS, MOODLE, canvas_name, moodle_name, write_feedback_zips
from coursekit.grading.marks import Marking

ASSIGNMENT = Assignment("Homework", ("02.1", "02.2"))


def canvas_finds(name):
    """(user, attachment): the first two parts between underscores that are numbers."""
    return tuple([part for part in name.split("_") if re.fullmatch(r"\d+", part)][:2])


def moodle_finds(path):
    """(participant, file): the second part of a folder's name, split into at most five, where it is a number."""
    parts = path.split("/")
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) >= 4 and info[1].isdecimal() and info[2:4] == ["assignsubmission", "file"]:
            rest = info[4] if len(info) > 4 else ""
            return info[1], "/".join([rest, *parts]).lstrip("/")
    return None


@pytest.mark.parametrize(
    ("handle", "ids"),
    [
        ("noetheremmy_41002_9876502", ("41002", "9876502")),
        ("noetheremmy_LATE_41002_9876502", ("41002", "9876502")),
        ("group7_41002_9876502", ("41002", "9876502")),
    ],
)
def test_canvas_reads_user_and_attachment_in_the_name(handle, ids):
    name = canvas_name(record("noetheremmy", "41002", system="canvas", handle=handle))
    assert canvas_finds(name) == ids
    assert name.endswith("_feedback.html")


@pytest.mark.parametrize("handle", ["", "x", "../x_1_2", "a/b_1_2", "x_1_2_..", "x_y_z"])
def test_a_name_that_is_not_canvass_own_goes_nowhere(handle):
    assert canvas_name(record("x", "1", system="canvas", handle=handle)) is None


@pytest.mark.parametrize(
    "handle", ["Emmy Noether_55102_assignsubmission_file_", "Emmy Noether_55102_assignsubmission_file", ""]
)
def test_moodle_reads_the_participant_in_the_folder(handle):
    name = moodle_name(record("Emmy Noether", "55102", system="moodle", handle=handle))
    assert moodle_finds(name) == ("55102", "feedback.html")


def test_a_name_with_an_underscore_or_a_slash_does_not_confuse_moodle():
    name = moodle_name(record("a_7_b/../c", "55102", system="moodle"))
    assert moodle_finds(name) == ("55102", "feedback.html")
    assert ".." not in name.split("/")[0].split(" ")[0]


def test_each_student_is_in_one_archive_and_the_bytes_are_the_same_each_time(tmp_path):
    people = [
        record("a", "1", system="canvas", handle="a_1_2"),
        record("b", "2", system="moodle", handle="b_2_assignsubmission_file_"),
        record("c", "3", system="gradescope"),
    ]
    for one in people:
        (tmp_path / f"{one.student}.html").write_text(one.student)
    write_feedback_zips(
        tmp_path, map(Marking(ASSIGNMENT).grade, people), lambda r: tmp_path / f"{r.student}.html"
    )
    first = (tmp_path / CANVAS).read_bytes()
    with zipfile.ZipFile(tmp_path / CANVAS) as zipped:
        assert {name: zipped.read(name) for name in zipped.namelist()} == {"a_1_2_feedback.html": b"a"}
    with zipfile.ZipFile(tmp_path / MOODLE) as zipped:
        assert zipped.namelist() == ["b_2_assignsubmission_file_/feedback.html"]
    write_feedback_zips(
        tmp_path, map(Marking(ASSIGNMENT).grade, people), lambda r: tmp_path / f"{r.student}.html"
    )
    assert (tmp_path / CANVAS).read_bytes() == first
    write_feedback_zips(tmp_path, map(Marking(ASSIGNMENT).grade, people[2:]), lambda r: tmp_path / "c.html")
    assert not (tmp_path / CANVAS).exists()
