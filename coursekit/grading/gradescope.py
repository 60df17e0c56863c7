"""An autograder for Gradescope: the zip file to upload, and what runs in its container for each submission.

Gradescope unpacks the zip to /autograder/source, runs setup.sh once and run_autograder for each submission. That reads
/autograder/submission and /autograder/submission_metadata.json, and writes /autograder/results/results.json (its
"Autograder Specifications"). It was tried in that layout of folders, never on Gradescope's own machines.
"""

import dataclasses
import importlib.metadata
import json
import os
import re
import secrets
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import coursekit
from coursekit.grading.assignment import Assignment
from coursekit.grading.errors import GradingError
from coursekit.lesson_files import lessons_folder

PACKAGE = Path(__file__).parents[1]
FILES = Path(__file__).parent / "gradescope_files"
NOT_NEEDED = (
    "jupyterlab",
    "ipywidgets",
    "anywidget",
    "nbconvert",
    "torch",
    "pillow",
)  # to grade
SETTINGS = "settings.json"
_LARGEST = 64 * 2**20  # bytes of a file


def write_autograder(assignment: Assignment, path: Path, *, sandbox: str | None = None) -> Path:
    """Write the zip file of an assignment's autograder; returns its path.

    It holds the package, the instructor's own lessons and private properties, and a secret seed that is drawn now, so
    that a submission that is graded again gets the same questions.
    """
    settings = {"assignment": assignment.as_dict(), "seed": secrets.randbits(63), "sandbox": sandbox}
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("setup.sh", "run_autograder"):
            info = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            info.external_attr = 0o755 << 16
            archive.writestr(info, (FILES / name).read_bytes())
        for file, name in _package_files():
            archive.write(file, name)
        for i, folder in enumerate(assignment.own):
            settings["assignment"]["own"][i] = f"own/{i}/{folder.name}"
            _add_folder(archive, folder, settings["assignment"]["own"][i])
        if assignment.private:
            settings["assignment"]["private"] = "private"
            _add_folder(archive, assignment.private, "private")
        archive.writestr(SETTINGS, json.dumps(settings, indent=1))
        archive.writestr("requirements.txt", "".join(f"{line}\n" for line in requirements()))
        archive.write(_constraints(), "constraints.txt")
    return path


def requirements() -> list[str]:
    """What grading needs of what coursekit requires."""
    required = importlib.metadata.requires(coursekit.DISTRIBUTION) or []
    plain = [line for line in required if "extra ==" not in line]
    return [line for line in plain if re.split(r"[^\w.-]", line)[0].lower() not in NOT_NEEDED]


def _package_files() -> Iterator[tuple[Path, str]]:
    for root, name in ((PACKAGE, "coursekit"), (lessons_folder(), "coursekit/lessons")):
        for file in sorted(root.rglob("*")):
            inside = file.relative_to(root)
            if file.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(inside.parts):
                if root == PACKAGE and inside.parts[0] == "lessons":  # in a wheel they are inside the package
                    continue
                yield file, f"{name}/{inside.as_posix()}"


def _add_folder(archive, folder, name):
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            archive.write(file, f"{name}/{file.relative_to(folder).as_posix()}")


def _constraints():
    inside = PACKAGE / "constraints.txt"
    return inside if inside.exists() else PACKAGE.parent / "constraints.txt"


def run(root: Path) -> None:
    """Grade the submission under `root`, Gradescope's /autograder, and write results/results.json."""
    from coursekit.grading import report, tables
    from coursekit.grading.grade import grade
    from coursekit.grading.gradebook import Gradebook

    source = root / "source"
    settings = json.loads((source / SETTINGS).read_text(encoding="utf-8"))
    assignment = Assignment.from_dict(settings["assignment"])
    assignment = dataclasses.replace(
        assignment,
        own=tuple(source / folder for folder in assignment.own),
        private=assignment.private and source / assignment.private,
    )
    with tempfile.TemporaryDirectory() as folder:
        done = grade(
            [_hand_in(root)],
            assignment,
            Path(folder),
            jobs=1,
            seed=settings["seed"],
            sandbox=settings["sandbox"],
            progress=False,
        )
        with Gradebook(done.folder / report.GRADEBOOK) as book:
            (result,) = report.grades_of(book, done.run, report.marking_of(book, done.run))
    results = root / "results"
    results.mkdir(exist_ok=True)
    (results / "results.json").write_text(tables.gradescope(result), encoding="utf-8")
    print("\n".join(done.notes))


def _hand_in(root):
    """The submission as Gradescope unpacked it, and whose it is."""
    from coursekit.grading.people import File, HandIn, Person

    described = root / "submission_metadata.json"
    metadata = json.loads(described.read_text(encoding="utf-8")) if described.exists() else {}
    users = metadata.get("users") or [{}]
    names = ", ".join(str(user.get("name", "")) for user in users)
    person = Person(names or "student", str(metadata.get("id", "")), email=str(users[0].get("email", "")))
    folder = root / "submission"
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and not path.name.startswith(".")
    ]
    submitted = str(metadata.get("created_at", ""))
    return HandIn(
        person,
        tuple(
            File(
                path.relative_to(folder).as_posix(), lambda path=path: _file_bytes(path), submitted=submitted
            )
            for path in files
            if path.suffix.lower() == ".ipynb"
        ),
        ()
        if any(path.suffix.lower() == ".ipynb" for path in files)
        else ("there is no notebook among the files",),
        "gradescope",
    )


def _file_bytes(path):
    with open(path, "rb") as file:
        return file.read(_LARGEST)


def main() -> int:
    """What run_autograder calls: the root folder is the argument."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        run(Path(sys.argv[1]))
    except GradingError as error:  # without results Gradescope says that the autograder failed, which is true
        print(f"coursekit: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
