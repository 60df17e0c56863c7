"""Notebook files: read one with a clear error, and write a solved copy."""

from pathlib import Path

from coursekit.exercises.engine.helping import NO_SOLUTIONS, solutions_allowed
from coursekit.exercises.engine.notebooks import exercise_cells, solved


class NotebookError(ValueError):
    """A notebook that cannot be read or written; its text says why."""


def read(path):
    """The notebook in a file, in nbformat 4. Raises NotebookError if there is none."""
    import nbformat  # most of a second: only where a notebook is wanted

    try:
        return nbformat.read(path, as_version=4)
    except OSError as error:
        raise NotebookError(f"{path} cannot be read: {error.strerror}.") from None
    except Exception as error:  # nbformat raises many kinds for what is no notebook
        raise NotebookError(
            f"{path} is not a Jupyter notebook ({type(error).__name__}). A file that JupyterLab can open is expected."
        ) from None


def solve(path, out):
    """Write a copy of the notebook with the solution in place of every answer; returns (its path, the ids filled in).

    out: the file to write, or a folder for a file of the same name. An existing file is not overwritten.
    """
    import nbformat

    if not solutions_allowed():
        raise NotebookError(f"Your instructor has turned solutions off ({NO_SOLUTIONS} is set).")
    notebook = read(path)
    filled = [exercise.id for exercise, _ in exercise_cells(notebook)]
    if not filled:
        raise NotebookError(f"{path} defines no exercise's function; there is nothing to solve in it.")
    out = Path(out)
    if out.suffix != ".ipynb":
        out = out / Path(path).name
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with open(out, "x", encoding="utf-8") as file:
            nbformat.write(solved(notebook), file)
    except FileExistsError:
        raise NotebookError(f"{out} exists already; move it away, or write elsewhere with -o.") from None
    except OSError as error:
        raise NotebookError(f"{out} cannot be written: {error.strerror}.") from None
    return out, filled
