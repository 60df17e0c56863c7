"""The code of a lesson, run in this process: for tests of what its prose claims."""

from pathlib import Path

import nbformat

LESSONS = Path(__file__).parent.parent / "lessons"


def names_of(lesson):
    """The names that the cells of a lesson ("00_forward_pass") leave behind, run from top to bottom."""
    names = {}
    for cell in nbformat.read(LESSONS / f"{lesson}.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, cell.id, "exec"), names)
    return names
