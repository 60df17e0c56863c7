"""Laws of filling a lesson's answers in."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from coursekit.exercises import check, exercises
from coursekit.exercises.notebooks import exercise_cells, solved, stub, wrong


def lesson():
    """A notebook with prose, two stubs in one cell, the others in cells of their own, and their checks."""
    first, second, *others = exercises().values()
    cells = [
        nbformat.v4.new_markdown_cell("# def mse(p, y): return 0"),
        nbformat.v4.new_code_cell(
            f"import numpy as np\n\n{stub(first)}\n\n@np.vectorize\n{stub(second)}\nafter = 1"
        ),
        *(nbformat.v4.new_code_cell(stub(exercise)) for exercise in others),
        nbformat.v4.new_code_cell("%matplotlib inline\ndef mse(p, y): return 0"),
        *(nbformat.v4.new_code_cell(exercise.call) for exercise in exercises().values()),
    ]
    return nbformat.v4.new_notebook(cells=cells)


def outcomes(nb):
    """The outcomes of the checks after running every cell that parses."""
    namespace, found = {"check": check, "TODO": ...}, []
    for cell in nb.cells:
        if cell.cell_type == "code" and not cell.source.startswith("%"):
            if cell.source.startswith("check("):
                found.append(eval(cell.source, namespace).outcome)
            else:
                exec(cell.source, namespace)
    return found


def test_answers_are_found_by_their_names():
    cells = [(exercise.id, index) for exercise, index in exercise_cells(lesson())]
    assert cells == list(zip(exercises(), [1, 1, 2, 3, 4, 5], strict=True))


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
    assert filled.cells[1].source.endswith("\nafter = 1")
    assert filled.cells[0].source == blank.cells[0].source
    assert filled.cells[6].source == blank.cells[6].source


LESSONS = sorted((Path(__file__).parents[2] / "lessons").glob("*.ipynb"))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_asks_its_exercises_by_their_stubs(path):
    nb = nbformat.read(path, 4)
    asked = [exercise.id for exercise, _ in exercise_cells(nb)]
    assert sorted(asked) == [key for key in exercises() if key[:2] == path.name[:2]]
    for exercise, index in exercise_cells(nb):
        assert nb.cells[index].source == stub(exercise)


def test_in_a_kernel_a_verdict_is_shown_once_and_carries_its_points():
    sources = [
        "from coursekit.exercises import check\ndef endless(p, y):\n    while True: pass",
        'verdict = check("02.1", lambda p, y: (0, 0))\nverdict',
        "verdict",
        'check("02.1", endless, seconds=0.5)',
        'check("02.1")',
    ]
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(nb, timeout=60, kernel_name="python3").execute()
    outputs = [cell.outputs for cell in nb.cells[1:]]
    assert [len(one) for one in outputs] == [1, 1, 1, 1]
    told = [one[0].metadata["coursekit"] for one in outputs]
    assert told[0] == told[1] == {"exercise": "02.1", "outcome": "wrong", "points": 0, "out_of": 3}
    assert [t["outcome"] for t in told] == ["wrong", "wrong", "wrong", "unanswered"]
    assert "had not ended after 0.5 s" in outputs[2][0].data["text/plain"]
    assert outputs[2][0].data["text/html"].startswith("<section")
