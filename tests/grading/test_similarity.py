"""Similar answers: a copy is found whatever was renamed or reformatted; independent answers are not."""

import numpy as np
import pytest

from coursekit.exercises.engine.verdict import Verdict
from coursekit.grading import similarity
from coursekit.grading.assignment import of_lessons
from coursekit.grading.gradebook import Record
from coursekit.grading.similarity import fingerprint, similar_pairs, words
from coursekit.grading.similarity_page import similarity_page

ORIGINAL = '''
def mse(p, y):
    """Mean squared error."""
    total, rows = 0.0, len(p)
    gradient = np.zeros(p.shape)
    for i in range(rows):
        for j in range(p.shape[1]):
            difference = p[i, j] - y[i, j]
            total += difference * difference
            gradient[i, j] = 2 * difference / p.size
    return total / p.size, gradient
'''
RENAMED = """
def mse(predicted, wanted):
    # my own work
    s, n = 0.0, len(predicted)
    g = np.zeros(
        predicted.shape)

    for a in range(n):
        for b in range(predicted.shape[1]):
            d = predicted[a, b] - wanted[a, b]
            s += d * d
            g[a, b] = 2 * d / predicted.size
    return s / predicted.size, g
"""
OWN = """
def mse(p, y):
    d = np.asarray(p) - np.asarray(y)
    flat = d.ravel()
    loss = float(np.dot(flat, flat)) / flat.size
    if not np.isfinite(loss):
        raise ValueError("the loss is not finite")
    slope = np.multiply(d, 2.0)
    np.divide(slope, flat.size, out=slope)
    return loss, slope.reshape(np.shape(p))
"""


def record(name, source):
    return Record(
        name, "", ("a.ipynb",), name, (Verdict("02.1", "mse", "passed", 3, 3),), sources={"02.1": source}
    )


def found(*sources):
    records = [record(f"s{i}", source) for i, source in enumerate(sources)]
    return [
        (pair.one.student, pair.other.student, pair.share)
        for pair in similar_pairs(lambda: records, ["02.1"])
    ]


def test_renaming_formatting_and_comments_change_nothing():
    assert words(ORIGINAL) == words(RENAMED)
    assert found(ORIGINAL, RENAMED, OWN) == [("s0", "s1", 1.0)]


def test_a_changed_line_lowers_the_share_a_little():
    ((_, _, share),) = found(ORIGINAL, RENAMED.replace("2 * d", "(d + d)"))
    assert 0.7 <= share < 1


def test_independent_answers_are_not_listed():
    assert found(ORIGINAL, OWN) == []


def test_short_answers_are_not_listed_because_they_agree_by_chance():
    short = "def mse(p, y):\n    d = p - y\n    return np.mean(d**2), 2 * d / d.size\n"
    assert found(short, short) == []


@pytest.mark.parametrize("at_once", [similarity.AT_ONCE, 2000])
def test_what_the_whole_class_has_says_nothing_but_a_copy_is_still_found(monkeypatch, at_once):
    monkeypatch.setattr(
        similarity, "AT_ONCE", at_once
    )  # with few, as in a large class, a sample finds the pairs
    rng = np.random.default_rng(0)
    lines = [
        f"    x{i} = x{i - 1} * {rng.integers(1000)} + abs(x{i - 1} - {rng.integers(1000)})"
        for i in range(1, 30)
    ]
    given = "def helper(x0):\n" + "\n".join(lines) + "\n    return x29\n"
    own = [given + ORIGINAL.replace("0.0", f"{i}.5").replace("2 *", f"{i} +") for i in range(40)]
    assert sum(len(fingerprint({"02.1": source})) for source in own) > 2000
    pairs = found(*own, own[7].replace("gradient", "g"))
    assert ("s7", "s40") in [(one, other) for one, other, _ in pairs]


@pytest.mark.parametrize("source", ["def mse(p:", "", "\0", "x = " + "(" * 500 + ")" * 500])
def test_an_answer_that_does_not_parse_has_no_words(source):
    assert len(fingerprint({"02.1": source})) == 0


def test_the_page_shows_the_pair_side_by_side_and_accuses_nobody():
    records = [record("<b>ana</b>", ORIGINAL), record("bo", RENAMED)]
    pairs = similar_pairs(lambda: records, ["02.1"])
    page = similarity_page(of_lessons(["02.1"]), pairs)
    assert "&lt;b&gt;ana&lt;/b&gt;" in page
    assert "<b>ana" not in page
    assert "gradient[i, j] = 2 * difference / p.size" in page
    assert "g[a, b] = 2 * d / predicted.size" in page
    assert "proves\nnothing" in page
