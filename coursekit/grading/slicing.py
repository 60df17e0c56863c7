"""Find an answer, and the statements of the notebook that it needs: nothing else is run.

The answer is what its name meant when its check was run: in the cell with `check("02.1", mse)`, or else where the last
function of that name is defined. Names that it reads have the values that a run of the cells above gives them, so a
training of 40 seconds or an endless loop is run only if the answer uses its result. If a name is bound only
further down, it is taken from there.

The slice may miss a change that the text does not show. `prefix` is the whole notebook up to the same place, and
`doubtful` says whether running it could make a difference.
"""

import ast
from dataclasses import dataclass

from coursekit.grading.dataflow import BUILTIN, changes_a_library
from coursekit.grading.dependencies import Dependencies, Statements
from coursekit.grading.scopes import walk
from coursekit.grading.statements import (
    defines_function,
    idle,
    is_course_call,
    is_future,
    lines,
    own_name,
    wraps,
)
from coursekit.grading.suspicions import reads_code


@dataclass(frozen=True)
class Answer:
    """What to run for an exercise.

    target: the Python expression that gives the function. slice, prefix: the statements to run, by cell, in order.
    names: those needed of what the slice imports. source: its text, with the functions that it uses. blank: it is
    not written yet. doubtful: the prefix may give something else than the slice. alone: it may change what the notebook's
    other answers use, so it must not share a process with them. findings: sentences for a human.
    """

    target: str
    slice: Statements
    prefix: Statements
    names: tuple[str, ...]
    source: str
    blank: bool
    doubtful: bool
    alone: bool
    findings: tuple[str, ...]


