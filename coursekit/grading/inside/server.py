"""A warm process with NumPy loaded: for each job it forks a child, which runs it, and waits, and ends it in time.

The server itself never reads a job or a reply. They pass through pipes whose ends it hands to the child, so that
its memory, which every child inherits, holds nothing of anybody: only the questions, which are the same for all.

    python -m coursekit.grading.inside.server CONFIGURATION      (JSON; see sandbox.py, which starts it)
"""

import contextlib
import gc
import json
import os
import select
import shutil
import signal
import socket
import struct
import sys

import numpy as np

from coursekit import numpy_backend
from coursekit.grading.inside import borrowing, child, probe, seccomp
from coursekit.grading.inside.confine import Limits, die_with_parent, guard_child, guard_server, set_limits
from coursekit.grading.inside.wire import decode, receive

STATUS = struct.Struct(">iid")  # the child's wait status, whether time was up, seconds of CPU


def main() -> None:
    """Serve jobs until the grader hangs up."""
    configuration = json.loads(sys.argv[1])
    control = socket.socket(fileno=0)
    limits, confined = Limits(**configuration["limits"]), configuration["confined"]
    os.chdir("/")
    die_with_parent()
    held = {"landlock": False, "seccomp": False}
    if confined:
        held["landlock"] = guard_server(*(configuration[key] for key in ("readable", "listable", "writable")))
        held["seccomp"] = seccomp.supported() and bool(seccomp.prepared())
    control.send(json.dumps(held).encode())
    borrowing.look_around(numpy_backend)  # most answers use it: loaded once, for all
    np.random.seed(0)  # noqa: NPY002 - for answers that use the global generator: the same grade each day
    while True:
        kind, fds, _, _ = socket.recv_fds(control, 1, 2)
        if not kind:
            return
        if kind == b"s":
            child.sheets.append(decode(receive(fds[0])))
            _close(fds)
            control.send(STATUS.pack(0, False, 0.0))
            continue
        gc.freeze()  # the children share these pages: nothing is touched by collecting garbage
        control.send(STATUS.pack(*_one(kind, fds, limits, confined)))
        _empty(configuration["scratch"])


def _one(kind, fds, limits, confined):
    pid = os.fork()
    if pid == 0:
        try:
            _silence()  # and let go of the grader, which listens at 0
            die_with_parent()
            guard_child(limits) if confined else set_limits(limits)
            (child if kind == b"j" else probe).run(*fds)
            os._exit(0)
        finally:
            os._exit(1)
    _close(fds)
    return _await(pid, limits.seconds)


def _close(fds):
    for fd in fds:
        os.close(fd)


def _await(pid, seconds):
    """Wait for a child and end it when its time is up."""
    handle = os.pidfd_open(pid)
    done, _, _ = select.select([handle], [], [], seconds)
    if not done:
        os.kill(pid, signal.SIGKILL)
    os.close(handle)
    _, status, used = os.wait4(pid, 0)
    return status, not done, used.ru_utime + used.ru_stime


def _silence():
    """Whatever is written past Python, by C or os.write, goes nowhere."""
    nothing = os.open("/dev/null", os.O_RDWR)
    for fd in range(3):
        os.dup2(nothing, fd)
    os.close(nothing)


def _empty(folder):
    """The next child finds nothing of the last."""
    for entry in os.scandir(folder) if folder else ():
        with contextlib.suppress(OSError):
            shutil.rmtree(entry) if entry.is_dir(follow_symlinks=False) else os.unlink(entry)


if __name__ == "__main__":
    main()
