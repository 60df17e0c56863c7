"""What students get of an assignment: a notebook with the texts, the stubs and the checks, and a workflow for GitHub."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import coursekit
from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.helping import NO_SOLUTIONS
from coursekit.exercises.engine.lesson_sources import notebook_paths
from coursekit.exercises.engine.notebooks import exercise_cells, stub
from coursekit.exercises.engine.registry import everything
from coursekit.exercises.engine.wording import plural
from coursekit.grading.assignment import Assignment, ProseQuestion
from coursekit.grading.errors import GradingError
from coursekit.grading.prose import answer_cell

if TYPE_CHECKING:  # nbformat takes most of a second to import
    from nbformat import NotebookNode

SETUP = """import numpy as np

from coursekit import numpy_backend as ck
from coursekit.exercises import TODO, check, hint"""
WORKFLOW = Path(__file__).parent / "github_check.yml"
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}


def write_handout(assignment: Assignment, folder: Path, *, github: bool = False) -> list[Path]:
    """Write the notebook of an assignment and, for GitHub Classroom, a workflow that checks it; returns the files.

    A notebook that exists is not overwritten: GradingError.
    """
    import nbformat

    path = Path(folder) / f"{slug(assignment)}.ipynb"
    if path.exists():
        raise GradingError(f"{path} exists already. Move it away, or name another folder with -o.")
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(handout(assignment), path)
    if not github:
        return [path]
    workflow = Path(folder) / ".github" / "workflows" / "check.yml"
    workflow.parent.mkdir(parents=True, exist_ok=True)
    text = WORKFLOW.read_text(encoding="utf-8").replace("DISTRIBUTION", coursekit.DISTRIBUTION)
    workflow.write_text(
        text.replace("NOTEBOOK", path.name).replace("VERSION", coursekit.__version__), encoding="utf-8"
    )
    return [path, workflow]


def slug(assignment: Assignment) -> str:
    """The assignment's name as the name of a file or folder: "homework_2"."""
    return re.sub(r"\W+", "_", assignment.heading, flags=re.ASCII).strip("_").lower() or "assignment"


def handout(assignment: Assignment) -> "NotebookNode":
    """The notebook that students get: no solution is in it."""
    import nbformat

    new = nbformat.v4
    asked = [everything()[key] for key in assignment.exercises]
    texts = task_texts(assignment.exercises)
    setup = SETUP if assignment.solutions else f'import os\n\nos.environ["{NO_SOLUTIONS}"] = "1"\n{SETUP}'
    cells = [new.new_markdown_cell(introduction(assignment)), new.new_code_cell(setup)]
    for exercise in asked:
        cells += [new.new_markdown_cell(with_points(texts[exercise.id], exercise, assignment))]
        cells += [new.new_code_cell(stub(exercise))]
        cells += [new.new_code_cell(f"{exercise.call};")] if assignment.checks else []
    for question in assignment.prose:
        cells += [new.new_markdown_cell(prose_text(question, assignment))]
        cells += [new.new_markdown_cell(answer_cell(question.id))]
    return numbered(cells)


def numbered(cells: Iterable) -> "NotebookNode":
    """A notebook of these cells with ids that are the same each time."""
    import nbformat

    cells = list(cells)
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def task_texts(exercises: Iterable[str]) -> dict[str, str]:
    """The text above each exercise in its lesson; where no lesson has it, a line with the signature."""
    import nbformat

    waiting = {key: everything()[key] for key in exercises}
    texts = {key: f"### Exercise {key} · `{exercise.signature}`" for key, exercise in waiting.items()}
    for path in notebook_paths():
        if waiting and {key.partition(".")[0] for key in waiting} & {path.name[:2]}:
            lesson = nbformat.read(path, as_version=4)
            for exercise, index in exercise_cells(lesson):
                above = lesson.cells[index - 1] if index else None
                if waiting.pop(exercise.id, None) and above is not None and above.cell_type == "markdown":
                    texts[exercise.id] = above.source
    return texts


def with_points(text: str, exercise: Exercise, assignment: Assignment) -> str:
    """The text, with a line on the points where the assignment counts them differently."""
    points = assignment.points.get(exercise.id, exercise.points)
    return (
        text if points == exercise.points else f"{text}\n\n*In this assignment: {plural(points, 'point')}.*"
    )


def prose_text(question: ProseQuestion, assignment: Assignment) -> str:
    """The text of a question in words, with its points."""
    points = assignment.points.get(question.id, question.points)
    title = f" {question.title}" if question.title else ""
    return f"### Question {question.id}{title} ({plural(points, 'point')})\n\n{question.text}"


def introduction(assignment: Assignment) -> str:
    """The first cell: what it is worth, when it is due, how to hand it in."""
    lines = [f"# {assignment.heading}", "", f"- Worth {plural(worth(assignment), 'point')}."]
    if assignment.due:
        due = assignment.due
        zone = f" ({due:%Z})" if due.tzinfo else ""
        lines.append(f"- Due on {due.day} {due:%B %Y} at {due:%H:%M}{zone}.")
    policy = assignment.late
    if policy.per_day:
        most = f", at most {policy.most:.0%}" if policy.most < 1 else ""
        lines.append(f"- Each day begun after that costs {policy.per_day:.0%} of your points{most}.")
    which = {"best": "the attempt with the most points", "last": "the last attempt"}[assignment.attempts]
    lines.append(f"- You may hand in several times; {which} counts.")
    lines.append("- To hand in: run all cells, save, and upload this notebook. Do not rename the functions.")
    if assignment.contact:
        lines.append(f"- Questions: {assignment.contact}.")
    return "\n".join(lines)


def worth(assignment: Assignment) -> float:
    """All points of the assignment; private properties are not counted before they are graded."""
    exercises: Mapping[str, Exercise] = everything()
    own = {key: exercises[key].points for key in assignment.exercises}
    own |= {question.id: question.points for question in assignment.prose}
    return sum((own | dict(assignment.points)).values())
