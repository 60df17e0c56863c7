"""Collect what was handed in: a folder or a zip archive downloaded from a learning-management system, or one notebook.

Every file leads to a person or to a finding. File names are untrusted too: `systems` says which part of a path
identifies the student.
"""

import dataclasses
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from coursekit.grading import files, systems
from coursekit.grading.errors import GradingError
from coursekit.grading.files import Found
from coursekit.grading.notebook import Unreadable
from coursekit.grading.people import File, HandIn, Person
from coursekit.grading.roster import read_roster, with_roster
from coursekit.grading.systems import Owner

_NOTEBOOKS = (
    ".ipynb",
    ".ipynb.json",
    ".ipynb.txt",
    ".py",
)  # what can be graded, as browsers and systems rename it
_PAPERS = (
    ".pdf",
    ".docx",
    ".doc",
    ".odt",
    ".rtf",
    ".html",
    ".htm",
    ".tex",
    ".pages",
    ".json",
    ".txt",
    ".rar",
    ".7z",
    ".gz",
)
_METADATA = re.compile(
    r"submission_metadata\.yml|timestamp\.txt|index\.html|readme.*|.*\.(?:csv|xlsx|yml|toml|md|log)",
    re.IGNORECASE,
)
_FIELDS = {"name", "number", "sis_id", "login", "email", "section", "late", "attempt"}


class InboxError(GradingError):
    """There is nothing to grade; the text says what was looked for."""


def submissions(
    source: Path, *, roster: Path | None = None, pattern: str | None = None, exclude: tuple[Path, ...] = ()
) -> list[HandIn]:
    """Every hand-in of a folder, a zip archive or a notebook, in the order of the students' names.

    roster: a CSV file with the names of the class, who then all appear. pattern: a regular expression with groups
    such as (?P<name>…) for paths that no known system writes. exclude: folders to leave out, such as the results'.
    Raises InboxError if there is none.
    """
    source = Path(source)
    expression = _compiled(pattern)
    found = _unwrapped(list(_found(source, exclude)))
    owned = _owned(found, expression)
    hand_ins = [hand_in for group in owned.values() for hand_in in _hand_ins(group)]
    if roster is not None:
        hand_ins = with_roster(hand_ins, read_roster(roster))
    if not hand_ins:
        raise InboxError(
            f"there are no notebooks in {source}. It must hold .ipynb files, or a folder for each student."
        )
    return sorted(_apart(hand_ins), key=lambda one: one.person.key)


def _compiled(pattern):
    if pattern is None:
        return None
    try:
        expression = re.compile(pattern)
    except re.error as error:
        raise InboxError(f"the pattern {pattern!r} is not a regular expression: {error}.") from None
    if (
        not expression.groupindex.keys() & {"name", "number", "login", "email"}
        or expression.groupindex.keys() - _FIELDS
    ):
        raise InboxError(
            f"the pattern {pattern!r} needs a group for the student, such as (?P<name>[^_]+); it may have {', '.join(sorted(_FIELDS))}."
        )
    return expression


def _found(source, exclude) -> Iterable[Found]:
    if source.is_dir():
        return files.in_folder(source, exclude)
    if not source.exists():
        raise InboxError(f"{source} does not exist. Name a folder of notebooks, or a zip archive of them.")
    if source.suffix.lower() == ".zip":
        try:
            return files.in_archive(zipfile.ZipFile(source))  # stays open as long as its files may be read
        except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
            raise InboxError(
                f"{source} is not a complete zip archive ({error}). Was the download cut short? Fetch it again."
            ) from None
    return [Found((files.as_text(source.name),), lambda: files.file_bytes(source))]


def _unwrapped(found):
    """The same paths without the folders that contain all of them and belong to no student."""
    found = _submitted_only(found)
    while True:
        own = [
            f
            for f in found
            if not (len(f.parts) == 1 and _METADATA.fullmatch(f.name) and not _is_notebook(f))
        ]
        first = {f.parts[0] for f in own}
        if len(first) != 1:
            return found
        depths = {len(f.parts) for f in own if f.load_bytes}
        files_in_it = sum(f.load_bytes is not None for f in own)
        named = systems.system_of(list(first), folders=True)
        alone = (
            min(depths, default=1) == 2
            and (files_in_it == 1 or len(depths) > 1)
            and not any(f.name == "submission_metadata.yml" for f in own)
        )
        if named or min(depths, default=1) < 2 or alone:
            return found
        found = [dataclasses.replace(f, parts=f.parts[1:]) for f in own if len(f.parts) > 1]


def _submitted_only(found):
    """Of an nbgrader course, what was submitted."""
    first = {f.parts[0] for f in found}
    if "submitted" in first and first & {
        "source",
        "release",
        "autograded",
        "gradebook.db",
        "nbgrader_config.py",
    }:
        return [
            dataclasses.replace(f, parts=f.parts[1:])
            for f in found
            if f.parts[0] == "submitted" and len(f.parts) > 1
        ]
    return found


