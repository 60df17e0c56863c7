"""Values as bytes between grader and sandbox: JSON for the structure, arrays as their bare bytes, never a pickle.

A message is two lengths, a JSON tree, and the bytes of the arrays, whose dtype and shape are in the tree. What comes back was written by a stranger's
process: `decode` checks every length and type, and raises WireError for anything it does not know.
"""

import contextlib
import io
import json
import math
import operator
import os
import re
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from coursekit.exercises.engine.callables import Made, Named, Rng
from coursekit.exercises.engine.todo import TODO

DEEPEST = 40  # levels of lists in lists
LARGEST = 32 * 2**20  # bytes of a message from the grader
MOST_REPLY = 4 * 2**20  # bytes of a message to the grader
MOST_TEXT = 2**20  # of these, bytes of the JSON tree: it takes many times as much memory once it is read
MOST_KEYS = 1000  # of a dict: whole numbers can be chosen so that each is compared with all others
MOST_DIMENSIONS = 32
MOST_DIGITS = 20_000  # of a whole number, in base 16
_PLAIN = frozenset({bool, str, float})
_LENGTHS = struct.Struct(">II")
END = _LENGTHS.pack(0, 0)  # an empty message: the reply to one of several jobs ends here


class WireError(ValueError):
    """Bytes that are no message, or a value that cannot become one."""


def encode(value: object, largest: int = LARGEST) -> bytes:
    """The message that holds a value: plain data (see exercises.values), Rng, Named or Made."""
    blobs = io.BytesIO()
    text = json.dumps(_tree(value, blobs, 0)).encode()
    message = _LENGTHS.pack(len(text), blobs.tell()) + text + blobs.getvalue()
    if len(message) > largest:
        raise WireError(
            f"it returns {len(message) / 2**20:.0f} MB; at most {largest / 2**20:.0f} MB can be read."
        )
    return message


def decode(message: bytes, most_text: int = LARGEST) -> Any:
    """The value of one message, whose JSON tree has at most `most_text` bytes."""
    try:
        text = _text(message)
        if len(text) > most_text:
            raise WireError("length")
        return _value(json.loads(text), message)
    except (ValueError, TypeError, KeyError, IndexError, struct.error, RecursionError, MemoryError) as error:
        raise WireError(f"no message: {type(error).__name__}") from None


def split(stream: bytes | bytearray, most: int | None = None) -> list[bytes]:
    """The complete messages of a stream, up to the given number; whatever follows the last one is dropped."""
    messages, start = [], 0
    while len(stream) - start >= _LENGTHS.size and len(messages) != most:
        end = start + _LENGTHS.size + sum(_LENGTHS.unpack_from(stream, start))
        if end > len(stream):
            break
        messages.append(bytes(stream[start:end]))
        start = end
    return messages


def text_size(message: bytes) -> int:
    """The bytes of a complete message's JSON tree."""
    return _LENGTHS.unpack_from(message)[0]


def _text(message):
    text, blobs = _LENGTHS.unpack_from(message)
    if len(message) != _LENGTHS.size + text + blobs:
        raise WireError("lengths")
    return message[_LENGTHS.size : _LENGTHS.size + text]


def _tree(value, blobs, depth):
    if value is None or type(value) in _PLAIN:  # most values; it is called for each of thousands
        return value
    if depth > DEEPEST:
        raise WireError("it returns lists in lists without end.")
    if isinstance(value, (bool, str, float)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else {"int": hex(value)}
    if value is TODO:
        return {"todo": 1}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufcU":
        flags = value.flags
        order = "C" if flags.c_contiguous else "F" if flags.f_contiguous else "gaps"
        start = blobs.tell()
        blobs.write(value.tobytes("F" if order == "F" else "C"))
        return {"array": [value.dtype.str, value.shape, order, start]}
    if isinstance(value, Rng):
        return {"rng": value.seed}
    if isinstance(value, Made):
        return {"made": value.name}
    if isinstance(value, Named):
        return {"named": value.name}
    if isinstance(value, list | tuple):
        entries = [_tree(entry, blobs, depth + 1) for entry in value]
        return entries if isinstance(value, list) else {"tuple": entries}
    if isinstance(value, dict):
        pairs = [(_tree(k, blobs, depth + 1), _tree(v, blobs, depth + 1)) for k, v in value.items()]
        return {"dict": pairs}
    raise WireError(f"it returns a {getattr(value, 'dtype', type(value).__name__)}, which is no data.")


def _value(tree, message):
    if isinstance(tree, list):
        return [_value(entry, message) for entry in tree]
    if not isinstance(tree, dict):
        return tree
    ((kind, content),) = tree.items()
    return _KINDS[kind](content, message)


def _array(content, message):
    """The array, after its shape has been held against the bytes that are there."""
    dtype, shape, order, start = content
    if not _DTYPE.fullmatch(dtype) or len(shape) > MOST_DIMENSIONS:
        raise WireError("dtype or shape")
    dtype, count = np.dtype(dtype), math.prod(map(operator.index, shape))
    blobs = _LENGTHS.size + _LENGTHS.unpack_from(message)[0]
    if count < 0 or start < 0 or blobs + start + count * dtype.itemsize > len(message):
        raise WireError("array")
    flat = np.frombuffer(message, dtype, count, blobs + start) if count else np.empty(0, dtype)
    flat = flat.view(np.uint8) != 0 if dtype.kind == "b" else flat  # a stranger's bool may be any byte
    array = flat.reshape(shape, order="F" if order == "F" else "C").copy(order="A")
    return with_gaps(array) if order == "gaps" else array


def _dict(content, message):
    if len(content) > MOST_KEYS:
        raise WireError("dict")
    return {_value(k, message): _value(v, message) for k, v in content}


def _int(content, message):
    if len(content) > MOST_DIGITS:
        raise WireError("int")
    return int(content, 16)


def with_gaps(array: np.ndarray) -> np.ndarray:
    """The same values as a view with gaps in memory."""
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


_DTYPE = re.compile(r"[<>|=]?(?:b1|[iu][1248]|f(?:2|4|8|16)|c(?:8|16|32)|U\d{1,6})")
_KINDS = {
    "array": _array,
    "tuple": lambda content, message: tuple(_value(entry, message) for entry in content),
    "dict": _dict,
    "complex": lambda content, message: complex(*content),
    "int": _int,
    "todo": lambda content, message: TODO,
    "rng": lambda content, message: Rng(int(content)),
    "named": lambda content, message: Named(str(content)),
    "made": lambda content, message: Made(str(content)),
}


def sender(fd: int, largest: int = MOST_REPLY) -> Callable[[object], None]:
    """A function that writes values to a file descriptor, message by message, as far as the reader lets it."""

    def send(value):
        view = memoryview(encode(value, largest))
        with contextlib.suppress(BrokenPipeError):
            while view:
                view = view[os.write(fd, view) :]

    return send


def receive(fd: int) -> bytes:
    """The next message from a file descriptor, nothing at its end."""
    lengths = _read_exactly(fd, _LENGTHS.size)
    return lengths and lengths + _read_exactly(fd, sum(_LENGTHS.unpack(lengths)))


def _read_exactly(fd, count):
    parts = []
    while count:
        part = os.read(fd, count)
        if not part:
            return b""
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
