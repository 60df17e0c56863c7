"""Check all exercises of one notebook in this process: `python -m coursekit.commands.base.verdicts NOTEBOOK`.

Only the answers and what they need are run, so a training run elsewhere in the notebook costs no time.
"""

import ast
import linecache
import re
import sys
import types
from pathlib import Path

from coursekit.commands.base import terminal
from coursekit.exercises import Exercise, Verdict, check
from coursekit.exercises.engine.notebook_files import NotebookError
from coursekit.exercises.engine.registry import everything
from coursekit.grading.notebook import Notebook, Unreadable, read
from coursekit.grading.slicing import find_answer


def verdicts(notebook: Notebook) -> list[Verdict]:
    """Check every exercise of the lessons that the notebook is about."""
    asked = lessons(notebook)
    if not asked:
        raise NotebookError("the notebook defines no function of an exercise, so there is nothing to check.")
    return [_verdict(notebook, e) for e in everything().values() if e.id[:2] in asked]


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


def _verdict(notebook: Notebook, exercise: Exercise) -> Verdict:
    answer = find_answer(notebook, exercise.name, f"{exercise.id} {exercise.name}")
    namespace = _define(answer.cells) if answer else {}
    for finding in answer.findings if answer else ():
        print(finding.replace("was graded", "is checked"))
    sys.modules["__main__"].__dict__.pop(exercise.name, None)  # what `check` takes if it is given no function
    given = [namespace[exercise.name]] if exercise.name in namespace else []
    return check(exercise.id, *given)


def _define(cells: list) -> dict:
    """Run the chosen statements of each cell; return the names they bind. Report what fails, and continue."""
    module = types.ModuleType("__main__")
    for label, source, numbers in cells:
        linecache.cache[label] = (len(source), None, source.splitlines(keepends=True), label)
        body = ast.parse(source).body
        for number in numbers:
            statement = body[number]
            try:
                exec(compile(ast.Module([statement], []), label, "exec"), vars(module))
            except BaseException as error:  # also quit(), which then costs only what it would have defined
                print(f"{label}, line {statement.lineno}: {type(error).__name__}: {error}")
    return vars(module)


def main(path: str) -> int:
    """Print the verdicts of one notebook; return 0 only if every exercise has passed."""
    terminal.accept_any_text()
    try:
        notebook = read(Path(path).read_bytes())
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
