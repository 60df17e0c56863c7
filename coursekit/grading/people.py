"""Who handed something in, and what: the data that the inbox gives to the rest of grading."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Person:
    """A student: the name as the learning-management system or the roster writes it, and the ids known of them.

    number: the id in the system that the files came from (Canvas user, Moodle participant, Gradescope submission).
    """

    name: str
    number: str = ""
    sis_id: str = ""
    login: str = ""
    email: str = ""
    section: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What identifies a student in every table."""
        return self.name, self.number


@dataclass(frozen=True, slots=True)
class File:
    """A file as handed in: its path in words, and how to load it (raising Unreadable with the finding).

    attempt: 0 for the first; files of one attempt belong together. late: the system marked it so. submitted: an ISO
    time where the system gives it, else "". handle: the start of its name or folder that the system expects back.
    """

    path: str
    load_bytes: Callable[[], bytes]
    attempt: int = 0
    late: bool = False
    submitted: str = ""
    handle: str = ""


@dataclass(frozen=True, slots=True)
class HandIn:
    """What one student handed in, before anything is read. system: "canvas", "moodle", …, or "" if unknown.

    A student of the roster who handed in nothing has no files, and a finding that says so.
    """

    person: Person
    files: tuple[File, ...] = ()
    findings: tuple[str, ...] = field(default=())
    system: str = ""

    @property
    def student(self) -> str:
        return self.person.name

    @property
    def number(self) -> str:
        return self.person.number


@dataclass(frozen=True, slots=True)
class SubmittedFile:
    """A file that was read. content is None where it could not be; refused says why."""

    path: str
    content: bytes | None
    refused: str | None = None
    attempt: int = 0
    late: bool = False
    submitted: str = ""
    handle: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """A hand-in whose files were read: plain data, which may travel to another machine.

    digest: a hash of all contents; the same digest means that nothing has to be graded again.
    """

    person: Person
    files: tuple[SubmittedFile, ...]
    findings: tuple[str, ...]
    digest: str
    system: str = ""

    @property
    def student(self) -> str:
        return self.person.name

    @property
    def number(self) -> str:
        return self.person.number