class Slicer(Dependencies):
    """Finds answers in a notebook."""

    def find(self, exercise_id: str, name: str) -> Answer | None:
        """The answer to an exercise, or None if there is none. Its findings begin with "02.3 mse"."""
        where, findings = f"{exercise_id} {name}", []
        written = [i for i in self._binding.get(name, []) if not self._is_blank(i, name)]
        checks = [
            check
            for check in self._checked.get(exercise_id, ())
            if self._shows_an_answer(check, name, written)
        ]
        if checks:
            end = checks[-1].position
            target = checks[-1].function or ast.Name(name, ast.Load())
            findings += self._findings_on_checks(where, name, checks, written)
            own = own_name(target, name)
            at = self._last(own, end, written if own == name else None)
        else:
            at = self._last_function(name, written)
            if at is None:
                at = self._last(name, len(self._statements))
            if at is None:
                return self._found_by_running(exercise_id, name)
            findings += self._findings_on_definitions(where, name, at, written)
            target, end = ast.Name(name, ast.Load()), self._end_of_cell(at)
            own = name
        blank = at is not None and self._is_blank(at, own)
        chosen, names = self._closure(target, own, at, end, fixed=not checks)
        chosen.update(i for i in range(end) if is_future(self._statements[i].node))
        prefix = [i for i in range(end) if not is_course_call(self._statements[i].node)]
        if at is not None and not checks:  # statements after it in its cell may take its name away
            prefix = [i for i in prefix if i <= at or name not in self._statements[i].facts.binds]
        text = self._text(sorted(chosen), at)
        return Answer(
            ast.unparse(target),
            self._by_cell(sorted(chosen)),
            self._by_cell(prefix),
            tuple(sorted(names)),
            text,
            blank,
            self._doubtful(chosen, names, prefix),
            self._changes_a_library(chosen),
            tuple(findings + list(self._suspicious(where, chosen, names))),
        )

    def _found_by_running(self, exercise_id, name):
        """The answer where no statement shows it, but some may bind it (globals()["mse"] = …); None if none may."""
        if not any(statement.facts.dynamic for statement in self._statements):
            return None
        ends = [check.position for check in self._checked.get(exercise_id, ())] or [len(self._statements)]
        whole = self._by_cell([i for i in range(ends[-1]) if not is_course_call(self._statements[i].node)])
        return Answer(name, whole, whole, (), "", blank=False, doubtful=False, alone=True, findings=())

    def _shows_an_answer(self, check, name, written):
        """Whether something was there to be checked: else the cells were run in another order."""
        if check.function is not None and own_name(check.function, name) != name:
            names = {n.id for n in ast.walk(check.function) if isinstance(n, ast.Name)} - BUILTIN
            return all(self._before(other, check.position) for other in names)
        return any(i < check.position for i in written)

    def _last_function(self, name, written):
        """The last written definition of a function of this name; else the last written binding."""
        functions = [i for i in written if defines_function(self._statements[i].node, name)]
        kept = [i for i in written if not functions or i > functions[-1]]
        renewed = [i for i in kept if wraps(self._statements[i].node, name)]  # mse = jit(mse)
        found = [*(functions or written[-1:]), *(renewed if functions else [])]
        return found[-1] if found else None

    def _findings_on_checks(self, where, name, checks, written):
        end, function = checks[-1].position, checks[-1].function
        label = self._label(end)
        if function is not None and own_name(function, name) != name:
            yield f"{where}: {label} checks `{ast.unparse(function)[:80]}`, which was graded"
            return
        defined = [i for i in written if defines_function(self._statements[i].node, name)]
        before, after = [i for i in defined if i < end], [i for i in defined if i > end]
        if len(before) > 1:
            yield (
                f"{where} is defined {_times(len(before))} ({self._labels(before)}); the last one before its check "
                f"in {label} was graded"
            )
        if after:
            yield (
                f"{where} is defined again in {self._labels(after)}, after its check in {label}; "
                "what was checked was graded"
            )

    def _findings_on_definitions(self, where, name, at, written):
        every = self._binding[name]
        if not written:
            return
        functions = [i for i in written if defines_function(self._statements[i].node, name)]
        if len(functions) > 1:
            yield (
                f"{where} is defined {_times(len(functions))} ({self._labels(functions)}); "
                "the last one was graded"
            )
        elif len(written) > 1 and written[-1] != at:
            label = self._label(at)
            yield (
                f"{where}: `{name}` has another value from {self._label(written[-1])} on; the function in {label} "
                "was graded"
            )
        elif every[-1] > written[-1]:
            label = self._label(at)
            yield f"{where} is defined again, blank, further down; the answer in {label} was graded"

    def _is_blank(self, i, name):
        node = self._statements[i].node
        return isinstance(node, ast.FunctionDef) and node.name == name and all(map(idle, node.body))

    def _text(self, positions, at):
        """The text of the answer, after the functions and classes of the notebook that it uses."""
        kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        kept = [i for i in positions if i == at or isinstance(self._statements[i].node, kinds)]
        return "\n\n".join(
            lines(self._cells[self._statements[i].cell], self._statements[i].node) for i in kept
        )

    def _changes_a_library(self, chosen):
        parts = (part for i in chosen for part in walk(self._statements[i].node))
        return any(changes_a_library(part, self._imports) or reads_code(part) for part in parts)

    def _suspicious(self, where, chosen, names):
        """Names that read files or run text, in what the answer needs: rarely right, often somebody else's formula."""
        found: dict[str, str] = {}
        for i in sorted(chosen):
            node = self._statements[i].node
            parts = _needed(node, names) if isinstance(node, ast.Import | ast.ImportFrom) else ast.walk(node)
            for part in parts:
                if word := reads_code(part):
                    found.setdefault(word, self._label(i))
        for word, label in found.items():
            yield f"{where} uses `{word}` ({label}): see whether the formula is the student's own"


def _needed(node, names):
    """What an import brings that is read by one of these names, or by all."""
    return [a for a in node.names if (a.asname or a.name).partition(".")[0] in names or a.name == "*"]


def _times(count):
    return "twice" if count == 2 else f"{count} times"
