"""Downloads of learning-management systems: whose each file is, which attempt, and that nobody can hand in for another."""

import pytest
from classes import NOTEBOOK, archive, folder, zipped

from coursekit.grading import systems
from coursekit.grading.inbox import InboxError, submissions


def whose(hand_ins):
    return {
        one.student: (one.number, [file.path.rsplit("/", 1)[-1] for file in one.files]) for one in hand_ins
    }


def test_of_a_canvas_download_everyone_appears(tmp_path):
    names = {
        "doejane_12345_67890_02.ipynb": NOTEBOOK, "roeann_LATE_12346_67891_02-1.ipynb": NOTEBOOK,
        "mullerjorg_12347_67892_02.ipynb.json": NOTEBOOK, "lopezeva_12348_67893_02.ipynb.txt": NOTEBOOK,
        "kimlee_12349_67894_02.py": b"x = 1", "smithbob_12350_67896_hw2.zip": zipped(hw__ipynb=NOTEBOOK),
        "nopdf_12351_67897_02.pdf": b"%PDF", "anon_AbCd1_67895_02.ipynb": NOTEBOOK, "group7_12_67898_02.ipynb": NOTEBOOK,
    }  # fmt: skip
    where = tmp_path / "in"
    where.mkdir()
    for name, content in names.items():
        (where / name).write_bytes(content)
    found = submissions(where)
    assert {one.student for one in found} == {name.split("_")[0] for name in names} - {"anon"} | {
        "anon_AbCd1"
    }
    assert [(one.number, [file.late for file in one.files]) for one in found if one.student == "roeann"] == [
        ("12346", [True])
    ]
    assert all(one.files or one.findings for one in found)
    assert {file.handle for one in found for file in one.files if one.student == "roeann"} == {
        "roeann_LATE_12346_67891"
    }
    assert {one.system for one in found} == {"canvas"}


FORGED = {
    "canvas name in a moodle folder": (
        [
            "Mallory_901_assignsubmission_file_/Ana Doe_900_1_x.ipynb",
            "Ana Doe_900_assignsubmission_file_/a.ipynb",
        ],
        {"Mallory": "901", "Ana Doe": "900"},
    ),
    "moodle folder in a student's": (
        ["joe/ada_5_assignsubmission_file_/x.ipynb", "ada/x.ipynb"],
        {"joe": "", "ada": ""},
    ),
    "gradescope folder in a student's": (["dan/submission_2/x.ipynb", "ida/x.ipynb"], {"dan": "", "ida": ""}),
    "canvas name in a student's": (["ida/ada_1_2_x.ipynb", "ada/x.ipynb"], {"ida": "", "ada": ""}),
    "moodle name in canvas": (
        ["doeana_1_2_Bo Roe_9_assignsubmission_file_x.ipynb", "roebo_3_4_x.ipynb"],
        {"doeana": "1", "roebo": "3"},
    ),
    "blackboard name in a student's": (
        [
            "HW_mallory_attempt_2026-11-20-10-11-12_HW_ana_attempt_2026-11-20-10-11-12_x.ipynb",
            "HW_ana_attempt_2026-11-20-10-11-13_x.ipynb",
        ],
        {"mallory": "", "ana": ""},
    ),
    "brightspace name in a student's": (
        [
            "1-9 - Mallory - Nov 20, 2026 1011 AM - 2-9 - Ana Doe - Nov 20, 2026 1011 AM - x.ipynb",
            "2-9 - Ana Doe - Nov 20, 2026 1011 AM - x.ipynb",
        ],
        {"Mallory": "1", "Ana Doe": "2"},
    ),
    "canvas name in a canvas name": (
        ["roe_bo_3_4_ana_1_2_x.ipynb", "doeana_1_2_x.ipynb"],
        {"roe_bo": "3", "doeana": "1"},
    ),
    "canvas name in flat moodle": (
        ["Ana Doe_900_assignsubmission_file_roebo_55_66_x.ipynb", "Bo Roe_55_assignsubmission_file_x.ipynb"],
        {"Ana Doe": "900", "Bo Roe": "55"},
    ),
}


