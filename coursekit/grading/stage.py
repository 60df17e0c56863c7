"""The coursekit that a submission sees: the package without solutions, checks, tests, and without any formula asked for.

A copy, because the real one holds every reference and every solution. `coursekit.exercises` is a stand-in there
(inside/stand_in.py) plus the modules that only move values about. The functions that some exercise asks for have no
body there; `inside.withheld` puts it back for those exercises that may use them.
"""

import ast
import functools
import glob
import marshal
import os
import re
import shutil
import site
import sys
import types
from collections.abc import Collection, Iterable
from pathlib import Path

from coursekit.exercises.engine.checking import references
from coursekit.exercises.engine.lesson_sources import folders as own_lessons
from coursekit.exercises.engine.registry import everything
from coursekit.grading.parsing import syntax_tree

PACKAGE = Path(__file__).parents[1]
MOVES_VALUES = ("running", "callables", "values", "todo")  # and what these import
READS = (
    "__init__",
    "notebook",
    "parsing",
    "dataflow",
    "dependencies",
    "scopes",
    "slicing",
    "statements",
    "suspicions",
)  # of coursekit.grading
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
    skipped = shutil.ignore_patterns(
        "__pycache__", "exercises", "grading", "lessons", "commands", "site", "templates"
    )
    shutil.copytree(PACKAGE, staged, ignore=skipped)
    for name, (text, _) in withheld().items():
        (staged / name).write_text(text, encoding="utf-8")
    engine = staged / "exercises" / "engine"
    engine.mkdir(parents=True)
    for name in sorted({"__init__", *harmless_modules()}):
        shutil.copy(PACKAGE / "exercises" / "engine" / f"{name}.py", engine)
    (staged / "grading").mkdir()
    for name in READS:
        shutil.copy(PACKAGE / "grading" / f"{name}.py", staged / "grading")
    shutil.copytree(PACKAGE / "grading" / "inside", staged / "grading" / "inside", ignore=skipped)
    shutil.move(staged / "grading" / "inside" / "stand_in.py", staged / "exercises" / "__init__.py")


@functools.cache
def withheld() -> dict[str, tuple[str, dict[str, bytes]]]:
    """{path in the package: (its text without the formulas that are asked for, their code by qualified name)}."""
    names = {name for exercise in everything().values() for name in references(exercise)}
    definition = re.compile(rf"\b(?:def|class)\s+(?:{'|'.join(map(re.escape, sorted(names)))})\b")
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE)
        if inside.parts[0] in ("exercises", "grading", "lessons", "commands", "site"):
            continue
        text = path.read_text(encoding="utf-8")
        if definition.search(text):
            stripped, code = _stripped(text, inside.as_posix(), names)
            if code:
                found[inside.as_posix()] = stripped, code
    return found


def withheld_code() -> dict[str, dict[str, str]]:
    """{module: {qualified name: marshalled code, a character for each byte}} of what the staged sources lack."""
    return {
        "coursekit." + path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): {
            name: content.decode("latin-1") for name, content in code.items()
        }
        for path, (_, code) in withheld().items()
    }


def _stripped(text, path, names):
    """The source without the bodies of the named functions, and their code."""
    module = path.removesuffix(".py").replace("/", ".")
    whole = dict(_codes(compile(text, path, "exec", dont_inherit=True)))
    lines, code = text.split("\n"), {}
    for qualified, node in sorted(_functions(syntax_tree(text).body, ""), key=lambda f: -f[1].lineno):
        if node.name not in names:
            continue
        compiled = whole[qualified]
        code[qualified] = marshal.dumps(compiled)
        body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
        cells = "__class__; " if "__class__" in compiled.co_freevars else ""
        stub = f"{cells}from coursekit.grading.inside.withheld import Withheld; raise Withheld({f'{module}.{node.name}'!r})"
        first = body[0].lineno - 1 if body else node.end_lineno
        start = lines[first].encode()[: body[0].col_offset].decode() if body else " " * (node.col_offset + 4)
        lines[first : node.end_lineno] = [start + stub]
    return "\n".join(lines), code


def _functions(body, prefix):
    """(qualified name, node) of functions and methods, not of those inside functions."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.If | ast.Try):
            yield from _functions(node.body, prefix)


def _codes(code):
    """(qualified name, code) of all functions in a module's code."""
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant.co_qualname, constant
            yield from _codes(constant)


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
    """Where a real coursekit may be, without links in the path: this one, or another Python's; and all own lessons."""
    found = [PACKAGE, *own_lessons(), *(folder / "coursekit" for folder in library_folders())]
    for prefix in ("/usr", "/usr/local", sys.base_prefix, sys.prefix):
        for library in ("lib", "lib64", "lib32"):
            found += map(Path, glob.glob(f"{glob.escape(prefix)}/{library}/python*/*-packages/coursekit"))
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
    wanted = ("exercises/engine/registry.py", "exercises/engine/judge.py", "grading/scoring.py")
    folders = dict.fromkeys(
        [PACKAGE, *hidden_folders(), *(folder / "coursekit" for folder in library_folders())]
    )
    aliases = [Path(str(folder).replace("/lib/", "/lib64/")) for folder in folders]
    known = [path for folder in (*folders, *aliases) for name in wanted if (path := folder / name).exists()]
    return [*known, *(path for folder in own_lessons() for path in sorted(folder.glob("*.py"))[:1])]


def without(paths: Iterable[Path], hidden: Collection[Path]) -> tuple[list[Path], list[Path]]:
    """(readable, listable): the paths split up so that none holds a hidden folder, and the folders split."""
    readable, listable = [], []
    for path in paths:
        real = path.resolve()
        if any(real.is_relative_to(folder) for folder in hidden):
            continue
        if any(folder.is_relative_to(real) for folder in hidden):
            listable.append(path)
            if not path.is_symlink():  # what it leads to is split up where it is
                more = without(sorted(path.iterdir()), hidden)
                readable += more[0]
                listable += more[1]
        else:
            readable.append(path)
    return readable, listable
