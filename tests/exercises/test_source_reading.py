"""Laws of reading the learner's code: each fact is true, and none costs points."""

import linecache

import numpy as np
import pytest
from right_answers import RIGHT

from coursekit.exercises import exercises
from coursekit.exercises.engine.checking import assess, source_of
from coursekit.exercises.engine.source_reading import FIRST, divisors, facts

SOURCES = {
    "^": "def f(x):\n    return x ^ 2",
    "is": "def f(x, y):\n    return sum(a is not b for a, b in zip(x, y))",
    "no return": "def f(x):\n    print(x)",
    "return in loop": "def f(x):\n    for a in x:\n        total = a\n        return total",
    "overwritten": "def f(x, rng):\n    rng = np.random.default_rng(0)\n    return rng.permutation(x)",
    "unused": "def f(x, lam):\n    return x * 2",
    "None from a method": "def f(x):\n    y = list(x)\n    z = y.sort()\n    return z",
    "not raised": "def f(x):\n    if x < 0:\n        ValueError('negative')\n    return x",
    "no effect": "def f(x):\n    x == 3\n    return x",
    "/ then *": "def f(x, m):\n    return x / 2 * m",
    "//": "def f(x):\n    return x // 2",
}
CLEAN = """
def f(x, m):
    x = x - np.mean(x)
    for a in x:
        if a is None:
            return 0
    for a in x:
        if a > 0:
            continue
        return a
    return x.sort() or (x ** 2) / (2 * m)
"""


@pytest.mark.parametrize(("kind", "source"), SOURCES.items())
def test_a_fact_is_found(kind, source):
    assert kind in [fact.kind for fact in facts(source, "f")]


def test_sound_code_has_no_facts():
    assert facts(CLEAN, "f") == []
    assert facts("def f(:", "f") == []
    assert facts(None, "f") == []


def test_divisors_occur_below_only():
    def f(a, m, n):
        return a / (2 * m) + n / m + a / n

    assert divisors(f) == {"m"}


@pytest.mark.parametrize("key", RIGHT)
def test_no_right_answer_has_a_fact_that_would_be_said_first(key):
    for answer in RIGHT[key]:
        found = [f.kind for f in facts(source_of(answer), answer.__name__) if f.kind in FIRST]
        assert [kind for kind in found if kind not in ("/ then *", "overwritten")] == []


def learner(source, name):
    linecache.cache[f"<{name}>"] = (len(source), None, source.splitlines(True), f"<{name}>")
    namespace = {"np": np}
    exec(compile(source, f"<{name}>", "exec"), namespace)
    return namespace[name]


def test_a_fact_is_chosen_over_what_the_values_show():
    source = "def mse(p, y):\n    for a, b in zip(p, y):\n        return np.mean((a - b) ** 2), 2 * (p - y) / p.size\n"
    verdict = assess("02.1", learner(source, "mse"))
    assert verdict.misconception == "returns inside the loop"
    assert "line 3" in verdict.remarks[0]


def test_a_printed_result_is_pointed_out():
    verdict = assess("02.1", learner("def mse(p, y):\n    print(np.mean((p - y) ** 2))\n", "mse"))
    assert (verdict.outcome, verdict.points) == ("unanswered", 0)
    assert "It prints the result" in verdict.remarks[0]


def test_a_suspicious_line_costs_no_points():
    source = "def mse(p, y):\n    p.size == 3\n    d = p - y\n    return np.mean(d**2), d / (d.size / 2)\n"
    assert assess("02.1", learner(source, "mse")).outcome == "passed"


def test_an_error_that_is_returned_is_pointed_out():
    source = (
        "def true_error(guess, label, probability):\n"
        "    if np.any(probability < 0) or abs(np.sum(probability) - 1) > 1e-6:\n"
        "        return ValueError('no distribution')\n"
        "    return np.sum(probability[guess != label])\n"
    )
    verdict = assess("01.2", learner(source, "true_error"))
    assert verdict.misconception == "does not raise the error"
    assert "raises TypeError" not in repr(verdict)
    assert exercises()["01.2"].points > verdict.points > 0
