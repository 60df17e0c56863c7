"""Folders and archives as learning-management systems export them, and as somebody means harm with."""

import io
import os
import stat
import zipfile

import pytest
from zoo import IMPORT, RIGHT, notebook

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
    assert set(found) == {"ana", "bo"}
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


def test_a_zip_in_memory_of_a_students_own_is_a_finding(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr("x.ipynb", NOTEBOOK)
    (one,) = submissions(archive(tmp_path, "Ana_1_assignsubmission_file_/work.zip", content=inner.getvalue()))
    assert "there is no notebook, only work.zip" in one.findings[0]
