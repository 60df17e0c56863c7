"""Find an answer by its name, and the statements of the notebook that it needs: nothing else is run.

A function needs the global names it reads; these are bound by imports, definitions and assignments elsewhere in the
notebook, which need names in turn. Names count as they stood below the cell of the answer, where its check usually
stands; what is bound only further down is taken from there. So a demonstration, a training of 40 seconds or an
endless loop at the top level is run only if an answer uses its result.
"""

import ast
import builtins
import functools
import symtable
from collections.abc import Iterator
from dataclasses import dataclass

from coursekit.grading.notebook import Cell, Notebook
from coursekit.grading.parsing import syntax_tree

_BUILTIN = frozenset(dir(builtins))


@dataclass(frozen=True)
class Step:
    """Statements of a cell that share their lines (one, as a rule).

    binds: names they give a value; changes: names of things they change; needs: global names they read;
    afresh: binding without reading the old value, and surely.
    """

    numbers: tuple[int, ...]
    binds: frozenset[str]
    changes: frozenset[str]
    needs: frozenset[str]
    afresh: bool
    star: bool = False


@dataclass(frozen=True)
class Answer:
    """What to run for an exercise: statements by cell, in order, and the names needed of what they import; its own
    text; whether it is blank; findings."""

    cells: tuple[tuple[str, str, tuple[int, ...]], ...]
    names: tuple[str, ...]
    source: str
    blank: bool
    findings: tuple[str, ...]


def find_answer(notebook: Notebook, name: str, where: str) -> Answer | None:
    """The answer of this name, or None if no cell binds it. `where` is how findings call it ("02.3 mse")."""
    found = [
        (c, s, step)
        for c, cell in enumerate(notebook.cells)
        for s, step in enumerate(steps(cell.source))
        if name in step.binds
    ]
    if not found:
        return None
    written = [f for f in found if not _blank(notebook.cells[f[0]], f[2], name)]
    blank, written = not written, written or found
    at, number, step = written[-1]
    findings = []
    if len(written) > 1 and not blank:
        places = ", ".join(dict.fromkeys(notebook.cells[c].label for c, _, _ in written))
        findings.append(f"{where} is defined {_times(len(written))} ({places}); the last one was graded")
    elif written[-1] != found[-1]:
        findings.append(
            f"{where} is defined again, blank, further down; the answer in {notebook.cells[at].label} was graded"
        )
    wanted, names = _closure(notebook, at, number, name)
    cells = tuple(
        (cell.label, cell.source, tuple(sorted(wanted[c])))
        for c, cell in enumerate(notebook.cells)
        if c in wanted
    )
    return Answer(cells, tuple(sorted(names)), _text(notebook.cells[at], step), blank, tuple(findings))


def _times(count):
    return "twice" if count == 2 else f"{count} times"


def _closure(notebook, at, number, name) -> tuple[dict[int, set[int]], set[str]]:
    """{cell: numbers of its statements} that the answer needs, itself included, and the names they need."""
    table = [
        (c, s, step) for c, cell in enumerate(notebook.cells) for s, step in enumerate(steps(cell.source))
    ]
    below = next((i for i, (c, _, _) in enumerate(table) if c > at), len(table))
    here = next(i for i, (c, s, _) in enumerate(table) if (c, s) == (at, number))
    chosen: set[int] = set()
    seen = {name}
    waiting = [_bindings(table, name, here + 1)]
    while waiting:
        for i in waiting.pop() - chosen:
            chosen.add(i)
            for need in table[i][2].needs - seen:
                seen.add(need)
                bound = _bindings(table, need, below) or _bindings(table, need, len(table))
                if not bound and need not in _BUILTIN:
                    bound = {k for k, (_, _, step) in enumerate(table) if step.star}
                waiting.append(bound)
    cells: dict[int, set[int]] = {}
    for i in chosen:
        c, _, step = table[i]
        cells.setdefault(c, set()).update(step.numbers)
    return cells, seen


def _bindings(table, name, end) -> set[int]:
    """The steps before `end` that make up the name's value: back to the last that binds it afresh."""
    indices = set()
    for i in range(end - 1, -1, -1):
        step = table[i][2]
        if name in step.binds or name in step.changes:
            indices.add(i)
            if name in step.binds and step.afresh:
                return indices
    return indices if any(name in table[i][2].binds for i in indices) else set()


@functools.lru_cache(maxsize=256)
def steps(source: str) -> tuple[Step, ...]:
    """The steps of a cell that parses."""
    body = syntax_tree(source).body
    lines = source.splitlines()
    groups: list[list[int]] = []
    end = 0
    for number, statement in enumerate(body):
        if _first_line(statement) <= end and groups:
            groups[-1].append(number)
        else:
            groups.append([number])
        end = max(end, statement.end_lineno)
    return tuple(_step(body, numbers, lines) for numbers in groups)


def _first_line(statement):
    return min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", ()))])


def _step(body, numbers, lines):
    statements = [body[i] for i in numbers]
    text = "\n".join(lines[_first_line(statements[0]) - 1 : statements[-1].end_lineno])
    try:
        top = symtable.symtable(text, "cell", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # a `return` at the top level, say
        return Step(tuple(numbers), frozenset(), frozenset(), frozenset(), False)
    names = top.get_symbols()
    binds = frozenset(s.get_name() for s in names if s.is_assigned() or s.is_imported() or s.is_namespace())
    needs = frozenset(s.get_name() for s in names if s.is_referenced()) | frozenset(_global_names(top))
    changes = frozenset(n for statement in statements for n in _changed(statement))
    star = any(isinstance(s, ast.ImportFrom) and s.names[0].name == "*" for s in statements)
    afresh = all(isinstance(s, _SURE) for s in statements) and not binds & frozenset(
        s.get_name() for s in names if s.is_referenced()
    )
    return Step(tuple(numbers), binds, changes, needs, afresh, star)


_SURE = ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign


def _global_names(table) -> Iterator[str]:
    """Global names read by the functions, classes and comprehensions inside."""
    waiting = list(table.get_children())
    while waiting:
        child = waiting.pop()
        waiting += child.get_children()
        yield from (s.get_name() for s in child.get_symbols() if s.is_global())


def _changed(statement) -> Iterator[str]:
    """Names whose things a statement changes: x[0] = …, x.y = …, x.append(…), torch.set_…(…)."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return  # what a function would change once called is not changed by defining it
    for node in ast.walk(statement):
        if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield from _root(node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            called = node.value.func
            if isinstance(called, ast.Attribute) and called.attr.startswith(_CHANGERS):
                yield from _root(called)


_CHANGERS = ("set", "append", "extend", "insert", "update", "add", "pop", "remove", "sort", "reverse", "fill")


def _root(node):
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _text(cell: Cell, step: Step) -> str:
    statements = [cell.statements[i] for i in step.numbers]
    lines = cell.source.splitlines()[_first_line(statements[0]) - 1 : statements[-1].end_lineno]
    return "\n".join(lines).strip()


def _blank(cell: Cell, step: Step, name: str) -> bool:
    """Whether the definition says nothing yet: a stub."""
    statements = [cell.statements[i] for i in step.numbers]
    return any(
        isinstance(s, ast.FunctionDef) and s.name == name and all(map(_idle, s.body)) for s in statements
    )


def _idle(statement):
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()) | ast.Return(value=None | ast.Constant(value=None)):
            return True
        case ast.Return(value=ast.Constant(value=value)):
            return value is Ellipsis
        case ast.Return(value=ast.Name(id="TODO")) | ast.Raise(exc=ast.Name(id="NotImplementedError")):
            return True
        case ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedError"))):
            return True
    return False
