"""Names in Python's scopes: what a function has for itself, what it declares global, whose objects an expression hands on."""

import ast
from collections.abc import Iterator
from typing import Any


def local_names(function: Any) -> set[str]:
    """The local names of a function or lambda."""
    arguments = function.args
    every = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    found = {a.arg for a in every if a}
    body = function.body if isinstance(function.body, list) else [function.body]
    found |= {name for node in body for name in stored_names(node)}
    return found - declared_global(function)


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below a node, as `ast.iter_child_nodes` gives them; it is called for each node, and faster."""
    found = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [entry for entry in value if isinstance(entry, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def walk(node: ast.AST) -> Iterator[Any]:
    """A node and all below it, as `ast.walk` gives them, in another order."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += children(node)


def stored_names(node: ast.AST) -> set[str]:
    """Names that a node binds in its own scope."""
    found, waiting = set(), [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            found |= {child.target.id for child in walk(node) if isinstance(child, ast.NamedExpr)}
        elif not isinstance(node, ast.Lambda):
            if isinstance(node, ast.alias):
                found.add((node.asname or node.name).partition(".")[0])
            elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
                found.add(node.name)
            elif isinstance(node, ast.MatchMapping) and node.rest:
                found.add(node.rest)
            waiting += children(node)
    return found


def declared_global(node: ast.AST) -> set[str]:
    """Names that a function declares to be global, also those inside it."""
    return {name for child in walk(node) if isinstance(child, ast.Global) for name in child.names}


def objects(node: Any) -> Iterator[str]:
    """Names whose objects, or parts of them, an expression hands on."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred | ast.Await):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        for entry in node.elts:
            yield from objects(entry)
    elif isinstance(node, ast.Dict):
        for entry in node.values:
            yield from objects(entry)
    elif isinstance(node, ast.IfExp):
        yield from objects(node.body)
        yield from objects(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for entry in node.values:
            yield from objects(entry)
    elif isinstance(node, ast.NamedExpr):
        yield from objects(node.value)
    elif isinstance(node, ast.Call):  # a method may return its object, or a part of it
        yield from objects(node.func) if isinstance(node.func, ast.Attribute) else ()
