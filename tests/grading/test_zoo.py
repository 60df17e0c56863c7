"""A class of hundreds of submissions, graded as one folder: each gets its due, whatever the others do.

The quick tests leave out most of what has to be waited for; the slow ones grade all in each kind of sandbox, as root
and as an ordinary user.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import bombs
import hostile
import psutil
import pytest
from bombs import BOMBS
from boxes import BUBBLEWRAP, LANDLOCK, needs_bubblewrap
from hostile import HOSTILE
from odd_notebooks import ODD
from zoo import HARMLESS

from coursekit.exercises import lookup
from coursekit.grading import question_sets
from coursekit.grading.grade import GRADEBOOK, grade
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.sandbox import PREFIX

ZOO = [*HARMLESS, *HOSTILE, *ODD, *BOMBS]
QUICK = [
    *HARMLESS, *ODD[::3], *hostile.ends(), *hostile.breaks_out(), *hostile.cheats(), *bombs.outputs(), *bombs.leaves_behind(),
    *bombs.outside(), *bombs.leaks(), *(case for case in bombs.copies() if "twin" not in case.name),
]  # fmt: skip
WAITED_FOR = {  # each takes all of its seconds
    "an error that speaks without end", "floods the grader", "leaves nested folders", "forged messages", "an error in errors", "an iterator",
    "an error of a gigabyte", "lists in a list", "warnings without end", "leaves all the room", "texts", "a dict of long texts",
    "a shape of its own", "keys that collide", "whole numbers without end", "a range", "imports it again",
}  # fmt: skip
QUICK = [case for case in QUICK if case.name not in WAITED_FOR]
SECONDS, SEED = 3.0, 7  # of an answer that never ends; right ones take milliseconds
ORDINARY = 12345  # a user that owns nothing
REPOSITORY = Path(__file__).parents[2]
each_case = pytest.mark.parametrize("case", QUICK, ids=[case.name for case in QUICK])


def write(cases, folder):
    folder.mkdir()
    for case in cases:
        (folder / f"{case.name}.ipynb").write_bytes(case.content)
    return folder


def records_of(folder):
    with Gradebook(folder / GRADEBOOK) as book:
        return {record.student: record for record in book.records(book.runs()[-1])}


def graded(cases, folder, **options):
    """{name: Record} of a class graded in `folder`."""
    options = {"seconds": SECONDS, "seed": SEED, "progress": False} | options
    return records_of(grade(write(cases, folder / "in"), ["02"], folder / "out", **options).folder)


def graded_by_somebody(cases, way):
    """(records, folder) of a class that an ordinary user grades, with the command line."""
    folder = Path(tempfile.mkdtemp(prefix="coursekit-zoo-"))
    source = write(cases, folder / "in")
    for path in (folder, source, *source.iterdir()):
        os.chown(path, ORDINARY, ORDINARY)
    seen = dict.fromkeys(
        [sys.base_prefix, sys.prefix, *(str(REPOSITORY / name) for name in ("coursekit", "lessons"))]
    )
    as_user = ["unshare", "-m", "sh", Path(__file__).with_name("ordinary_user.sh"), ORDINARY, ":".join(seen)]
    options = ["--lesson", "02", "-o", folder / "out", "--seed", SEED, "--seconds", SECONDS, "--sandbox", way]
    command = [*as_user, sys.executable, "-m", "coursekit", "grade", source, *options]
    done = subprocess.run(
        list(map(str, command)), cwd="/", env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(REPOSITORY)},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return records_of(folder / "out"), folder


@pytest.fixture(scope="module")
def zoo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("zoo")
    before = set(os.listdir("/tmp")), set(psutil.Process().children(recursive=True))
    records = graded(QUICK, folder, sandbox="bubblewrap", jobs=2)
    return folder, records, *before


def fault(case, record):
    """What is wrong with the record of a case, or None."""
    verdict = next(v for v in record.verdicts if v.exercise == "02.1")
    unexpected = [f for f in record.findings if "missing" not in f]
    wrong = (
        record.points != case.points
        or (case.finding and not any(case.finding in finding for finding in record.findings))
        or case.outcome not in (None, verdict.outcome)
        or case.mistake not in (None, verdict.misconception)
        or (case.remark and case.remark not in " ".join(verdict.remarks))
        or (case.finding is None and case.points == 3 and unexpected)
    )
    return (case.name, record.points, verdict, record.findings) if wrong else None


def test_there_are_enough():
    assert len(ZOO) == len({case.name for case in ZOO}) >= 127 + 150
    assert min(len(HARMLESS), len(HOSTILE)) >= 30
    assert len(QUICK) > 200


@needs_bubblewrap
@each_case
def test_it_gets_its_due(zoo, case):
    assert fault(case, zoo[1][case.name]) is None


@needs_bubblewrap
def test_nothing_remains(zoo):
    folder, _, temporary, children = zoo
    assert not set(psutil.Process().children(recursive=True)) - children
    mentions = [
        p for p in psutil.process_iter(["cmdline"]) if str(folder) in " ".join(p.info["cmdline"] or [])
    ]
    assert not mentions  # each server is started with a folder in there
    assert not {"boom", "s", "mine", "coursekit-was-here"} & (set(os.listdir("/tmp")) - temporary)
    assert {path.name for path in folder.iterdir()} == {"in", "out"}
    assert {path.name for path in (folder / "in").iterdir()} == {f"{case.name}.ipynb" for case in QUICK}
    assert not list((folder / "out").glob(f"{PREFIX}*"))


@needs_bubblewrap
@pytest.mark.slow
def test_nobodys_grade_depends_on_the_others(zoo, tmp_path):
    alone = graded(HARMLESS[::7], tmp_path, sandbox="bubblewrap", jobs=1)
    for name, record in alone.items():
        assert record == zoo[1][name]


def graded_rows():
    """The rows of the graded questions' arrays as they would be printed, but for those that the shown ones have too."""
    exercise = question_sets.graded_exercise(lookup("02.1"), SEED)

    def rows(questions):
        arrays = [
            array
            for question in questions
            for array in question.args
            if array.ndim == 2 and array.shape[1] > 2
        ]
        return {str(row)[1:-1] for array in arrays for row in array.tolist()}

    return rows(exercise.graded.questions) - rows(exercise.shown.questions)


