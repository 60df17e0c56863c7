"""Try from inside what an answer must not be able to do; the sandbox's test of itself, before it is trusted."""

import ctypes
import fcntl
import importlib
import mmap
import os
import socket

import numpy as np

from coursekit.grading.inside.wire import decode, receive, sender


def run(job_fd: int, reply_fd: int) -> None:
    """Read {"secret": paths, "parent": pid}; reply with the names of the attempts that succeeded."""
    job = decode(receive(job_fd))
    attempts = {
        "open a socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "connect two sockets": socket.socketpair,
        "start a process": _fork,
        "run a program": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "signal another process": lambda: os.kill(job["parent"], 0),
        "outlive its parent": _forget_parent,
        "look at another process": lambda: open(f"/proc/{job['parent']}/status").close(),
        "allocate without a limit": lambda: np.ones(2**31, dtype=np.uint8),
        "share memory": lambda: mmap.mmap(-1, 4096),
        "write outside /tmp": lambda: open("/coursekit-probe", "wb").close(),
        "have signals sent to another process": lambda: fcntl.fcntl(1, fcntl.F_SETOWN, job["parent"]),
        "import the solutions": lambda: importlib.import_module("coursekit.exercises.engine.registry"),
    }
    for path in job["secret"]:
        attempts[f"read {path}"] = lambda path=path: open(path, "rb").close()
        attempts[f"write {path}"] = lambda path=path: open(path, "ab").close()
        attempts[f"change the mode of {path}"] = lambda path=path: os.chmod(path, 0o777)
        attempts[f"change the time of {path}"] = lambda path=path: os.utime(path, (0, 0))
        attempts[f"cut {path}"] = lambda path=path: os.truncate(path, os.stat(path).st_size)
        attempts[f"rename {path}"] = lambda path=path: os.rename(path, f"{path}~")
    sender(reply_fd)([name for name, attempt in attempts.items() if _succeeds(attempt)])


def _succeeds(attempt):
    try:
        attempt()
    except (OSError, MemoryError, ImportError, ValueError):
        return False
    return True


def _fork():
    if os.fork() == 0:
        os._exit(0)


def _forget_parent():
    """Undo the order to die with it."""
    if ctypes.CDLL(None, use_errno=True).prctl(1, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "refused")
