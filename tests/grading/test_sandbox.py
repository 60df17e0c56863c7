"""Each way to lock a submission in holds against what it promises to hold against, and says so when it cannot."""

import ast
import contextlib
import os
import shutil
import sys
import time

import psutil
import pytest

from coursekit.grading import sandbox as module
from coursekit.grading import stage
from coursekit.grading.errors import GradingError
from coursekit.grading.inside import landlock, seccomp
from coursekit.grading.inside.confine import Limits
from coursekit.grading.inside.wire import decode, encode
from coursekit.grading.sandbox import Sandbox, SandboxError

BUBBLEWRAP = pytest.param(
    "bubblewrap",
    marks=pytest.mark.skipif(not shutil.which("bwrap"), reason="no bubblewrap: install the system's package"),
)
LANDLOCK = pytest.param(
    "landlock", marks=pytest.mark.skipif(not landlock.abi(), reason="this kernel has no Landlock")
)
SOURCE = """
import ctypes, mmap, os, resource, signal, socket, subprocess, sys, threading, time
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
REFUSED = {
    "network": ["socket.socket()", "socket.socket(socket.AF_UNIX)", "socket.socketpair()", "socket.create_connection(('127.0.0.1', 80))"],
    "processes": ["os.fork()", "os.posix_spawn('/bin/true', ['true'], {})", "subprocess.run(['true'])", "os.execv('/bin/true', ['true'])",
                  "os.setsid()", "os.setpgid(0, 0)", "os.kill(os.getppid(), 0)", "os.kill(1, 9)", "os.pidfd_open(os.getppid())",
                  "os.setpriority(os.PRIO_PROCESS, 0, 19)", "os.sched_setaffinity(os.getppid(), {0})",
                  "os.sched_setscheduler(os.getppid(), os.SCHED_IDLE, os.sched_param(0))"],
    "other processes": ["open(f'/proc/{os.getppid()}/environ').read()", "open(f'/proc/{os.getppid()}/mem', 'rb').read(1)",
                        "os.listdir(f'/proc/{os.getppid()}/fd')", "open('/proc/1/maps').read()"],
    "privileges": ["os.setuid(0)", "os.chroot('/')", "socket.sethostname('x')", "os.mknod('/tmp/node')", "os.unshare(0x10000000)" if sys.version_info >= (3, 12) else "os.chroot('/')"],
    "limits": ["resource.setrlimit(resource.RLIMIT_DATA, (2**40, 2**40))", "resource.setrlimit(resource.RLIMIT_CPU, (9999, 9999))",
               "np.ones(2**31, dtype=np.uint8)", "bytearray(2**31)", "mmap.mmap(-1, 2**20)", "os.memfd_create('m')",
               "[threading.Thread(target=time.sleep, args=(9,), daemon=True).start() for _ in range(4000)]",
               "[os.dup(1) for _ in range(100)]"],
    "writing": ["open('/x', 'w')", "open('/usr/x', 'w')", "open('/dev/shm/x', 'w')", "open('/var/tmp/x', 'w')", "os.mkdir('/stage/x')",
                "open(os.__file__, 'a')", "os.remove(os.__file__)", "os.link('/etc/ld.so.cache', '/tmp/l')", "os.chmod('/tmp', 0o777) or open('/etc/x', 'w')"],
    "solutions": ["import coursekit.exercises.loss_functions", "import coursekit.exercises.engine.registry", "import coursekit.exercises.engine.judge",
                  "import coursekit.grading.judge", "import coursekit.grading.gradebook"],
}  # fmt: skip
CASES = [pytest.param(line, id=f"{what}: {line}") for what, lines in REFUSED.items() for line in lines]
ALLOWED = ["import scipy.special", "open(os.devnull, 'w').write('x')", "os.getpid()", "os.urandom(4)", "sorted(os.listdir('/usr'))",
           "threading.Thread(target=len, args=([],)).start()", "np.linalg.inv(np.eye(200))", "open(os.__file__).read()",
           "signal.raise_signal(signal.SIGCHLD)", "import coursekit.data"]  # fmt: skip


@pytest.fixture(scope="module", params=[BUBBLEWRAP, LANDLOCK])
def box(request, tmp_path_factory):
    secret = tmp_path_factory.mktemp("secret") / "gradebook"
    secret.write_text("grades")
    with Sandbox(request.param, limits=Limits(seconds=20), secret=[secret]) as box:
        box.secret = secret
        yield box


def ask(box, *lines, source=SOURCE, name="attempt", seconds=15.0):
    """What the function of this source returns for each line, and how its process ended."""
    cells = [("cell 1", source, tuple(range(len(ast.parse(source).body))))]
    job = {"name": name, "cells": cells, "names": NAMES, "refused": [], "seconds": seconds}
    reply = box.run(job, encode([(line,) for line in lines]))
    head, *messages = map(decode, reply.messages)
    assert not head["troubles"]
    return [message["output"] for message in messages], reply.ended


@pytest.fixture(scope="module")
def attempts(box):
    lines = [case.values[0] for case in CASES]
    halves = lines[:-8], lines[-8:]
    return {line: said for half in halves for line, said in zip(half, ask(box, *half)[0], strict=True)}


@pytest.mark.parametrize("line", CASES)
def test_it_is_refused(attempts, line):
    assert attempts[line] in ("OSError", "PermissionError", "FileNotFoundError", "MemoryError", "ModuleNotFoundError", "ValueError",
                              "RuntimeError", "BlockingIOError", "ProcessLookupError", "NotADirectoryError")  # fmt: skip


def test_honest_work_is_not(box):
    assert ask(box, *ALLOWED) == (["succeeded"] * len(ALLOWED), "done")


def test_the_secret_is_out_of_reach(box):
    lines = [f"open({str(box.secret)!r}).read()", f"open({str(box.secret)!r}, 'a')", f"os.listdir({str(box.secret.parent)!r})",
             f"open({str(stage.PACKAGE / 'exercises' / 'registry.py')!r})"]  # fmt: skip
    assert "succeeded" not in ask(box, *lines)[0]
    assert box.secret.read_text() == "grades"


def test_a_small_scratch_folder_is_its_own_and_is_gone_afterwards(box):
    said, _ = ask(box, "open('/tmp/mine', 'w').write('x')", "open('/tmp/mine').read()")
    assert said == ["succeeded"] * 2 if box.way == "bubblewrap" else "succeeded" not in said
    assert "succeeded" not in ask(box, "open('/tmp/mine').read()")[0]


def test_a_child_holds_its_two_pipes_and_nothing_else(box):
    source = (
        SOURCE
        + "import fcntl\ndef held(line):\n    return [fd for fd in range(1024) if is_open(fd)]\n"
        + (
            "def is_open(fd):\n    try:\n        return fcntl.fcntl(fd, fcntl.F_GETFD) >= 0\n    except OSError:\n        return False\n"
        )
    )
    (held,), _ = ask(box, "x", source=source, name="held")
    assert held[:3] == [0, 1, 2]  # the null device
    assert len(held) == 5


def test_answers_that_use_global_generators_say_the_same_each_day(box):
    source = "import random\nimport numpy as np\ndef draw(line):\n    return random.random(), np.random.rand(), hash('text')\n"
    one, other = (ask(box, "x", source=source, name="draw") for _ in range(2))
    with Sandbox(box.way) as again:
        assert one == other == ask(again, "x", source=source, name="draw")


def test_nothing_of_another_answer_is_in_its_memory(box):
    """The server never reads a job: its memory, which children inherit, holds no other's text."""
    mark = "raspberry" + "-jam"
    ask(box, "x", source=f"SECRET = {mark!r}\ndef attempt(line): return line")
    source = (
        SOURCE
        + "import gc\ndef look(line):\n    a = 'raspberry' + line\n    return sum(a in str(o)[:10**6] for o in gc.get_objects() if isinstance(o, (dict, list)))\n"
    )
    said, _ = ask(box, "-jam", source=source, name="look")
    assert said == [0]


