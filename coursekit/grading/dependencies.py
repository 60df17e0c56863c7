"""The statements of a notebook: which bind, read and change which names, and so which of them an expression needs."""

import ast
import bisect
from dataclasses import dataclass

from coursekit.grading import dataflow
from coursekit.grading.dataflow import BUILTIN, Facts, Imports
from coursekit.grading.notebook import Cell, Notebook
from coursekit.grading.statements import check_in, is_constant, only_shows, run_at_once, sets_attribute

Statements = tuple[tuple[int, tuple[int, ...]], ...]  # (index of a cell, numbers of its statements)


@dataclass(frozen=True)
class _Statement:
    """A statement of the notebook with its place and its facts."""

    cell: int
    number: int
    node: ast.stmt
    facts: Facts


@dataclass(frozen=True)
class _Check:
    """A call of `check` for an exercise: the position of its statement, and the expression it is given, if any."""

    position: int
    function: ast.expr | None


class Dependencies:
    """The statements of a notebook, indexed by the names that they bind and change."""

    def __init__(self, notebook: Notebook):
        self._cells = notebook.cells
        self._imports = dataflow.imports(node for cell in notebook.cells for node in cell.statements)
        looked_at = [_look_at(cell, self._imports) for cell in notebook.cells]
        self._statements = [
            _Statement(c, n, node, looked_at[c][n].facts)
            for c, cell in enumerate(notebook.cells)
            for n, node in enumerate(cell.statements)
        ]
        looks = [look for looks in looked_at for look in looks]
        self._effects = self._effects_of_functions(looks)
        self._checked: dict[str, list[_Check]] = {}
        for i, look in enumerate(looks):
            for exercise_id, function in look.checks:
                self._checked.setdefault(exercise_id, []).append(_Check(i, function))
        self._class_of = _classes(self._statements)
        self._binding: dict[str, list[int]] = {}
        self._touching: dict[str, list[int]] = {}
        self._stars = []
        for i, statement in enumerate(self._statements):
            binds, changes = self._with_effects(statement.facts)
            for name in binds:
                self._binding.setdefault(name, []).append(i)
            touched = {other for name in changes for other in self._same_object(name)}
            for name in binds | touched:
                self._touching.setdefault(name, []).append(i)
            if isinstance(statement.node, ast.ImportFrom) and statement.node.names[0].name == "*":
                self._stars.append(i)

    def _before(self, name, end):
        return bisect.bisect_left(self._binding.get(name, []), end)

    def _last(self, name, end, among=None):
        """The last binding of a name before a position."""
        found = self._binding.get(name, []) if among is None else among
        count = bisect.bisect_left(found, end)
        return found[count - 1] if count else None

    def _end_of_cell(self, i):
        """The position after the last statement of a statement's cell."""
        cell = self._statements[i].cell
        return bisect.bisect_right(self._statements, cell, key=lambda s: s.cell)

    def _closure(self, target, own, at, end, *, fixed):
        """(positions of the statements that the target needs, names that they read). fixed: the answer's own name
        means the statement `at`, whatever binds it after."""
        chosen, names, seen = set(), {own}, set()
        waiting = [(n.id, end) for n in ast.walk(target) if isinstance(n, ast.Name)]
        while waiting:
            name, position = waiting.pop()
            if (name, position) in seen:
                continue
            seen.add((name, position))
            names.add(name)
            if name == own and position == end and at is not None:
                found = self._makers(name, at + 1)
                later = self._touching.get(name, []) if fixed else self._between(name, at + 1, end)
                found |= {i for i in later if i > at and name not in self._statements[i].facts.binds and (
                    i < end or sets_attribute(self._statements[i].node, name))}  # fmt: skip
            else:
                found = self._makers(name, position) or self._makers_below(name, position)
            if not found and name not in BUILTIN:
                found = set(self._stars)
            for i in found:
                chosen.add(i)
                facts = self._statements[i].facts
                waiting += [(read, i) for read in facts.reads]
                waiting += [(read, max(position, i)) for read in facts.later]
                waiting += [(read, i) for called in facts.calls for read in self._later_of(called)]
        return chosen, names

    def _makers_below(self, name, position):
        """The statements that make a name that is bound only further down."""
        return self._makers(name, len(self._statements)) if self._binding.get(name) else set()

    def _between(self, name, start, end):
        found = self._touching.get(name, [])
        return found[bisect.bisect_left(found, start) : bisect.bisect_left(found, end)]

    def _makers(self, name, end) -> set[int]:
        """The statements before `end` that make up a name's value, back to the last that surely binds it afresh."""
        bound = self._binding.get(name, [])
        if not bound or bound[0] >= end:
            return set()
        found = set()
        for i in reversed(self._between(name, 0, end)):
            found.add(i)
            facts = self._statements[i].facts
            if name in facts.binds and isinstance(self._statements[i].node, _SURE):
                break  # if it reads the old value, then at its own place: the closure follows that
        return found

    def _later_of(self, name):
        """Names that a function reads when it is called."""
        found = self._binding.get(name, ())
        return {read for i in found for read in self._statements[i].facts.later}

    def _effects_of_functions(self, looks):
        """{name: effects of calling it}, followed through the functions that it calls."""
        direct: dict[str, list[Facts]] = {}
        classes = []
        for look in looks:
            for name, found, is_class in look.effects:
                direct.setdefault(name, []).append(found)
                classes += [found] if is_class else []
        self._method_effects = _union(classes)
        effects = {name: _union(found) for name, found in direct.items()}
        for _ in range(10):  # calls of calls; deeper chains are left to the prefix
            more = {}
            for name, found in effects.items():
                called = [effects[other] for other in found.calls if other in effects and other != name]
                if found.methods:
                    called.append(self._method_effects)
                more[name] = _union([found, *called])
            if more == effects:
                break
            effects = more
        return effects

    def _with_effects(self, facts):
        """(binds, changes) of a statement, those of the functions that it calls included."""
        called = [self._effects[name] for name in facts.calls if name in self._effects]
        if facts.methods:
            called.append(self._method_effects)
        whole = _union([facts, *called])
        made = facts.calls - self._effects.keys() - BUILTIN - self._imports.names  # a closure may keep count
        return whole.binds, whole.changes | made

    def _same_object(self, name):
        return self._class_of.get(name, (name,))

    def _doubtful(self, chosen, names, prefix):
        """Whether a statement that is left out might change something that the answer reads."""
        data = {
            name
            for name in names & set(self._binding)
            if any(not is_constant(self._statements[i].node) for i in self._binding[name])
        }
        for i in prefix:
            if i in chosen:
                continue
            facts = self._statements[i].facts
            called = [self._effects[name] for name in facts.calls if name in self._effects]
            if facts.dynamic or any(found.dynamic for found in called):
                return True
            if (
                data
                and (facts.reads & data) - self._imports.names
                and not only_shows(self._statements[i].node)
            ):
                return True
        return False

    def _label(self, i):
        return self._cells[self._statements[i].cell].label

    def _labels(self, positions):
        return ", ".join(dict.fromkeys(map(self._label, positions)))

    def _by_cell(self, positions) -> Statements:
        found: dict[int, list[int]] = {}
        for i in positions:
            found.setdefault(self._statements[i].cell, []).append(self._statements[i].number)
        return tuple((cell, tuple(numbers)) for cell, numbers in found.items())


