"""Sandboxes to try things in, and what an answer in one of them says."""

import ast
import shutil

import psutil
import pytest

from coursekit.grading.inside import landlock
from coursekit.grading.inside.wire import decode, encode

needs_bubblewrap = pytest.mark.skipif(
    not shutil.which("bwrap"), reason="no bubblewrap: install the system's package"
)
BUBBLEWRAP = pytest.param("bubblewrap", marks=needs_bubblewrap)
LANDLOCK = pytest.param(
    "landlock", marks=pytest.mark.skipif(not landlock.abi(), reason="this kernel has no Landlock")
)
SOURCE = """
import ctypes, fcntl, mmap, os, resource, signal, socket, subprocess, sys, threading, time
import numpy as np
libc = ctypes.CDLL(None, use_errno=True)

def call(number, *arguments):
    if libc.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")

def attempt(line):
    try:
        exec(line, globals())
    except (OSError, MemoryError, ImportError, ValueError, RuntimeError) as error:
        return type(error).__name__
    return "succeeded"
"""
NAMES = [
    "fcntl",
    "ctypes",
    "mmap",
    "os",
    "resource",
    "signal",
    "socket",
    "subprocess",
    "sys",
    "threading",
    "time",
    "np",
    "gc",
    "torch",
]


def job_for(name, cells, seconds=15.0):
    whole = {"seconds": seconds, "all_seconds": 60.0}
    return {"target": name, "cells": cells, "names": NAMES, "refused": [], **whole}


def ask(box, *lines, source=SOURCE, name="attempt", seconds=15.0):
    """What the function of this source returns for each line, and how its process ended."""
    cells = [("cell 1", source, tuple(range(len(ast.parse(source).body))))]
    reply = box.run(job_for(name, cells, seconds), encode([(line,) for line in lines]))
    head, *messages = map(decode, reply.messages)
    assert not head["troubles"]
    return [message["output"] for message in messages], reply.ended


def family(sandbox):
    server = psutil.Process(sandbox._server.pid)
    return [server, *server.children(recursive=True)]
