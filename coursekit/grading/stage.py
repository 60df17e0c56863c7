"""The coursekit that a submission sees: the package without its exercises' solutions, checks and tests.

A copy, because the real one holds every reference and every solution. `coursekit.exercises` is a stand-in there
(inside/stand_in.py) plus the modules that only move values about.
"""

import ast
import os
import shutil
import site
import sys
from pathlib import Path

from coursekit.grading.parsing import syntax_tree

PACKAGE = Path(__file__).parents[1]
MOVES_VALUES = ("running", "callables", "values", "todo")  # and what these import
SYSTEM = (
    "/usr",
    "/lib",
    "/lib64",
    "/lib32",
    "/bin",
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/etc/localtime",
)


def copy_package(folder: Path) -> None:
    """Write the staged package to folder/coursekit."""
    staged = folder / "coursekit"
    skipped = shutil.ignore_patterns("__pycache__", "exercises", "grading", "lessons")
    shutil.copytree(PACKAGE, staged, ignore=skipped)
    engine = staged / "exercises" / "engine"
    engine.mkdir(parents=True)
    for name in sorted({"__init__", *harmless_modules()}):
        shutil.copy(PACKAGE / "exercises" / "engine" / f"{name}.py", engine)
    (staged / "grading").mkdir()
    shutil.copy(PACKAGE / "grading" / "__init__.py", staged / "grading")
    shutil.copytree(PACKAGE / "grading" / "inside", staged / "grading" / "inside", ignore=skipped)
    shutil.move(staged / "grading" / "inside" / "stand_in.py", staged / "exercises" / "__init__.py")


def harmless_modules() -> set[str]:
    """The modules of coursekit.exercises.engine that only move values about; none of them holds a solution."""
    found, waiting = set(), list(MOVES_VALUES)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        tree = syntax_tree((PACKAGE / "exercises" / "engine" / f"{name}.py").read_text(encoding="utf-8"))
        modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        waiting += [
            module.split(".")[3] for module in modules if module.startswith("coursekit.exercises.engine.")
        ]
    return found


def library_folders() -> list[Path]:
    """The site-packages folders in use, as Python names them."""
    folders = [*site.getsitepackages(), site.getusersitepackages(), *sys.path]
    named = [Path(folder) for folder in folders if Path(folder).name in ("site-packages", "dist-packages")]
    return [folder for folder in dict.fromkeys(named) if folder.is_dir()]


def hidden_folders() -> list[Path]:
    """Where the real coursekit lies, without links in the path."""
    found = [PACKAGE, *(folder / "coursekit" for folder in library_folders())]
    return list(dict.fromkeys(path.resolve() for path in found))


def readable_paths() -> list[Path]:
    """What Python and its libraries read, without links in the paths, none below another.

    The real coursekit may lie below one of them.
    """
    found = dict.fromkeys(path.resolve() for path in _named_paths() if path.exists())
    return [
        path for path in found if not any(path != other and path.is_relative_to(other) for other in found)
    ]


def links() -> dict[Path, str]:
    """The links by which these paths are known, outside of what they lead to: {link: target}."""
    readable = readable_paths()
    parts = dict.fromkeys(
        part for path in _named_paths() for part in (path, *path.parents) if part.is_symlink()
    )
    return {
        part: os.readlink(part) for part in parts if not any(part.is_relative_to(path) for path in readable)
    }


def _named_paths():
    prefixes = [Path(sys.base_prefix), Path(sys.prefix)]
    below = [prefix / name for prefix in prefixes for name in ("lib", "lib64", "bin", "pyvenv.cfg")]
    return [*map(Path, SYSTEM), *below, *library_folders()]


def solutions() -> list[Path]:
    """Files that no submission may reach, by every name that they have here."""
    wanted = ("exercises/engine/registry.py", "exercises/engine/judge.py", "grading/judge.py")
    folders = dict.fromkeys(
        [PACKAGE, *hidden_folders(), *(folder / "coursekit" for folder in library_folders())]
    )
    aliases = [Path(str(folder).replace("/lib/", "/lib64/")) for folder in folders]
    return [path for folder in (*folders, *aliases) for name in wanted if (path := folder / name).exists()]


def without(paths, hidden) -> tuple[list[Path], list[Path]]:
    """(readable, listable): the paths split up so that none holds a hidden folder, and the folders split."""
    readable, listable = [], []
    for path in paths:
        real = path.resolve()
        if any(real.is_relative_to(folder) for folder in hidden):
            continue
        if any(folder.is_relative_to(real) for folder in hidden):
            listable.append(path)
            if not path.is_symlink():  # what it leads to is split up where it stands
                more = without(sorted(path.iterdir()), hidden)
                readable += more[0]
                listable += more[1]
        else:
            readable.append(path)
    return readable, listable
