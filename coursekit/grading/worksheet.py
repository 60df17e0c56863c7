"""Fill in the grading worksheet that Moodle gives: grades and comments, every other cell as it was.

Moodle compares the worksheet's titles with words in the language of the person who uploads it, and needs the columns of the
participant, the grade and the time of the grade's last change (mod/assign/feedback/offline/importgradeslib.php). So
its own worksheet, filled in, is the safe way back. It was not tried in a running system.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from coursekit.grading.errors import GradingError
from coursekit.grading.marks import Grade
from coursekit.grading.safe_text import cell
from coursekit.grading.tables import comments, handed_in

GRADE, COMMENTS, MOST = "Grade", "Feedback comments", "Maximum Grade"


class WorksheetError(GradingError):
    """The file is not a worksheet that can be filled in; the message names what is missing."""


@dataclass(frozen=True)
class Filled:
    """The worksheet with the grades, and who is only in one of the two."""

    text: str
    not_in_worksheet: tuple[str, ...]
    not_graded: int


def fill_worksheet(
    path: Path, grades: Iterable[Grade], grade_column: str = GRADE, comment_column: str = COMMENTS
) -> Filled:
    """The worksheet in this file with the grades in it.

    Participants are found by the number at the end of their first cell ("Participant 55102"). The column of comments
    may be missing. Raises WorksheetError if the file is no worksheet, or if its grades have another maximum.
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise WorksheetError(f"{path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise WorksheetError(
            f"{path} is not UTF-8. Take the worksheet as Moodle gave it, not saved by Excel."
        ) from None
    rows = list(csv.reader(io.StringIO(text, newline="")))
    head = [title.strip() for title in rows[0]] if rows else []
    if grade_column not in head:
        raise WorksheetError(
            f"{path} must have a column {grade_column!r}; it has {', '.join(head) or 'no columns'}. In another language, "
            "name the column: --grade-column and --comment-column."
        )
    place, words = head.index(grade_column), head.index(comment_column) if comment_column in head else None
    by_number = {grade.record.number: grade for grade in grades if grade.record.number}
    _same_maximum(path, head, rows[1:], by_number)
    matched = set()
    for row in rows[1:]:
        number = re.search(r"(\d+)\s*$", row[0]) if row else None
        grade = by_number.get(number[1]) if number else None
        if grade and len(row) == len(head):
            matched.add(grade.record.number)
            if handed_in(grade):
                row[place] = f"{grade.points:g}"
                if words is not None:
                    row[words] = cell(comments(grade))
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n" if "\r\n" in text else "\n").writerows(rows)
    missing = tuple(grade.record.student for number, grade in by_number.items() if number not in matched)
    return Filled(file.getvalue(), missing, len(rows) - 1 - len(matched))


def _same_maximum(path, head, rows, by_number):
    if MOST not in head or not rows or not by_number:
        return
    most = next(iter(by_number.values())).out_of
    given = rows[0][head.index(MOST)].replace(",", ".") if len(rows[0]) == len(head) else ""
    if re.fullmatch(r"\d+(\.\d+)?", given) and abs(float(given) - most) > 0.005:
        raise WorksheetError(
            f"{path} has grades up to {float(given):g}, but this assignment has {most:g} points. Set the maximum grade of the "
            f"assignment in Moodle to {most:g}, or its points in the assignment file."
        )
