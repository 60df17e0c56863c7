"""What was handed in: a folder of notebooks or of student folders, one notebook, or a zip archive of either.

The names are strangers' too. They only serve to tell who handed in what: nothing is unpacked to disk, links are not
followed, and reading stops at a bound whatever an archive says of its sizes.
"""

import os
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from coursekit.grading.errors import GradingError
from coursekit.grading.notebook import LARGEST, Unreadable
from coursekit.grading.people import File, HandIn, Person

MOST_FILES = 100_000
_SKIPPED = ("__MACOSX", ".ipynb_checkpoints", ".DS_Store", ".git")


class InboxError(GradingError):
    """There is nothing to grade; the text says what was looked for."""


def submissions(source: Path, *, roster=None, pattern=None, exclude=()) -> list[HandIn]:
    """Every submission in a folder, a zip archive or a notebook, in the order of the students' names.

    Raises InboxError where there is none.
    """
    source = Path(source)
    if not source.exists():
        raise InboxError(f"{source} does not exist. Name a folder of notebooks, or a zip archive of them.")
    if source.is_dir():
        found = list(_in_folder(source))
    elif zipfile.is_zipfile(source) and source.suffix.lower() != ".ipynb":
        found = list(_in_archive(source))
    else:
        found = [(PurePosixPath(source.name), File(_text(source.name), lambda: _read_file(source)))]
    grouped: dict[tuple[str, str], list[File]] = {}
    for parts, file in _unwrapped(found):
        grouped.setdefault(_student([_text(part) for part in parts]), []).append(file)
    if not grouped:
        raise InboxError(
            f"there are no notebooks in {source}. It wants .ipynb files, or a folder for each student."
        )
    return [_submission(*who, files) for who, files in sorted(grouped.items())]


def _submission(student, number, files):
    notebooks = tuple(file for file in files if file.path.lower().endswith(".ipynb"))
    others = [PurePosixPath(file.path).name for file in files if file not in notebooks]
    findings = () if notebooks else (f"there is no notebook, only {', '.join(others[:5])}",)
    return HandIn(Person(student, number), notebooks, findings)


def _in_folder(folder) -> Iterator[tuple[PurePosixPath, File]]:
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        for name in sorted(names):
            path = Path(place) / name
            inside = PurePosixPath(path.relative_to(folder).as_posix())
            if _counts(inside):
                count += 1
                if count > MOST_FILES:
                    raise InboxError(
                        f"{folder} holds more than {MOST_FILES:,} files: is it the right folder?"
                    )
                yield inside, File(_text(str(inside)), lambda path=path: _read_file(path))


def _in_archive(source):
    archive = zipfile.ZipFile(source)  # stays open as long as its files may be read
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MOST_FILES:
        raise InboxError(f"{source} holds more than {MOST_FILES:,} files: is it the right archive?")
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if _counts(path):
            yield path, File(info.filename, lambda info=info, path=path: _read_member(archive, info, path))


def _text(name):
    """A file's name as text that can be written anywhere, whatever bytes it is made of."""
    return name.encode(errors="backslashreplace").decode()


def _counts(path):
    """Whether a file is somebody's: beside notebooks, anything in a student's folder, so that she is not lost."""
    if any(part in _SKIPPED or part.startswith("._") for part in path.parts):
        return False
    return path.suffix.lower() == ".ipynb" or (len(path.parts) > 1 and path.name[0] != ".")


def _read_file(path):
    try:
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        link = path.is_symlink()
        raise Unreadable(
            f"{'it is a link, not a file' if link else error.strerror}: it was not read"
        ) from None
    with os.fdopen(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise Unreadable("it is not a regular file: it was not read")
        return _bounded(file.read(LARGEST + 1), os.fstat(fd).st_size)


def _read_member(archive, info, path):
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", info.filename):
        raise Unreadable("its name leads out of the archive: it was not read")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise Unreadable("it is a link, not a file: it was not read")
    try:
        with archive.open(info) as file:
            return _bounded(file.read(LARGEST + 1), info.file_size)
    except Unreadable:
        raise
    except Exception as error:  # each compression has errors of its own
        raise Unreadable(f"it cannot be unpacked ({type(error).__name__}: {str(error)[:80]})") from None


def _bounded(content, size):
    if len(content) > LARGEST:
        raise Unreadable(
            f"it has {max(size, len(content)) / 1e6:,.0f} MB, more than {LARGEST / 1e6:,.0f}: ask for it without outputs"
        )
    return content


_CANVAS = re.compile(r"^([^_/]+)_(?:LATE_)?(\d+)_(\d+)_.+\.ipynb$", re.IGNORECASE)
_MOODLE = re.compile(r"^(.+?)_(\d+)_assignsubmission_\w+$", re.IGNORECASE)
_GRADESCOPE = re.compile(r"^submission_(\d+)$", re.IGNORECASE)


def _unwrapped(found):
    """(parts of its path, file) without a folder that is around all of them and nobody's own."""
    found = [([part for part in path.parts if part not in ("..", "/")], file) for path, file in found]
    while found and len({parts[0] for parts, _ in found}) == 1:
        depths = {len(parts) for parts, _ in found}
        own = _MOODLE.match(found[0][0][0]) or _GRADESCOPE.match(found[0][0][0])
        if own or min(depths) < 2 or (min(depths) == 2 and (len(found) == 1 or len(depths) > 1)):
            break
        found = [(parts[1:], file) for parts, file in found]
    return found


def _student(parts) -> tuple[str, str]:
    """(name, number) of who handed a file in, from the names that learning-management systems give."""
    if match := _CANVAS.match(parts[-1]):
        return match[1], match[2]
    for part in parts[:-1]:
        if match := _MOODLE.match(part):
            return match[1], match[2]
        if match := _GRADESCOPE.match(part):
            return part, match[1]
    return (parts[0] if len(parts) > 1 else PurePosixPath(parts[-1]).stem), ""
