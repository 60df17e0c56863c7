"""Folders and archives, as people make them and as somebody means harm with."""

import os
import stat
import zipfile

import pytest
from classes import NOTEBOOK, archive, folder, zipped

from coursekit.grading.inbox import InboxError, submissions
from coursekit.grading.notebook import LARGEST, Unreadable

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
    assert all(file.load_bytes() == NOTEBOOK for one in found for file in one.files)
    assert all(one.files or "no notebook, only essay.docx" in one.findings[0] for one in found)


def test_one_notebook_is_a_class_of_one(tmp_path):
    (one,) = submissions(folder(tmp_path, "ana.ipynb") / "ana.ipynb")
    assert (one.student, one.files[0].load_bytes()) == ("ana", NOTEBOOK)


@pytest.mark.parametrize(
    "name", ["../../evil.ipynb", "/etc/evil.ipynb", "a/../../evil.ipynb", "C:\\evil.ipynb"]
)
def test_a_name_that_leads_out_is_not_read_and_writes_nothing(tmp_path, name):
    found = submissions(archive(tmp_path, "ana.ipynb", name))
    evil = next(file for one in found for file in one.files if "evil" in file.path)
    with pytest.raises(Unreadable, match="leads out of the archive"):
        evil.load_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"in.zip"}


def test_links_are_not_followed(tmp_path):
    where = folder(tmp_path, "ana.ipynb")
    (where / "bo.ipynb").symlink_to("/etc/passwd")
    (where / "cy").symlink_to(where)
    found = {one.student: one for one in submissions(where)}
    assert set(found) == {"ana", "bo", "cy"}
    assert found["cy"].findings == ("it is a link to another folder: it was not followed",)
    with pytest.raises(Unreadable, match="a link"):
        found["bo"].files[0].load_bytes()
    path = tmp_path / "links.zip"
    with zipfile.ZipFile(path, "w") as file:
        info = zipfile.ZipInfo("bo.ipynb")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(info, "/etc/passwd")
    with pytest.raises(Unreadable, match="a link"):
        submissions(path)[0].files[0].load_bytes()


def test_names_that_are_no_text_are_made_into_text(tmp_path):
    where = folder(tmp_path, "ana.ipynb")
    (where / os.fsdecode(b"b\xf6.ipynb")).write_bytes(NOTEBOOK)
    found = submissions(where)
    assert [one.student for one in found] == ["ana", "b\\udcf6"]
    assert found[1].files[0].load_bytes() == NOTEBOOK


def test_what_is_no_file_does_not_block(tmp_path):
    where = folder(tmp_path, "ana.ipynb")
    os.mkfifo(where / "bo.ipynb")
    with pytest.raises(Unreadable, match="not a regular file"):
        submissions(where)[1].files[0].load_bytes()


def test_a_bomb_is_read_up_to_the_bound(tmp_path):
    path = archive(tmp_path, "bomb.ipynb", content=b"0" * (LARGEST + 1000))
    assert path.stat().st_size < LARGEST / 100
    with pytest.raises(Unreadable, match="more than 67"):
        submissions(path)[0].files[0].load_bytes()


def test_a_size_that_lies_is_found(tmp_path):
    path = archive(tmp_path, "ana.ipynb", content=b"0" * 10_000)
    raw = path.read_bytes().replace((10_000).to_bytes(4, "little"), (5).to_bytes(4, "little"))
    path.write_bytes(raw)
    with pytest.raises(Unreadable, match="cannot be unpacked"):
        submissions(path)[0].files[0].load_bytes()


def test_a_damaged_member_costs_only_its_owner(tmp_path):
    path = archive(tmp_path, "ana.ipynb", "bo.ipynb")
    raw = bytearray(path.read_bytes())
    raw[60] ^= 0xFF
    path.write_bytes(bytes(raw))
    ana, bo = submissions(path)
    with pytest.raises(Unreadable, match="cannot be unpacked"):
        ana.files[0].load_bytes()
    assert bo.files[0].load_bytes() == NOTEBOOK


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


def test_an_archive_of_a_students_own_is_opened_one_level_deep(tmp_path):
    where = tmp_path / "in" / "Ana_1_assignsubmission_file_"
    where.mkdir(parents=True)
    deep = zipped(inner__ipynb=NOTEBOOK)
    (where / "work.zip").write_bytes(zipped(x__ipynb=NOTEBOOK, notes__txt=b"x", deep__zip=deep))
    (one,) = submissions(tmp_path / "in")
    assert [file.path for file in one.files] == ["Ana_1_assignsubmission_file_/work.zip/x.ipynb"]
    assert one.files[0].load_bytes() == NOTEBOOK
    (where / "work.zip").write_bytes(b"PK damaged")
    (one,) = submissions(tmp_path / "in")
    assert one.findings == ("work.zip: the archive cannot be opened: it is damaged",)
    (where / "work.zip").write_bytes(NOTEBOOK)  # a notebook under another name
    (one,) = submissions(tmp_path / "in")
    assert one.files[0].load_bytes() == NOTEBOOK


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
