"""Errors of NumPy and Python in words: what met what, and how to fix it."""

import re
from collections.abc import Callable

from coursekit.exercises.engine.answers import Failure

Words = Callable[[re.Match[str], Failure], str]


def error_words(failure: Failure) -> str | None:
    """What went wrong, as a main clause, or None if the error's own text is as clear as it gets."""
    if failure.within:
        return f"`{failure.within}` cannot use the arguments that you pass ({failure.text}). Check what they are, and their order"
    for kind, pattern, words in _KNOWN:
        if failure.is_a(kind) and (match := re.search(pattern, failure.text)):
            return words(match, failure)
    return None


def raises(failure: Failure) -> str:
    """ "it raises ValueError: …", with the cause in words where that is possible."""
    text = error_words(failure) or failure.text
    return f"it raises {failure.type}{': ' if text else ''}{text}".rstrip(".")


def _broadcast(match, failure):
    found = re.findall(r"\([\d,]*\)", match[0])
    shapes = [tuple(int(n) for n in shape.strip("()").split(",") if n) for shape in found[:2]]
    if len(shapes) != 2:
        return "arrays of these shapes do not fit together: " + ", ".join(found)
    one, other = shapes
    text = (
        f"arrays of the shapes {one} and {other} meet, but do not fit together: compared from the right, each "
        "pair of axes must be equal or contain a 1"
    )
    if len(one) == len(other) + 1 and one[: len(other)] == other:
        text += f". If {other} comes from a sum, mean or maximum over the last axis, keep that axis: `keepdims=True`"
    elif len(one) == len(other) == 2 and one == other[::-1]:
        text += ". One of them is the transpose of what the other expects"
    return text


def _product(match, failure):
    if len(failure.shapes) == 4:
        left, one, right, other = failure.shapes
        pair = f"`{left}` of shape {one} is multiplied by `{right}` of shape {other}"
    else:
        pair = "two arrays are multiplied as matrices"
    rear, front = match["second"], match["first"]
    return f"{pair}; the inner dimensions, {rear} and {front}, must be equal"


def _dot(match, failure):
    return f"arrays of the shapes {match[1]} and {match[2]} are multiplied as matrices; the inner dimensions, {match[3]} and {match[4]}, must be equal"


def _scalar_operand(match, failure):
    return (
        "`@` multiplies arrays, but one side is a single number (an array without axes). Use `*` for numbers, or "
        "check why an array became a number"
    )


def _index(match, failure):
    size = int(match["size"])
    return (
        f"index {match['index']} is used on an axis of length {size}, whose indices run from 0 to {size - 1}"
        if size
        else f"index {match['index']} is used on an axis of length 0, which has no entries"
    )


def _axis(match, failure):
    dimensions = int(match[2])
    axes = "0" if dimensions == 1 else f"0 to {dimensions - 1}"
    return (
        f"axis {match[1]} is used on an array that has only axis {axes}"
        if dimensions
        else f"axis {match[1]} is used on a single number"
    )


def _unpack(match, failure):
    what = "more values than" if match[1] == "too many" else "fewer values than the"
    text = f"the right side of the assignment has {what} {match[2]} names on the left"
    return text + (
        ". An array that has one axis has a `shape` with a single entry" if ".shape" in failure.source else ""
    )


def _name(match, failure):
    name = match[1]
    if name in _NUMPY_NAMES:
        return f"the name `{name}` is not defined here; NumPy's function is written `np.{name}`"
    return (
        f"the name `{name}` is not defined: is it misspelled, or assigned only in a branch that did not run?"
    )


def _bitwise(match, failure):
    if match[1] in ("^", "bitwise_xor"):
        return "`^` is not a power in Python but a bitwise operation on whole numbers: write `**`"
    return f"`{match[1]}` is a bitwise operation, which is not defined for decimal numbers"


def _no_list_arithmetic(match, failure):
    return (
        f"`{match[1]}` is not defined between a {match[2]} and a {match[3]}. A list does no arithmetic: convert it "
        "with `np.array`, or compute entry by entry"
    )


_NUMPY_NAMES = frozenset(
    [
        "exp",
        "log",
        "sqrt",
        "mean",
        "sum",
        "abs",
        "argmin",
        "argmax",
        "max",
        "min",
        "where",
        "zeros",
        "ones",
        "array",
        "arange",
        "sort",
        "argsort",
        "cumsum",
        "dot",
        "maximum",
        "minimum",
        "clip",
        "sign",
        "outer",
        "concatenate",
        "stack",
        "unique",
        "square",
        "log2",
        "log1p",
        "tanh",
    ]
)

