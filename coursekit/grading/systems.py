"""How learning-management systems name the files that students hand in: whose they are, which attempt, whether late.

Only the part of a path that the system itself writes is looked at: the name of a file that lies flat in its download,
or of a folder at the same level. Names below it were chosen by students, so they do not identify anyone. Which system
it is follows from most of the names, never from one.

Sources of these rules; no download of a running system was at hand:

    Canvas       its source, app/models/content_zipper.rb (get_filename, sanitize_file_name)
    Moodle       its source, mod/assign/locallib.php (download_submissions) and, from 4.1 on, mod/assign/classes/downloader.php
    ILIAS        its source, Modules/Exercise/classes/class.ilExSubmission.php (getDirectoryNameFromUserData)
    Gradescope   programs that read the submission_metadata.yml of its exports
    Blackboard   programs that sort its downloads: kwurst/bb-file-cleanup, CNakai/bbetter, vangef/BBGradebookOrganiser
    Brightspace  programs that read its folders' names, which agree on "number-number - name - date" but not on the order of
                 the date, nor on whether a user name or a student's number comes before the name; that the first number
                 is the person's was inferred from them
"""

import contextlib
import re
from dataclasses import dataclass
from datetime import datetime

from coursekit.grading.people import Person


@dataclass(frozen=True, slots=True)
class Owner:
    """The student to whom a file belongs. order: sorts the attempts whose names differ; own_name: the name that the student chose."""

    person: Person
    late: bool = False
    submitted: str = ""
    order: str = ""
    handle: str = ""
    own_name: str = ""


# "Nov 20, 2026 1011 AM", "20 November 2026 1011 AM", "20 November, 2026 1011"; of other languages too
_BRIGHTSPACE_DATE = r"(?P<date>(?:[^\W\d]+\.? \d{1,2}|\d{1,2} [^\W\d]+\.?),? \d{4} \d{1,2}:?\d\d(?: ?[AP]M)?)"
_BRIGHTSPACE = rf"(?P<number>\d+)-\d+ ?- (?P<name>.+?) ?- {_BRIGHTSPACE_DATE}"
# Each takes the first place that can be the system's: what follows is a name that the student chose.
_FLAT = {
    "canvas": re.compile(
        r"(?P<name>[^/]+?)_(?P<late>LATE_|late_)?(?P<number>\d+)_(?P<upload>\d+)_(?P<own>.+)", re.DOTALL
    ),
    "canvas, anonymous": re.compile(
        r"(?P<name>anon_[^_/]+)_(?P<late>LATE_|late_)?(?P<upload>\d+)_(?P<own>.+)", re.DOTALL
    ),
    "moodle": re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_[a-z]+_(?P<own>.+)", re.DOTALL),
    "blackboard": re.compile(
        r"(?P<title>.+?)_(?P<login>[^_/]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<own>.+)|\.txt)",
        re.DOTALL,
    ),
    "brightspace": re.compile(rf"{_BRIGHTSPACE} ?- (?P<own>.+)", re.DOTALL),
}
_FOLDERS = {
    "moodle": re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_\w+", re.DOTALL),
    "gradescope": re.compile(r"(?P<name>submission_(?P<number>\d+))"),
    "brightspace": re.compile(_BRIGHTSPACE, re.DOTALL),
    "ilias": re.compile(r"(?P<last>[^_]+)_(?P<first>[^_]+)_(?P<login>.+)_(?P<number>\d+)"),
}


def system_of(names: list[str], *, folders: bool) -> str:
    """The system that most of these names come from, "" if none; of files in a flat download, or of folders."""
    patterns = _FOLDERS if folders else _FLAT
    counts = {
        system: sum(bool(pattern.fullmatch(name)) for name in names) for system, pattern in patterns.items()
    }
    best = max(counts, key=lambda system: counts[system])
    if names and counts[best] * 2 >= len(names):
        return best
    if not folders and (counts["canvas"] + counts["canvas, anonymous"]) * 2 >= len(names) > 0:
        return "canvas"
    return ""


def owner(name: str, system: str, *, folder: bool) -> Owner | None:
    """Whose a file or folder of this name is, None if the system does not write such names."""
    patterns = _FOLDERS if folder else _FLAT
    tried = [system, *(["canvas, anonymous", "canvas"] if system.startswith("canvas") else [])]
    for kind in sorted(set(tried), reverse=True):
        if kind in patterns and (match := patterns[kind].fullmatch(name)):
            return _owner(kind, name, match.groupdict())
    return None


