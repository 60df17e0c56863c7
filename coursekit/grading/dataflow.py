"""What a statement at the top level of a notebook binds, reads and may change: the facts that slicing needs.

The analysis stays on the safe side: a call may change what it is called on and what it is given, unless the function is
known to leave its arguments alone. It follows functions of the notebook into the global names that they change.
"""

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from coursekit.grading.scopes import children, declared_global, local_names, objects, stored_names, walk

BUILTIN = frozenset(dir(builtins)) | {"display", "get_ipython"}
_PURE = BUILTIN - {"setattr", "delattr", "exec", "eval", "next", "map", "filter", "vars", "globals"} | {
    "check", "use", "hint", "solution", "progress"
}  # fmt: skip
_PURE_LIBRARIES = ("numpy", "math", "matplotlib", "itertools", "time", "coursekit.plots", "coursekit.widgets")
_WRITERS = frozenset(
    {"copyto", "put", "place", "putmask", "fill_diagonal", "shuffle", "setfield"}
)  # of NumPy's
_SETTER = re.compile(
    r"set_|set$|seterr|seed$|manual_seed|register|use$|filterwarnings|simplefilter|chdir|putenv|update"
)
_DYNAMIC = frozenset({"exec", "eval", "globals", "locals", "setattr", "delattr", "__import__"})


@dataclass(frozen=True)
class Facts:
    """Of a statement or a function's body.

    binds: global names that get a value; changes: global names whose objects may be changed; reads: global names read
    at once; later: those read when a function or class that is defined here is used; calls: names of functions
    called at once; methods: whether methods of objects are called; aliases: names that may be one object from here on;
    dynamic: names may be bound or changed in ways that the text does not show.
    """

    binds: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    methods: bool = False
    aliases: tuple[frozenset[str], ...] = ()
    dynamic: bool = False


@dataclass(frozen=True)
class Imports:
    """Names that imports bind, and those of them whose functions leave their arguments alone."""

    names: frozenset[str] = frozenset()
    pure: frozenset[str] = frozenset()


def facts(statements: Iterable[ast.stmt], imports: Imports) -> Facts:
    """The facts of statements at the top level."""
    visitor = _Visitor(imports)
    for statement in statements:
        visitor.visit(statement)
    return visitor.facts()


