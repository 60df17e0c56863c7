"""Laws of filling a lesson's answers in."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from coursekit.exercises import check, exercises
from coursekit.exercises.engine.notebook_files import NotebookError, solve
from coursekit.exercises.engine.notebooks import exercise_cells, solved, stub, wrong


def lesson():
    """A notebook with prose, two stubs in one cell, the others in cells of their own, and their checks."""
    asked = [exercise for exercise in exercises().values() if exercise.id.startswith("02.")]
    first, second, *others = asked
    cells = [
        nbformat.v4.new_markdown_cell("# def mse(p, y): return 0"),
        nbformat.v4.new_code_cell(
            f"import numpy as np\n\n{stub(first)}\n\n@np.vectorize\n{stub(second)}\nafter = 1\n"
        ),
        *(nbformat.v4.new_code_cell(stub(exercise)) for exercise in others),
        *(nbformat.v4.new_code_cell(exercise.call) for exercise in asked),
    ]
    return nbformat.v4.new_notebook(cells=cells)


def outcomes(nb):
    """The outcomes of the checks after running every cell."""
    namespace, found = {"check": check, "TODO": ...}, []
    for cell in nb.cells:
        if cell.cell_type == "code":
            if cell.source.startswith("check("):
                found.append(eval(cell.source, namespace).outcome)
            else:
                exec(cell.source, namespace)
    return found


def test_answers_are_found_by_their_names():
    asked = [identity for identity in exercises() if identity.startswith("02.")]
    cells = [(exercise.id, index) for exercise, index in exercise_cells(lesson())]
    assert cells == list(zip(asked, [1, *range(1, len(asked))], strict=True))  # the first two share a cell


def test_solved_and_wrong_copies_are_what_they_say():
    blank = lesson()
    before = blank.copy()
    assert set(outcomes(solved(blank))) == {"passed"}
    assert set(outcomes(wrong(blank))) == {"wrong"}
    assert blank == before


def test_only_answers_are_replaced():
    blank, filled = lesson(), solved(lesson())
    nbformat.validate(filled)
    assert [cell.cell_type for cell in filled.cells] == [cell.cell_type for cell in blank.cells]
    assert filled.cells[1].source.startswith("import numpy as np\n\ndef mse(p, y):")
    assert filled.cells[1].source.endswith("\nafter = 1\n")
    assert filled.cells[0].source == blank.cells[0].source
    assert filled.cells[6].source == blank.cells[6].source


@pytest.mark.parametrize(
    "answer",
    [
        "def mse(p, y):\n    return (p - y",
        "def mse(p, y:\n\n  return 0\n\n# done",
        "def mse(p,\n    y,\n):\n    retrun 0",
    ],
)
def test_an_answer_that_does_not_parse_is_replaced_too(answer):
    source = f"%matplotlib inline\nx = 1\n{answer}\ny = 2"
    nb = solved(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]))
    lines = nb.cells[0].source.split("\n")
    assert lines[:3] == ["%matplotlib inline", "x = 1", "def mse(p, y):"]
    assert lines[-1] == "y = 2"
    namespace = {"np": np}
    exec("\n".join(lines[1:]), namespace)
    assert namespace["mse"](np.array([[3.0]]), np.array([[1.0]]))[0] == 4


LESSONS = sorted((Path(__file__).parents[2] / "lessons").glob("*.ipynb"))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_asks_its_exercises_by_their_stubs(path):
    nb = nbformat.read(path, 4)
    asked = [exercise.id for exercise, _ in exercise_cells(nb)]
    assert len(asked) == len(set(asked))
    assert {key[:2] for key in asked} == {path.name[:2]}  # all of them: see test_lessons.py
    for exercise, index in exercise_cells(nb):
        assert nb.cells[index].source == stub(exercise)


def test_in_a_kernel_a_verdict_is_shown_once_and_carries_its_points():
    sources = [
        "from coursekit.exercises import check, use\ndef endless(p, y):\n    while True: pass",
        'verdict = check("02.1", lambda p, y: (0, 0))\nverdict',
        "verdict",
        'check("02.1", endless, seconds=0.5)',
        'check("02.1")',
        'check("02.1", mse)',
        'use("02.1", mse)',
        'check("02.1", undefined)',
    ]
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(nb, timeout=60, kernel_name="python3", allow_errors=True).execute()
    *outputs, by_name, used, undefined = [cell.outputs for cell in nb.cells[1:]]
    assert [len(one) for one in outputs] == [1, 1, 1, 1]
    assert "There is no function `mse` yet" in by_name[0].data["text/plain"]
    assert "is not answered yet" in used[0].data["text/plain"]
    assert undefined[0].ename == "NameError"
    shown = [one[0].metadata["coursekit"] for one in outputs]
    assert shown[0] == shown[1] == {"exercise": "02.1", "outcome": "wrong", "points": 0, "out_of": 3}
    assert [t["outcome"] for t in shown] == ["wrong", "wrong", "wrong", "unanswered"]
    assert "had not ended after 0.5 s" in outputs[2][0].data["text/plain"]
    assert outputs[2][0].data["text/html"].startswith("<section")


def test_solve_writes_a_copy_that_passes(tmp_path):
    nbformat.write(lesson(), tmp_path / "mine.ipynb")
    out, filled = solve(tmp_path / "mine.ipynb", tmp_path / "answers")
    assert (out, len(filled)) == (tmp_path / "answers" / "mine.ipynb", 6)
    assert set(outcomes(nbformat.read(out, 4))) == {"passed"}
    with pytest.raises(NotebookError, match="exists already"):
        solve(tmp_path / "mine.ipynb", tmp_path / "answers")
    with pytest.raises(NotebookError, match="exists already"):
        solve(tmp_path / "mine.ipynb", tmp_path)


def test_solve_says_what_is_wrong(tmp_path, monkeypatch):
    with pytest.raises(NotebookError, match="cannot be read: No such file"):
        solve(tmp_path / "none.ipynb", tmp_path)
    (tmp_path / "text.ipynb").write_text("no notebook")
    with pytest.raises(NotebookError, match="is not a Jupyter notebook"):
        solve(tmp_path / "text.ipynb", tmp_path)
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "empty.ipynb")
    with pytest.raises(NotebookError, match="defines no exercise"):
        solve(tmp_path / "empty.ipynb", tmp_path / "out")
    monkeypatch.setenv("COURSEKIT_NO_SOLUTIONS", "1")
    with pytest.raises(NotebookError, match="turned solutions off"):
        solve(tmp_path / "empty.ipynb", tmp_path / "out")
