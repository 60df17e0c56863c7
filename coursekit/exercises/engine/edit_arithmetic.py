"""Slips in arithmetic: an operator, a term, a factor, the order of two operands, brackets."""

import ast
from collections.abc import Iterator, Sequence

MOST_QUOTED = 24  # characters of a quoted piece

WORDS = {
    ast.Add: "a plus",
    ast.Sub: "a minus",
    ast.Mult: "a multiplication",
    ast.Div: "a division",
    ast.FloorDiv: "a whole-number division `//`",
    ast.Pow: "a power",
    ast.MatMult: "a matrix product `@`",
}
SIGNS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Pow: "**",
    ast.MatMult: "@",
}
SWAPS = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult, ast.Div),
    ast.Mult: (ast.Div, ast.Add, ast.MatMult, ast.Pow),
    ast.Div: (ast.Mult, ast.FloorDiv, ast.Sub),
    ast.FloorDiv: (ast.Div,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
}


def binary(node: ast.BinOp, parameters: Sequence[str]) -> Iterator[tuple[ast.AST, str]]:
    """(new node, phrase) for each plausible slip at a binary operation."""
    left, op, right = node.left, node.op, node.right
    for new in SWAPS.get(type(op), ()):
        yield ast.BinOp(left, new(), right), f"{WORDS[new]} in place of {WORDS[type(op)]}"
    part = "term" if isinstance(op, ast.Add | ast.Sub) else "factor"
    if isinstance(op, ast.Pow):
        yield left, "a power missing"
    elif isinstance(op, ast.Div | ast.FloorDiv):
        yield left, f"a division{_by(right, parameters)} missing"
        yield right, f"the numerator{_quoted(left, parameters)} missing"
    elif type(op) in WORDS:
        yield (
            left,
            f"the {part}{_quoted(right, parameters)} missing"
            if _quoted(right, parameters)
            else f"a {part} missing",
        )
        if isinstance(op, ast.Sub):
            yield ast.UnaryOp(ast.USub(), right), "a term missing"
        yield (
            right,
            f"the {part}{_quoted(left, parameters)} missing"
            if _quoted(left, parameters)
            else f"a {part} missing",
        )
    if isinstance(op, ast.Sub | ast.Div | ast.MatMult | ast.Pow):
        what = {
            ast.Sub: "a subtraction",
            ast.Div: "a division",
            ast.MatMult: "a matrix product",
            ast.Pow: "a power",
        }
        yield ast.BinOp(right, op, left), f"the two sides of {what[type(op)]} swapped"
    if isinstance(op, ast.MatMult):
        for one, other in ((_t(left), right), (left, _t(right)), (_t(left), _t(right))):
            yield ast.BinOp(one, op, other), "a matrix product with a transpose too many or too few"
    yield from _brackets(node)
    if isinstance(op, ast.Mult | ast.MatMult) or (
        isinstance(op, ast.Div) and not isinstance(right, ast.Constant)
    ):
        name = "factor" if not isinstance(op, ast.Div) else "divisor"
        yield (
            ast.BinOp(
                ast.BinOp(left, ast.Mult() if isinstance(op, ast.MatMult) else op, right),
                ast.Div() if name == "divisor" else ast.Mult(),
                right,
            ),
            f"a {name} used twice",
        )
    if isinstance(op, ast.Mult):
        yield ast.BinOp(left, op, node), "a factor used twice"
        yield ast.BinOp(right, ast.Div(), left), f"{WORDS[ast.Div]} in place of {WORDS[ast.Mult]}"
    if isinstance(op, ast.Add):
        for kept, doubled in ((left, right), (right, left)):
            twice = ast.BinOp(ast.Constant(2), ast.Mult(), doubled)
            yield ast.BinOp(kept, op, twice), "a term counted twice"


