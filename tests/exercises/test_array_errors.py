"""Laws of errors in words: what met what, in the learner's line."""

import linecache

import numpy as np
import pytest

from coursekit.exercises.engine.array_errors import error_words
from coursekit.exercises.engine.error_names import error_name
from coursekit.exercises.engine.running import call_once

CASES = [
    (
        "x @ x",
        "`x` of shape (2, 3) is multiplied by `x` of shape (2, 3); the inner dimensions, 3 and 2, must be equal",
    ),
    ("np.dot(x, x)", "the inner dimensions, 3 and 2, must be equal"),
    (
        "x.T @ x.T",
        "`x.T` of shape (3, 2) is multiplied by `x.T` of shape (3, 2); the inner dimensions, 2 and 3,",
    ),
    ("x - x.sum(axis=1)", "(2, 3) and (2,) meet, but do not fit together"),
    ("x - x.sum(axis=1)", "`keepdims=True`"),
    ("x + x.T", "One of them is the transpose"),
    ("x @ 3", "one side is a single number"),
    ("x[5]", "index 5 is used on an axis of length 2, whose indices run from 0 to 1"),
    ("[1, 2][2]", "the last of n entries has index n − 1"),
    ("x[0, 0, 0]", "an array with 2 axes is indexed with 3 indices"),
    ("x.sum(axis=2)", "axis 2 is used on an array that has only axis 0 to 1"),
    ("np.array([[1], [1, 2]])", "entries have different shapes"),
    ("1 if x > 0 else 0", "used as a condition"),
    ("exp(x)", "NumPy's function is written `np.exp`"),
    ("undefined_name", "the name `undefined_name` is not defined"),
    ("x ^ 2", "`^` is not a power in Python"),
    ("2.0 ^ 2", "`^` is not a power in Python"),
    ("2(x)", "Is a `*` missing before a bracket"),
    ("[1, 2] - [1]", "A list does no arithmetic"),
    ("range(2.0)", "`/` always gives a decimal number"),
    ("x[1.0]", "a decimal number is used as an index"),
    ("1 // 0", "divided by 0"),
    ("len(3)", "`len` is taken of a single value"),
    ("list(3)", "did you mean `range(…)`?"),
    ("(3)[0]", "indexed as if it were an array"),
    ("[1].shape", "a list has no `.shape`"),
    ("None.shape", "`.shape` is asked of None"),
    ("{}['tp']", "there is no key 'tp'"),
    ("(lambda a, b: a)(*[1, 2, 3])", None),
]


def failure_of(expression):
    source = f"def f(x):\n    return {expression}\n"
    name = f"<error {expression}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    namespace = {"np": np}
    exec(compile(source, name, "exec"), namespace)
    return call_once(namespace["f"], (np.ones((2, 3)),)).failure


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize(("expression", "words"), CASES)
def test_an_error_says_what_met_what(expression, words):
    failure = failure_of(expression)
    assert failure.source == f"return {expression}"
    if words is None:
        assert error_words(failure) is None
    else:
        assert words in error_words(failure)
    assert error_name(failure)
    assert "gufunc" not in str(error_words(failure))


def test_unpacking_a_shape():
    source = "def f(x):\n    a, b, c = x.shape\n    return a\n"
    linecache.cache["<unpack>"] = (len(source), None, source.splitlines(True), "<unpack>")
    namespace = {}
    exec(compile(source, "<unpack>", "exec"), namespace)
    words = error_words(call_once(namespace["f"], (np.ones((2, 3)),)).failure)
    assert "fewer values than the 3 names on the left" in words
    assert "single entry" in words
