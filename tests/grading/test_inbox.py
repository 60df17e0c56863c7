"""Folders and archives as learning-management systems export them, and as somebody means harm with."""

import io
import os
import stat
import zipfile

import pytest
from zoo import IMPORT, RIGHT, notebook

from coursekit.grading import systems
from coursekit.grading.inbox import InboxError, submissions
from coursekit.grading.notebook import LARGEST, Unreadable

NOTEBOOK = notebook(IMPORT, RIGHT)


def folder(tmp_path, *names):
    for name in names:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(NOTEBOOK)
    return tmp_path / "in"


def archive(tmp_path, *names, content=NOTEBOOK, **options):
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as file:
        for name in names:
            file.writestr(name, content)
    return path


LAYOUTS = {
    "flat": (["ana.ipynb", "bo.ipynb"], [("ana", ""), ("bo", "")]),
    "student folders": (["ana/x.ipynb", "bo/deep/y.ipynb", "bo/data.csv"], [("ana", ""), ("bo", "")]),
    "a folder around": (["all/ana/x.ipynb", "all/bo/x.ipynb"], [("ana", ""), ("bo", "")]),
    "a folder around flat files": (["all/ana.ipynb", "all/bo.ipynb"], [("ana", ""), ("bo", "")]),
    "one student": (["ana/x.ipynb"], [("ana", "")]),
    "canvas": (
        ["doeana_123_4567_lesson.ipynb", "roebo_LATE_124_4568_lesson-1.ipynb"],
        [("doeana", "123"), ("roebo", "124")],
    ),
    "moodle": (
        ["Ana Doe_900_assignsubmission_file_/a.ipynb", "Bo Roe_901_assignsubmission_file/b.ipynb"],
        [("Ana Doe", "900"), ("Bo Roe", "901")],
    ),
    "moodle, one student": (["Ana Doe_900_assignsubmission_file_/a.ipynb"], [("Ana Doe", "900")]),
    "gradescope": (
        ["assignment_1_export/submission_77/a.ipynb", "assignment_1_export/submission_78/b.ipynb"],
        [("submission_77", "77"), ("submission_78", "78")],
    ),
    "without a notebook": (["ana/x.ipynb", "bo/essay.docx"], [("ana", ""), ("bo", "")]),
    "clutter": (
        ["ana.ipynb", "__MACOSX/._ana.ipynb", ".ipynb_checkpoints/ana-checkpoint.ipynb", "readme.txt"],
        [("ana", "")],
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("make", [folder, archive])
def test_students_are_told_apart(tmp_path, layout, make):
    names, students = LAYOUTS[layout]
    found = submissions(make(tmp_path, *names))
    assert [(one.student, one.number) for one in found] == students
    assert all(file.read() == NOTEBOOK for one in found for file in one.files)
    assert all(one.files or "no notebook, only essay.docx" in one.findings[0] for one in found)


def test_one_notebook_is_a_class_of_one(tmp_path):
    (one,) = submissions(folder(tmp_path, "ana.ipynb") / "ana.ipynb")
    assert (one.student, one.files[0].read()) == ("ana", NOTEBOOK)


@pytest.mark.parametrize(
    "name", ["../../evil.ipynb", "/etc/evil.ipynb", "a/../../evil.ipynb", "C:\\evil.ipynb"]
)
def test_a_name_that_leads_out_is_not_read_and_writes_nothing(tmp_path, name):
    found = submissions(archive(tmp_path, "ana.ipynb", name))
    evil = next(file for one in found for file in one.files if "evil" in file.path)
    with pytest.raises(Unreadable, match="leads out of the archive"):
        evil.read()
    assert {path.name for path in tmp_path.iterdir()} == {"in.zip"}


def test_links_are_not_followed(tmp_path):
    where = folder(tmp_path, "ana.ipynb")
    (where / "bo.ipynb").symlink_to("/etc/passwd")
    (where / "cy").symlink_to(where)
    found = {one.student: one for one in submissions(where)}
    assert set(found) == {"ana", "bo", "cy"}
    assert found["cy"].findings == ("it is a link to another folder: it was not followed",)
    with pytest.raises(Unreadable, match="a link"):
        found["bo"].files[0].read()
    path = tmp_path / "links.zip"
    with zipfile.ZipFile(path, "w") as file:
        info = zipfile.ZipInfo("bo.ipynb")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(info, "/etc/passwd")
    with pytest.raises(Unreadable, match="a link"):
        submissions(path)[0].files[0].read()


def test_names_that_are_no_text_are_made_into_text(tmp_path):
    where = folder(tmp_path, "ana.ipynb")
    (where / os.fsdecode(b"b\xf6.ipynb")).write_bytes(NOTEBOOK)
    found = submissions(where)
    assert [one.student for one in found] == ["ana", "b\\udcf6"]
    assert found[1].files[0].read() == NOTEBOOK


def test_what_is_no_file_does_not_block(tmp_path):
    where = folder(tmp_path, "ana.ipynb")
    os.mkfifo(where / "bo.ipynb")
    with pytest.raises(Unreadable, match="not a regular file"):
        submissions(where)[1].files[0].read()


def test_a_bomb_is_read_up_to_the_bound(tmp_path):
    path = archive(tmp_path, "bomb.ipynb", content=b"0" * (LARGEST + 1000))
    assert path.stat().st_size < LARGEST / 100
    with pytest.raises(Unreadable, match="more than 67"):
        submissions(path)[0].files[0].read()


def test_a_size_that_lies_is_found(tmp_path):
    path = archive(tmp_path, "ana.ipynb", content=b"0" * 10_000)
    raw = path.read_bytes().replace((10_000).to_bytes(4, "little"), (5).to_bytes(4, "little"))
    path.write_bytes(raw)
    with pytest.raises(Unreadable, match="cannot be unpacked"):
        submissions(path)[0].files[0].read()


def test_a_damaged_member_costs_only_its_owner(tmp_path):
    path = archive(tmp_path, "ana.ipynb", "bo.ipynb")
    raw = bytearray(path.read_bytes())
    raw[60] ^= 0xFF
    path.write_bytes(bytes(raw))
    ana, bo = submissions(path)
    with pytest.raises(Unreadable, match="cannot be unpacked"):
        ana.files[0].read()
    assert bo.files[0].read() == NOTEBOOK


def test_a_class_is_named_that_has_none(tmp_path):
    with pytest.raises(InboxError, match="does not exist"):
        submissions(tmp_path / "nowhere")
    (tmp_path / "in").mkdir()
    with pytest.raises(InboxError, match="no notebooks"):
        submissions(tmp_path / "in")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    with pytest.raises(InboxError, match="no notebooks"):
        submissions(tmp_path / "empty.zip")


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as inner:
        for name, content in members.items():
            inner.writestr(name.replace("__", "."), content)
    return file.getvalue()


def test_an_archive_of_a_students_own_is_opened_one_level_deep(tmp_path):
    where = tmp_path / "in" / "Ana_1_assignsubmission_file_"
    where.mkdir(parents=True)
    deep = zipped(inner__ipynb=NOTEBOOK)
    (where / "work.zip").write_bytes(zipped(x__ipynb=NOTEBOOK, notes__txt=b"x", deep__zip=deep))
    (one,) = submissions(tmp_path / "in")
    assert [file.path for file in one.files] == ["Ana_1_assignsubmission_file_/work.zip/x.ipynb"]
    assert one.files[0].read() == NOTEBOOK
    (where / "work.zip").write_bytes(b"PK damaged")
    (one,) = submissions(tmp_path / "in")
    assert one.findings == ("work.zip: the archive cannot be opened: it is damaged",)
    (where / "work.zip").write_bytes(NOTEBOOK)  # a notebook under another name
    (one,) = submissions(tmp_path / "in")
    assert one.files[0].read() == NOTEBOOK


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


def test_the_results_in_the_folder_are_no_student(tmp_path):
    where = folder(
        tmp_path,
        "ana/x.ipynb",
        "bo/x.ipynb",
        "out/feedback/ana.html",
        "old/class.html",
        "old/gradebook.sqlite",
    )
    assert [one.student for one in submissions(where, exclude=(where / "out",))] == ["ana", "bo"]


def test_empty_and_closed_folders_are_findings(tmp_path):
    where = folder(tmp_path, "ana/x.ipynb", "bo/x.ipynb")
    (where / "cy").mkdir()
    found = {one.student: one for one in submissions(where)}
    assert found["cy"].findings == ("an empty folder was handed in",)
    if os.getuid():
        (where / "bo").chmod(0)
        found = {one.student: one for one in submissions(where)}
        (where / "bo").chmod(0o700)
        assert "cannot be read" in found["bo"].findings[0]
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("ana/x.ipynb", NOTEBOOK)
        file.writestr("bo/x.ipynb", NOTEBOOK)
        file.writestr("cy/", "")
        file.writestr("/", "x")
    assert {one.student for one in submissions(path)} == {"ana", "bo", "cy"}


def test_a_download_that_broke_off_is_an_error(tmp_path):
    path = archive(tmp_path, "ana.ipynb", "bo.ipynb")
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(InboxError, match="Was the download cut short"):
        submissions(path)


def test_one_students_many_files_stop_nobody(tmp_path, monkeypatch):
    from coursekit.grading import files

    monkeypatch.setattr(files, "MOST_IN_FOLDER", 30)
    found = submissions(folder(tmp_path, "ana/x.ipynb", *(f"bo/{i}.txt" for i in range(50))))
    assert [one.student for one in found] == ["ana", "bo"]
    assert "the folder has 50 files; 30 were looked at" in found[1].findings


def test_no_two_hand_ins_have_one_name_and_number(tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("name,id\nJane Doe,\nJane Doe,\n", encoding="utf-8")
    found = submissions(folder(tmp_path, "Al Roe/x.ipynb"), roster=roster)
    assert len({one.person.key for one in found}) == len(found) == 3
