"""The page of similar answers: each pair with its share, side by side, the lines that agree marked."""

from collections.abc import Sequence

from coursekit.grading.assignment import Assignment
from coursekit.grading.safe_text import readable, readable_lines
from coursekit.grading.similarity import Pair, Side, words
from coursekit.html_page import render

_LONGEST = 200  # lines of one answer


def similarity_page(assignment: Assignment, pairs: Sequence[Pair]) -> str:
    """The page as HTML; what students wrote is escaped."""
    return render("grading/similarity.html", heading=assignment.heading, pairs=list(map(_pair, pairs)))


def _pair(pair: Pair):
    answers = [
        (key, *_side_by_side(pair.one.sources.get(key, ""), pair.other.sources.get(key, "")))
        for key in sorted({*pair.one.sources, *pair.other.sources})
    ]
    return {
        "share": f"{pair.share:.0%}",
        "official": f"{pair.official:.0%}",
        "one": _name(pair.one),
        "other": _name(pair.other),
        "answers": answers,
    }


def _name(side: Side):
    return readable(f"{side.student} ({side.number})" if side.number else side.student)


def _side_by_side(left, right):
    """The lines of both with a mark at those that the other has too, names set aside."""
    sides = [readable_lines(text).split("\n")[:_LONGEST] for text in (left, right)]
    meanings = [[_meaning(line) for line in lines] for lines in sides]
    for lines, mine, others in zip(sides, meanings, reversed(meanings), strict=True):
        common = {meaning for meaning in others if meaning}
        yield [(line, meaning in common) for line, meaning in zip(lines, mine, strict=True)]


def _meaning(line):
    """The line as words that no renaming changes; a line that is no whole statement counts as its text."""
    text = line.strip().rstrip(":")
    if not text or text.startswith("#"):
        return None
    return tuple(words(text)) or text