_KNOWN: tuple[tuple[str, str, Words], ...] = (
    ("ValueError", r"could not be broadcast together with (remapped )?shapes (\([\d,]*\) ?)+", _broadcast),
    (
        "ValueError",
        r"could not broadcast input array from shape (\([\d,]*\)) into shape (\([\d,]*\))",
        lambda m, f: f"an array of shape {m[1]} is assigned to a place of shape {m[2]}",
    ),
    (
        "ValueError",
        r"matmul: .*mismatch.*\(size (?P<first>\d+) is different from (?P<second>\d+)\)",
        _product,
    ),
    ("ValueError", r"matmul: Input operand \d does not have enough dimensions", _scalar_operand),
    ("ValueError", r"shapes (\([\d,]*\)) and (\([\d,]*\)) not aligned: (\d+) .* != (\d+)", _dot),
    (
        "ValueError",
        r"inhomogeneous shape",
        lambda m, f: (
            "an array is made of a list whose entries have different shapes. Work on the entries one by one"
        ),
    ),
    (
        "ValueError",
        r"truth value of an array",
        lambda m, f: (
            "an array of several entries is used as a condition. `if`, `and`, `or` and `not` decide about one value; for "
            "arrays use `np.where`, `&` and `|`, or a loop over the entries"
        ),
    ),
    ("ValueError", r"(too many|not enough) values to unpack \(expected (?:at least )?(\d+)", _unpack),
    (
        "ValueError",
        r"setting an array element with a sequence",
        lambda m, f: "an array is assigned to a place that holds a single number",
    ),
    ("AxisError", r"axis (-?\d+) is out of bounds for array of dimension (\d+)", _axis),
    ("IndexError", r"index (?P<index>-?\d+) is out of bounds for axis \d+ with size (?P<size>\d+)", _index),
    (
        "IndexError",
        r"(list|tuple) index out of range",
        lambda m, f: (
            f"an index is larger than the {m[1]} allows: the last of n entries has index n − 1, and an empty {m[1]} has none"
        ),
    ),
    (
        "IndexError",
        r"too many indices for array: array is (\d+)-dimensional, but (\d+) were indexed",
        lambda m, f: (
            f"an array with {m[1]} {'axis' if m[1] == '1' else 'axes'} is indexed with {m[2]} indices"
        ),
    ),
    (
        "IndexError",
        r"arrays used as indices must be of integer",
        lambda m, f: "an array of decimal numbers is used as an index; indices are whole numbers or booleans",
    ),
    (
        "IndexError",
        r"only integers, slices",
        lambda m, f: "a decimal number is used as an index; indices are whole numbers",
    ),
    ("TypeError", r"ufunc '(bitwise_xor|bitwise_and|bitwise_or)' not supported", _bitwise),
    ("TypeError", r"unsupported operand type\(s\) for (\^): ", _bitwise),
    (
        "TypeError",
        r"unsupported operand type\(s\) for (\S+): '(list|tuple)' and '(\w+)'",
        _no_list_arithmetic,
    ),
    (
        "TypeError",
        r"unsupported operand type\(s\) for (\S+): '(\w+)' and '(list|tuple)'",
        _no_list_arithmetic,
    ),
    (
        "TypeError",
        r"'(\w+)' object is not callable",
        lambda m, f: (
            f"a value of type {m[1]} is called like a function. Is a `*` missing before a bracket, or does a variable "
            "have the name of a function?"
        ),
    ),
    (
        "TypeError",
        r"'float' object cannot be interpreted as an integer",
        lambda m, f: (
            "a decimal number is used where a whole number is needed. `/` always gives a decimal number; `//` or `int` "
            "gives a whole one"
        ),
    ),
    (
        "TypeError",
        r"exceptions must derive from BaseException",
        lambda m, f: 'something that is not an exception is raised. Write `raise ValueError("…")`',
    ),
    (
        "TypeError",
        r"only (?:length-1|0-dimensional) arrays can be converted to Python scalars",
        lambda m, f: (
            "an array of several entries is used where a single number is needed. `math` works on single numbers, "
            "`np` on arrays"
        ),
    ),
    (
        "TypeError",
        r"object of type '(\w+)' has no len\(\)",
        lambda m, f: f"`len` is taken of a single value of type {m[1]}",
    ),
    (
        "TypeError",
        r"'(\w+)' object is not iterable",
        lambda m, f: (
            f"a loop or an unpacking runs over a single value of type {m[1]}; did you mean `range(…)`?"
        ),
    ),
    (
        "TypeError",
        r"'(\w+)' object is not subscriptable",
        lambda m, f: f"a single value of type {m[1]} is indexed as if it were an array or a list",
    ),
    (
        "TypeError",
        r"bad operand type for unary -: '(list|tuple)'",
        lambda m, f: f"a {m[1]} has no negative. Convert it with `np.array` first",
    ),
    (
        "UFuncTypeError",
        r"Cannot cast ufunc '\w+' output from dtype\('float64'\) to dtype\('int",
        lambda m, f: (
            "decimal numbers are stored into an array of whole numbers. Make a new array, `x = x - …` instead of "
            "`x -= …`, or create it with `dtype=float`"
        ),
    ),
    (
        "ZeroDivisionError",
        r"",
        lambda m, f: "a number is divided by 0. What should the result be in that case?",
    ),
    (
        "UnboundLocalError",
        r"local variable '(\w+)'",
        lambda m, f: (
            f"`{m[1]}` is used before it is assigned: its assignment is in a branch or a loop that did not run"
        ),
    ),
    ("NameError", r"name '(\w+)' is not defined", _name),
    (
        "AttributeError",
        r"'(list|tuple)' object has no attribute '(\w+)'",
        lambda m, f: (
            f"a {m[1]} has no `.{m[2]}`; an array has. Convert it with `np.array`, or take one of its entries"
        ),
    ),
    (
        "AttributeError",
        r"module 'numpy' has no attribute '(\w+)'",
        lambda m, f: f"NumPy has no function `np.{m[1]}`",
    ),
    (
        "AttributeError",
        r"'NoneType' object has no attribute '(\w+)'",
        lambda m, f: f"`.{m[1]}` is asked of None. Which earlier call returned nothing?",
    ),
    ("RecursionError", r"", lambda m, f: "the function calls itself without end"),
    ("KeyError", r"(?P<key>'\w+')$", lambda m, f: f"there is no key {m['key']} in the dict"),
    ("AssertionError", r"", lambda m, f: "an `assert` failed" + (f" ({f.text})" if f.text else "")),
)
