"""Find the notebooks of the lessons: in a checkout beside the package, in a wheel inside it."""

import re
from pathlib import Path


class LessonNotFound(ValueError):
    """There is no such lesson; the message lists those that exist."""


def lessons_folder():
    """Where this installation keeps the lessons: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "lessons"
    return inside if inside.is_dir() else package.parent / "lessons"


def find_lesson(lesson=None, names: list[str] | None = None) -> str:
    """The file name of a lesson asked for by number (2, "02") or by part of its name ("loss functions").

    None: the first. Where several match ("07" of 07a and 07b): the first of them. names: the file names to choose
    from; by default those of the course.
    Raises LessonNotFound, with the list of lessons, if none does.
    """
    names = sorted(names or (path.name for path in lessons_folder().glob("*.ipynb")))
    if not names:
        raise LessonNotFound(f"there are no lessons in {lessons_folder()}. Install coursekit again.")
    if lesson is None:
        return names[0]
    wanted = str(lesson).strip().lower().removesuffix(".ipynb").replace(" ", "_")
    if wanted.isdecimal():
        found = [name for name in names if int(re.match(r"\d*", name).group() or -1) == int(wanted)]
    else:
        found = [name for name in names if wanted and wanted in name.lower()]
    if not found:
        raise LessonNotFound(f"there is no lesson {lesson!r}. The lessons are:\n  " + "\n  ".join(names))
    return found[0]
