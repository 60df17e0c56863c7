"""The names of the files that are written for students."""

import hashlib
import re


def file_name(student: str, number: str) -> str:
    """A safe file name of a student's own; two students never share one, whatever they call themselves."""
    if re.fullmatch(r"[a-z0-9_]{1,60}", student) and not number:
        return student
    safe = re.sub(r"[^\w.]+", "_", student, flags=re.ASCII).strip("._")[:60]
    mark = hashlib.sha256(f"{student}\0{number}".encode(errors="replace")).hexdigest()[:8]
    return f"{safe or 'student'}-{mark}"  # only such names have a hyphen