BRIGHTSPACE = {  # as programs that read its folders give them, with other names
    "12345-678 - Mary-Ann Doe - Sep 24, 2026 926 PM": ("Mary-Ann Doe", "", "", "2026-09-24T21:26:00"),
    "12345-678 - Avery Doe - Oct 10, 2026 1022 AM": ("Avery Doe", "", "", "2026-10-10T10:22:00"),
    "12345-678 - adoe Avery Doe - Jul 30, 2026 1053 PM": ("Avery Doe", "adoe", "", "2026-07-30T22:53:00"),
    "12345-678 - 23304308 Doe - 05 March 2026 612 PM": ("Doe", "", "23304308", "2026-03-05T18:12:00"),
    "12345-678 - Team 3 - 05 March 2026 612 PM": ("Team 3", "", "", "2026-03-05T18:12:00"),
    "12345-678 - Åsa Doe - 5 févr. 2026 1812": ("Åsa Doe", "", "", ""),
}


@pytest.mark.parametrize("name", BRIGHTSPACE)
def test_names_of_brightspace(name):
    one = systems.owner(name, "brightspace", folder=True)
    assert one is not None
    assert (one.person.name, one.person.login, one.person.sis_id, one.submitted) == BRIGHTSPACE[name]
    assert one.person.number == "12345"


@pytest.mark.parametrize("mark", ["LATE_", "late_"])
def test_canvas_marks_what_is_late(mark):
    one = systems.owner(f"doejane_{mark}12_34_x.ipynb", "canvas", folder=False)
    assert one is not None
    assert one.late
    assert one.handle == f"doejane_{mark}12_34"


@pytest.mark.parametrize("what", FORGED)
@pytest.mark.parametrize("make", [folder, archive])
def test_nobody_hands_in_under_the_name_of_another(tmp_path, what, make):
    names, people = FORGED[what]
    assert {one.student: one.number for one in submissions(make(tmp_path, *names))} == people


def test_a_name_that_the_system_does_not_write_is_a_finding(tmp_path):
    found = submissions(folder(tmp_path, "doeana_1_2_x.ipynb", "roebo_3_4_x.ipynb", "stray.ipynb"))
    (stray,) = [one for one in found if one.student == "stray"]
    assert "it is not known whose it is" in stray.findings[0]


METADATA = """submission_222:
  :submitters:
  - :name: Jane Doe
    :sid: '12345'
    :email: jane@example.org
  - :name: O'Brien Åsa
    :sid:
    :email: asa@example.org
  :created_at: !ruby/object:ActiveSupport::TimeWithZone 2026-11-20
submission_223:
  :submitters: []
"""


def test_gradescope_names_its_submitters_and_nobody_else(tmp_path):
    where = folder(tmp_path, *(f"assignment_1_export/submission_{i}/x.ipynb" for i in (222, 223)))
    (where / "assignment_1_export" / "submission_metadata.yml").write_text(METADATA, encoding="utf-8")
    found = {one.student: one.person for one in submissions(where)}
    assert set(found) == {"Jane Doe", "O'Brien Åsa", "submission_223"}
    assert (found["Jane Doe"].sis_id, found["Jane Doe"].email, found["Jane Doe"].number) == (
        "12345",
        "jane@example.org",
        "222",
    )


