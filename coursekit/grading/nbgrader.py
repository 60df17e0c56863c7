"""`coursekit nbgrader`: a course folder for those who grade with nbgrader, an assignment for each lesson.

nbgrader runs strangers' code without a sandbox, in the account of whoever grades; its own documentation says what to
do about it. Here the points come from the same judge as in a lesson: a test cell ends with the points as its value,
which nbgrader takes as partial credit, and what an answer warns or prints is kept out of that cell's output.
"""

import ast
from pathlib import Path

from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.notebooks import exercise_cells, solution_source
from coursekit.grading.errors import GradingError
from coursekit.lesson_files import lessons_folder

MARK = "# Written by coursekit nbgrader."
CONFIG = f"""{MARK} It is yours to change.
c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "coursekit"
c.ClearSolutions.code_stub = {{"python": "return TODO"}}
c.ExecutePreprocessor.timeout = 120  # seconds for a cell
"""
SETUP = """import numpy as np

from coursekit import numpy_backend as ck
from coursekit.exercises import TODO, check, hint"""
TEST = """from coursekit.exercises.engine.checking import assess
from coursekit.exercises.engine.panel import show_verdict

verdict = assess("{id}")
show_verdict(verdict)
verdict.points"""


def course(folder: Path, lessons: list[str] | None = None) -> list[Path]:
    """Write nbgrader_config.py and source/LESSON/LESSON.ipynb for each notebook of the lessons; returns the notebooks.

    lessons: numbers; None for all. A folder with a configuration of somebody else's raises GradingError.
    """
    import nbformat  # most of a second: only where it is wanted

    config = folder / "nbgrader_config.py"
    if config.exists() and not config.read_text(encoding="utf-8").startswith(MARK):
        raise GradingError(f"{folder} is another nbgrader course. Name a new folder.")
    written = []
    for path, lesson, asked in _lessons(lessons):
        target = folder / "source" / path.stem / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(assignment(lesson, asked), target)
        written.append(target)
    if not config.exists():
        config.write_text(CONFIG, encoding="utf-8")
    return written


def assignment(lesson, asked: list[Exercise]):
    """The instructor's version of a lesson's exercises: texts, solutions between nbgrader's marks, test cells."""
    import nbformat

    new = nbformat.v4
    places = {exercise.id: index for exercise, index in exercise_cells(lesson)}
    cells = [
        new.new_markdown_cell(f"{lesson.cells[0].source.splitlines()[0]}: exercises"),
        new.new_code_cell(SETUP),
    ]
    for exercise in asked:
        key = exercise.id.replace(".", "-")  # nbgrader takes no dot
        cells += [
            new.new_markdown_cell(_task(lesson, places.get(exercise.id), exercise)),
            _marked(new.new_code_cell(_solution(exercise)), f"answer-{key}", solution=True),
            new.new_code_cell(exercise.call + ";"),
            _marked(new.new_code_cell(TEST.format(id=exercise.id)), f"points-{key}", points=exercise.points),
        ]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"  # the same file each time
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return new.new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def _lessons(wanted):
    """(path, notebook, its exercises) of each lesson that is wanted and has exercises."""
    import nbformat

    numbers = {str(number).strip().zfill(2) for number in wanted} if wanted else None
    found = []
    for path in sorted(lessons_folder().glob("*.ipynb")):
        if numbers is None or path.name[:2] in numbers:
            lesson = nbformat.read(path, as_version=4)
            asked = {exercise.id: exercise for exercise, _ in exercise_cells(lesson)}
            found += [(path, lesson, list(asked.values()))] if asked else []
    missing = (numbers or set()) - {path.name[:2] for path, _, _ in found}
    if missing or not found:
        raise GradingError(f"there is no lesson {', '.join(sorted(missing))} with exercises.")
    return found


def _task(lesson, place, exercise):
    """The text that stands above the exercise in its lesson."""
    if place and lesson.cells[place - 1].cell_type == "markdown":
        return lesson.cells[place - 1].source
    return f"### Exercise {exercise.id} · `{exercise.signature}` ({exercise.points:g} points)"


def _solution(exercise):
    """The solution with its body, the docstring left out, between nbgrader's marks."""
    lines = solution_source(exercise).splitlines()
    body = ast.parse("\n".join(lines)).body[0].body
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
        "cell_type": "code",
        "solution": solution,
        "grade": points is not None,
        "locked": not solution,
        "task": False,
    } | ({} if points is None else {"points": points})
    return cell
