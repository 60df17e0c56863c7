"""`coursekit check NOTEBOOK…`: the verdicts of a notebook's exercises, in the terminal.

Each notebook is read here and its answers run in a process of their own, with what they need and nothing else: a
training or an endless loop elsewhere in the notebook does not matter, and a `quit()` ends nothing but itself.
"""

import ast
import linecache
import os
import re
import subprocess
import sys
import types
from pathlib import Path

from coursekit.exercises import check
from coursekit.exercises.engine.notebook_files import NotebookError
from coursekit.exercises.engine.registry import everything
from coursekit.exercises.engine.verdict import Verdict
from coursekit.grading.notebook import Notebook, Unreadable, read
from coursekit.grading.slicing import find_answer

SECONDS = 120.0  # for all of a notebook; each check has a limit of its own besides


def check_notebooks(paths, seconds: float = SECONDS) -> int:
    """Print the verdicts of each notebook; returns the number of exercises and notebooks that have not passed."""
    failed = 0
    for path in map(Path, paths):
        print(f"{path}", flush=True)
        if not path.is_file():
            raise NotebookError(f"there is no file {path}.")
        command = [sys.executable, "-m", "coursekit.commands.check", os.fspath(path)]
        try:
            status = subprocess.run(
                command, timeout=seconds, env={**os.environ, "PYTHONIOENCODING": "utf-8"}
            ).returncode
        except subprocess.TimeoutExpired:
            print(f"  It had not ended after {seconds:g} s and was stopped: is there a loop that never ends?")
            status = 1
        failed += status != 0
    return failed


def command(options) -> int:
    """The command line's way to `check_notebooks`."""
    return check_notebooks(options.notebooks)


def verdicts(notebook: Notebook) -> list[Verdict]:
    """Check every exercise of the lessons that the notebook is about, in this process."""
    asked = lessons(notebook)
    if not asked:
        raise NotebookError("it defines no exercise's function; there is nothing to check.")
    return [_verdict(notebook, e) for e in everything().values() if e.id[:2] in asked]


def lessons(notebook: Notebook) -> set[str]:
    """The lessons whose exercises it checks, such as {"02"}; if it checks none, those whose functions it defines."""
    texts = [cell.source for cell in notebook.cells] + [text for _, _, text in notebook.others]
    checked = {lesson for text in texts for lesson in re.findall(r"""\bcheck\(\s*["'](\d\d)\.\d""", text)}
    known = {e.id[:2] for e in everything().values()}
    if checked & known:
        return checked & known
    statements = [statement for cell in notebook.cells for statement in cell.statements]
    defined = {s.name for s in statements if isinstance(s, ast.FunctionDef)}
    return {e.id[:2] for e in everything().values() if e.name in defined}


def _verdict(notebook, exercise):
    answer = find_answer(notebook, exercise.name, f"{exercise.id} {exercise.name}")
    namespace = _define(answer.cells) if answer else {}
    for finding in answer.findings if answer else ():
        print(finding.replace("was graded", "is checked"))
    sys.modules["__main__"].__dict__.pop(exercise.name, None)  # what `check` takes where nothing is handed in
    given = [namespace[exercise.name]] if exercise.name in namespace else []
    return check(exercise.id, *given)


def _define(cells):
    """Run the chosen statements of each cell; returns the names they bind. What fails is said and passed over."""
    module = types.ModuleType("__main__")
    for label, source, numbers in cells:
        linecache.cache[label] = (len(source), None, source.splitlines(keepends=True), label)
        body = ast.parse(source).body
        for number in numbers:
            statement = body[number]
            try:
                exec(compile(ast.Module([statement], []), label, "exec"), vars(module))
            except BaseException as error:  # also quit(): it costs only what it would have defined
                print(f"{label}, line {statement.lineno}: {type(error).__name__}: {error}")
    return vars(module)


def main(path) -> int:
    """What the process of one notebook does: print, and return 0 only if every exercise has passed."""
    try:
        notebook = read(Path(path).read_bytes())
        for finding in notebook.findings:
            print(finding.replace("was not graded", "is not checked"))
        outcomes = [verdict.outcome for verdict in verdicts(notebook)]
    except (OSError, Unreadable, NotebookError) as error:
        print(f"  {error}")
        return 1
    print(f"{outcomes.count('passed')} of {len(outcomes)} exercises passed.")
    return int(set(outcomes) != {"passed"})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
