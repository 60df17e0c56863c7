"""Run chosen statements of a notebook, as Jupyter would, each against the clock; used by `coursekit check` as well."""

import __future__

import ast
import builtins
import contextlib
import linecache
import signal
import sys
import time
import types
from collections.abc import Collection, Iterator, Sequence

Cells = Sequence[tuple[str, str, Sequence[int]]]  # (label, source, numbers of the statements to run)
Trouble = tuple[str, int, str, str]  # (label, line, kind of error, its text)


class TookTooLong(BaseException):
    """A statement of the notebook did not end."""


def define(
    cells: Cells, names: Collection[str] | None, seconds: float, all_seconds: float
) -> tuple[dict, list[Trouble], bool]:
    """Run the chosen statements of each cell in a fresh __main__.

    names: those needed of what is imported, None for all. A statement that fails costs only what it would have defined.
    Returns the names that they bind, what went wrong, and whether the time for all of them was up.
    """
    builtins.__dict__.update(display=display, get_ipython=Shell)
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    troubles, flags, end = [], 0, time.monotonic() + all_seconds
    for label, source, numbers in cells:
        lines = [f"{line}\n" for line in source.split("\n")]
        linecache.cache[label] = (len(source), None, lines, label)
        body = ast.parse(source).body
        for number in numbers:
            statement = _narrowed(body[number], names)
            flags |= _future(statement)
            left = end - time.monotonic()
            if left <= 0:
                return vars(module), troubles, True
            try:
                with _at_most(min(seconds, left)):
                    code = compile(ast.Module([statement], []), label, "exec", flags, dont_inherit=True)
                    exec(code, vars(module))
            except BaseException as error:  # also quit(), and an error that is no Exception
                troubles.append((label, statement.lineno, type(error).__name__, _text(error)))
    return vars(module), troubles, False


def value(target: str, namespace: dict, seconds: float, troubles: list[Trouble]) -> tuple[object, bool]:
    """(What the expression gives that was checked, whether it is missing.)"""
    if target.isidentifier():
        return namespace.get(target), target not in namespace
    try:
        with _at_most(seconds):
            return eval(target, namespace), False
    except BaseException as error:  # as of a statement
        troubles.append((target[:60], 1, type(error).__name__, _text(error)))
        return None, True


def _future(statement):
    """The compiler flags that an import from __future__ sets for what follows."""
    if not isinstance(statement, ast.ImportFrom) or statement.module != "__future__":
        return 0
    features = [getattr(__future__, alias.name, None) for alias in statement.names]
    return sum({feature.compiler_flag for feature in features if feature})


def _narrowed(statement, names):
    """An import without the names that nothing needs: loading matplotlib for nothing takes longer than all else."""
    if names is not None and isinstance(statement, ast.Import | ast.ImportFrom):
        needed = [
            a for a in statement.names if (a.asname or a.name).partition(".")[0] in names or a.name == "*"
        ]
        statement.names = needed or statement.names
    return statement


@contextlib.contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    def ring(*_):
        raise TookTooLong(f"it had not ended after {seconds:.3g} s")

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)  # again and again: a bare `except:` may swallow one
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _text(error):
    try:
        return str(error)[:300]
    except BaseException:  # the __str__ of a student's own class may fail
        return ""


def display(*objects: object, **options: object) -> None:
    """Shows nothing."""


class Shell:
    """What get_ipython() gives: magics do nothing, except %%writefile, which writes its file."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing

    def getoutput(self, command: str = "", *_: object, **__: object) -> list[str]:
        """No program is run, so it has no lines of output."""
        return []

    def run_cell_magic(self, name: str, line: str = "", cell: str = "") -> None:
        """Writes the file of %%writefile, as far as there is a folder for it."""
        if name in ("writefile", "file"):
            append = "-a" in line.split()
            path = line.split()[-1] if line.split() else ""
            with contextlib.suppress(OSError, ValueError), open(path, "a" if append else "w") as file:
                file.write(cell)


def _nothing(*_, **__):
    return None