@pytest.mark.parametrize("body", ["while True: pass", "import time\n    time.sleep(1000)"])
def test_time_is_bounded_and_what_came_before_counts(box, body):
    source = f"def slow(line):\n    if line == 'quick': return 1\n    {body}\n"
    start = time.monotonic()
    said, ended = ask(box, "quick", "slow", "quick", source=source, name="slow", seconds=0.5)
    assert (said, ended) == ([1], "timeout")
    assert time.monotonic() - start < 15


def test_who_ignores_the_alarm_is_ended_too(box):
    source = (
        "import signal\ndef deaf(line):\n    signal.setitimer(signal.ITIMER_REAL, 0)\n    while True: pass\n"
    )
    brief = Sandbox(box.way, limits=Limits(seconds=1))
    with brief:
        assert ask(brief, "x", source=source, name="deaf", seconds=0.5) == ([], "timeout")
        assert ask(brief, "1 + 1")[0] == ["succeeded"]  # the next one finds the server well


def test_an_error_in_the_grader_leaves_the_next_job_its_own_reply(box):
    source = "def f(line): return line"
    cells = [("cell 1", source, (0,))]
    job = {"name": "f", "cells": cells, "names": [], "refused": [], "seconds": 5.0}
    with pytest.raises(ZeroDivisionError):
        box.run(job, encode([("x",)]), 2, lambda messages: 1 / 0)
    assert ask(box, "y", source=source, name="f") == (["y"], "done")


