"""Bring the answers of an earlier edition into the current one."""

from datetime import date
from pathlib import Path

from coursekit.exercises.engine.carry_over import carried_over
from coursekit.exercises.engine.showing import say
from coursekit.exercises.engine.store import store
from coursekit.lesson_files import lessons_folder
from coursekit.lite.editions import cells_of, current_name, file_name, other_editions
from coursekit.lite.errors import LiteError
from coursekit.lite.publishing import published


def carry_over(lesson: str, folder: str | Path | None = None) -> Path:
    """Write the current edition of a lesson ("02_loss_functions") with the answers of the newest saved copy in it.

    folder: where the notebooks are; by default that of the learner's records. Nothing is overwritten: if the current
    edition was saved with answers of its own, the notebook gets a name with "carried over" in it. Raises LiteError if
    the course has no such lesson, or if no earlier edition is saved.
    """
    folder = Path(folder) if folder else store().parent
    if current_name(lesson) is None:
        raise LiteError(
            f"the course has no lesson {lesson!r}; give its full name, such as '02_loss_functions'."
        )
    saved = other_editions(lesson, [path.name for path in folder.iterdir()] if folder.is_dir() else [])
    if not saved:
        raise LiteError(
            f"your browser has no earlier edition of {lesson}, so there is nothing to carry over. Copies have names like "
            f"{lesson}.3f2a1b.ipynb; a file with another name must be renamed to one first."
        )
    newest = max((folder / name for name in saved), key=lambda path: path.stat().st_mtime)
    path = lessons_folder() / f"{lesson}.ipynb"
    fresh = published(path)
    target = folder / file_name(path)
    if target.exists() and cells_of(target.read_bytes()) != cells_of(fresh):
        target = target.with_name(f"{lesson} (carried over).ipynb")
        if target.exists():
            raise LiteError(f"{target.name} exists already. Rename or delete it, then try again.")
    target.write_bytes(carried_over(newest.read_bytes(), fresh, newest.name, date.today()))
    say(
        f"Your answers from `{newest.name}` are now in `{target.name}`. Open it from the list of files. If it is "
        "the notebook you are in, choose Reload Notebook from Disk in the File menu.",
        "Answers carried over",
    )
    return target
