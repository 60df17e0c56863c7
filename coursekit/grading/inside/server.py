"""A warm process with NumPy loaded: for each job it forks a child, which runs it, and waits, and ends it in time.

The server itself never reads a job or a reply. They pass through pipes whose ends it hands to the child, so that
its memory, which every child inherits, holds nothing of anybody, and no question. After each child it empties the
scratch folder and says so; if it cannot, it ends, and the grader starts another one.

    python -m coursekit.grading.inside.server CONFIGURATION      (JSON; see sandbox.py, which starts it)
"""

import gc
import json
import os
import select
import signal
import socket
import struct
import sys
import time

import numpy.ma  # noqa: F401 - np.median imports it at its first call, which takes longer than an answer

from coursekit import numpy_backend  # noqa: F401 - most answers use it: loaded once, for all
from coursekit.grading import notebook, slicing
from coursekit.grading.inside import child, notebook_parser, probe, scratch, seccomp, withheld
from coursekit.grading.inside.confine import Limits, die_with_parent, guard_child, guard_server, set_limits
from coursekit.grading.inside.wire import decode, receive

REQUEST = struct.Struct(">cd")  # the kind of a job, seconds that it may take
STATUS = struct.Struct(">iid")  # the child's wait status, whether time was up, seconds of CPU
CLEAN = b"clean"  # follows the status once the next child finds nothing of this one
RUN, PARSE, PROBE = b"j", b"n", b"p"  # jobs for a child
PREPARE, CODE = b"w", b"v"  # for the server: cells to know in advance, code of withheld functions
_CHILDREN = {RUN: child.run, PARSE: notebook_parser.run, PROBE: probe.run}
_LOOK = 0.1  # seconds between looks at the size of a scratch folder on disk


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
    folder = configuration["scratch"]
    while True:
        message, fds, _, _ = socket.recv_fds(control, REQUEST.size, 2)
        if not message:
            return
        kind, seconds = REQUEST.unpack(message)
        if kind in _CHILDREN:
            gc.freeze()  # the children share these pages: nothing is touched by collecting garbage
            control.send(STATUS.pack(*_one(kind, fds, limits, seconds, confined, configuration)))
            if not scratch.empty(folder):
                sys.exit(f"it could not empty {folder} after a job")
        else:
            _learn(kind, fds[0])
            _close(fds)
            control.send(STATUS.pack(0, False, 0.0))
        control.send(CLEAN)


def _learn(kind, fd):
    """Keep what all children may have: the grader's own, nothing that was handed in."""
    if kind == CODE:
        withheld.store(decode(receive(fd)))
        return
    parsed = [notebook.parse_cell(source) for source in decode(receive(fd))]
    cells = [notebook.Cell("", source, statements) for source, statements, _ in parsed]
    slicing.Slicer(notebook.Notebook(tuple(cells), (), ()))


def _one(kind, fds, limits, seconds, confined, configuration):
    pid = os.fork()
    if pid == 0:
        try:
            os.chdir(configuration["scratch"])
            _silence()  # and let go of the grader, which listens at 0
            die_with_parent()
            guard_child(limits, seconds) if confined else set_limits(limits, seconds)
            _CHILDREN[kind](*fds)
            os._exit(0)
        finally:
            os._exit(1)
    _close(fds)
    return _await(pid, seconds, configuration["scratch"] if configuration["scratch_on_disk"] else None)


def _close(fds):
    for fd in fds:
        os.close(fd)


def _await(pid, seconds, folder):
    """Wait for a child, and end it when its time is up or its folder too full."""
    handle = os.pidfd_open(pid)
    give_up, late = time.monotonic() + seconds, False
    while True:
        left = give_up - time.monotonic()
        done, _, _ = select.select([handle], [], [], max(min(left, _LOOK) if folder else left, 0))
        if done:
            break
        late = time.monotonic() >= give_up
        if late or (folder and scratch.is_over_full(folder)):
            os.kill(pid, signal.SIGKILL)
            break
    os.close(handle)
    _, status, used = os.wait4(pid, 0)
    return status, late, used.ru_utime + used.ru_stime


def _silence():
    """Whatever is written past Python, by C or os.write, goes nowhere."""
    nothing = os.open("/dev/null", os.O_RDWR)
    for fd in range(3):
        os.dup2(nothing, fd)
    os.close(nothing)


if __name__ == "__main__":
    main()
