"""Values in words: few digits, one line, small enough to check by hand."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from coursekit.exercises.engine.callables import Named, Rng
from coursekit.exercises.engine.todo import TODO

MOST_ENTRIES = 24  # of an array or list shown whole
MOST_CHARACTERS = 60  # of a string


def short(value: Any, digits: int = 4) -> str:
    """The value on one line, ready to paste, rounded to `digits` digits; long arrays are abridged."""
    if isinstance(value, np.ndarray):
        if value.size > MOST_ENTRIES:
            first = short(value.ravel()[:4].tolist(), digits)[1:-1]
            return f"array of shape {value.shape}: {first}, …"
        return short(value.tolist(), digits)
    if isinstance(value, str):
        return repr(value if len(value) <= MOST_CHARACTERS else value[:MOST_CHARACTERS] + "…")
    if isinstance(value, bool) or value is None:
        return repr(value)
    if value is TODO:
        return "TODO"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**15 else f"a whole number of {value.bit_length()} bits"
    if isinstance(value, float | complex):
        return f"{value:.{digits}g}"
    if isinstance(value, tuple | list):
        opening, closing = "()" if isinstance(value, tuple) else "[]"
        entries = [short(entry, digits) for entry in value[:MOST_ENTRIES]]
        if len(value) > MOST_ENTRIES:
            entries.append("…")
        comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return f"{opening}{', '.join(entries)}{comma}{closing}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {short(entry, digits)}" for key, entry in value.items()) + "}"
    if isinstance(value, Rng):
        return f"np.random.default_rng({value.seed})"
    if isinstance(value, Named):
        return value.name
    return type(value).__name__


def contrast(want: Any, got: Any) -> tuple[str, str]:
    """Both in words, with as many digits as it takes to see the difference."""
    for digits in (4, 8):
        pair = short(want, digits), short(got, digits)
        if pair[0] != pair[1]:
            break
    return pair


def instead(want: Any, got: Any) -> str:
    """ "12.6 instead of 2.1"."""
    wanted, had = contrast(want, got)
    return f"{had} instead of {wanted}"


def kind_of(value: Any) -> str:
    """What sort of value it is, in a few words: "an array of shape (3, 2)"."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}" if value.ndim else "one number"
    if isinstance(value, bool | str) or value is None or value is TODO:
        return short(value)
    if isinstance(value, int | float | complex):
        return "one number"
    if isinstance(value, tuple | list | dict):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a {type(value).__name__}"


def arguments(names: Iterable[str], args: tuple) -> list[str]:
    """["p = [[1.5]]", "y = [[2.0]]"]: the arguments of a call, by parameter name."""
    return [f"{name} = {short(value)}" for name, value in zip(names, args, strict=False)]


def listing(names: Iterable[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    names = list(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def plural(count: float, noun: str) -> str:
    """ "1 point", "3 points", "2 entries"."""
    many = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:g} {noun if count == 1 else many}"


def noun(name: str) -> str:
    """The name of an output as the subject of a sentence: "the loss", but `W` and `b_hidden`."""
    word = name.replace(" ", "").islower() and re.search("[aeiou]", name) and "_" not in name
    return f"the {name}" if word and len(name) > 1 else f"`{name}`"


def subject(name: str, path: tuple) -> str:
    """What a path within an output leads to: "the loss", "the key 'tp'", "`dW[0]`", "entry 2 of the path"."""
    if not path:
        return noun(name)
    inner = "".join(f"[{step!r}]" for step in path)
    if isinstance(path[0], str):
        return f"the key {path[0]!r}" + (f", entry {path[1]}," if path[1:] else "")
    if name.isidentifier() and noun(name).startswith("`"):
        return f"`{name}{inner}`"
    return f"entry {path[0] if len(path) == 1 else inner} of {noun(name)}"


def sentence(text: str) -> str:
    """The text with a capital and exactly one mark at its end."""
    text = text.strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('?', '!')) else '.'}" if text else ""


def agree(subject: str, predicate: str) -> str:
    """Subject and predicate as a clause: "the loss is", "the weights are", "the loss and the gradient have"."""
    if is_plural(subject):
        predicate = re.sub(r"^(is|has|lacks|differs)\b", lambda m: _PLURALS[m[1]], predicate)
        predicate = re.sub(r"\b(its|the right one)\b", lambda m: _PLURALS[m[1]], predicate)
    return f"{subject} {predicate}"


def is_plural(subject: str) -> bool:
    """Whether the subject of a sentence is followed by "are": "the weights", "the loss and the gradient"."""
    last = subject.strip("`").split(" of ")[0].split()[-1]
    plural_noun = (
        last.endswith("s")
        and not last.endswith(("ss", "is", "us", "bias"))
        and not subject.startswith(("`", "entry"))
    )
    return plural_noun or " and " in subject


_PLURALS = {
    "is": "are",
    "has": "have",
    "lacks": "lack",
    "differs": "differ",
    "its": "their",
    "the right one": "the right ones",
}
