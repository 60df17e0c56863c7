"""The right formula changed in one place: what would an answer return that has one slip?

The solution and the reference are read as syntax trees. `edit_rules` lists the changes; each changed function is
compiled once per session and kept. An answer that agrees with one has (at least in effect) that slip. What is said
names the kind of change and where it is, but never the right line.
"""

import ast
import contextlib
import inspect
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

import numpy as np

from coursekit.exercises.engine.edit_names import name_changes
from coursekit.exercises.engine.edit_rules import Change, changes_of
from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.notebooks import source_as
from coursekit.exercises.engine.safe_numpy import SafeNumpy

MOST_EDITS = 800  # of one function
MOST_ROUNDS = 2_000  # of all loops in one call: an edited loop may never end; right formulas need under 200


@dataclass(frozen=True)
class Edit:
    """A changed function and what was changed: `phrase` completes "the right formula with …"."""

    function: Callable
    phrase: str
    rounds: Callable[[], int] = lambda: 0  # of the loops in its last call


class _TooLong(Exception):
    """An edited loop ran for too long."""


_of_exercises: dict[int, tuple[Exercise, tuple[Edit, ...], Callable]] = {}


_of_functions: dict[Callable, tuple[Edit, ...]] = {}


def edits(exercise: Exercise) -> tuple[Edit, ...]:
    """All edits of an exercise's solution, its other forms and its reference; made once and kept."""
    return _known(exercise)[1]


def guarded_reference(exercise: Exercise) -> Callable:
    """The reference as a function that ends and raises for arguments that it was not made for."""
    return _known(exercise)[2]


def _known(exercise):
    if id(exercise) not in _of_exercises:
        found = exercise, tuple(_edits(exercise)), _guarded(exercise.reference, exercise.name)
        _of_exercises[id(exercise)] = found  # with the exercise, so that its id is not used again
    return _of_exercises[id(exercise)]


def _edits(exercise):
    for function in (exercise.solution, *exercise.forms, exercise.reference):
        if read := _read(function, exercise.name):
            yield from edits_of(*read)


def edits_of_function(function: Callable, exercise: Exercise) -> tuple[Edit, ...]:
    """All edits of one wrong function of an exercise; none if its source cannot be read. Made once and kept."""
    if function not in _of_functions:
        read = _read(function, exercise.name)
        _of_functions[function] = tuple(edits_of(*read)) if read else ()
    return _of_functions[function]


def _guarded(function, name):
    if not (read := _read(function, name)):
        return function
    tree, scope, limit = _prepared(*read)
    code = _code(tree)
    return _function(code, name, scope, limit) if code else function


def _read(function, name) -> tuple[str, dict[str, Any]] | None:
    """The source of a function and the names that it uses; None if the source cannot be read."""
    try:
        source = source_as(function, name)
        return source, {**function.__globals__, **inspect.getclosurevars(function).nonlocals}
    except (OSError, StopIteration, ValueError, AttributeError, TypeError):
        return None


def edits_of(source: str, namespace: dict[str, Any]) -> Iterator[Edit]:
    """The edits of one function, given its source and the names that it uses."""
    tree, scope, limit = _prepared(source, namespace)
    function = tree.body[0]
    seen = {_code(tree)}
    changes = itertools.chain(_changes(function, changes_of), _changes(function, name_changes))
    for parent, field, index, change in itertools.islice(changes, MOST_EDITS):
        with _changed(parent, field, index, change):
            code = _code(tree)
        if code is not None and code not in seen:
            seen.add(code)
            yield Edit(_function(code, function.name, scope, limit), change.phrase, limit.spent)


def _prepared(source, namespace):
    """(tree of one function that counts its rounds, the names that it uses, the counter)."""
    tree = ast.parse(source)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    if ast.get_docstring(function) is not None:
        function.body = function.body[1:] or [ast.Pass()]
    function.decorator_list, function.returns = [], None
    limit = _Limit()
    scope = {name: SafeNumpy() if value is np else value for name, value in namespace.items()}
    scope[_TICK] = limit.tick
    _count_rounds(function)
    return tree, scope, limit


def _code(tree) -> CodeType | None:
    try:
        return compile(tree, "<edit>", "exec")
    except (SyntaxError, ValueError, TypeError):  # a change that makes no sense at this place
        return None


def _changes(function, rule) -> Iterator[tuple[ast.AST, str, int | None, Change]]:
    """Every change at every node of a function's body: (parent, field, place in a list, change)."""
    parameters = [a.arg for a in function.args.args]
    waiting: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(function, ())]
    while waiting:
        node, ancestors = waiting.pop(0)
        for field, value in ast.iter_fields(node):
            if node is function and field != "body":
                continue
            for index, child in enumerate(value if isinstance(value, list) else [value]):
                if not isinstance(child, ast.AST) or _is_tick(child):
                    continue
                around = (node, *ancestors)
                place = index if isinstance(value, list) else None
                for change in list(rule(child, around, parameters)):
                    yield node, field, place, change
                waiting.append((child, around))


@contextlib.contextmanager
def _changed(parent, field, index, change: Change):
    """The tree with one node replaced, while the context lasts."""
    before = getattr(parent, field)
    old = before if index is None else before[index]
    new = [ast.fix_missing_locations(ast.copy_location(node, old)) for node in change.nodes]
    after = new[0] if index is None else [*before[:index], *new, *before[index + change.replaces :]]
    setattr(parent, field, after)
    try:
        yield
    finally:
        setattr(parent, field, before)


_TICK = "__tick"


def _count_rounds(function):
    """Put a call of tick into every loop."""
    for node in list(ast.walk(function)):
        if isinstance(node, ast.For | ast.While):
            tick = ast.parse(f"{_TICK}()").body[0]
            node.body.insert(0, ast.fix_missing_locations(ast.copy_location(tick, node)))


def _is_tick(node) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", "") == _TICK
    )


class _Limit:
    """Counts the rounds of all loops of one call."""

    rounds = 0

    def spent(self) -> int:
        return self.rounds

    def tick(self):
        self.rounds += 1
        if self.rounds > MOST_ROUNDS:
            raise _TooLong


def _function(code, name, scope, limit) -> Callable:
    own = dict(scope)
    exec(code, own)
    inner = own[name]

    def edited(*args):
        limit.rounds = 0
        return inner(*args)

    return edited