OTHERS = {
    "moodle, flat": (
        ["Jane Doe_1234_assignsubmission_file_02.ipynb", "Jane Doe_1234_assignsubmission_file_extra.ipynb", "Åsa O'Brien_1235_assignsubmission_file_x.ipynb"],
        {"Jane Doe": ("1234", 2), "Åsa O'Brien": ("1235", 1)},
    ),
    "blackboard": (
        ["Homework 2_jdoe_attempt_2026-11-20-10-11-12_02.ipynb", "Homework 2_aroe_attempt_2026-11-21-10-11-12_02.ipynb",
         "Homework 2_aroe_attempt_2026-11-22-10-11-12_02.ipynb"],
        {"jdoe": ("", 1), "aroe": ("", 2)},
    ),
    "brightspace": (
        ["12345-678 - Jane Doe - Nov 20, 2026 1011 AM/02.ipynb", "12346-679 - Al Roe - Nov 21, 2026 1011 AM/02.ipynb", "index.html"],
        {"Jane Doe": ("12345", 1), "Al Roe": ("12346", 1)},
    ),
    "brightspace, flat": (
        ["12345-678 - N0012345 - Jane Doe- 20 November, 2026 1011 AM - 02.ipynb", "12346-678 - N0012346 - Al Roe- 21 November, 2026 1011 AM - x - y.ipynb"],
        {"Jane Doe": ("12345", 1), "Al Roe": ("12346", 1)},
    ),
    "ilias": (["Sheet 2/Abgaben/Doe_Jane_jdoe_1234/02.ipynb", "Sheet 2/Abgaben/Roe_Al_a_roe_1235/02.ipynb"], {"Jane Doe": ("1234", 1), "Al Roe": ("1235", 1)}),
    "nbgrader": (["submitted/ana/02/02.ipynb", "submitted/ana/02/timestamp.txt", "submitted/bo/02/02.ipynb", "source/02/02.ipynb", "gradebook.db"],
                 {"ana": ("", 1), "bo": ("", 1)}),
    "github classroom": (["hw2-jdoe/02.ipynb", "hw2-jdoe/.git/config", "hw2-aroe/02.ipynb", "hw2-aroe/README.md"], {"hw2-jdoe": ("", 1), "hw2-aroe": ("", 1)}),
}  # fmt: skip


@pytest.mark.parametrize("system", OTHERS)
@pytest.mark.parametrize("make", [folder, archive])
def test_other_systems_are_known(tmp_path, system, make):
    names, people = OTHERS[system]
    found = submissions(make(tmp_path, *names))
    assert {one.student: (one.number, len(one.files)) for one in found} == people
    assert all(
        one.system == ("" if system in ("nbgrader", "github classroom") else system.partition(",")[0])
        for one in found
    )


def test_attempts_are_numbered(tmp_path):
    names = [
        "hopper_1_9_02.ipynb",
        "hopper_1_10_02-1.ipynb",
        "hopper_1_11_02-2.ipynb",
        "doe_2_12_a.ipynb",
        "doe_2_13_b-1.ipynb",
    ]
    attempts = {
        one.student: [file.attempt for file in one.files] for one in submissions(folder(tmp_path, *names))
    }
    assert attempts == {"hopper": [1, 2, 0], "doe": [0, 0]}
    names, _ = OTHERS["blackboard"]
    (tmp_path / "b").mkdir()
    found = {one.student: one for one in submissions(folder(tmp_path / "b", *names))}
    assert [(file.attempt, file.submitted) for file in found["aroe"].files] == [
        (0, "2026-11-21T10:11:12"),
        (1, "2026-11-22T10:11:12"),
    ]


def test_a_pattern_names_the_students_of_other_systems(tmp_path):
    where = folder(tmp_path, "week2/jane-77-x.ipynb", "week2/al-78-x.ipynb", "week2/odd.ipynb")
    found = submissions(where, pattern=r"(?P<name>\w+)-(?P<number>\d+)-")
    assert {one.student: one.number for one in found} == {"jane": "77", "al": "78", "odd": ""}
    with pytest.raises(InboxError, match="not a regular expression"):
        submissions(where, pattern="(")
    with pytest.raises(InboxError, match="needs a group for the student"):
        submissions(where, pattern="x")
