"""Landlock (Linux ≥ 5.13): from now on this process and its children see only the files granted here.

The kernel's rules can only be tightened, by root too. man 7 landlock.
"""

import ctypes
import os
from collections.abc import Iterable

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # the same numbers on every architecture
_READ = 1 << 2 | 1 << 3  # READ_FILE, READ_DIR
_LIST = 1 << 3
_WRITE = 1 << 1 | 0b11 << 4 | 0b11 << 7  # WRITE_FILE; remove files and folders; make files and folders
_TRUNCATE = 1 << 14
_KNOWN = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_O_PATH = 0o10000000

libc = ctypes.CDLL(None, use_errno=True)


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _Path(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def abi() -> int:
    """The kernel's Landlock version, 0 if it has none."""
    return max(libc.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1)), 0)


def restrict(readable: Iterable[str], listable: Iterable[str], writable: Iterable[str]) -> bool:
    """Grant reading below some paths, names only below others, writing too below the last; False without Landlock.

    From version 4 no TCP port can be bound or connected to; from 6 no signal leaves for a process outside.
    """
    version = abi()
    if not version:
        return False
    everything = _KNOWN[min(version, 5)]
    rules = _Ruleset(everything, 0b11 if version >= 4 else 0, 0b11 if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = _call(_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    written = (_READ | _WRITE | _TRUNCATE) & everything
    for paths, granted in ((readable, _READ), (listable, _LIST), (writable, written)):
        for path in paths:
            _grant(ruleset, path, granted)
    _call(_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    os.close(ruleset)
    return True


def _grant(ruleset, path, granted):
    try:
        fd = os.open(path, _O_PATH | os.O_CLOEXEC)
    except OSError:  # a path that is not there needs no grant
        return
    try:
        if not os.path.isdir(path):
            granted &= ~(_LIST | 0b11 << 4 | 0b11 << 7)  # a file cannot be listed, nor hold others
        rule = _Path(granted, fd)
        _call(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(1), ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(fd)


def _call(number, *arguments):
    result = libc.syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"Landlock: {os.strerror(ctypes.get_errno())}")
    return result
