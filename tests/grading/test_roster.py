"""The list of a class: names for all, and everybody who handed in nothing."""

import pytest
from classes import folder

from coursekit.grading.inbox import submissions

ROSTER = 'Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"Doe, Jane",12345,s1,jdoe,A\n"Roe, Al",12346,s2,aroe,A\n"Absent, Abe",12347,s3,aabsent,B\n'


def test_a_roster_names_everybody_and_those_who_handed_in_nothing(tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER, encoding="utf-8-sig")
    where = folder(tmp_path, "doejane_12345_1_x.ipynb", "roeal_12346_2_x.ipynb", "stranger_99_3_x.ipynb")
    found = {one.student: one for one in submissions(where, roster=roster)}
    assert set(found) == {"Doe, Jane", "Roe, Al", "Absent, Abe", "stranger"}
    assert (found["Doe, Jane"].person.login, found["Doe, Jane"].number) == ("jdoe", "12345")
    assert (found["Absent, Abe"].files, found["Absent, Abe"].findings) == ((), ("handed in nothing",))
    assert "nobody on the roster" in found["stranger"].findings[0]


@pytest.mark.parametrize("name", ["jdoe", "Jane Doe", "doe_jane", "Doe, Jane", "doejane", "JDOE"])
def test_a_student_is_found_by_name_or_login(tmp_path, name):
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    found = submissions(folder(tmp_path, f"{name}/x.ipynb", "aroe/x.ipynb"), roster=roster)
    assert [one.student for one in found if one.files] == ["Doe, Jane", "Roe, Al"]


def test_two_hand_ins_of_one_student_of_the_roster_are_not_mixed_up(tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    found = submissions(folder(tmp_path, "jdoe/x.ipynb", "Jane Doe/x.ipynb", "aroe/x.ipynb"), roster=roster)
    assert {one.student for one in found} == {"jdoe", "Jane Doe", "Roe, Al", "Absent, Abe"}
    assert sum("several hand-ins fit Doe, Jane" in " ".join(one.findings) for one in found) == 2


def test_no_two_hand_ins_have_one_name_and_number(tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("name,id\nJane Doe,\nJane Doe,\n", encoding="utf-8")
    found = submissions(folder(tmp_path, "Al Roe/x.ipynb"), roster=roster)
    assert len({one.person.key for one in found}) == len(found) == 3
