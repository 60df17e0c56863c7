"""Lessons of an instructor's own: the template in examples/, through every door that the course's lessons go through."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from classes import hand_in, needs_a_sandbox, points
from zoo import IMPORT, notebook

from coursekit.commands import main as cli
from coursekit.commands.base.learner_folder import copy_lessons
from coursekit.exercises import check, lookup
from coursekit.exercises.engine import lesson_sources
from coursekit.exercises.engine.lesson_sources import (
    LessonSourceError,
    add_folder,
    find_notebook,
    notebook_paths,
)
from coursekit.exercises.engine.notebooks import mistake_source, solution_source
from coursekit.exercises.engine.registry import exercises
from coursekit.grading import stage
from coursekit.grading.assignment import read_assignment
from coursekit.grading.grade import grade
from coursekit.grading.nbgrader import course

TEMPLATE = Path(__file__).parents[2] / "examples" / "own_lesson"


@pytest.fixture(autouse=True)
def only_here(monkeypatch):
    """No test's folders are known to another one."""
    monkeypatch.delenv(lesson_sources.VARIABLE, raising=False)
    lesson_sources.forget()
    yield
    monkeypatch.delenv(lesson_sources.VARIABLE, raising=False)
    lesson_sources.forget()


@pytest.fixture
def own():
    folder = TEMPLATE / "my_lessons"
    add_folder(folder)
    return folder


def test_the_course_is_the_first_source_and_alone_without_others():
    assert [source.name for source in lesson_sources.lesson_sources()] == ["coursekit"]
    assert "50.1" not in exercises()


def test_its_solution_passes_and_each_misconception_is_named(own):
    exercise = lookup("50.1")
    assert check("50.1", exercise.solution).outcome == "passed"
    for misconception in exercise.misconceptions:
        verdict = check("50.1", misconception.wrongs[0])
        assert verdict.outcome == "wrong"
        assert verdict.misconception == misconception.name


def test_lab_site_and_the_order_of_lessons_know_its_notebook(own, tmp_path):
    assert notebook_paths()[-1].name == find_notebook("50").name == "50_perceptron.ipynb"
    assert "50_perceptron.ipynb" in [copy.lesson for copy in copy_lessons(tmp_path)]
    assert (tmp_path / "50_perceptron.ipynb").exists()


def test_check_and_solve_know_it(own, tmp_path, capsys):
    assert cli.main(["solve", str(find_notebook("50")), "-o", str(tmp_path)]) == 0
    assert cli.main(["check", str(tmp_path / "50_perceptron.ipynb")]) == 0
    assert "50.1" in capsys.readouterr().out


def test_nbgrader_gets_an_assignment_of_it(own, tmp_path):
    (path,) = course(tmp_path / "course", ["50"])
    marked = [c.metadata.nbgrader for c in nbformat.read(path, 4).cells if "nbgrader" in c.metadata]
    assert [(m.grade_id, m.get("points")) for m in marked] == [("answer-50-1", None), ("points-50-1", 3)]


@needs_a_sandbox
def test_it_is_graded_beside_the_courses_own(tmp_path):
    shutil.copytree(TEMPLATE / "my_lessons", tmp_path / "mine")
    (tmp_path / "hw.toml").write_text('exercises = ["50.1", "02.1"]\nown = ["mine"]')
    assignment = read_assignment(tmp_path / "hw.toml")
    exercise = lookup("50.1")
    source = hand_in(
        tmp_path / "in",
        right=notebook(IMPORT, solution_source(exercise)),
        wrong=notebook(IMPORT, mistake_source(exercise)),
    )
    grade(source, assignment, tmp_path / "out", seed=5, jobs=1, progress=False)
    assert points(tmp_path / "out") == {"right": 3, "wrong": 1}
    assert "moves the weights for every point" in (tmp_path / "out" / "grades.csv").read_text(
        encoding="utf-8-sig"
    )


def test_its_solutions_are_hidden_from_submissions(own):
    assert own in stage.hidden_folders()
    assert own / "__init__.py" in stage.solutions()


def test_an_installed_package_is_found_by_its_entry_point(tmp_path):
    shutil.copytree(TEMPLATE / "my_lessons", tmp_path / "my_lessons")
    info = tmp_path / "my_lessons-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-lessons\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text("[coursekit.lessons]\nmy_lessons = my_lessons\n")
    seen = subprocess.run(
        [sys.executable, "-c", "from coursekit.exercises import exercises; print([*exercises()][-1])"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *filter(None, sys.path)])},
        capture_output=True,
        text=True,
    )
    assert seen.stdout.strip() == "50.1", seen.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def f(:\n", "SyntaxError in"),
        ("import a_package_that_is_nowhere", "ModuleNotFoundError"),
        (
            "from .perceptron import EXERCISE as E\nimport dataclasses\nEXERCISES = (dataclasses.replace(E),)",
            "already used",
        ),
    ],
)
def test_a_module_that_cannot_be_used_is_named(tmp_path, text, message):
    shutil.copytree(TEMPLATE / "my_lessons", tmp_path / "mine")
    (tmp_path / "mine" / "z_broken.py").write_text(text)
    add_folder(tmp_path / "mine")
    with pytest.raises(LessonSourceError) as caught:
        exercises()
    assert message in str(caught.value)
    assert "mine" in str(caught.value)
    assert cli.main(["check", "50"]) == 1


def test_an_id_of_the_courses_is_not_taken_over(tmp_path):
    (tmp_path / "mine").mkdir()
    text = (TEMPLATE / "my_lessons" / "perceptron.py").read_text()
    (tmp_path / "mine" / "perceptron.py").write_text(text.replace('"50.1"', '"02.1"'))
    shutil.copy(TEMPLATE / "my_lessons" / "inputs.py", tmp_path / "mine")
    add_folder(tmp_path / "mine")
    with pytest.raises(LessonSourceError, match=r"'02\.1' is already used by coursekit"):
        exercises()
