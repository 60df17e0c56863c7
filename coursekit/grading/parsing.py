"""Parse Python source, in one thread at a time.

CPython 3.11 counts the depth of the tree that it builds for all threads together: two that parse at once may get
"SystemError: AST constructor recursion depth mismatch" for a source without fault (python/cpython#106905).
"""

import ast
import threading

_one_at_a_time = threading.Lock()


def syntax_tree(source: str) -> ast.Module:
    """What `ast.parse` gives, and raises."""
    with _one_at_a_time:
        return ast.parse(source)
