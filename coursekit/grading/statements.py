"""Questions about a single statement of a notebook, answered from its syntax tree."""

import ast
from collections.abc import Iterator

from coursekit.grading import dataflow
from coursekit.grading.notebook import Cell
from coursekit.grading.scopes import children


def run_at_once(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a statement that run with it, in the order of the text: not the bodies of functions."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += reversed(children(node))


def own_name(target: ast.expr, name: str) -> str:
    """The name whose binding is the answer."""
    return target.id if isinstance(target, ast.Name) else name


def defines_function(node: ast.stmt, name: str) -> bool:
    """Whether it defines a function or class of this name."""
    return any(defined == name for defined, _ in dataflow.definitions(node))


def wraps(node: ast.stmt, name: str) -> bool:
    """Whether the name is made of its own old value without being called: mse = jit(mse)."""
    if not isinstance(node, ast.Assign) or not any(
        isinstance(t, ast.Name) and t.id == name for t in node.targets
    ):
        return False
    inside = list(ast.walk(node.value))
    called = [
        n for n in inside if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == name
    ]
    return not called and any(isinstance(n, ast.Name) and n.id == name for n in inside)


def sets_attribute(node: ast.stmt, name: str) -> bool:
    """Whether it is `name.attribute = …`."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return any(
        isinstance(t, ast.Attribute) and isinstance(t.value, ast.Name) and t.value.id == name for t in targets
    )


def is_constant(node: ast.stmt) -> bool:
    """Whether what it binds can never change: imports, functions, and numbers or texts."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
        return True
    if not isinstance(node, ast.Assign):
        return False
    return all(
        isinstance(
            n,
            ast.Constant
            | ast.UnaryOp
            | ast.BinOp
            | ast.Tuple
            | ast.operator
            | ast.unaryop
            | ast.expr_context,
        )
        for n in ast.walk(node.value)
    )


def only_shows(node: ast.stmt) -> bool:
    """Whether it only checks, prints or plots."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    function = node.value.func
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    return name in ("check", "print", "display", "hint", "solution", "plot", "show", "use")


def is_course_call(node: ast.stmt) -> bool:
    """Whether it asks the course for something, such as check(...), which changes nothing that answers read."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id in ("check", "hint", "solution", "progress")
    )


def is_future(node: ast.stmt) -> bool:
    """Whether it changes how all later cells are compiled."""
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def lines(cell: Cell, node: ast.stmt) -> str:
    """The text of a statement."""
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
    return "\n".join(cell.source.split("\n")[first - 1 : node.end_lineno]).strip("\n")


def idle(statement: ast.stmt) -> bool:
    """Whether a statement leaves its function unanswered."""
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


def check_in(call: ast.AST) -> tuple[str, ast.expr | None] | None:
    """(exercise, the expression that is checked, if any) of a call of `check`."""
    if not isinstance(call, ast.Call):
        return None
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", None)
    first = next(iter(call.args), None) or next(
        (k.value for k in call.keywords if k.arg == "exercise_id"), None
    )
    if name != "check" or not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return None
    given = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "function")]
    return first.value, given[0] if given else None
