"""`coursekit nbgrader`: a course folder for those who grade with nbgrader, one assignment for each lesson.

nbgrader runs submitted code without a sandbox, in the account of the person who grades; its documentation says how to
contain it. Here the points come from the same judge as in a lesson: a test cell ends with the points as its value,
which nbgrader takes as partial credit, and what an answer warns or prints is kept out of that cell's output.
"""

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.lesson_sources import find_notebook, notebook_paths
from coursekit.exercises.engine.notebooks import exercise_cells, solution_source
from coursekit.exercises.engine.registry import everything
from coursekit.grading.assignment import Assignment
from coursekit.grading.errors import GradingError
from coursekit.grading.handout import (
    SETUP,
    introduction,
    numbered,
    prose_text,
    slug,
    task_texts,
    with_points,
)
from coursekit.grading.prose import answer_cell

if TYPE_CHECKING:  # nbformat takes most of a second to import
    from nbformat import NotebookNode

MARK = "# Written by coursekit nbgrader."
CONFIG = f"""{MARK} It is yours to change.
c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "coursekit"
c.ClearSolutions.code_stub = {{"python": "return TODO"}}
c.ExecutePreprocessor.timeout = 120  # seconds for a cell
"""
TEST = """from coursekit.exercises.engine.checking import assess
from coursekit.exercises.engine.panel import show_verdict

verdict = assess("{id}")
show_verdict(verdict)
{points}"""


def course(folder: Path, lessons: list[str] | None = None, given: Assignment | None = None) -> list[Path]:
    """Write nbgrader_config.py and source/NAME/NAME.ipynb for each notebook of the lessons; returns the notebooks.

    lessons: numbers or names ("2", "07a"); None for all. given: an assignment to write in place of whole lessons.
    A folder with a configuration that this command did not write raises GradingError, and so does an assignment with
    private properties or variants, which nbgrader cannot keep to itself.
    """
    import nbformat  # most of a second: only where it is needed

    if given and (unknown := [key for key in ("private", "variants") if getattr(given, key)]):
        raise GradingError(
            f"nbgrader cannot grade with {' and '.join(f'`{key}`' for key in unknown)} of an assignment: it runs a "
            "student's code in one process with the tests, where the code could read private inputs, and its tests are "
            "the same for everyone. Grade with `coursekit grade --assignment FILE`, or take these keys out of the file."
        )
    config = folder / "nbgrader_config.py"
    if config.exists() and not config.read_text(encoding="utf-8").startswith(MARK):
        raise GradingError(f"{folder} is another nbgrader course. Name a new folder.")
    if given:
        notebooks = {slug(given): nbgrader_notebook(given, introduction(given))}
    else:
        notebooks = {path.stem: nbgrader_notebook(*lesson) for path, *lesson in _lessons(lessons)}
    written = []
    for name, notebook in notebooks.items():
        target = folder / "source" / name / f"{name}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, target)
        written.append(target)
    if not config.exists():
        config.write_text(CONFIG, encoding="utf-8")
    return written


def nbgrader_notebook(asked: Assignment, heading: str) -> "NotebookNode":
    """The instructor's version: texts, solutions between nbgrader's marks, test cells, answers in words."""
    import nbformat

    new = nbformat.v4
    texts = task_texts(asked.exercises)
    cells = [new.new_markdown_cell(heading), new.new_code_cell(SETUP)]
    for exercise in (everything()[key] for key in asked.exercises):
        key = exercise.id.replace(".", "-")  # nbgrader takes no dot
        points = asked.points.get(exercise.id, exercise.points)
        scale = "" if points == exercise.points else f" * {points:g} / {exercise.points:g}"
        test = TEST.format(id=exercise.id, points=f"verdict.points{scale}")
        cells += [
            new.new_markdown_cell(with_points(texts[exercise.id], exercise, asked)),
            _marked(new.new_code_cell(_solution(exercise)), f"answer-{key}", solution=True),
            new.new_code_cell(exercise.call + ";"),
            _marked(new.new_code_cell(test), f"points-{key}", points=points),
        ]
    for question in asked.prose:
        points = asked.points.get(question.id, question.points)
        answer = new.new_markdown_cell(answer_cell(question.id))
        cells += [
            new.new_markdown_cell(prose_text(question, asked)),
            _marked(answer, f"prose-{question.id}", solution=True, points=points),
        ]
    return numbered(cells)


def _lessons(wanted):
    """(path, the assignment of its exercises, its heading) of each lesson that is asked for and has exercises."""
    import nbformat

    paths = (
        [find_notebook(lesson) for lesson in wanted if not str(lesson).strip().isdecimal()] if wanted else []
    )
    numbers = (
        {f"{int(lesson):02d}" for lesson in wanted if str(lesson).strip().isdecimal()} if wanted else None
    )
    paths += [path for path in notebook_paths() if numbers is None or path.name[:2] in numbers]
    found = []
    for path in sorted(dict.fromkeys(paths)):
        lesson = nbformat.read(path, as_version=4)
        asked = tuple(dict.fromkeys(exercise.id for exercise, _ in exercise_cells(lesson)))
        if asked:
            title = lesson.cells[0].source.splitlines()[0]
            found.append((path, Assignment(title.strip("# "), asked), f"{title}: exercises"))
    missing = (numbers or set()) - {path.name[:2] for path, *_ in found}
    if missing or not found:
        raise GradingError(f"there is no lesson {', '.join(sorted(missing))} with exercises.")
    return found


def _solution(exercise: Exercise) -> str:
    """The solution with its body, the docstring left out, between nbgrader's marks."""
    lines = solution_source(exercise).splitlines()
    function = ast.parse("\n".join(lines)).body[0]
    assert isinstance(function, ast.FunctionDef)
    body = function.body
    first = body[1] if isinstance(body[0], ast.Expr) else body[0]
    indent = " " * first.col_offset
    start = body[0].end_lineno if first is not body[0] else first.lineno - 1
    return "\n".join(
        [*lines[:start], f"{indent}### BEGIN SOLUTION", *lines[start:], f"{indent}### END SOLUTION"]
    )


def _marked(cell, grade_id, *, solution=False, points=None):
    """The cell with nbgrader's metadata: an answer to fill in, or a test worth points."""
    cell.metadata["nbgrader"] = {
        "schema_version": 3,
        "grade_id": grade_id,
        "cell_type": cell.cell_type,
        "solution": solution,
        "grade": points is not None,
        "locked": not solution,
        "task": False,
    } | ({} if points is None else {"points": points})
    return cell
