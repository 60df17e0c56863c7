"""The list of a class, as Canvas, Moodle or a spreadsheet exports it: names and ids of everyone, handed in or not."""

import csv
import dataclasses
import re
import unicodedata
from pathlib import Path

from coursekit.grading.errors import GradingError
from coursekit.grading.people import HandIn, Person

_COLUMNS = {  # what a column is called, in lower case
    "name": ("student", "name", "full name", "student name", "vollständiger name"),
    "first": ("first name", "firstname", "given name", "vorname"),
    "last": ("last name", "lastname", "surname", "family name", "nachname"),
    "number": ("id", "number", "identifier", "participant", "user id"),
    "sis_id": (
        "sis user id",
        "id number",
        "sis id",
        "sid",
        "student id",
        "matriculation number",
        "matrikelnummer",
    ),
    "login": ("sis login id", "login", "username", "user name", "login id", "benutzername"),
    "email": ("email", "email address", "e-mail", "e-mail address", "e-mail-adresse"),
    "section": ("section", "sections", "group", "groups"),
}
NOTHING = "handed in nothing"


def read_roster(path: Path) -> list[Person]:
    """The people of a CSV file. Raises GradingError if it has no column with names or ids."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise GradingError(f"the roster {path} cannot be read ({error.strerror}). Name a CSV file.") from None
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    rows = list(csv.reader(text.splitlines(), delimiter=separator))
    head = [title.strip().lower() for title in rows[0]] if rows else []
    places = {
        field: head.index(t) for field, titles in _COLUMNS.items() for t in reversed(titles) if t in head
    }
    if not places.keys() & {"name", "last", "login", "email", "number", "sis_id"}:
        raise GradingError(
            f"the roster {path} needs a first line with names of columns, such as name, id, email; it begins with "
            f"{first[:80]!r}."
        )
    people = []
    for row in rows[1:]:
        fields = {field: row[i].strip() if i < len(row) else "" for field, i in places.items()}
        name = fields.get("name") or " ".join(filter(None, (fields.get("first"), fields.get("last"))))
        if not any(fields.values()) or name.lower() in ("points possible", "student, test", "test student"):
            continue
        number = re.sub(r"\D*(\d+)$", r"\1", fields.get("number", ""))  # Moodle: "Participant 123"
        more = {field: fields.get(field, "") for field in ("sis_id", "login", "email", "section")}
        people.append(Person(name or more["login"] or more["email"] or number, number, **more))
    return people


def with_roster(hand_ins: list[HandIn], people: list[Person]) -> list[HandIn]:
    """The hand-ins under the names of the roster, and one without files for everyone else on it."""
    index: dict[tuple[str, str], set[int]] = {}
    for i, person in enumerate(people):
        for key in _keys(person):
            index.setdefault(key, set()).add(i)
    fits = [_fit(_known_as(hand_in), index) for hand_in in hand_ins]
    found, taken = [], set()
    for hand_in, fit in zip(hand_ins, fits, strict=True):
        if len(fit) != 1:
            words = (
                "it is not known who this is: nobody on the roster has"
                if not fit
                else "several people on the roster have"
            )
            finding = f"{words} this name or id"
            found.append(dataclasses.replace(hand_in, findings=(*hand_in.findings, finding)))
        elif sum(fit == other for other in fits) > 1:
            finding = f"several hand-ins fit {people[next(iter(fit))].name} on the roster"
            taken |= fit
            found.append(dataclasses.replace(hand_in, findings=(*hand_in.findings, finding)))
        else:
            taken |= fit
            found.append(
                dataclasses.replace(hand_in, person=_merged(hand_in.person, people[next(iter(fit))]))
            )
    absent = [HandIn(person, findings=(NOTHING,)) for i, person in enumerate(people) if i not in taken]
    return found + absent


def _known_as(hand_in):
    """The person, without the number if it does not identify them: Gradescope numbers submissions, not people."""
    return (
        dataclasses.replace(hand_in.person, number="") if hand_in.system == "gradescope" else hand_in.person
    )


def _fit(person, index):
    """The numbers of the people that a person may be: by the first kind of id that finds one."""
    for key in _keys(person):
        if key in index:
            return index[key]
    return set()


def _keys(person):
    """What a person can be found by, the surest first."""
    if person.number:
        yield "number", person.number
    for field in ("sis_id", "login", "email"):
        if value := getattr(person, field):
            yield field, value.lower()
    if person.login == "" and re.fullmatch(r"[\w.@-]+", person.name):
        yield "login", person.name.lower()  # a folder may be called by it
    plain = unicodedata.normalize("NFKD", person.name).encode("ascii", "ignore").decode().lower()
    yield "name", " ".join(sorted(re.findall(r"[a-z0-9]+", plain))) or person.name
    last, _, first = plain.partition(",")  # Canvas: "Doe, Jane" becomes doejane in names of files
    words = re.findall(r"[a-z0-9]+", plain)
    squeezed = (
        [last + first] if first else [(words[-1] + "".join(words[:-1])) if words else "", "".join(words)]
    )
    for text in squeezed:
        if squeezed_text := re.sub(r"[^a-z0-9]", "", text):
            yield "squeezed", squeezed_text


def _merged(handed_in, listed):
    """The person of the roster, with the number that the files came under."""
    fields = {
        f.name: getattr(listed, f.name) or getattr(handed_in, f.name) for f in dataclasses.fields(Person)
    }
    return Person(**fields | {"number": handed_in.number or listed.number})