def _owner(system, name, found):
    own = found.get("own") or ""
    who, login, sis_id = found.get("name") or "", found.get("login") or "", ""
    if system == "ilias":
        who = f"{found['first']} {found['last']}"
    if system == "brightspace":
        who, login, sis_id = _brightspace_name(who)
    submitted = _date(found.get("date")) or _time(found.get("time"))
    handle = name.removesuffix(own).rstrip("_") if system.startswith("canvas") else ""
    if system == "moodle":
        handle = name.removesuffix(own) if own else name
    return Owner(
        Person(who or login, found.get("number") or "", sis_id, login),
        late=bool(found.get("late")),
        submitted=submitted,
        order=submitted,
        handle=handle,
        own_name=own,
    )


def _brightspace_name(text):
    """(name, login, number of the university's) of "Jane Doe", "jdoe Jane Doe", "12345 Doe" or "N12345 - Jane Doe"."""
    if match := re.fullmatch(r"(\S*\d\S*) (?:- )?(.+)", text):
        return match[2], "", match[1]
    if match := re.fullmatch(r"([a-z][a-z.]+) (([A-Z]\S*)( [A-Z]\S*)+)", text):
        return match[2], match[1], ""
    return text, "", ""


def _date(text):
    """ISO time of "Nov 20, 2026 1011 AM" or "20 November 2026 1011 AM", "" if it is in another language."""
    plain = re.sub(r"[,.:]", "", text or "")
    for day in ("%b %d", "%B %d", "%d %b", "%d %B"):
        for hour in ("%I%M %p", "%H%M"):
            with contextlib.suppress(ValueError):
                return datetime.strptime(plain, f"{day} %Y {hour}").isoformat()
    return ""


def _time(text):
    """ISO time of "2026-11-20-10-11-12"."""
    try:
        return datetime.strptime(text or "", "%Y-%m-%d-%H-%M-%S").isoformat()
    except ValueError:
        return ""


def attempt_suffix(name: str) -> tuple[str, int]:
    """("02.ipynb", 2) of "02-2.ipynb", as Canvas names a file that is handed in again."""
    match = re.fullmatch(r"(.+?)-(\d{1,3})((?:\.\w+)+)", name, re.DOTALL)
    return (match[1] + match[3], int(match[2])) if match else (name, 0)


def gradescope_submitters(text: str) -> dict[str, tuple[list[Person], str]]:
    """{"submission_77": (its people, when it was created)} of a submission_metadata.yml.

    Read line by line: the file holds Ruby's own tags, which YAML readers refuse.
    """
    found: dict[str, tuple[list[dict], dict]] = {}
    people: list[dict] = []
    times: dict[str, str] = {}
    for line in text.split("\n"):
        if match := re.match(r"(submission_\d+):\s*$", line):
            people, times = [], {}
            found[match[1]] = people, times
        elif match := re.match(r"\s+- :(name|sid|email): ?(.*)$", line):
            people.append({match[1]: _plain(match[2])})
        elif match := re.match(r"\s+:(name|sid|email): ?(.*)$", line):
            if people:
                people[-1].setdefault(match[1], _plain(match[2]))
        elif match := re.match(r"\s+:created_at: ?(.*)$", line):
            times.setdefault("created", _plain(match[1]))
    return {
        key: (
            [
                Person(
                    p.get("name", ""),
                    key.removeprefix("submission_"),
                    p.get("sid", ""),
                    email=p.get("email", ""),
                )
                for p in group
                if p.get("name")
            ],
            when.get("created", ""),
        )
        for key, (group, when) in found.items()
    }


def _plain(text):
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1].replace("''", "'")
    return "" if text in ("~", "null") else text[:200]


def blackboard_person(text: str, login: str) -> Person | None:
    """The person of the text file that Blackboard adds to each attempt: "Name: Jane Doe (jdoe)"."""
    match = re.search(rf"^Name: ?(.+?) ?\({re.escape(login)}\)\s*$", text, re.MULTILINE)
    return Person(match[1].strip()[:200], login=login) if match else None
