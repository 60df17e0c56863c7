"""Where PyTorch is not installed, a notebook's cell that imports it says so in one sentence, and the next cell runs."""

import ast
import importlib.util
from typing import Any

SENTENCE = (
    "This cell needs PyTorch, which is not installed, so it was skipped; the rest of the lesson works without it. To "
    'install it: pip install "coursekit-nn[torch]"'
)


class _Skip(ast.NodeTransformer):
    """Replaces a cell that imports torch by the sentence, unless the cell makes torch the lesson's backend.

    The cell that chooses the backend also imports everything else, so without it nothing would work: there the import
    error itself says what to do.
    """

    def visit_Module(self, node: ast.Module) -> ast.Module:
        imports = list(_imported(node))
        if not imports or any(name == "ck" for _, name in imports):
            return node
        return ast.fix_missing_locations(ast.parse(f"print({SENTENCE!r})"))


def _imported(tree):
    """(module, name it gets) for each import of torch or of the torch backend, wherever it is in the cell."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names:
            parts = [*module.split("."), *alias.name.split(".")] if module else alias.name.split(".")
            if parts[0] == "torch" or (parts[0] == "coursekit" and "torch_backend" in parts):
                yield ".".join(parts), alias.asname or alias.name


def skip_torch_cells(shell: Any) -> None:
    """Have IPython's shell skip such cells from now on, if torch is not installed."""
    missing = importlib.util.find_spec("torch") is None
    if missing and not any(isinstance(known, _Skip) for known in shell.ast_transformers):
        shell.ast_transformers.append(_Skip())
