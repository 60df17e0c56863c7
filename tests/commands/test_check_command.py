"""`coursekit check`: the verdicts of a notebook's exercises in the terminal, whatever the notebook holds."""

import nbformat
import pytest

from coursekit import lesson_files
from coursekit.commands import main as cli
from coursekit.commands.check import check_notebooks
from coursekit.exercises.engine.notebooks import exercise_cells, solved


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "home"))


def lesson():
    return nbformat.read(lesson_files.lessons_folder() / "02_loss_functions.ipynb", 4)


def write(nb, path):
    nbformat.write(nb, path)
    return str(path)


def replaced(nb, answers):
    """The notebook with other sources in the cells of some exercises."""
    for exercise, index in exercise_cells(nb):
        nb.cells[index].source = answers.get(exercise.name, nb.cells[index].source)
    return nb


def test_all_passed_is_status_0_and_anything_else_is_not(tmp_path, capfd):
    full = write(solved(lesson()), tmp_path / "full.ipynb")
    assert cli.main(["check", full]) == 0
    said = capfd.readouterr().out
    assert said.count("✓ Exercise 02.") == 6
    assert "6 of 6 exercises passed." in said
    assert cli.main(["check", full, write(lesson(), tmp_path / "blank.ipynb")]) == 1
    said = capfd.readouterr().out
    assert said.count("✓") == 6
    assert said.count("○ Exercise 02.") == 6
    assert "Exercise 03" not in said


@pytest.mark.slow
def test_one_broken_cell_costs_itself(tmp_path, capfd):
    nb = replaced(
        solved(lesson()),
        {
            "mse": "helper = 1 / 0\n\ndef mse(p, y):\n    return np.mean((p - y) ** 2), 2 * (p - y) / p.size",
            "mae": "def mae(p y):\n    return 0",
            "best_constant": "def best_constant(y, loss):\n    while True:\n        pass",
        },
    )
    nb.cells.insert(1, nbformat.v4.new_code_cell("quit()\nwhile True: pass"))
    del nb.cells[next(i for e, i in exercise_cells(nb) if e.name == "choose_loss")]
    assert cli.main(["check", write(nb, tmp_path / "mixed.ipynb")]) == 1
    said = capfd.readouterr().out
    assert "✓ Exercise 02.1" in said
    assert "SyntaxError in line 1" in said
    assert "○ Exercise 02.2" in said
    assert "✓ Exercise 02.5" in said
    assert "is there a loop that never ends?" in said
    assert "○ Exercise 02.6" in said
    assert "3 of 6 exercises passed." in said


@pytest.mark.slow
def test_an_endless_definition_is_stopped(tmp_path, capfd):
    answer = "def slow():\n    while True: pass\n\nlimit = slow()\n\ndef mse(p, y):\n    return limit"
    path = write(replaced(lesson(), {"mse": answer}), tmp_path / "endless.ipynb")
    assert check_notebooks([path], seconds=8) == 1
    assert "stopped after 8 s" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("no notebook", "not a notebook"),
        ('{"cells": [], "nbformat": 4}', "nothing to check"),
        ("", "is empty"),
    ],
)
def test_what_cannot_be_checked_is_said(tmp_path, capfd, content, says):
    (tmp_path / "odd.ipynb").write_text(content)
    assert cli.main(["check", str(tmp_path / "odd.ipynb")]) == 1
    assert says in capfd.readouterr().out


def test_a_missing_file_is_said(tmp_path, capfd):
    assert cli.main(["check", str(tmp_path / "none.ipynb")]) == 1
    assert "there is no file" in capfd.readouterr().err


def test_a_lesson_is_found_by_number_in_the_learners_folder_or_else_in_the_package(tmp_path, capfd):
    assert cli.main(["check", "2", "--dir", str(tmp_path / "none")]) == 1
    said = capfd.readouterr().out
    assert str(lesson_files.lessons_folder() / "02_loss_functions.ipynb") in said
    assert said.count("○ Exercise 02.") == 6
    write(solved(lesson()), tmp_path / "02_loss_functions.ipynb")
    assert cli.main(["check", "2", "--dir", str(tmp_path)]) == 0
    assert "6 of 6 exercises passed." in capfd.readouterr().out


def test_what_is_neither_file_nor_lesson_is_answered_with_the_list(tmp_path, capfd):
    assert cli.main(["check", "alchemy", "--dir", str(tmp_path)]) == 1
    said = capfd.readouterr().err
    assert "there is no file alchemy" in said
    assert "02_loss_functions.ipynb" in said
