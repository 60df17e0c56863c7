"""No spreadsheet takes a field for a formula, no terminal obeys one, and nothing hides behind a turned direction."""

import csv
import io
import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.grading.safe_text import cell, readable, readable_lines

SIGNS = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "−"]
SEPARATORS = [",", ";", "\t", "|"]


def begins_a_formula(text):
    sign = text.lstrip(" \"'`\u200b\u200c\u200d\u2060\ufeff")[:1]
    unguarded = "'" not in text[: text.find(sign)] if sign else False
    return bool(sign) and (unicodedata.normalize("NFKC", sign) in "=+-@" or sign == "−") and unguarded


@pytest.mark.parametrize(
    ("sign", "before"), list(itertools.product(SIGNS, ["", " ", "\u200b", '"', "\ufeff "]))
)
def test_a_field_that_begins_like_a_formula_is_guarded(sign, before):
    assert not begins_a_formula(cell(f"{before}{sign}1+1"))


@pytest.mark.parametrize(("sign", "separator"), list(itertools.product(SIGNS, SEPARATORS)))
def test_so_is_what_some_spreadsheet_splits_off(sign, separator):
    parts = cell(f"x{separator}{sign}1+1").replace("\t", ";").split(separator if separator != "\t" else ";")
    assert not any(begins_a_formula(part) for part in parts)


@given(st.text(alphabet=[*SIGNS, *SEPARATORS, '"', "'", "a", "1", " ", "\n", "\r", "\u202e"], max_size=12))
def test_whatever_the_text(text):
    file = io.StringIO()
    csv.writer(file).writerow(["name", cell(text), "1"])
    line = file.getvalue()
    for separator in SEPARATORS:
        for row in csv.reader(io.StringIO(line), delimiter=separator):
            for field in row:
                assert (
                    not begins_a_formula(field)
                    or field == "-"
                    or field.replace(".", "").lstrip("-").isdigit()
                )


@pytest.mark.parametrize("number", ["-0.5", "3", "1e-05", "-2", "-"])
def test_a_number_stays_a_number(number):
    assert cell(number) == number


@pytest.mark.parametrize(
    "turning", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
)
def test_a_turned_direction_is_shown(turning):
    assert readable(f"ab{turning}cd") == f"ab[U+{ord(turning):04X}]cd"


def test_control_characters_are_spaces_and_names_stay():
    assert readable("a\x1b[2Jb\nc\u2028d") == "a [2Jb c d"
    for name in ("Jörg Müller", "Nguyễn Văn Ánh", "Łukasz", "مریم می\u200cخواهد", "O'Brien"):
        assert readable(name) == name
        assert cell(name) == name
    assert readable_lines("def f():\n\treturn '\u202e'\r\n") == "def f():\n\treturn '[U+202E]'\n"
