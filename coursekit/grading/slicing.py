"""Find an answer, and the statements of the notebook that it needs: nothing else is run.

The answer is what its name meant when its check was run: in the cell with `check("02.1", mse)`, or else where the last
function of that name is defined. Names that it reads have the values that a run of the cells above gives them, so a
training of 40 seconds or an endless loop is run only if the answer uses its result. If a name is bound only
further down, it is taken from there.

The slice may miss a change that the text does not show. `prefix` is the whole notebook up to the same place, and
`doubtful` says whether running it could make a difference.
"""

import ast
import bisect
import functools
from dataclasses import dataclass

from coursekit.grading import dataflow
from coursekit.grading.dataflow import BUILTIN, Facts, Imports
from coursekit.grading.notebook import Notebook
from coursekit.grading.parsing import syntax_tree
from coursekit.grading.statements import (
    check_in,
    defines_function,
    idle,
    is_constant,
    is_course_call,
    is_future,
    lines,
    only_shows,
    own_name,
    run_at_once,
    sets_attribute,
    wraps,
)
from coursekit.grading.suspicions import reads_code

Statements = tuple[tuple[int, tuple[int, ...]], ...]  # (index of a cell, numbers of its statements)


@dataclass(frozen=True)
class Answer:
    """What to run for an exercise.

    target: the Python expression that gives the function. slice, prefix: the statements to run, by cell, in order.
    names: those needed of what the slice imports. source: its text, with the functions that it uses. blank: it says
    nothing yet. doubtful: the prefix may give something else than the slice. findings: sentences for a human.
    """

    target: str
    slice: Statements
    prefix: Statements
    names: tuple[str, ...]
    source: str
    blank: bool
    doubtful: bool
    findings: tuple[str, ...]


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


class Slicer:
    """The statements of a notebook, indexed so that answers can be found in it."""

    def __init__(self, notebook: Notebook):
        self._cells = notebook.cells
        self._imports = dataflow.imports(node for cell in notebook.cells for node in cell.statements)
        looked_at = [_look_at(cell.source, self._imports) for cell in notebook.cells]
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
            findings += self._told_of_checks(where, name, checks, written)
            own = own_name(target, name)
            at = self._last(own, end, written if own == name else None)
        else:
            at = self._last_function(name, written)
            if at is None:
                at = next(reversed(self._binding.get(name, [])), None)
            if at is None:
                return self._found_by_running(exercise_id, name)
            findings += self._told_of_definitions(where, name, at, written)
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
            tuple(findings + list(self._suspicious(where, chosen, names))),
        )

    def _found_by_running(self, exercise_id, name):
        """The answer where no statement shows it, but some may bind it (globals()["mse"] = …); None if none may."""
        if not any(statement.facts.dynamic for statement in self._statements):
            return None
        ends = [check.position for check in self._checked.get(exercise_id, ())] or [len(self._statements)]
        whole = self._by_cell([i for i in range(ends[-1]) if not is_course_call(self._statements[i].node)])
        return Answer(name, whole, whole, (), "", False, False, ())

    # ---- which definition, and when

    def _shows_an_answer(self, check, name, written):
        """Whether something was there to be checked: else the cells were run in another order."""
        if check.function is not None and own_name(check.function, name) != name:
            names = {n.id for n in ast.walk(check.function) if isinstance(n, ast.Name)} - BUILTIN
            return all(self._before(other, check.position) for other in names)
        return any(i < check.position for i in written)

    def _before(self, name, end):
        return bisect.bisect_left(self._binding.get(name, []), end)

    def _last(self, name, end, among=None):
        """The last binding of a name before a position."""
        found = self._binding.get(name, []) if among is None else among
        count = bisect.bisect_left(found, end)
        return found[count - 1] if count else None

    def _last_function(self, name: str, written: list[int]) -> int | None:
        """The last written definition of a function of this name; else the last written binding."""
        functions = [i for i in written if defines_function(self._statements[i].node, name)]
        kept = [i for i in written if not functions or i > functions[-1]]
        renewed = [i for i in kept if wraps(self._statements[i].node, name)]  # mse = jit(mse)
        return next(reversed([*(functions or written[-1:]), *(renewed if functions else [])]), None)

    def _told_of_checks(self, where, name, checks, written):
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

    def _told_of_definitions(self, where, name, at, written):
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

    def _end_of_cell(self, i):
        """The position after the last statement of a statement's cell."""
        cell = self._statements[i].cell
        return bisect.bisect_right(self._statements, cell, key=lambda s: s.cell)

    # ---- what it needs

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

    # ---- in words

    def _label(self, i):
        return self._cells[self._statements[i].cell].label

    def _labels(self, positions):
        return ", ".join(dict.fromkeys(map(self._label, positions)))

    def _by_cell(self, positions) -> Statements:
        found: dict[int, list[int]] = {}
        for i in positions:
            found.setdefault(self._statements[i].cell, []).append(self._statements[i].number)
        return tuple((cell, tuple(numbers)) for cell, numbers in found.items())

    def _text(self, positions, at):
        """The text of the answer, after the functions and classes of the notebook that it uses."""
        kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        kept = [i for i in positions if i == at or isinstance(self._statements[i].node, kinds)]
        return "\n\n".join(
            lines(self._cells[self._statements[i].cell], self._statements[i].node) for i in kept
        )

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


def _times(count):
    return "twice" if count == 2 else f"{count} times"


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


def _needed(node, names):
    """What an import brings that is read by one of these names, or by all."""
    return [a for a in node.names if (a.asname or a.name).partition(".")[0] in names or a.name == "*"]


@functools.lru_cache(maxsize=2048)  # most cells are the lesson's own, the same in every submission
def _look_at(source: str, imports: Imports) -> tuple[_Look, ...]:
    return tuple(_look(node, imports) for node in syntax_tree(source).body)


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
