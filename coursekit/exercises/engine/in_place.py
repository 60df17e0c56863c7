"""How an answer changes its arguments in place, read from its code: what to write instead."""

import ast

from coursekit.exercises.engine.edit_arithmetic import SIGNS


def advice(argument: str, source: str | None) -> str:
    """How to leave the array that was passed as `argument` as it is, in a sentence without its full stop."""
    copy = f"Work on a copy: `{argument} = {argument}.copy()`"
    for node in ast.walk(_tree(source)):
        target = node.target if isinstance(node, ast.AugAssign) else None
        if isinstance(target, ast.Name) and target.id == argument:
            sign = SIGNS.get(type(node.op))  # type: ignore[attr-defined]
            if sign:
                return f"Make a new array instead: `{argument} = {argument} {sign} …`, not `{argument} {sign}= …`"
        targets = [target] if target else node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(t, ast.Subscript) and getattr(t.value, "id", "") == argument for t in targets):
            return copy
    return copy


def _tree(source):
    try:
        return ast.parse(source or "")
    except SyntaxError:
        return ast.parse("")
