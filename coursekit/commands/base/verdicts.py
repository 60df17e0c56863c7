"""Check all exercises of one notebook in this process: `python -m coursekit.commands.base.verdicts NOTEBOOK`.

Only the answers and what they need are run, so a training run elsewhere in the notebook costs no time.
"""

import ast
import contextlib
import io
import re
import sys
from pathlib import Path

from coursekit.commands.base import terminal
from coursekit.exercises import Exercise, Verdict, check
from coursekit.exercises.engine.checking import assess
from coursekit.exercises.engine.notebook_files import NotebookError
from coursekit.exercises.engine.registry import everything
from coursekit.grading.inside.definitions import define, value
from coursekit.grading.notebook import Cell, Notebook, Unreadable, parse_notebook
from coursekit.grading.slicing import Answer, Slicer, Statements

SECONDS = 60.0  # for one statement
PREFIX = 30.0  # for all cells above an answer, if what it names is not enough
_FOREVER = 1e9


def verdicts(notebook: Notebook) -> list[Verdict]:
    """Check every exercise of the lessons that the notebook is about."""
    asked = lessons(notebook)
    if not asked:
        raise NotebookError("the notebook defines no function of an exercise, so there is nothing to check.")
    slicer = Slicer(notebook)
    return [_verdict(slicer, notebook.cells, e) for e in everything().values() if e.id[:2] in asked]


def lessons(notebook: Notebook) -> set[str]:
    """The lessons whose exercises the notebook checks, such as {"02"}; else those whose functions it defines."""
    texts = [cell.source for cell in notebook.cells] + [text for _, _, text in notebook.others]
    checked = {lesson for text in texts for lesson in re.findall(r"""\bcheck\(\s*["'](\d\d)\.\d""", text)}
    known = {e.id[:2] for e in everything().values()}
    if checked & known:
        return checked & known
    statements = [statement for cell in notebook.cells for statement in cell.statements]
    defined = {s.name for s in statements if isinstance(s, ast.FunctionDef)}
    return {e.id[:2] for e in everything().values() if e.name in defined}


def _verdict(slicer: Slicer, cells: tuple[Cell, ...], exercise: Exercise) -> Verdict:
    answer = slicer.find(exercise.id, exercise.name)
    if answer is None:
        sys.modules["__main__"].__dict__.pop(
            exercise.name, None
        )  # what `check` takes if it is given no function
        return check(exercise.id)
    for finding in answer.findings:
        print(finding.replace("was graded", "is checked"))
    given, troubles = _function(answer, answer.slice, cells, _FOREVER)
    if answer.prefix != answer.slice and (troubles or answer.doubtful or not given):
        passed = bool(given) and assess(exercise.id, *given).outcome == "passed"
        other, _ = ([], []) if passed else _function(answer, answer.prefix, cells, PREFIX)
        if other and assess(exercise.id, *other).outcome == "passed":
            given, troubles = other, []
            print(f"{exercise.id} {exercise.name}: the cells above it were run, too, because it needs them")
    for label, line, kind, text in troubles:
        print(f"{label}, line {line}: {kind}: {text}")
    sys.modules["__main__"].__dict__.pop(exercise.name, None)
    return check(exercise.id, *given)


def _function(answer: Answer, part: Statements, cells: tuple[Cell, ...], seconds: float) -> tuple[list, list]:
    """([the function], what went wrong), after running these statements of the cells; an empty list if there is none."""
    chosen = [(cells[cell].label, cells[cell].source, numbers) for cell, numbers in part]
    own = sys.modules["__main__"]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            namespace, troubles, _ = define(chosen, None, SECONDS, seconds)
            function, missing = value(answer.target, namespace, SECONDS, troubles)
    finally:
        sys.modules["__main__"] = own
    return ([] if missing else [function]), troubles


def main(path: str) -> int:
    """Print the verdicts of one notebook; return 0 only if every exercise has passed."""
    terminal.accept_any_text()
    sys.path.append(
        str(Path(path).resolve().parent)
    )  # the learner's own modules; at the end, so that they hide none
    try:
        notebook = parse_notebook(Path(path).read_bytes())
        for finding in notebook.findings:
            print(finding.replace("was not graded", "is not checked"))
        outcomes = [verdict.outcome for verdict in verdicts(notebook)]
        print(f"{outcomes.count('passed')} of {len(outcomes)} exercises passed.", flush=True)
    except BrokenPipeError:
        terminal.discard_output()
        return 1
    except (OSError, Unreadable, NotebookError) as error:
        print(f"  {error}")
        return 1
    return int(set(outcomes) != {"passed"})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