# statements that surely bind their names, if they are run
_SURE = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
    ast.Assign,
    ast.AnnAssign,
)


def _union(found):
    found = list(found)
    return Facts(
        binds=frozenset().union(*(f.binds for f in found)),
        changes=frozenset().union(*(f.changes for f in found)),
        calls=frozenset().union(*(f.calls for f in found)),
        methods=any(f.methods for f in found),
        dynamic=any(f.dynamic for f in found),
    )


def _classes(statements):
    """{name: names that may be the same object, or hold it}, itself included."""
    parent: dict[str, str] = {}

    def root(name):
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for statement in statements:
        for names in statement.facts.aliases:
            first, *others = names
            for other in others:
                parent[root(other)] = root(first)
    groups: dict[str, set[str]] = {}
    for name in parent:
        groups.setdefault(root(name), set()).add(name)
    return {name: groups[root(name)] for name in parent}


@dataclass(frozen=True)
class _Look:
    """What is seen in a statement alone: its facts, the effects of what it defines, the checks that it runs."""

    facts: Facts
    effects: tuple[tuple[str, Facts, bool], ...]
    checks: tuple[tuple[str, ast.expr | None], ...]


# most cells are the lesson's own, in every submission
_seen: dict[tuple[str, Imports], tuple[_Look, ...]] = {}
_MOST_SEEN = 2048


def _look_at(cell: Cell, imports: Imports) -> tuple[_Look, ...]:
    """What is seen in each statement of a cell, found once for equal cells."""
    key = cell.source, imports
    looks = _seen.get(key)
    if looks is None:
        if len(_seen) >= _MOST_SEEN:
            _seen.clear()
        looks = _seen[key] = tuple(_look(node, imports) for node in cell.statements)
    return looks


def _look(node, imports):
    try:
        return _Look(
            dataflow.facts([node], imports),
            tuple(
                (name, dataflow.effects(defined, imports), isinstance(defined, ast.ClassDef))
                for name, defined in dataflow.definitions(node)
            ),
            tuple(filter(None, map(check_in, run_at_once(node)))),
        )
    except RecursionError:  # thousands of expressions in each other: it may do anything
        names = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
        stored = frozenset(n.id for n in names if not isinstance(n.ctx, ast.Load))
        return _Look(Facts(binds=stored, reads=frozenset(n.id for n in names), dynamic=True), (), ())
