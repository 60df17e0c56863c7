"""Find the notebooks of the lessons: in a checkout beside the package, in a wheel inside it."""

import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path

NOTICE = "coursekit-update"  # id of a cell that reports an update of the lesson; it is no part of the lesson


class LessonNotFound(ValueError):
    """No lesson has this number or name; the message lists the lessons."""


@dataclass(frozen=True)
class Lesson:
    """A lesson's notebook: number such as "07a", title, file name, and the ids of the exercises it checks."""

    number: str
    title: str
    file: str
    exercises: tuple[str, ...]


def lessons_folder() -> Path:
    """Return the folder of the lessons: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "lessons"
    return inside if inside.is_dir() else package.parent / "lessons"


def find_lesson(lesson: str | int | None = None, names: list[str] | None = None) -> str:
    """Return the file name of the lesson with this number (2, "02") or part of a name ("loss functions").

    None is the first lesson. If several match ("07" of 07a and 07b), the first of them is returned. names: the file
    names to choose from; by default those of the course. Raises LessonNotFound, with the list of lessons, if none
    matches.
    """
    names = sorted(names or (path.name for path in lessons_folder().glob("*.ipynb")))
    if not names:
        raise LessonNotFound(f"there are no lessons in {lessons_folder()}. Install coursekit again.")
    if lesson is None:
        return names[0]
    asked = str(lesson).strip().lower().removesuffix(".ipynb").replace(" ", "_")
    if asked.isdecimal():
        found = [name for name in names if re.match(rf"0*{int(asked)}(?!\d)", name)]
    else:
        found = [name for name in names if asked and asked in name.lower()]
    if not found:
        raise LessonNotFound(f"there is no lesson {lesson!r}. The lessons are:\n  " + "\n  ".join(names))
    return found[0]


def lessons() -> tuple[Lesson, ...]:
    """Return all lessons, in order."""
    paths = sorted(lessons_folder().glob("*.ipynb"))
    return tuple(_lesson(path, path.stat().st_mtime_ns) for path in paths)


@functools.cache
def _lesson(path, modified):  # `modified` renews what is cached when the file changes
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells]
    title = next(iter(sources), "").partition("\n")[0].lstrip("# ")
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    checked = re.findall(r"""\bcheck\(["'](\d\d\.\d+)["']""", code)
    number = path.stem.partition("_")[0]
    return Lesson(
        number, title.removeprefix(f"{number} · ") or path.stem, path.name, tuple(dict.fromkeys(checked))
    )
