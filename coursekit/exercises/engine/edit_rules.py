"""Which single changes of a formula are plausible slips, and how each is described without the right line."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coursekit.exercises.engine.edit_arithmetic import SWAPS, WORDS, binary, brackets_anywhere

_SIGNS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_COMPARES = {
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE),
    ast.LtE: (ast.Lt, ast.GtE, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt, ast.LtE),
    ast.GtE: (ast.Gt, ast.LtE, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
_CALLS = {
    "mean": ("sum", "median", "max"),
    "sum": ("mean", "max", "prod"),
    "max": ("min", "sum", "mean"),
    "min": ("max",),
    "argmax": ("argmin", "max"),
    "argmin": ("argmax", "min"),
    "maximum": ("minimum", "add"),
    "minimum": ("maximum",),
    "log": ("log2", "log10", "log1p"),
    "log1p": ("log",),
    "exp": ("expm1",),
    "tanh": ("tan", "sinh", "arctan"),
    "floor": ("ceil", "round"),
    "ceil": ("floor", "round"),
    "zeros": ("ones",),
    "zeros_like": ("ones_like",),
    "ones": ("zeros",),
    "var": ("std",),
    "std": ("var",),
    "sqrt": ("square",),
    "median": ("mean",),
    "any": ("all",),
    "all": ("any",),
    "sign": ("abs",),
    "norm": ("sum",),
}

_REDUCTIONS = ("sum", "mean", "max", "min", "median", "prod")


@dataclass(frozen=True)
class Change:
    """New nodes for `replaces` old ones; `phrase` completes "the right formula with …"."""

    nodes: tuple[ast.AST, ...]
    phrase: str
    replaces: int = 1


def changes_of(node: ast.AST, ancestors: Sequence[ast.AST], parameters: Sequence[str]) -> Iterator[Change]:
    """The plausible slips at one node."""
    where = _where(node, ancestors)
    for new, phrase in _raw(node, ancestors, parameters):
        nodes = new if isinstance(new, tuple) else (new,)
        yield Change(nodes, phrase if isinstance(node, ast.stmt) else phrase + where)
    yield from _orders(node, ancestors)


def _raw(node, ancestors, parameters):
    if isinstance(node, ast.BinOp):
        yield from binary(node, parameters)
        yield from brackets_anywhere(node, ancestors)
    elif (
        isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.USub)
        and not isinstance(node.operand, ast.Constant)
    ):
        yield node.operand, "a minus sign missing"
        if isinstance(node.operand, ast.BinOp) and isinstance(node.operand.op, ast.Add | ast.Sub):
            inner = node.operand
            yield (
                ast.BinOp(ast.UnaryOp(ast.USub(), inner.left), inner.op, inner.right),
                "the brackets after a minus sign missing",
            )
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        yield node.operand, "a condition negated"
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for op in _COMPARES.get(type(node.ops[0]), ()):
            yield (
                ast.Compare(node.left, [op()], node.comparators),
                f"the comparison `{_SIGNS[op]}` where a different one belongs",
            )
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield (
            ast.BoolOp(other, node.values),
            f"`{'or' if isinstance(other, ast.Or) else 'and'}` where the other belongs",
        )
        for i in range(len(node.values)):
            rest = node.values[:i] + node.values[i + 1 :]
            yield (rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)), "one of two conditions missing"
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield from _constants(node)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.Attribute) and node.attr in ("T", "mT"):
        yield node.value, "a matrix not transposed"
    elif isinstance(node, ast.Attribute) and node.attr == "size":
        yield (
            ast.Call(ast.Name("len", ast.Load()), [node.value], []),
            f"`len({ast.unparse(node.value)})`, the number of rows, where a different count belongs",
        )
        yield _shape(node.value, -1), "the number of columns where a different count belongs"
    elif isinstance(node, ast.Subscript):
        yield from _subscripts(node)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in parameters:
        for other in parameters:
            if other != node.id:
                yield ast.Name(other, ast.Load()), f"`{other}` where a different argument belongs"
    elif isinstance(node, ast.IfExp):
        yield node.body, "one of two cases used for both"
        yield node.orelse, "one of two cases used for both"
        yield ast.IfExp(node.test, node.orelse, node.body), "two cases swapped"
    elif isinstance(node, ast.stmt):
        yield from _statements(node, ancestors)
    elif isinstance(node, ast.comprehension):
        yield from (
            (ast.comprehension(node.target, new, node.ifs, 0), phrase)
            for new, phrase in _iterations(node.iter)
        )
        if node.ifs:
            yield ast.comprehension(node.target, node.iter, [], 0), "a condition missing that selects entries"


def _constants(node):
    value = node.value
    near = (
        (value + 1, value - 1, 2 * value, 0)
        if isinstance(value, int)
        else (2 * value, value / 2, 1 - value, 1.0, 0.0)
    )
    for other in dict.fromkeys(near):
        if other != value:
            yield ast.Constant(other), f"the constant {other:g} where a different one belongs"


def _calls(node):
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    for other in _CALLS.get(name, ()):
        func = (
            ast.Attribute(node.func.value, other, ast.Load())
            if isinstance(node.func, ast.Attribute)
            else ast.Name(other, ast.Load())
        )
        yield ast.Call(func, node.args, node.keywords), f"`{other}` where a different function belongs"
    for i, keyword in enumerate(node.keywords):
        rest = node.keywords[:i] + node.keywords[i + 1 :]
        if keyword.arg == "axis":
            yield (
                ast.Call(node.func, node.args, [k for k in rest if k.arg != "keepdims"]),
                f"`{name}` taken over all entries instead of along one axis",
            )
            for axis in (0, 1, -1, -2):
                yield (
                    ast.Call(node.func, node.args, [*rest, ast.keyword("axis", ast.Constant(axis))]),
                    f"`{name}` taken along a different axis",
                )
        elif keyword.arg is not None:
            yield ast.Call(node.func, node.args, rest), f"`{keyword.arg}` not set in `{name}`"
    args = node.args
    if name in _REDUCTIONS and isinstance(node.func, ast.Attribute) and not node.keywords:
        whole = len(args) == 1 if getattr(node.func.value, "id", "") == "np" else not args
        for axis in (0, -1) if whole else ():
            yield (
                ast.Call(node.func, args, [ast.keyword("axis", ast.Constant(axis))]),
                f"`{name}` taken along one axis instead of over all entries",
            )
    if len(args) == 1 and name not in (
        "len",
        "range",
        "enumerate",
        "array",
        "asarray",
        "float",
        "list",
        "tuple",
    ):
        yield args[0], f"`{name}` missing"
    if (
        isinstance(node.func, ast.Attribute)
        and not args
        and not isinstance(node.func.value, ast.Name | ast.Attribute)
    ):
        yield node.func.value, f"`{name}` missing"
    if len(args) >= 2 and not any(isinstance(a, ast.Starred) for a in args):
        for i in range(len(args) - 1):
            swapped = [*args[:i], args[i + 1], args[i], *args[i + 2 :]]
            yield ast.Call(node.func, swapped, node.keywords), f"two arguments of `{name}` swapped"
        if name in ("max", "min", "maximum", "minimum"):
            for kept in args[:2]:
                yield kept, f"`{name}` missing, the limit that it sets"
        if name == "where":
            for kept in args[1:3]:
                yield kept, "one of the two cases of `where` used for all entries"
    if name == "len" and len(args) == 1:
        yield (
            ast.Attribute(args[0], "size", ast.Load()),
            "the number of entries where the number of rows belongs",
        )
        yield _shape(args[0], -1), "the number of columns where the number of rows belongs"
        yield ast.BinOp(node, ast.Sub(), ast.Constant(1)), "a length minus 1 where the length belongs"
    if name == "range":
        yield from ((new, phrase) for new, phrase in _iterations(node) if isinstance(new, ast.Call))


def _subscripts(node):
    index = node.slice
    if isinstance(index, ast.Slice):
        if isinstance(index.step, ast.UnaryOp):
            yield node.value, "the order of a sequence not reversed"
        else:
            for lower, upper in ((None, index.upper), (index.lower, None), (ast.Constant(1), index.upper)):
                if (lower, upper) != (index.lower, index.upper):
                    yield (
                        ast.Subscript(node.value, ast.Slice(lower, upper, index.step), node.ctx),
                        "a slice that starts or ends at a different place",
                    )
    elif isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub):
        yield (
            ast.Subscript(node.value, ast.Constant(0), node.ctx),
            "the first entry where a different one belongs",
        )
    elif isinstance(index, ast.Constant) and index.value == 0:
        yield (
            ast.Subscript(node.value, ast.UnaryOp(ast.USub(), ast.Constant(1)), node.ctx),
            "the last entry where a different one belongs",
        )
    elif isinstance(index, ast.Name):
        for op in (ast.Add(), ast.Sub()):
            yield (
                ast.Subscript(node.value, ast.BinOp(index, op, ast.Constant(1)), node.ctx),
                "an index that is off by one",
            )


def _iterations(source):
    """A loop over something else: not the first, not the last, in reverse order."""
    if isinstance(source, ast.Call) and getattr(source.func, "id", "") == "range":
        args = source.args
        low, high = (ast.Constant(0), args[0]) if len(args) == 1 else args[:2]
        for start, stop, phrase in (
            (low, ast.BinOp(high, ast.Sub(), ast.Constant(1)), "a loop that ends one round too early"),
            (low, ast.BinOp(high, ast.Add(), ast.Constant(1)), "a loop that ends one round too late"),
            (ast.BinOp(low, ast.Add(), ast.Constant(1)), high, "a loop that starts one round too late"),
            (ast.BinOp(low, ast.Sub(), ast.Constant(1)), high, "a loop that starts one round too early"),
        ):
            yield ast.Call(source.func, [start, stop, *args[2:]], []), phrase
    listed = ast.Call(ast.Name("list", ast.Load()), [source], [])
    for lower, upper, step, phrase in (
        (ast.Constant(1), None, None, "the first round of a loop missing"),
        (None, ast.UnaryOp(ast.USub(), ast.Constant(1)), None, "the last round of a loop missing"),
        (None, None, ast.UnaryOp(ast.USub(), ast.Constant(1)), "a loop in the opposite order"),
        (None, ast.Constant(1), None, "only the first round of a loop"),
    ):
        yield ast.Subscript(listed, ast.Slice(lower, upper, step), ast.Load()), phrase


def _statements(node, ancestors):
    if isinstance(node, ast.For):
        for new, phrase in _iterations(node.iter):
            yield ast.For(node.target, new, node.body, node.orelse), phrase
    elif isinstance(node, ast.While):
        yield ast.If(node.test, node.body, []), "only one round of a loop"
    elif isinstance(node, ast.If):
        yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse), "a condition negated"
        yield tuple(node.orelse) or (ast.Pass(),), "a special case missing"
        yield tuple(node.body), "a condition that is always true"
    elif isinstance(node, ast.AugAssign):
        target = ast.Name(node.target.id, ast.Store()) if isinstance(node.target, ast.Name) else node.target
        yield ast.Assign([target], node.value), "a value overwritten in each round instead of added up"
        for other in SWAPS.get(type(node.op), ())[:1]:
            yield (
                ast.AugAssign(node.target, other(), node.value),
                f"{WORDS[other]} in place of {WORDS[type(node.op)]}",
            )
        yield ast.Pass(), "a step missing"
    elif isinstance(node, ast.Assign | ast.Expr):
        yield ast.Pass(), "a step missing"
    elif (
        isinstance(node, ast.Return)
        and isinstance(node.value, ast.expr)
        and not isinstance(node.value, ast.Tuple)
    ):
        yield ast.Return(ast.UnaryOp(ast.USub(), node.value)), "the opposite sign"


def _orders(node, ancestors):
    """Two statements in the wrong order; a return that slipped into the loop before it."""
    body = (
        next((b for b in (getattr(ancestors[0], "body", None),) if isinstance(b, list)), [])
        if ancestors
        else []
    )
    if not isinstance(node, ast.stmt) or node not in body:
        return
    after = body[body.index(node) + 1 :][:1]
    if (
        after
        and isinstance(node, ast.Assign | ast.AugAssign | ast.Expr)
        and isinstance(after[0], ast.Assign | ast.AugAssign | ast.Expr)
    ):
        yield Change((after[0], node), "two steps in the wrong order", 2)
    if after and isinstance(node, ast.For) and isinstance(after[0], ast.Return):
        yield Change(
            (ast.For(node.target, node.iter, [*node.body, after[0]], []), after[0]),
            "the `return` inside the loop",
            2,
        )


def _shape(node, axis):
    index = ast.Constant(axis) if axis >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-axis))
    return ast.Subscript(ast.Attribute(node, "shape", ast.Load()), index, ast.Load())


def _where(node, ancestors):
    """Where in the formula a node is, as " in a denominator"."""
    inner = node
    for outer in ancestors:
        if isinstance(outer, ast.BinOp) and inner is outer.right:
            if isinstance(outer.op, ast.Div | ast.FloorDiv):
                return " in a denominator"
            if isinstance(outer.op, ast.Pow):
                return " in an exponent"
        if isinstance(outer, ast.Call) and inner is not outer.func and inner in outer.args:
            name = outer.func.attr if isinstance(outer.func, ast.Attribute) else getattr(outer.func, "id", "")
            if name == "range":
                return " in the range of a loop"
            if name not in ("list", "tuple", "dict", "zip", "float", "int", "asarray", "array"):
                return f" inside `{name}`"
        if isinstance(outer, ast.Subscript) and inner is outer.slice:
            return " in an index"
        if isinstance(outer, ast.If | ast.While | ast.IfExp) and inner is outer.test:
            return " in a condition"
        if isinstance(outer, ast.stmt):
            return ""
        inner = outer
    return ""
