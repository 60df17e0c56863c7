"""A class of more than a hundred submissions, graded as one folder: each gets its due, whatever the others do."""

import os
import shutil

import psutil
import pytest
from hostile import HOSTILE
from zoo import HARMLESS

from coursekit.grading.grade import GRADEBOOK, grade
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.sandbox import PREFIX

ZOO = [*HARMLESS, *HOSTILE]
SECONDS = 3.0  # of an answer that never ends; right ones take milliseconds
each_case = pytest.mark.parametrize("case", ZOO, ids=[case.name for case in ZOO])

pytestmark = pytest.mark.skipif(
    not shutil.which("bwrap"), reason="no bubblewrap: install the system's package"
)


def write(cases, folder):
    folder.mkdir()
    for case in cases:
        (folder / f"{case.name}.ipynb").write_bytes(case.content)
    return folder


def graded(cases, folder, **options):
    """{name: Record} of a class graded in `folder`."""
    done = grade(
        write(cases, folder / "in"),
        ["02"],
        folder / "out",
        seconds=SECONDS,
        seed=7,
        progress=False,
        **options,
    )
    with Gradebook(done.folder / GRADEBOOK) as book:
        return {record.student: record for record in book.records(done.run)}


@pytest.fixture(scope="module")
def zoo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("zoo")
    before = set(os.listdir("/tmp")), set(psutil.Process().children(recursive=True))
    records = graded(ZOO, folder, sandbox="bubblewrap", jobs=2)
    return folder, records, *before


def test_there_are_enough():
    assert len(HARMLESS) + len(HOSTILE) == len({case.name for case in ZOO}) >= 60
    assert min(len(HARMLESS), len(HOSTILE)) >= 30


@each_case
def test_it_gets_its_due(zoo, case):
    record = zoo[1][case.name]
    verdict = next((v for v in record.verdicts if v.exercise == "02.1"), None)
    assert record.points == case.points, (verdict, record.findings)
    assert case.finding is None or any(case.finding in finding for finding in record.findings), (
        record.findings
    )
    assert case.outcome in (None, verdict.outcome), verdict
    assert case.mistake in (None, verdict.misconception), verdict
    assert case.remark is None or case.remark in " ".join(verdict.remarks), verdict
    if case.finding is None and case in HARMLESS:
        assert not [f for f in record.findings if "missing" not in f], record.findings


def test_nothing_remains(zoo):
    folder, _, temporary, children = zoo
    assert not set(psutil.Process().children(recursive=True)) - children
    mentions = [
        p for p in psutil.process_iter(["cmdline"]) if str(folder) in " ".join(p.info["cmdline"] or [])
    ]
    assert not mentions  # each server is started with a folder in there
    assert not {"boom", "s", "mine", "coursekit-was-here"} & (set(os.listdir("/tmp")) - temporary)
    assert {path.name for path in folder.iterdir()} == {"in", "out"}
    assert {path.name for path in (folder / "in").iterdir()} == {f"{case.name}.ipynb" for case in ZOO}
    assert not list((folder / "out").glob(f"{PREFIX}*"))


def test_nobodys_grade_depends_on_the_others(zoo, tmp_path):
    alone = graded(HARMLESS[::7], tmp_path, sandbox="bubblewrap", jobs=1)
    for name, record in alone.items():
        assert record == zoo[1][name]


def test_pages_and_tables_hold_no_markup_and_no_formula_of_a_student(zoo):
    out = zoo[0] / "out"
    pages = [*out.glob("feedback/*.html"), out / "class.html"]
    assert len(pages) == len(ZOO) + 1
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text
        assert "<b>bold" not in text
    assert not [
        line
        for path in out.glob("*.csv")
        for line in path.read_text().splitlines()
        if line.startswith(("=", "+", "@"))
    ]
