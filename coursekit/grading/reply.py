"""Read what a stranger's process replied: claims about one function, taken as data, each held to its form."""

import dataclasses
from dataclasses import dataclass

from coursekit.exercises.engine.answers import Answers, Failure, Outcome
from coursekit.grading.inside.wire import WireError, decode
from coursekit.grading.sandbox import SandboxReply

LONGEST = 4000  # characters of a text, entries of a tuple of texts


@dataclass(frozen=True)
class ParsedReply:
    """What came of an answer.

    state: "answered", or why it was not asked: "missing", "blank", "no function". troubles: statements that it
    needs and that failed, in words.
    """

    state: str
    troubles: tuple[str, ...]
    answers: Answers


def read_reply(reply: SandboxReply, count: int, seconds: float) -> ParsedReply:
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
    borrowed = [
        text for message in messages if isinstance(message, dict) for text in _texts(message.get("borrowed"))
    ]
    return ParsedReply(
        state,
        _troubles(head.get("troubles")),
        Answers(tuple(outcomes), (), borrowed[0] if borrowed else None),
    )


def _messages(raw):
    """The messages up to the first that is none."""
    found = []
    for message in raw:
        try:
            found.append(decode(message))
        except WireError:
            break
    return found


def _outcome(message):
    """An outcome from its fields; what has not their form is unreadable."""
    if not isinstance(message, dict) or "output" not in message:
        return Outcome(failure=Failure("unreadable", text="what it returned could not be read"))
    failure, after = message.get("failure"), message.get("after")
    if failure is not None:
        failure = _held_to(Failure, failure if isinstance(failure, dict) else {"kind": ""})
        if failure.kind not in ("raised", "unreadable"):
            failure = dataclasses.replace(failure, kind="unreadable")
    more = {
        "output": message["output"],
        "failure": failure,
        "after": after if isinstance(after, tuple) else None,
    }
    return _held_to(Outcome, message | more, passed=tuple(more))


def _held_to(kind, told, passed=()):
    """A dataclass from its fields: texts cut to size, numbers and tuples of texts checked, others by default."""
    fields = {}
    for field in dataclasses.fields(kind):
        value = told.get(field.name)
        if field.name in passed:
            fields[field.name] = value
        elif isinstance(value, str) and field.type is str:
            fields[field.name] = value[:LONGEST]
        elif type(value) is int and "int" in str(field.type):
            fields[field.name] = value
        elif isinstance(value, tuple) and "tuple[str" in str(field.type):
            fields[field.name] = _texts(value)
    return kind(**fields)


def _texts(value):
    texts = value[:LONGEST] if isinstance(value, list | tuple) else ()
    return tuple(text[:LONGEST] for text in texts if isinstance(text, str))


def _troubles(told):
    found = []
    for trouble in told if isinstance(told, list) else ():
        if isinstance(trouble, tuple) and len(trouble) == 4:
            label, line, name, text = (str(part)[:300] for part in trouble)
            found.append(f"{label}, line {line}: {name}{': ' if text else ''}{text}")
    return tuple(found[:5])
