"""Parse the sandbox's replies. Nothing in them is trusted: every field is type- and length-checked."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass

from coursekit.exercises.engine.answers import Answers, Failure, Outcome
from coursekit.grading.inside.wire import MOST_TEXT, WireError, decode, text_size
from coursekit.grading.sandbox import SandboxReply
from coursekit.grading.slicing import Answer

LONGEST = 4000  # characters of a text, entries of a tuple of texts
STOPS = ("timeout", "ended")  # kinds of failure by which the grader says that the process ended
MOST_READ = 4 * MOST_TEXT  # bytes of all JSON trees in a reply


@dataclass(frozen=True)
class ParsedReply:
    """What came of an answer.

    state: "answered", or why it was not asked: "missing", "blank", "no function". troubles: statements that it needs
    and that failed: (where, kind of error, its text). late: not all statements could be run in time. opened: files
    of the course that it opened. borrowed: it calls the reference. stopped: the failure that ended the process.
    errors: the types of the errors that its calls raised. digest: of the whole reply. answers: None where the verdict on
    them is known already.
    """

    state: str
    troubles: tuple[tuple[str, str, str], ...]
    answers: Answers | None
    late: bool
    opened: tuple[str, ...]
    borrowed: bool
    stopped: Failure | None
    errors: frozenset[str]
    digest: bytes


@dataclass(frozen=True)
class ParsedNotebook:
    """A notebook as the parser found it: its answers, the cells that they need, what a human should know.

    texts: the cells of text by label. lost: (number of an exercise among the missing, label, kind) of cells that
    seem to hold it. unreadable: why there is none of all this.
    """

    answers: tuple[Answer | None, ...] = ()
    cells: dict[int, tuple[str, str]] = dataclasses.field(default_factory=dict)
    findings: tuple[str, ...] = ()
    texts: dict[str, str] = dataclasses.field(default_factory=dict)
    lost: tuple[tuple[int, str, str], ...] = ()
    unreadable: str | None = None


def parse_answer_reply(reply: SandboxReply, count: int, seconds: float, digest: bytes) -> ParsedReply:
    """The reply to `count` questions; questions without an outcome failed as the process ended."""
    messages = _messages(reply.messages[: count + 1])
    head = messages.pop(0) if messages and isinstance(messages[0], dict) else {}
    outcomes = [_outcome(message) for message in messages[:count]]
    if len(outcomes) < count:
        late = reply.ended == "timeout"
        failure = (
            Failure("timeout", text=f"{seconds:g} s") if late else Failure("ended", text="before it answered")
        )
        outcomes += [Outcome(failure=failure)]
        outcomes += [Outcome(failure=Failure("skipped"))] * (count - len(outcomes))
    states = (
        ("missing", head.get("missing")),
        ("blank", head.get("blank")),
        ("no function", not head.get("callable")),
    )
    state = next((name for name, holds in states if head and holds), "answered")
    parts = [message for message in messages if isinstance(message, dict)]
    borrowed = [text for part in parts for text in _texts(part.get("borrowed"))]
    failures = [outcome.failure for outcome in outcomes if outcome.failure]
    opened = [text[:200] for part in parts for text in _texts(part.get("opened"))]
    return ParsedReply(
        state,
        _troubles(head.get("troubles")),
        Answers(tuple(outcomes), (), borrowed[0] if borrowed else None),
        head.get("late") is True,
        tuple(dict.fromkeys(opened))[:3],
        bool(borrowed),
        next((failure for failure in failures if failure.kind in STOPS), None),
        frozenset(failure.type for failure in failures),
        digest,
    )


def parse_notebook_reply(reply: SandboxReply, count: int) -> ParsedNotebook:
    """The parser's reply about `count` exercises."""
    try:
        (message,) = map(decode, reply.messages)
        if "unreadable" in message:
            return ParsedNotebook(unreadable=str(message["unreadable"])[:500])
        found = json.loads(message["found"])
        answers = tuple(_answer(fields) for fields in found["answers"])
        cells = {int(i): (str(label)[:50], str(source)) for i, (label, source) in found["cells"].items()}
        if len(answers) != count or any(
            cell not in cells for a in answers if a for part in (a.slice, a.prefix) for cell, _ in part
        ):
            raise ValueError("answers")
        lost = tuple((int(i), str(label)[:50], str(kind)[:200]) for i, label, kind in message["lost"])
        texts = {str(label)[:50]: str(text) for label, text in message["texts"].items()}
        return ParsedNotebook(answers, cells, _texts(message["findings"]), texts, lost)
    except (WireError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        why = "it had not ended in time" if reply.ended == "timeout" else "it takes too much memory"
        return ParsedNotebook(unreadable=f"the file could not be read: {why}. Was it made by Jupyter?")


def _answer(fields):
    """An Answer from its fields, each held to its type."""
    if fields is None:
        return None
    statements = {
        part: tuple((int(cell), tuple(map(int, numbers))) for cell, numbers in fields[part])
        for part in ("slice", "prefix")
    }
    return Answer(
        str(fields["target"])[:LONGEST],
        statements["slice"],
        statements["prefix"],
        tuple(map(str, fields["names"])),
        str(fields["source"]),
        fields["blank"] is True,
        fields["doubtful"] is True,
        fields["alone"] is True,
        tuple(str(finding)[:500] for finding in fields["findings"][:20]),
    )


def reply_digest(reply: SandboxReply, count: int) -> bytes:
    """A hash of the reply to `count` questions: equal replies get the same verdict."""
    parts = [
        reply.ended.encode(),
        *(hashlib.sha256(message).digest() for message in reply.messages[: count + 1]),
    ]
    return hashlib.sha256(b"".join(parts)).digest()


def _messages(raw):
    """The messages up to the first that cannot be read, as far as their trees have room."""
    found, room = [], MOST_READ
    for message in raw:
        room -= text_size(message)
        if room < 0:
            break
        try:
            found.append(decode(message, MOST_TEXT))
        except WireError:
            break
    return found


def _outcome(message):
    """An outcome from its fields; one that has not their form is unreadable."""
    if not isinstance(message, dict) or "output" not in message:
        return Outcome(failure=Failure("unreadable", text="what it returned could not be read"))
    failure, after = message.get("failure"), message.get("after")
    if failure is not None:
        failure = _with_checked_fields(Failure, failure if isinstance(failure, dict) else {"kind": ""})
        if failure.kind not in ("raised", "unreadable"):
            failure = dataclasses.replace(failure, kind="unreadable")
    more = {
        "output": message["output"],
        "failure": failure,
        "after": after if isinstance(after, tuple) else None,
    }
    return _with_checked_fields(Outcome, message | more, passed=tuple(more))


def _with_checked_fields(kind, given, passed=()):
    """A dataclass from its fields: texts cut to size, numbers, bools and tuples of texts checked, others by default."""
    fields = {}
    for field in dataclasses.fields(kind):
        value = given.get(field.name)
        if field.name in passed:
            fields[field.name] = value
        elif isinstance(value, str) and field.type is str:
            fields[field.name] = value[:LONGEST]
        elif value is True and field.type is bool:
            fields[field.name] = True
        elif type(value) is int and "int" in str(field.type):
            fields[field.name] = value
        elif isinstance(value, tuple) and "tuple[str" in str(field.type):
            fields[field.name] = _texts(value)
    return kind(**fields)


def _texts(value):
    texts = value[:LONGEST] if isinstance(value, list | tuple) else ()
    return tuple(text[:LONGEST] for text in texts if isinstance(text, str))


def _troubles(given):
    found = []
    for trouble in given if isinstance(given, list) else ():
        if isinstance(trouble, tuple) and len(trouble) == 4:
            label, line, name, text = (str(part)[:300] for part in trouble)
            found.append((f"{label}, line {line}", name[:60], text))
    return tuple(found[:5])
