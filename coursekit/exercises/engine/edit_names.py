"""Slips with the values that a function has computed: an argument in their place, a slope too many."""

import ast
from collections.abc import Iterator, Sequence

from coursekit.exercises.engine.edit_rules import Change


def name_changes(node: ast.AST, ancestors: Sequence[ast.AST], parameters: Sequence[str]) -> Iterator[Change]:
    """The slips at one node; its last ancestor is the function."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in _computed(ancestors[-1]):
        for parameter in parameters:
            yield Change((ast.Name(parameter, ast.Load()),), f"`{parameter}` where a computed value belongs")
    if _is_result(node, ancestors):
        yield from _slopes(node, ancestors[-1])


def _slopes(node, function):
    """The slope of the sigmoid at a computed value, as a factor or a divisor too much."""
    for name in sorted(_computed(function)):
        slope = ast.BinOp(_load(name), ast.Mult(), ast.BinOp(ast.Constant(1), ast.Sub(), _load(name)))
        for op, words in ((ast.Mult(), "a factor"), (ast.Div(), "a division by")):
            yield Change(
                (ast.BinOp(node, op, slope),), f"{words} s (1 − s) too much, like the slope of the sigmoid"
            )


def _computed(function: ast.AST) -> set[str]:
    """The names of the values that a function assigns."""
    return {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def _is_result(node, ancestors):
    """Whether a node is what the function returns, or one part of it."""
    if not isinstance(node, ast.BinOp | ast.Name | ast.UnaryOp | ast.Call):
        return False
    around = ancestors[1] if isinstance(ancestors[0], ast.Tuple) and len(ancestors) > 1 else ancestors[0]
    return isinstance(around, ast.Return)


def _load(name):
    return ast.Name(name, ast.Load())
