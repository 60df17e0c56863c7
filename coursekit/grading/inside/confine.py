"""Lock a process in: files by Landlock, system calls by seccomp, memory and time by limits, no privileges."""

import ctypes
import os
import resource
import signal
from collections.abc import Iterable
from dataclasses import dataclass

from coursekit.grading.inside import landlock, seccomp
from coursekit.grading.inside.landlock import libc

_NO_NEW_PRIVILEGES, _DUMPABLE, _DEATH_SIGNAL = 38, 4, 1


@dataclass(frozen=True)
class Limits:
    """What one job may take.

    seconds: of wall time, unless the job says otherwise; memory: bytes of its own, the stacks of its threads included;
    file: bytes of a file it writes.
    """

    seconds: float = 20.0
    memory: int = 2**30
    file: int = 16 * 2**20


def die_with_parent() -> None:
    """No server outlives the grader, and no child the server."""
    libc.prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)


def guard_server(readable: Iterable[str], listable: Iterable[str], writable: Iterable[str]) -> bool:
    """What the server and all its children have in common; returns whether Landlock holds."""
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.prctl(_DUMPABLE, 0, 0, 0, 0)  # nobody of the same user looks into its memory or files
    _drop_privileges()
    return landlock.restrict(readable, listable, writable)


def guard_child(limits: Limits, seconds: float) -> None:
    """What a child adds before a stranger's code runs in it."""
    set_limits(limits, seconds)
    seccomp.install()


def set_limits(limits: Limits, seconds: float) -> None:
    """Limits of this process that it cannot raise again; it has one second more of CPU time than of wall time."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
    for what, most in (
        (resource.RLIMIT_DATA, limits.memory),
        (resource.RLIMIT_FSIZE, limits.file),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        resource.setrlimit(what, (most, most))


def _drop_privileges():
    """As root: keep the user, lose every capability, for this process and all that it starts."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    libc.capset(header, nothing)
    os.umask(0o077)
