"""The course folder, through nbgrader's own commands: blank 0, right full, partial partial, a warning costs nothing."""

import copy
import csv
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from lesson_cells import exercises_of

from coursekit.commands import main as cli
from coursekit.exercises.engine.notebooks import stub
from coursekit.exercises.engine.registry import everything
from coursekit.grading.assignment import Assignment
from coursekit.grading.errors import GradingError
from coursekit.grading.nbgrader import course
from coursekit.lesson_files import lessons_folder

NAME = "02_loss_functions"
needs_nbgrader = pytest.mark.skipif(
    not importlib.util.find_spec("nbgrader"),
    reason='no nbgrader: pip install -c constraints.txt -e ".[nbgrader]"',
)


def nbgrader(folder, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment(),
    )
    assert done.returncode == 0, done.stderr[-3000:]


def environment():
    """The kernels import this checkout; nbgrader finds its own programs."""
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PATH": path}


def test_a_course_is_the_same_each_time_and_never_somebody_elses(tmp_path):
    (first,) = course(tmp_path / "a", ["2"])
    (second,) = course(tmp_path / "b", ["02"])
    assert first.read_bytes() == second.read_bytes()
    course(tmp_path / "a", ["02"])
    (tmp_path / "b" / "nbgrader_config.py").write_text("c = get_config()")
    with pytest.raises(GradingError, match="another nbgrader course"):
        course(tmp_path / "b", ["02"])
    with pytest.raises(GradingError, match="no lesson 77"):
        course(tmp_path / "c", ["77"])


@pytest.mark.parametrize("keys", [{"private": Path("mine")}, {"variants": True}])
def test_what_nbgrader_cannot_do_is_refused(tmp_path, keys):
    asked = Assignment("Homework 2", ("02.1",), **keys)
    with pytest.raises(
        GradingError, match=f"cannot grade with `{next(iter(keys))}`.*coursekit grade --assignment"
    ):
        course(tmp_path / "course", given=asked)
    assert not (tmp_path / "course").exists()


def test_every_exercise_of_the_lessons_is_asked_once_with_its_points(tmp_path):
    points, solutions = [], 0
    for path in course(tmp_path):
        cells = nbformat.read(path, 4).cells
        marked = [cell.metadata.nbgrader for cell in cells if "nbgrader" in cell.metadata]
        points += [(m.grade_id, m.points) for m in marked if m.grade]
        solutions += sum(m.solution for m in marked)
    lessons = {path.name[:2] for path in lessons_folder().glob("*.ipynb")}
    asked = [exercise for key, exercise in everything().items() if key[:2] in lessons]
    assert sorted(points) == [(f"points-{e.id.replace('.', '-')}", e.points) for e in asked]
    assert solutions == len(asked)


def test_the_command_says_what_it_wrote(tmp_path, capsys):
    assert cli.main(["nbgrader", str(tmp_path / "course"), "--lesson", "2"]) == 0
    assert NAME in capsys.readouterr().out
    assert (tmp_path / "course" / "source" / NAME / f"{NAME}.ipynb").exists()


@needs_nbgrader
def test_nbgraders_own_commands_take_it_from_assignment_to_feedback(tmp_path):
    folder = tmp_path / "course"
    course(folder, ["02"])
    nbgrader(folder, "generate_assignment", NAME)
    released = nbformat.read(folder / "release" / NAME / f"{NAME}.ipynb", 4)
    solved = nbformat.read(folder / "source" / NAME / f"{NAME}.ipynb", 4)
    answers = [
        i for i, cell in enumerate(released.cells) if cell.metadata.get("nbgrader", {}).get("solution")
    ]
    asked = exercises_of(lessons_folder() / f"{NAME}.ipynb").values()
    assert [released.cells[i].source for i in answers] == [stub(exercise) for exercise in asked]

    right = copy.deepcopy(released)
    for i in answers:
        right.cells[i].source = solved.cells[i].source
    noisy, partial = copy.deepcopy(right), copy.deepcopy(right)
    loud = "    import sys, warnings\n    warnings.warn('careful')\n    print('!', file=sys.stderr)\n    ### BEGIN"
    noisy.cells[answers[0]].source = right.cells[answers[0]].source.replace("    ### BEGIN", loud)
    partial.cells[answers[0]].source = right.cells[answers[0]].source.replace("2 * d", "d")
    for student, nb in (("blank", released), ("right", right), ("noisy", noisy), ("partial", partial)):
        path = folder / "submitted" / student / NAME
        path.mkdir(parents=True)
        nbformat.write(nb, path / f"{NAME}.ipynb")
    nbgrader(folder, "autograde", NAME)
    nbgrader(folder, "generate_feedback", NAME)
    nbgrader(folder, "export")
    rows = csv.DictReader((folder / "grades.csv").read_text().splitlines())
    scores = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in rows}
    assert scores == {"blank": (0, 20), "right": (20, 20), "noisy": (20, 20), "partial": (18, 20)}
    page = (folder / "feedback" / "partial" / NAME / f"{NAME}.html").read_text()
    assert "factor 2 missing in the gradient" in page