def _owned(found, expression) -> dict[tuple, list[tuple[Owner, Found, str]]]:
    """{who: [(owner, file, system)]} in the order found."""
    flat = [f for f in found if len(f.parts) == 1 and f.load_bytes]
    folders = {f.parts[0] for f in found if len(f.parts) > 1 or not f.load_bytes}
    of_files = systems.system_of([f.name for f in flat if not _METADATA.fullmatch(f.name)], folders=False)
    of_folders = systems.system_of(sorted(folders), folders=True)
    submitters, names = _metadata(found, of_folders, of_files)
    groups: dict[tuple, list] = {}
    for f in found:
        folder = len(f.parts) > 1 or not f.load_bytes
        system = of_folders if folder else of_files
        if expression:
            owners, system = [_by_pattern(expression, f)], ""
        elif f.parts[0] in submitters and folder:
            owners = submitters[f.parts[0]]
        elif one := systems.owner(f.parts[0], system, folder=folder):
            owners = [dataclasses.replace(one, person=names.get(one.person.login, one.person))]
        elif folder or _is_handed_in(f):
            text = f.parts[0] if folder else _stem(f.name)
            owners = [Owner(Person(text), own_name=f.name)]
            if system and not _METADATA.fullmatch(f.name):
                words = f"its name is not one that {system.partition(',')[0].title()} gives: it is not known whose it is"
                f = dataclasses.replace(f, finding=f.finding or words)
        else:
            continue
        for one in owners:
            groups.setdefault(one.person.key, []).append((one, f, system.partition(",")[0]))
    return groups


def _by_pattern(expression, found):
    path = "/".join(found.parts)
    match = expression.search(path)
    if not match:
        return Owner(
            Person(found.parts[0] if len(found.parts) > 1 else _stem(found.name)), own_name=found.name
        )
    given = {key: value or "" for key, value in match.groupdict().items()}
    late, attempt = bool(given.pop("late", "")), given.pop("attempt", "")
    name = given.pop("name", "") or given.get("login") or given.get("email") or given.get("number", "")
    return Owner(Person(name, **given), late=late, order=attempt, own_name=found.name)


def _metadata(found, of_folders, of_files):
    """({folder: owners} by Gradescope's file, {login: person} by Blackboard's)."""
    submitters, names = {}, {}
    for f in found:
        if (
            f.load_bytes
            and f.name == "submission_metadata.yml"
            and len(f.parts) == 1
            and of_folders == "gradescope"
        ):
            for folder, (people, created) in systems.gradescope_submitters(_content(f)).items():
                if people:
                    submitters[folder] = [
                        Owner(p, submitted=created, order=created, own_name="") for p in people
                    ]
        elif f.load_bytes and of_files == "blackboard" and f.name.endswith(".txt") and len(f.parts) == 1:
            one = systems.owner(f.name, of_files, folder=False)
            if (
                one
                and not one.own_name
                and (person := systems.blackboard_person(_content(f), one.person.login))
            ):
                names[one.person.login] = person
    return submitters, names


def _content(found):
    try:
        return found.load_bytes().decode(errors="replace")
    except Unreadable:
        return ""


def _hand_ins(group) -> Iterable[HandIn]:
    """The hand-in of a person, from all that leads to them; nothing if that is only what a system adds."""
    system = group[0][2]
    person = max((one.person for one, _, _ in group), key=lambda p: sum(map(bool, dataclasses.astuple(p))))
    findings, kept, others = [], [], []
    for one, f, _ in group:
        if f.finding:
            findings.append(f.finding)
        if not f.load_bytes:
            continue
        own = one.own_name or f.name
        if own.lower().endswith(".zip"):
            inside = files.unpacked(f)
            findings += [i.finding for i in inside if i.finding]
            kept += [(one, i) for i in inside if i.load_bytes and _is_notebook(i)]
            others += [i for i in inside if i.load_bytes and not _is_notebook(i)]
        elif own.lower().endswith(_NOTEBOOKS):
            kept.append((one, f))
        elif not _METADATA.fullmatch(f.name) and not (system == "blackboard" and not one.own_name):
            others.append(f)
    if not kept and not findings and not others:
        return
    if any(
        not f.parts[-1].lower().endswith(".py") for _, f in kept
    ):  # modules beside notebooks are not answers
        kept = [(one, f) for one, f in kept if not f.parts[-1].lower().endswith(".py")]
    if not kept and others:
        findings.append(f"there is no notebook, only {', '.join(f.name for f in others[:5])}")
    yield HandIn(person, tuple(_numbered(kept)), tuple(dict.fromkeys(findings)), system)


def _numbered(kept) -> Iterable[File]:
    """The files of a student with the numbers of their attempts."""
    orders = sorted({one.order for one, _ in kept})
    names = [systems.attempt_suffix(one.own_name or f.name) for one, f in kept]
    bases = [base for base, _ in names]
    for (one, f), (base, suffix) in zip(kept, names, strict=True):
        again = suffix if one.handle and bases.count(base) > 1 else 0
        attempt = orders.index(one.order) if len(orders) > 1 else again
        yield File("/".join(f.parts), f.load_bytes, attempt, one.late, one.submitted, one.handle)


def _apart(hand_ins):
    """The hand-ins, with a count added to the names of those that share a name and a number."""
    seen: dict[tuple[str, str], int] = {}
    for one in hand_ins:
        count = seen[one.person.key] = seen.get(one.person.key, 0) + 1
        if count > 1:
            person = dataclasses.replace(one.person, name=f"{one.person.name} ({count})")
            finding = f"there are several hand-ins of {one.person.name}"
            one = dataclasses.replace(one, person=person, findings=(*one.findings, finding))
        yield one


def _is_notebook(found):
    return found.name.lower().endswith(_NOTEBOOKS)


def _is_handed_in(found):
    """Whether a file among others was handed in by a student, judged by its kind."""
    name = found.name.lower()
    return name.endswith((*_NOTEBOOKS, ".zip")) or (name.endswith(_PAPERS) and not _METADATA.fullmatch(name))


def _stem(name):
    """A file's name without its extensions."""
    for suffix in sorted((*_NOTEBOOKS, *_PAPERS, ".zip"), key=len, reverse=True):
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)]
    return name