def _brackets(node):
    """Brackets left out, or set too wide."""
    left, op, right = node.left, node.op, node.right
    soft, hard, missing, many = (
        ast.Add | ast.Sub,
        ast.Mult | ast.Div | ast.MatMult,
        "a pair of brackets missing",
        "a pair of brackets too many",
    )
    if isinstance(op, hard) and isinstance(left, ast.BinOp) and isinstance(left.op, soft):
        yield ast.BinOp(left.left, left.op, ast.BinOp(left.right, op, right)), missing
    if isinstance(op, hard) and isinstance(right, ast.BinOp) and isinstance(right.op, soft):
        yield ast.BinOp(ast.BinOp(left, op, right.left), right.op, right.right), missing
    if isinstance(op, ast.Div) and isinstance(right, ast.BinOp) and isinstance(right.op, ast.Mult | ast.Div):
        yield ast.BinOp(ast.BinOp(left, op, right.left), right.op, right.right), missing
    if isinstance(op, ast.Sub) and isinstance(right, ast.BinOp) and isinstance(right.op, soft):
        yield ast.BinOp(ast.BinOp(left, op, right.left), right.op, right.right), missing
    if isinstance(op, ast.Pow) and isinstance(left, ast.BinOp):
        yield ast.BinOp(left.left, left.op, ast.BinOp(left.right, op, right)), missing
    if isinstance(op, soft) and isinstance(right, ast.BinOp) and isinstance(right.op, hard):
        yield ast.BinOp(ast.BinOp(left, op, right.left), right.op, right.right), many
    if isinstance(op, soft) and isinstance(left, ast.BinOp) and isinstance(left.op, hard):
        yield ast.BinOp(left.left, left.op, ast.BinOp(left.right, op, right)), many
    if isinstance(op, ast.Mult) and isinstance(left, ast.BinOp) and isinstance(left.op, ast.Div):
        yield ast.BinOp(left.left, ast.Div(), ast.BinOp(left.right, op, right)), many
    if isinstance(op, soft) and isinstance(right, ast.Call) and len(right.args) >= 1:
        moved = ast.Call(right.func, [ast.BinOp(left, op, right.args[0]), *right.args[1:]], right.keywords)
        yield moved, f"a term inside the brackets of `{_short(right.func)}` that belongs outside"
    if isinstance(op, soft) and isinstance(left, ast.Call) and len(left.args) >= 1:
        moved = ast.Call(left.func, [ast.BinOp(left.args[0], op, right), *left.args[1:]], left.keywords)
        yield moved, f"a term inside the brackets of `{_short(left.func)}` that belongs outside"


def brackets_anywhere(node: ast.AST, ancestors: Sequence[ast.AST]) -> Iterator[tuple[ast.AST, str]]:
    """The whole arithmetic expression without the brackets around one of its sums, as Python would then read it."""
    if not isinstance(node, ast.BinOp) or (ancestors and isinstance(ancestors[0], ast.BinOp | ast.UnaryOp)):
        return
    for parent in list(_arithmetic(node)):
        for side in ("left", "right"):
            inner = getattr(parent, side)
            if not isinstance(inner, ast.BinOp) or isinstance(parent.op, ast.Add):
                continue
            setattr(parent, side, ast.Name(_MARK, ast.Load()))
            text = ast.unparse(node)
            setattr(parent, side, inner)
            yield (
                ast.parse(text.replace(_MARK, ast.unparse(inner)), mode="eval").body,
                "a pair of brackets missing",
            )


_MARK = "__piece"


def _arithmetic(node) -> Iterator[ast.BinOp]:
    """The operations of one expression, down to its calls and names."""
    if isinstance(node, ast.BinOp):
        yield node
        yield from _arithmetic(node.left)
        yield from _arithmetic(node.right)
    elif isinstance(node, ast.UnaryOp):
        yield from _arithmetic(node.operand)


def _t(node):
    return (
        node.value
        if isinstance(node, ast.Attribute) and node.attr in ("T", "mT")
        else ast.Attribute(node, "T", ast.Load())
    )


def _short(node):
    return ast.unparse(node)[:MOST_QUOTED]


def _quoted(node, parameters):
    """The piece, if it is no more than an argument."""
    return f" `{node.id}`" if isinstance(node, ast.Name) and node.id in parameters else ""


def _by(node, parameters):
    return f" by{_quoted(node, parameters)}" if _quoted(node, parameters) else ""
