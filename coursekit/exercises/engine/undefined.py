"""In a notebook, `check("02.1", mse)` before there is an `mse` is answered in words, not by a NameError.

That is what a learner meets whose cell has a SyntaxError, or who restarted the kernel. The call is rewritten to
`check("02.1")`, which looks the function up by its name.
"""

import ast

from coursekit.exercises.engine.registry import everything


class _Lookup(ast.NodeTransformer):
    """Drops the second argument of `check` and `use` where it names the exercise's function and is undefined."""

    def __init__(self, namespace):
        self.namespace = namespace

    def visit_Call(self, node):
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name("check" | "use"), args=[ast.Constant(str(key)), ast.Name(name)]):
                exercise = everything().get(key)
                if exercise and name == exercise.name and name not in self.namespace:
                    node.args.pop()
        return node


def answer_undefined(shell):
    """Have IPython's shell rewrite such calls in the cells that it runs from now on."""
    if not any(isinstance(known, _Lookup) for known in shell.ast_transformers):
        shell.ast_transformers.append(_Lookup(shell.user_ns))
