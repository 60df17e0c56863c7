"""The files of a folder or a zip archive: nothing is unpacked to disk, links are not followed, and reading is bounded.

Archives of students inside are opened one level deep.
"""

import io
import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from coursekit.grading.notebook import LARGEST, Unreadable

MOST_IN_FOLDER = 20_000  # files that are looked at
MOST_IN_ARCHIVE = 200  # of a student's own archive
_SKIPPED = (
    "__MACOSX",
    ".ipynb_checkpoints",
    ".DS_Store",
    ".git",
    ".github",
    "__pycache__",
    ".venv",
    "node_modules",
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file, or a folder without any: the parts of its path, how to load it, and what is to be said about it.

    load_bytes is None for a folder.
    """

    parts: tuple[str, ...]
    load_bytes: Callable[[], bytes] | None
    finding: str = ""

    @property
    def name(self) -> str:
        return self.parts[-1]


def in_folder(folder: Path, exclude: tuple[Path, ...] = ()) -> Iterator[Found]:
    """The files below a folder, without those of excluded folders and of earlier results."""
    unreadable: list[OSError] = []
    left_out = {path.resolve() for path in exclude}
    for place, folders, names in os.walk(folder, onerror=unreadable.append):
        path = Path(place)
        parts = path.relative_to(folder).parts
        if path.resolve() in left_out or (parts and "gradebook.sqlite" in names and "class.html" in names):
            folders[:] = []
            continue
        folders[:] = sorted(name for name in folders if not _is_clutter(name))
        links = [name for name in folders if (path / name).is_symlink()]
        kept = [name for name in sorted(names) if not _is_clutter(name)]
        for name in kept[:MOST_IN_FOLDER]:
            yield Found(_texts((*parts, name)), lambda file=path / name: file_bytes(file))
        if len(kept) > MOST_IN_FOLDER and parts:
            yield Found(
                _texts(parts), None, f"the folder has {len(kept):,} files; {MOST_IN_FOLDER:,} were looked at"
            )
        for name in links:
            yield Found(_texts((*parts, name)), None, "it is a link to another folder: it was not followed")
        if parts and not kept and not folders:
            yield Found(_texts(parts), None, "an empty folder was handed in")
    for error in unreadable:
        parts = Path(error.filename).relative_to(folder).parts if error.filename else ()
        if parts:
            yield Found(
                _texts(parts), None, f"the folder cannot be read ({error.strerror}): look at it by hand"
            )


def in_archive(archive: zipfile.ZipFile) -> Iterator[Found]:
    """The files of an archive, which stays open as long as they may be read."""
    folders, used = [], set()
    for info in archive.infolist():
        parts = _parts(info.filename)
        if not parts or any(map(_is_clutter, parts)):
            continue
        if info.is_dir():
            folders.append(parts)
            continue
        used |= {parts[:i] for i in range(len(parts))}
        yield Found(parts, lambda info=info: _member_bytes(archive, info))
    for parts in folders:
        if parts not in used and not any(other[: len(parts)] == parts for other in folders if other != parts):
            yield Found(parts, None, "an empty folder was handed in")


def unpacked(found: Found) -> list[Found]:
    """What a student's own archive holds, each with the archive's path before its own.

    A notebook under an archive's name is given as it is. Members are read later, when they are graded.
    """
    if found.load_bytes is None:
        return [found]
    try:
        content = _content(found)
        if content.lstrip()[:1] == b"{":
            return [Found((*found.parts, f"{found.name}.ipynb"), found.load_bytes)]
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [info for info in archive.infolist() if not info.is_dir() and _parts(info.filename)]
    except (Unreadable, OSError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        text = str(error) if isinstance(error, Unreadable) else "the archive cannot be opened: it is damaged"
        return [Found(found.parts, None, f"{found.name}: {text}")]
    kept = [info for info in members if not any(map(_is_clutter, _parts(info.filename)))]
    inside = [
        Found((*found.parts, *_parts(info.filename)), lambda info=info: _inner_bytes(found, info))
        for info in kept[:MOST_IN_ARCHIVE]
    ]
    if len(kept) > MOST_IN_ARCHIVE:
        text = f"{found.name} holds {len(kept):,} files; {MOST_IN_ARCHIVE} were looked at"
        inside.append(Found(found.parts, None, text))
    return inside or [Found(found.parts, None, f"{found.name} is an empty archive")]


def _content(found):
    return found.load_bytes() if found.load_bytes else b""


def _inner_bytes(found, info):
    with zipfile.ZipFile(io.BytesIO(_content(found))) as archive:
        return _member_bytes(archive, info)


def file_bytes(path: Path) -> bytes:
    """The bytes of a regular file, up to the bound. Raises Unreadable, with the reason as its text."""
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


def _member_bytes(archive, info):
    path = PurePosixPath(info.filename.replace("\\", "/"))
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


def _parts(name):
    """The parts of a member's name, as text, without those that would lead elsewhere."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return _texts([part for part in parts if part not in ("/", "..", ".", "")])


def as_text(name: str) -> str:
    """A name as text that can be written anywhere, whatever bytes it is made of."""
    return name.encode(errors="backslashreplace").decode()


def _texts(parts):
    return tuple(map(as_text, parts))


def _is_clutter(name):
    return name in _SKIPPED or name.startswith(("._", ".sandbox-"))
