"""Find lessons: the course's own, those of installed packages, and those in a folder of an instructor's own.

A source is a package whose modules hold the exercises of a lesson in a tuple EXERCISES (or PROJECTS), with notebooks
in its folder `lessons`. The course is one source. The others come through

* the entry point group "coursekit.lessons" of an installed package, whose value is the name of the package;
* the environment variable COURSEKIT_LESSONS, which lists folders in the way of PATH; `add_folder` sets it, so that a
  kernel or a command that is started later sees the same lessons.

A folder is imported under a name of its own, so its modules use relative imports (`from .inputs import pairs`).
"""

import functools
import hashlib
import importlib
import importlib.machinery
import importlib.metadata
import importlib.util
import os
import pkgutil
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from coursekit import lesson_files

COURSE = "coursekit.exercises"
ENTRY_POINTS = "coursekit.lessons"
VARIABLE = "COURSEKIT_LESSONS"


class LessonSourceError(ValueError):
    """A package or folder of lessons cannot be used; the message names it and says how to fix it."""


@dataclass(frozen=True)
class LessonSource:
    """A package of exercises, and the folder of its notebooks, which may be missing."""

    name: str
    package: ModuleType
    notebooks: Path

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return Path(next(iter(self.package.__path__)))

    def modules(self) -> list[ModuleType]:
        """The package itself and every module in it, imported."""
        names = [name for _, name, _ in pkgutil.iter_modules(self.package.__path__) if name[0] != "_"]
        return [
            self.package,
            *(_imported(self.name, lambda n=n: importlib.import_module(n)) for n in self._full(names)),
        ]

    def _full(self, names):
        return [f"{self.package.__name__}.{name}" for name in names]


@functools.cache
def lesson_sources() -> tuple[LessonSource, ...]:
    """All sources: the course first, then installed packages by name, then folders as they are listed.

    Raises LessonSourceError, which names the source, if one of them cannot be imported.
    """
    course = LessonSource("coursekit", importlib.import_module(COURSE), lesson_files.lessons_folder())
    found = [course]
    for point in sorted(importlib.metadata.entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        package = _imported(f"the package {point.value!r}", point.load)
        if not hasattr(package, "__path__"):
            raise LessonSourceError(
                f"the entry point {point.name!r} names {point.value!r}, which must be a package (a folder with an __init__.py)."
            )
        found.append(LessonSource(point.name, package, Path(next(iter(package.__path__))) / "lessons"))
    return (*found, *(_folder_source(folder) for folder in own_folders()))


def own_folders() -> list[Path]:
    """The folders that COURSEKIT_LESSONS lists."""
    return [Path(part) for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part]


def add_folder(folder: Path) -> None:
    """Use the lessons in this folder too, here and in every process that is started from here."""
    folder = Path(folder).expanduser().absolute()
    if not folder.is_dir():
        raise LessonSourceError(
            f"{folder} must be a folder with modules that define EXERCISES; it is not a folder."
        )
    if folder not in own_folders():
        os.environ[VARIABLE] = os.pathsep.join(map(str, [*own_folders(), folder]))
    forget()


def forget() -> None:
    """Look for lessons again at the next call, because a source was added."""
    from coursekit.exercises.engine import registry

    for cached in (lesson_sources, registry.exercises, registry.projects):
        cached.cache_clear()


def folders() -> list[Path]:
    """The folders of all sources but the course: they hold solutions, so a sandbox hides them."""
    return [source.folder for source in lesson_sources()[1:]]


def notebook_paths() -> list[Path]:
    """The notebooks of all sources, in the order of their file names."""
    found = [*lesson_files.lessons_folder().glob("*.ipynb"), *own_notebook_paths()]
    return sorted(found, key=lambda path: path.name)


def own_notebook_paths() -> list[Path]:
    """The notebooks of all sources but the course, in the order of their file names."""
    found = [path for source in lesson_sources()[1:] for path in source.notebooks.glob("*.ipynb")]
    return sorted(found, key=lambda path: path.name)


def find_notebook(lesson=None) -> Path:
    """The notebook of a lesson asked for as in `find_lesson`, among all sources."""
    by_name = {path.name: path for path in notebook_paths()}
    return by_name[lesson_files.find_lesson(lesson, list(by_name))]


def _folder_source(folder):
    folder = folder.expanduser().absolute()
    if not folder.is_dir():
        raise LessonSourceError(
            f"{VARIABLE} lists {folder}, which is not a folder. Correct the path or remove it."
        )
    mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:8]
    name = f"coursekit_lessons_{re.sub(r'[^0-9A-Za-z]', '_', folder.name)}_{mark}"
    return LessonSource(folder.name, sys.modules.get(name) or _package(name, folder), folder / "lessons")


def _package(name, folder):
    """The folder as a package of this name; its __init__.py may be missing."""
    init = folder / "__init__.py"
    spec = importlib.util.spec_from_file_location(
        name, init if init.exists() else None, submodule_search_locations=[str(folder)]
    ) or importlib.machinery.ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    package = importlib.util.module_from_spec(spec)
    sys.modules[name] = package
    if loader := spec.loader:
        _imported(str(folder), lambda: loader.exec_module(package))
    return package


def _imported(what, load):
    try:
        return load()
    except Exception as error:  # an instructor's module may raise anything
        place = f" in {error.filename}, line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise LessonSourceError(
            f"{what}: its lessons cannot be imported ({type(error).__name__}{place}: {error}). Fix the module, or "
            "uninstall the package."
        ) from error
