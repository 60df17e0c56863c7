"""Where PyTorch is not installed, a notebook's cell that uses it says so in one sentence, and the next cell runs."""

import ast
import importlib.util
from typing import Any

from coursekit.exercises.engine.store import in_browser

_SKIPPED = "so the lines that use it were skipped; the rest of the lesson works without it."
SENTENCE = (
    f"This cell needs PyTorch, which does not run in a browser, {_SKIPPED}"
    if in_browser()
    else f"This cell needs PyTorch, which is not installed, {_SKIPPED} "
    'To install it: pip install "coursekit-nn[torch]"'
)


class _Skip(ast.NodeTransformer):
    """Leaves out the top-level statements of a cell that use torch, and says so.

    The cell that chooses the backend (`as ck`) also imports everything else: it stays as it is, and the import error
    itself says what to do.
    """

    def visit_Module(self, node: ast.Module) -> ast.Module:
        names = {name for inner in ast.walk(node) for name in _torch_names(inner)}
        if not names or "ck" in names:
            return node
        kept = []
        for statement in node.body:
            used = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)} & names
            if isinstance(statement, ast.Import | ast.ImportFrom):
                statement.names = [alias for alias in statement.names if not _is_torch(statement, alias)]
                kept += [statement] if statement.names else []
            elif used or any(_torch_names(inner) for inner in ast.walk(statement)):
                names |= _bound(statement)  # what is computed with torch is missing as well
            else:
                kept.append(statement)
        return ast.fix_missing_locations(ast.Module([*kept, *ast.parse(f"print({SENTENCE!r})").body], []))


def _torch_names(node):
    """The names that an import statement gives to torch, its parts, or the torch backend."""
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return set()
    return {(alias.asname or alias.name).partition(".")[0] for alias in node.names if _is_torch(node, alias)}


def _is_torch(node, alias):
    module = f"{node.module}." if isinstance(node, ast.ImportFrom) and node.module else ""
    parts = f"{module}{alias.name}".split(".")
    return parts[0] == "torch" or (parts[0] == "coursekit" and "torch_backend" in parts)


def _bound(statement):
    """The names that a statement defines at the top level of the cell."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    return {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def skip_torch_cells(shell: Any) -> None:
    """Have IPython's shell skip such cells from now on, if torch is not installed."""
    missing = importlib.util.find_spec("torch") is None
    if missing and not any(isinstance(known, _Skip) for known in shell.ast_transformers):
        shell.ast_transformers.append(_Skip())
