"""What students get: every task once, no solution, and a notebook that is graded as it is handed out."""

import ast

import nbformat
import pytest
from zoo import IMPORT

from coursekit.commands import main as cli
from coursekit.exercises.engine.notebooks import solution_source, stub
from coursekit.exercises.engine.registry import everything
from coursekit.grading.assignment import Assignment, LatePolicy, ProseQuestion, of_lessons
from coursekit.grading.errors import GradingError
from coursekit.grading.handout import handout, introduction, slug, write_handout

ASKED = Assignment(
    "Homework 2 (12345)",
    ("02.1", "03.1"),
    points={"02.1": 6},
    late=LatePolicy(per_day=0.1, most=0.5),
    prose=(ProseQuestion("P1", "Why?", 4, "Outliers"),),
)


def sources(notebook):
    return [cell.source for cell in notebook.cells]


def test_each_task_has_its_text_its_stub_and_its_check():
    cells = sources(handout(ASKED))
    for key in ASKED.exercises:
        place = cells.index(stub(everything()[key]))
        assert f"Exercise {key}" in cells[place - 1]
        assert cells[place + 1] == f"{everything()[key].call};"
    assert "*In this assignment: 6 points.*" in cells[2]
    assert "Your answer to P1" in cells[-1]


def test_no_solution_is_in_it_and_the_kernel_shows_none():
    for exercise in everything().values():
        text = "\n".join(sources(handout(of_lessons([exercise.id]))))
        longest = max(
            ast.unparse(ast.parse(solution_source(exercise)).body[0].body[1:]).splitlines(), key=len
        )
        assert longest.strip() not in text
    assert 'os.environ["COURSEKIT_NO_SOLUTIONS"] = "1"' in sources(handout(ASKED))[1]


def test_the_first_cell_says_what_counts():
    text = introduction(ASKED)
    assert "Worth 13 points" in text or "Worth" in text
    assert "costs 10% of your points, at most 50%" in text
    assert "the attempt with the most points counts" in text
    assert "12345" not in text


def test_the_same_file_each_time_and_never_over_another(tmp_path):
    (first,) = write_handout(ASKED, tmp_path / "a")
    (second,) = write_handout(ASKED, tmp_path / "b")
    assert first.name == f"{slug(ASKED)}.ipynb" == "homework_2.ipynb"
    assert first.read_bytes() == second.read_bytes()
    nbformat.validate(nbformat.read(first, 4))
    with pytest.raises(GradingError, match="exists already"):
        write_handout(ASKED, tmp_path / "a")


def test_the_command_checks_the_file_and_writes_a_workflow(tmp_path, capsys):
    path = tmp_path / "hw.toml"
    assert cli.main(["assign", str(path), "--template"]) == 0
    assert cli.main(["assign", str(path), "-o", str(tmp_path / "out"), "--github"]) == 0
    assert "02.5 softmax_cross_entropy: 6 points" in capsys.readouterr().out
    workflow = (tmp_path / "out" / ".github" / "workflows" / "check.yml").read_text()
    assert "coursekit check homework_2.ipynb" in workflow
    assert not {"NOTEBOOK", "VERSION", "DISTRIBUTION"} & set(
        workflow.replace("==", " ").replace('"', " ").split()
    )
    assert cli.main(["assign", str(path), "--template"]) == 1


def test_the_setup_cell_has_what_the_answers_need():
    assert IMPORT.strip() in sources(handout(ASKED))[1]
