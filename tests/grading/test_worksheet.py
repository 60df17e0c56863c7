"""Moodle's worksheet, filled in: grades where they belong, everything else as it was."""

import csv
import io

import pytest
from test_tables import CLASS

from coursekit.grading.assignment import Assignment
from coursekit.grading.marks import Marking
from coursekit.grading.worksheet import WorksheetError, fill_worksheet

HEAD = "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments"
ASSIGNMENT = Assignment("Homework", ("02.1", "02.2"), points={"02.1": 6.0, "02.2": 3.0})


def sheet(folder, *rows, head=HEAD, newline="\n", most="9.00"):
    lines = [head, *(f'{who},"{name}",x@example.org,Submitted,,{most},Yes,"Monday",-,' for who, name in rows)]
    path = folder / "sheet.csv"
    path.write_text(newline.join(lines) + newline, encoding="utf-8", newline="")
    return path


def grades():
    return list(map(Marking(ASSIGNMENT).grade, CLASS))


ROWS = [("Participant 41001", "Lovelace, Ada"), ("Participant 999", "Nobody"), ("Teilnehmer/in 41003", "C")]


def test_grades_are_filled_in_by_the_number_of_the_participant(tmp_path):
    filled = fill_worksheet(sheet(tmp_path, *ROWS), grades())
    ada, nobody, third = csv.DictReader(io.StringIO(filled.text))
    assert (ada["Grade"], nobody["Grade"], third["Grade"]) == ("6", "", "0")
    assert third["Feedback comments"] == "02.1 mse: sums"
    assert filled.not_in_worksheet == ("Noether, Emmy", "Hopper, Grace")
    assert filled.not_graded == 1


def test_all_else_stays_as_it_was(tmp_path):
    path = sheet(tmp_path, *ROWS, newline="\r\n")
    filled = list(csv.reader(io.StringIO(fill_worksheet(path, grades()).text, newline="")))
    given = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
    assert filled[0] == given[0]
    changed = {(i, j) for i, row in enumerate(given) for j, value in enumerate(row) if filled[i][j] != value}
    assert changed == {(1, 4), (3, 4), (3, 9)}
    assert "\r\n" in fill_worksheet(path, grades()).text


def test_another_language_names_its_columns(tmp_path):
    path = sheet(
        tmp_path, *ROWS, head=HEAD.replace(",Grade,", ",Bewertung,").replace("Maximum Grade", "Bestwertung")
    )
    with pytest.raises(WorksheetError, match="Bewertung"):
        fill_worksheet(path, grades())
    filled = fill_worksheet(path, grades(), "Bewertung")
    assert next(csv.DictReader(io.StringIO(filled.text)))["Bewertung"] == "6"


def test_a_different_maximum_is_refused_because_the_grades_would_mean_something_else(tmp_path):
    with pytest.raises(WorksheetError, match="grades up to 100, but this assignment has 9 points"):
        fill_worksheet(sheet(tmp_path, *ROWS, most="100.00"), grades())


def test_a_file_that_is_no_worksheet(tmp_path):
    (tmp_path / "x.csv").write_text("")
    with pytest.raises(WorksheetError, match="must have a column 'Grade'"):
        fill_worksheet(tmp_path / "x.csv", grades())
    with pytest.raises(WorksheetError, match="cannot be read"):
        fill_worksheet(tmp_path / "none.csv", grades())
