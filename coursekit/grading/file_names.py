"""File names that identify a student: of a feedback page, and of an answer that is marked anonymously."""

import hashlib
import re


def file_name(student: str, number: str) -> str:
    """A safe file name for a student; two students never share one, whatever their names are."""
    if re.fullmatch(r"[a-z0-9_]{1,60}", student) and not number:
        return student
    safe = re.sub(r"[^\w.]+", "_", student, flags=re.ASCII).strip("._")[:60]
    return f"{safe or 'student'}-{student_id(student, number)[:8]}"  # only such names have a hyphen


def student_id(student: str, number: str) -> str:
    """Sixteen hexadecimal digits that identify a student; no spreadsheet reads them as a formula."""
    return hashlib.sha256(f"{student}\0{number}".encode(errors="replace")).hexdigest()[:16]