def definitions(statement: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """(name, node) of the functions and classes that a statement defines, also within `if`, `try` and the like."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name, statement
    elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda):
        yield from ((t.id, statement.value) for t in statement.targets if isinstance(t, ast.Name))
    else:
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
                yield from definitions(child)


def effects(node: ast.AST, imports: Imports) -> Facts:
    """What calling a function, or making and using objects of a class, may do to global names."""
    visitor = _Visitor(imports, follow=True)
    visitor.enter_body(node)
    found = visitor.facts()
    local = local_names(node) if not isinstance(node, ast.ClassDef) else set()
    outer = declared_global(node)
    return Facts(
        binds=found.binds & outer,
        changes=found.changes - local | (found.changes & outer),
        calls=found.calls - local,
        methods=found.methods,
        dynamic=found.dynamic,
    )


def imports(statements: Iterable[ast.stmt]) -> Imports:
    """The names that the imports among these statements bind."""
    names, pure = set(), set()
    for statement in statements:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            package = f"{statement.module}." if isinstance(statement, ast.ImportFrom) else ""
            for alias in statement.names:
                name = (alias.asname or alias.name).partition(".")[0]
                names.add(name)
                if f"{package}{alias.name}".startswith(_PURE_LIBRARIES):
                    pure.add(name)
    return Imports(frozenset(names), frozenset(pure))


def changes_a_library(node: ast.AST, imports: Imports) -> bool:
    """Whether an expression or target may change something of a module, which other answers use too: np.mean = f."""
    match node:
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
            return next(objects(node), None) in imports.names
        case ast.Call(func=ast.Name(id=name)):
            return name in _DYNAMIC
        case ast.Call(func=ast.Attribute(attr=name) as function):
            return bool(_SETTER.match(name)) and next(objects(function), None) in imports.names
    return False


class _Visitor(ast.NodeVisitor):
    """Collects facts; `local` is the stack of names that are not global here."""

    def __init__(self, imports, follow=False):
        """follow: what a function defines inside counts as called, too."""
        self.imports, self.local, self.depth, self.follow = imports, [], 0, follow
        self.found = {key: set() for key in ("binds", "changes", "reads", "later", "calls")}
        self.aliases, self.methods, self.dynamic = [], False, False

    def facts(self) -> Facts:
        sets = {key: frozenset(names) for key, names in self.found.items()}
        return Facts(**sets, methods=self.methods, aliases=tuple(self.aliases), dynamic=self.dynamic)

    def enter_body(self, node):
        """Look at what a function's body does when it is called."""
        for child in children(node):
            if isinstance(node, ast.ClassDef) and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                self.local.append(local_names(child))
                self.enter_body(child)
                self.local.pop()
            else:
                self.visit(child)

    def generic_visit(self, node):
        for child in children(node):
            self.visit(child)

    def _is_local(self, name):
        return any(name in names for names in self.local)

    def visit_Name(self, node):
        if self._is_local(node.id):
            return
        if isinstance(node.ctx, ast.Load):
            self.found["later" if self.depth else "reads"].add(node.id)
        elif not self.depth:
            self.found["binds"].add(node.id)

    def _function(self, node, arguments, body):
        """A definition: its defaults and decorators count now, its body when it is used."""
        for value in (*arguments.defaults, *arguments.kw_defaults, *getattr(node, "decorator_list", ())):
            if value:
                self.visit(value)
        for decorator in getattr(node, "decorator_list", ()):
            self._called(decorator.func if isinstance(decorator, ast.Call) else decorator)
        annotations = [getattr(node, "returns", None)]
        annotations += [a.annotation for a in walk(arguments) if isinstance(a, ast.arg)]
        self.local.append(local_names(node))
        self.depth += not self.follow
        for value in (*filter(None, annotations), *body):
            self.visit(value)
        self.depth -= not self.follow
        self.local.pop()

    def visit_FunctionDef(self, node: Any):
        if not self.depth and not self._is_local(node.name):
            self.found["binds"].add(node.name)
        self._function(node, node.args, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef  # pyright: ignore[reportAssignmentType]

    def visit_Lambda(self, node):
        self._function(node, node.args, [node.body])

    def visit_ClassDef(self, node):
        if not self.depth and not self._is_local(node.name):
            self.found["binds"].add(node.name)
        for value in (*node.bases, *(k.value for k in node.keywords), *node.decorator_list):
            self.visit(value)
        for decorator in node.decorator_list:
            self._called(decorator.func if isinstance(decorator, ast.Call) else decorator)
        for base in node.bases:
            self._called(base)
        self.local.append(set())
        body_binds, self.found["binds"] = self.found["binds"], set()
        for child in node.body:
            self.visit(child)
            self.local[-1] |= self.found["binds"]  # later statements of the body may read them
        self.found["binds"] = body_binds
        self.local.pop()

    def _comprehension(self, node):
        own = {n.id for g in node.generators for n in walk(g.target) if isinstance(n, ast.Name)}
        self.visit(node.generators[0].iter)
        self.local.append(own)
        for generator in node.generators:
            if generator is not node.generators[0]:
                self.visit(generator.iter)
            for condition in generator.ifs:
                self.visit(condition)
        for field in ("elt", "key", "value"):
            if value := getattr(node, field, None):
                self.visit(value)
        self.local.pop()

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def visit_Import(self, node: Any):
        if not self.depth:
            self.found["binds"].update(stored_names(node))

    visit_ImportFrom = visit_Import  # pyright: ignore[reportAssignmentType]

    def visit_ExceptHandler(self, node):
        if node.name and not self.depth and not self._is_local(node.name):
            self.found["binds"].add(node.name)
        self.generic_visit(node)

    def visit_MatchAs(self, node: Any):
        if not self.depth:
            self.found["binds"].update(name for name in stored_names(node) if not self._is_local(name))
        self.generic_visit(node)

    visit_MatchStar = visit_MatchMapping = visit_MatchAs  # pyright: ignore[reportAssignmentType]

    def visit_Attribute(self, node: Any):
        if not isinstance(node.ctx, ast.Load):
            self._changed(node, modules=True)
        self.generic_visit(node)

    visit_Subscript = visit_Attribute  # pyright: ignore[reportAssignmentType]

    def visit_AugAssign(self, node):
        if isinstance(node.target, ast.Name):
            self.visit(ast.Name(node.target.id, ast.Load()))
            self._changed(node.target)
        self.generic_visit(node)

    def visit_Assign(self, node):
        roots = set(objects(node.value))
        for target in node.targets:
            names = {n.id for n in walk(target) if isinstance(n, ast.Name)}
            self._alias(names | roots)
        self.generic_visit(node)

    def visit_AnnAssign(self, node):
        if node.value and isinstance(node.target, ast.Name):
            self._alias({node.target.id, *objects(node.value)})
            self.generic_visit(node)
        elif node.value or not isinstance(node.target, ast.Name):
            self.generic_visit(node)
        else:
            self.visit(node.annotation)  # `x: int` alone binds nothing

    def visit_NamedExpr(self, node):
        self._alias({node.target.id, *objects(node.value)})
        self.generic_visit(node)

    def visit_For(self, node: Any):
        self._alias({n.id for n in walk(node.target) if isinstance(n, ast.Name)} | set(objects(node.iter)))
        self.generic_visit(node)

    visit_AsyncFor = visit_For  # pyright: ignore[reportAssignmentType]

    def visit_With(self, node: Any):
        for item in node.items:
            self._changed(item.context_expr)
            if item.optional_vars is not None:
                names = {n.id for n in walk(item.optional_vars) if isinstance(n, ast.Name)}
                self._alias(names | set(objects(item.context_expr)))
        self.generic_visit(node)

    visit_AsyncWith = visit_With  # pyright: ignore[reportAssignmentType]

    def visit_Call(self, node):
        self._called(node.func)
        pure = self._is_pure(node.func)
        for value in (*node.args, *(k.value for k in node.keywords)):
            value = value.value if isinstance(value, ast.Starred) else value
            if not pure:
                self._changed(value)
        for keyword in node.keywords:
            if keyword.arg == "out":
                self._changed(keyword.value)
        self.generic_visit(node)

    def _called(self, function):
        if isinstance(function, ast.Name):
            if not self.depth and not self._is_local(function.id):
                self.found["calls"].add(function.id)
                self.dynamic |= function.id in _DYNAMIC
        elif isinstance(function, ast.Attribute):
            root = next(objects(function), None)
            self.methods |= not self.depth and root not in self.imports.names
            if root not in self.imports.names or _SETTER.match(function.attr):
                self._changed(function, modules=True)
        else:
            self.methods |= not self.depth

    def _is_pure(self, function):
        if isinstance(function, ast.Name):
            return function.id in _PURE or function.id in self.imports.pure
        if isinstance(function, ast.Attribute):
            return next(objects(function), None) in self.imports.pure and function.attr not in _WRITERS
        return False

    def _changed(self, node, modules=False):
        """Note what a node's object may be changed; a module only where that is said."""
        if not self.depth:
            names = {name for name in objects(node) if not self._is_local(name)}
            self.found["changes"].update(names if modules else names - self.imports.names)

    def _alias(self, names):
        names = {name for name in names if not self._is_local(name)} - self.imports.names
        if not self.depth and len(names) > 1:
            self.aliases.append(frozenset(names))