def told(out):
    """The files of a run's folder that hold a row of the graded questions."""
    rows = graded_rows()
    assert len(rows) > 5
    files = [path for path in out.rglob("*") if path.suffix in (".html", ".csv", ".json")]
    texts = {path.name: path.read_text(encoding="utf-8", errors="replace") for path in files}
    return [name for name, text in texts.items() if any(row in text for row in rows)]


@needs_bubblewrap
def test_no_page_and_no_table_tells_the_graded_inputs(zoo):
    assert told(zoo[0] / "out") == []
    for case in bombs.leaks():
        verdict = next(v for v in zoo[1][case.name].verdicts if v.exercise == "02.1")
        assert not any(row in repr(verdict) for row in graded_rows())


@needs_bubblewrap
def test_pages_and_tables_hold_no_markup_and_no_formula_of_a_student(zoo):
    out = zoo[0] / "out"
    pages = [*out.glob("feedback/*.html"), out / "class.html"]
    assert len(pages) == len(QUICK) + 1
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert "<b>bold" not in text
        assert len(text) < 500_000
    assert not [
        line
        for path in out.glob("*.csv")
        for line in path.read_text(encoding="utf-8").split("\n")
        if line.startswith(("=", "+", "@"))
    ]


@pytest.mark.slow
@pytest.mark.parametrize("way", [BUBBLEWRAP, LANDLOCK])
def test_all_get_their_due_in_each_sandbox(tmp_path, way):
    records = graded(ZOO, tmp_path, sandbox=way, jobs=2)
    assert [wrong for case in ZOO if (wrong := fault(case, records[case.name]))] == []
    assert told(tmp_path / "out") == []


@pytest.mark.slow
@pytest.mark.skipif(os.getuid() != 0, reason="only root can run it as another user")
@pytest.mark.parametrize("way", [BUBBLEWRAP, LANDLOCK])
def test_all_get_their_due_when_an_ordinary_user_grades(way):
    records, folder = graded_by_somebody(ZOO, way)
    try:
        assert [wrong for case in ZOO if (wrong := fault(case, records[case.name]))] == []
        for path in (folder / "in").iterdir():
            assert path.stat().st_mode & 0o777 == 0o644
    finally:
        shutil.rmtree(folder)