def test_a_server_that_dies_is_replaced_and_given_its_questions_again(box):
    job = {
        "name": "f",
        "cells": [("cell 1", "def f(line): return line", (0,))],
        "names": [],
        "refused": [],
        "seconds": 5.0,
    }
    sheet = encode([("a",), ("b",)])
    with Sandbox(box.way) as other:
        other.learn([sheet])
        for family in (
            [],
            [psutil.Process(other._server.pid), *psutil.Process(other._server.pid).children(recursive=True)],
        ):
            for process in family:
                with contextlib.suppress(psutil.NoSuchProcess):  # it may have ended with its parent
                    process.kill()
            reply = other.run(job, sheet)
            assert reply.ended == ("killed" if family else "done")
        reply = other.run(job, sheet)
        assert [decode(message)["output"] for message in reply.messages[1:]] == ["a", "b"]


@pytest.mark.slow
def test_torch_can_be_used(box):
    pytest.importorskip("torch")
    source = "import torch\ndef double(x):\n    return 2 * torch.tensor([1.5])\n"
    said, ended = ask(box, "x", source=source, name="double")
    assert ended == "done"
    assert said[0] == [3.0]


def test_closing_it_ends_its_processes_and_clears_its_folder(box, tmp_path):
    other = Sandbox(box.way, folder=tmp_path)
    server = psutil.Process(other._server.pid)
    family = [server, *server.children(recursive=True)]
    assert list(tmp_path.iterdir())
    other.close()
    psutil.wait_procs(family, timeout=10)
    assert not [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    assert not list(tmp_path.iterdir())


def test_a_breach_found_by_the_self_test_is_a_refusal(monkeypatch, tmp_path):
    """A secret that lies where Python must read is found by the probe."""
    with pytest.raises(SandboxError, match="self-test could read"):
        Sandbox("landlock" if landlock.abi() else "bubblewrap", secret=[os.__file__])


def test_without_bubblewrap_it_falls_back_and_says_so(monkeypatch):
    if not landlock.abi():
        pytest.skip("this kernel has no Landlock")
    monkeypatch.setattr(module.shutil, "which", lambda name: None)
    with Sandbox() as box:
        assert box.way == "landlock"
        assert box.notes == ("bubblewrap: bubblewrap is not installed",)


def test_where_namespaces_are_forbidden_it_falls_back(monkeypatch, tmp_path):
    if not landlock.abi():
        pytest.skip("this kernel has no Landlock")
    bwrap = tmp_path / "bwrap"
    bwrap.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    bwrap.chmod(0o755)
    monkeypatch.setattr(module.shutil, "which", lambda name: str(bwrap))
    with Sandbox() as box:
        assert box.way == "landlock"
        assert "No permissions to create new namespace" in box.notes[0]


def test_where_nothing_holds_it_refuses_with_the_remedy(monkeypatch):
    monkeypatch.setattr(module.shutil, "which", lambda name: None)
    monkeypatch.setattr(Sandbox, "_check", _fails)
    with pytest.raises(SandboxError, match=r"apt install bubblewrap.*--sandbox none"):
        Sandbox()


def _fails(self, held):
    raise SandboxError("the kernel has no Landlock")


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_are_told_what_to_use(monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(GradingError, match="WSL 2"):
        Sandbox()


def test_none_is_only_for_who_asks(tmp_path):
    with Sandbox("none", folder=tmp_path) as box:
        assert ask(box, "socket.socketpair()", "import coursekit.exercises.engine.registry")[0] == [
            "succeeded",
            "ModuleNotFoundError",
        ]


def test_both_architectures_number_their_calls_apart():
    for column in (0, 1):
        numbers = [pair[column] for pair in seccomp.REFUSED.values() if pair[column] is not None]
        assert len(numbers) == len(set(numbers))
        assert len(b"".join(seccomp._program(column, 1, 1))) % 8 == 0


def test_a_folder_is_split_around_what_is_hidden_also_behind_a_link(tmp_path):
    package = tmp_path / "lib" / "site-packages" / "coursekit"
    package.mkdir(parents=True)
    (tmp_path / "lib" / "site-packages" / "numpy").mkdir()
    (tmp_path / "lib" / "link").symlink_to(tmp_path / "lib")
    (tmp_path / "lib64").symlink_to("lib")
    readable, listable = stage.without([tmp_path / "lib", tmp_path / "lib64"], [package])
    assert readable == [tmp_path / "lib" / "site-packages" / "numpy"]
    assert tmp_path / "lib" / "site-packages" in listable


def test_no_solution_is_staged(tmp_path):
    stage.copy_package(tmp_path)
    exercises = tmp_path / "coursekit" / "exercises"
    assert {path.name for path in exercises.iterdir()} == {"__init__.py", "engine"}
    names = {path.name for path in (exercises / "engine").iterdir()}
    assert {"__init__.py", "todo.py", "running.py"} <= names
    assert not names & {"judge.py", "registry.py", "checking.py", "helping.py", "notebooks.py"}
    assert all(name.endswith(".py") for name in names)
    assert "solution=" not in "".join(path.read_text() for path in tmp_path.rglob("*.py"))
