"""Small classes to grade, and what came of them."""

import csv
import io
import shutil
import zipfile

import pytest
from zoo import IMPORT, RIGHT, WRONG, notebook

from coursekit.grading.grade import grade
from coursekit.grading.inside import landlock

needs_a_sandbox = pytest.mark.skipif(
    not (shutil.which("bwrap") or landlock.abi()), reason="neither bubblewrap nor Landlock"
)
FILES = ("grades.csv", "canvas.csv", "moodle.csv")
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


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as inner:
        for name, content in members.items():
            inner.writestr(name.replace("__", "."), content)
    return file.getvalue()


def hand_in(folder, **notebooks):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in notebooks.items():
        (folder / f"{name}.ipynb").write_bytes(content)
    return folder


def small_class(folder, students=6):
    answers = (RIGHT, WRONG, RIGHT.replace("2 * d", "d"))
    return hand_in(
        folder, **{f"s{i:03}": notebook(IMPORT, f"# {i}\n" + answers[i % 3]) for i in range(students)}
    )


def run(source, out, **options):
    return grade(source, ["02"], out, progress=False, **{"seed": 5, "seconds": 5, "jobs": 1} | options)


def tables(out):
    return {name: (out / name).read_bytes() for name in FILES}


def rows(out, name="grades.csv"):
    return list(csv.DictReader(io.StringIO((out / name).read_text(encoding="utf-8-sig"))))


def points(out):
    return {row["student"]: float(row["points"]) for row in rows(out)}
