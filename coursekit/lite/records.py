"""The learner's work as one file: to keep, and to bring to another browser or computer."""

import io
import sqlite3
import zipfile
from pathlib import Path

from coursekit.exercises.engine.joining import join
from coursekit.exercises.engine.showing import say
from coursekit.exercises.engine.store import store
from coursekit.lesson_files import lessons_folder
from coursekit.lite.editions import cells_of, file_name
from coursekit.lite.errors import LiteError
from coursekit.lite.publishing import published

WORK = "my-coursekit-work.zip"


def export_work(folder: str | Path | None = None) -> Path:
    """Write progress, guesses and every notebook that was changed into one file, and return its path.

    folder: where the notebooks are; by default that of the learner's records, where the file is written as well.
    """
    folder = Path(folder) if folder else store().parent
    as_published = {file_name(path): path for path in lessons_folder().glob("*.ipynb")}
    kept = []
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        if store().is_file():
            archive.writestr(store().name, store().read_bytes())
        for path in sorted(folder.glob("*.ipynb")):
            own = path.read_bytes()
            given = as_published.get(path.name)
            if given is None or cells_of(own) != cells_of(published(given)):
                archive.writestr(path.name, own)
                kept.append(path.name)
    target = folder / WORK
    target.write_bytes(content.getvalue())
    say(
        f"{target.name} now has your progress and {len(kept)} notebook{'' if len(kept) == 1 else 's'} that you changed. In "
        "the list of files, right-click it and choose Download.",
        "Your work in one file",
    )
    return target


def import_work(file: str | Path | None = None) -> list[Path]:
    """Bring the work of another browser here; return the notebooks that were written.

    file: what `export_work` wrote; by default the file of that name beside the notebooks. A notebook that exists here
    with other cells is kept, and the imported one gets a name with "imported" in it. The progress is joined with that
    here: of each exercise the better result counts. Raises LiteError.
    """
    folder = store().parent
    file = Path(file) if file else folder / WORK
    try:
        with zipfile.ZipFile(file) as archive:
            content = {name: archive.read(name) for name in archive.namelist() if "/" not in name}
    except FileNotFoundError:
        raise LiteError(
            f"there is no file {file}. Drag the file that lite.export_work() wrote into the list of files, then "
            f"try again; if it has another name, write lite.import_work('NAME')."
        ) from None
    except zipfile.BadZipFile:
        raise LiteError(
            f"{file} must be a file that lite.export_work() wrote, but is not a ZIP archive."
        ) from None
    written = []
    for name, notebook in content.items():
        if name.endswith(".ipynb"):
            target = _free_place(folder / name, notebook)
            target.write_bytes(notebook)
            written.append(target)
    joined = store().name in content
    if joined:
        try:
            join(content[store().name])
        except sqlite3.DatabaseError as error:
            raise LiteError(
                f"the progress in {file} cannot be read ({error}); its notebooks were imported."
            ) from None
    say(
        f"Imported {len(written)} notebook{'' if len(written) == 1 else 's'}{' and your progress' if joined else ''}.",
        "Your work is here",
    )
    return written


def _free_place(path, notebook):
    """The path, unless it has other cells already: then one with "imported" in its name."""
    number, target = 1, path
    while target.exists() and cells_of(target.read_bytes()) != cells_of(notebook):
        target = path.with_name(f"{path.stem} (imported{f' {number}' if number > 1 else ''}).ipynb")
        number += 1
    return target
