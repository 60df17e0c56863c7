"""Facts about the learner's code, read from its syntax tree and never run: each is true whatever the values are."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_RESULTLESS = {"sort", "append", "extend", "insert", "reverse", "fill", "shuffle", "update"}


@dataclass(frozen=True)
class Fact:
    """Something in the code that explains a wrong answer. line: counted from the `def` line, which is 1."""

    kind: str
    name: str
    says: str
    line: int


def facts(source: str | None, name: str) -> list[Fact]:
    """The facts about the function of this name, the most telling first; none if the code cannot be read."""
    try:
        tree = ast.parse(source or "")
    except SyntaxError:
        return []
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    function = next((f for f in functions if f.name == name), functions[0] if functions else None)
    if function is None:
        return []
    found = [fact for reader in _READERS for fact in reader(function)]
    return sorted(found, key=lambda fact: _ORDER.index(fact.kind))


def _at(node, function):
    return node.lineno - function.lineno + 1


def _powers(function) -> Iterator[Fact]:
    for node in ast.walk(function):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.BitXor):
            line = _at(node, function)
            yield Fact(
                "^",
                "`^` is not a power",
                f"Line {line} of your function uses `^`, which is not a power in Python but a bitwise operation. Write `**`.",
                line,
            )


def _identities(function) -> Iterator[Fact]:
    for node in ast.walk(function):
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.Is | ast.IsNot):
            continue
        if not any(isinstance(side, ast.Constant) for side in (node.left, *node.comparators)):
            line = _at(node, function)
            sign, right = ("is", "==") if isinstance(node.ops[0], ast.Is) else ("is not", "!=")
            yield Fact(
                "is",
                f"compares with `{sign}`",
                f"Line {line} of your function compares with `{sign}`, which asks whether two names refer to the "
                f"very same object, not whether their values are equal. Write `{right}`.",
                line,
            )


def _unused(function) -> Iterator[Fact]:
    read = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    read |= {
        n.target.id
        for n in ast.walk(function)
        if isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name)
    }
    for argument in (*function.args.posonlyargs, *function.args.args):
        if argument.arg not in read and not argument.arg.startswith("_"):
            yield Fact(
                "unused",
                f"never uses `{argument.arg}`",
                f"Your function never uses its argument `{argument.arg}`, so the result cannot depend on it. Where does it "
                "belong?",
                1,
            )


def _early_returns(function) -> Iterator[Fact]:
    for loop in ast.walk(function):
        if isinstance(loop, ast.For | ast.While) and loop.body and isinstance(loop.body[-1], ast.Return):
            if any(isinstance(n, ast.Continue) for n in ast.walk(loop)):
                continue
            line = _at(loop.body[-1], function)
            yield Fact(
                "return in loop",
                "returns inside the loop",
                f"The `return` in line {line} of your function is inside the loop, so the function ends in the first "
                "round. Indent it less: it belongs after the loop.",
                line,
            )


def _no_returns(function) -> Iterator[Fact]:
    inside = [n for n in _own(function) if isinstance(n, ast.Return) and n.value is not None]
    yields = any(isinstance(n, ast.Yield | ast.YieldFrom) for n in _own(function))
    if inside or yields:
        return
    printed = any(isinstance(n, ast.Call) and getattr(n.func, "id", "") == "print" for n in _own(function))
    text = (
        "It prints the result instead. Printing shows a value; only `return` hands it back."
        if printed
        else ""
    )
    yield Fact(
        "no return", "returns nothing", f"Your function has no `return` with a value. {text}".strip(), 1
    )


def _own(function):
    """The nodes of a function without those of functions inside it."""
    waiting = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.Lambda | ast.AsyncFunctionDef | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)


def _overwritten(function) -> Iterator[Fact]:
    arguments = {a.arg for a in function.args.args}
    read: set[str] = set()
    for node in sorted(
        (n for n in ast.walk(function) if isinstance(n, ast.stmt) and n is not function),
        key=lambda n: n.lineno,
    ):
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.For)
            else []
        )
        value = (
            node.value if isinstance(node, ast.Assign) else node.iter if isinstance(node, ast.For) else None
        )
        if value is not None:
            read |= {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
        for target in targets:
            for n in ast.walk(target):
                if isinstance(n, ast.Name) and n.id in arguments - read:
                    line = _at(node, function)
                    yield Fact(
                        "overwritten",
                        f"overwrites `{n.id}`",
                        f"Line {line} of your function assigns to `{n.id}` before its argument of that name was used, "
                        "so the argument is lost. Use the argument itself, and another name for a new value.",
                        line,
                    )
        if value is None:
            tested = node.test if isinstance(node, ast.If | ast.While) else node
            read |= {
                n.id for n in ast.walk(tested) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
            }


def _unraised(function) -> Iterator[Fact]:
    for node in ast.walk(function):
        line = _at(node, function) if hasattr(node, "lineno") else 0
        made = isinstance(node, ast.Expr | ast.Return) and isinstance(node.value, ast.Call)
        called = str(getattr(node.value.func, "id", "")) if made else ""  # type: ignore[attr-defined]
        if called.endswith("Error"):
            what = "returned" if isinstance(node, ast.Return) else "made, but not raised"
            yield Fact(
                "not raised",
                "does not raise the error",
                f"In line {line} of your function the {called} is {what}. Write `raise {called}(…)`.",
                line,
            )
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Constant):
            yield Fact(
                "not raised",
                "raises a text",
                f"Line {line} of your function raises a text. Write `raise ValueError({node.exc.value!r})`.",
                line,
            )


def _whole_divisions(function) -> Iterator[Fact]:
    for node in ast.walk(function):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.FloorDiv):
            line = _at(node, function)
            yield Fact(
                "//",
                "divides with `//`",
                f"Line {line} of your function uses `//`, which rounds the quotient down to a whole number. Write `/`.",
                line,
            )


def _lost_results(function) -> Iterator[Fact]:
    for call, line in _used_calls(function):
        if isinstance(call.func, ast.Attribute):
            method = call.func.attr
            owner = getattr(call.func.value, "id", "")
            if method in _RESULTLESS and owner not in ("np", "numpy"):
                yield Fact(
                    "None from a method",
                    f"uses the result of `.{method}()`",
                    f"In line {line} of your function the result of `.{method}(…)` is used, but this method changes "
                    "its object and returns None.",
                    line,
                )


def _used_calls(function) -> Iterator[tuple[ast.Call, int]]:
    """(call, line) of the calls whose result is assigned or returned, alone or in a tuple."""
    for node in _own(function):
        if isinstance(node, ast.Assign | ast.Return):
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for value in values:
                if isinstance(value, ast.Call):
                    yield value, _at(value, function)


def _without_effect(function) -> Iterator[Fact]:
    for node in _own(function):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.BinOp | ast.Compare):
            line = _at(node, function)
            yield Fact(
                "no effect",
                "computes a value and drops it",
                f"Line {line} of your function computes `{ast.unparse(node.value)[:40]}` and does nothing with it. Is "
                "an assignment or a `return` missing?",
                line,
            )


def _products_after_quotients(function) -> Iterator[Fact]:
    for node in ast.walk(function):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            left = node.left
            if (
                isinstance(left, ast.BinOp)
                and isinstance(left.op, ast.Div)
                and not isinstance(left.left, ast.Constant)
            ):
                line = _at(node, function)
                text = ast.unparse(node)
                power = node.right if isinstance(node.right, ast.BinOp) and _is_power(node.right) else None
                factor = power.left if power else node.right
                if len(text) <= 60 and isinstance(factor, ast.Name) and isinstance(left.right, ast.Constant):
                    yield Fact(
                        "/ then *",
                        f"multiplies by `{factor.id}` after a division",
                        f"In line {line} of your function, `{text}` divides by {left.right.value} and then multiplies "
                        f"by `{ast.unparse(node.right)}`. To divide by both, set brackets around the product.",
                        line,
                    )


def _is_power(node) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)


_READERS = (
    _powers,
    _identities,
    _unused,
    _early_returns,
    _no_returns,
    _overwritten,
    _unraised,
    _whole_divisions,
    _lost_results,
    _without_effect,
    _products_after_quotients,
)
_ORDER = (
    "^",
    "is",
    "no return",
    "return in loop",
    "overwritten",
    "unused",
    "None from a method",
    "not raised",
    "no effect",
    "/ then *",
    "//",
)
DECISIVE = (
    "^",
    "is",
    "return in loop",
    "overwritten",
    "unused",
    "None from a method",
    "no effect",
    "/ then *",
)
FIRST = (
    "^",
    "is",
    "return in loop",
    "overwritten",
    "/ then *",
)  # they explain more than a listed mistake does


def divisors(solution: Callable) -> set[str]:
    """The parameters of a function that occur in its denominators only."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(solution)))
    except (OSError, TypeError, SyntaxError):
        return set()
    parameters = set(solution.__code__.co_varnames[: solution.__code__.co_argcount])
    names = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id in parameters]
    below = [
        n.id
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
        for n in ast.walk(node.right)
        if isinstance(n, ast.Name) and n.id in parameters
    ]
    return {name for name in set(below) if below.count(name) == names.count(name)}
