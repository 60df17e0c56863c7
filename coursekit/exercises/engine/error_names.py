"""Errors of NumPy and Python by name: a few words that say what kind of slip raised them."""

from coursekit.exercises.engine.answers import Failure


def error_name(failure: Failure) -> str:
    """The error in a few words: "shapes that do not fit together"."""
    if failure.within:
        return f"arguments that `{failure.within}` cannot use"
    if failure.source.startswith("raise"):
        return f"raises its own {failure.type}"
    for kind, part, name in _NAMES:
        if failure.is_a(kind) and part in failure.text:
            return name
    return f"raises {failure.type}"


_NAMES = (
    ("ValueError", "could not be broadcast", "shapes that do not fit together"),
    ("ValueError", "could not broadcast", "shapes that do not fit together"),
    ("ValueError", "matmul", "inner dimensions that differ"),
    ("ValueError", "not aligned", "inner dimensions that differ"),
    ("ValueError", "inhomogeneous", "an array made of unequal rows"),
    ("ValueError", "truth value", "a condition on a whole array"),
    ("ValueError", "unpack", "a wrong number of values to unpack"),
    ("ValueError", "setting an array element", "an array in the place of a number"),
    ("AxisError", "", "an axis that does not exist"),
    ("IndexError", "out of", "an index out of range"),
    ("IndexError", "too many indices", "too many indices"),
    ("IndexError", "", "something that is not an index"),
    ("TypeError", "bitwise", "`^` is not a power"),
    ("TypeError", "for ^", "`^` is not a power"),
    ("TypeError", "object is not callable", "something that is not a function is called"),
    ("TypeError", "operand type", "arithmetic on something that is not a number"),
    ("TypeError", "exceptions must derive", "raises something that is not an error"),
    ("UFuncTypeError", "Cannot cast", "stores decimal numbers into an array of whole numbers"),
    ("ZeroDivisionError", "", "a division by 0"),
    ("UnboundLocalError", "", "a variable used before it is assigned"),
    ("NameError", "", "a name that is not defined"),
    ("KeyError", "", "a key that does not exist"),
    ("RecursionError", "", "calls itself without end"),
    ("AssertionError", "", "an `assert` that failed"),
)
