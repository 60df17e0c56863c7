"""Each way to lock a submission in holds against what it promises to hold against, and says so when it cannot."""

import ast
import contextlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from coursekit.exercises.engine.checking import references
from coursekit.exercises.engine.registry import everything
from coursekit.grading import sandbox as module
from coursekit.grading import server_process, stage
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
                "open(os.__file__, 'a')", "os.remove(os.__file__)", "os.link('/etc/ld.so.cache', '/tmp/l')", "os.chmod('/tmp', 0o777)",
                "os.chmod('.', 0)", "os.utime(os.__file__)", "os.truncate(os.__file__, 9)"],
    "signals and locks": ["fcntl.fcntl(1, fcntl.F_SETOWN, os.getppid())", "fcntl.fcntl(1, fcntl.F_SETSIG, 9)", "fcntl.fcntl(1, fcntl.F_NOTIFY, 1)",
                          "fcntl.fcntl(1, fcntl.F_SETFL, fcntl.fcntl(1, fcntl.F_GETFL) | os.O_ASYNC)", "fcntl.fcntl(os.pipe()[0], 1031, 2**20)",
                          "fcntl.ioctl(1, 0x8901, b'1234')", "fcntl.ioctl(1, 0x5452, b'1234')", "call(238, 0, 0, 0)"],
    "calls of other kernels": ["call(425, 8, 0)", "call(434, 1, 0)", "call(460)", "call(9999)", "call(323, 0)", "call(253)"],
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


@pytest.fixture(scope="module")
def attempts(box):
    """What came of each line; those of a group are tried in one process."""
    return {
        line: said
        for lines in REFUSED.values()
        for line, said in zip(lines, ask(box, *lines)[0], strict=True)
    }


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
    said, _ = ask(box, "open('mine', 'w').write('x')", "open('mine').read()", "open('/tmp/mine', 'w')")
    assert said[:2] == ["succeeded"] * 2
    assert said[2] == ("succeeded" if box.way == "bubblewrap" else "PermissionError")
    assert "succeeded" not in ask(box, "open('mine').read()", "open('/tmp/mine').read()")[0]


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


def test_a_server_that_dies_is_replaced_and_the_job_done_once_more(box):
    source = "def f(line): return line"
    with Sandbox(box.way) as other:
        for _ in range(2):
            assert ask(other, "y", source=source, name="f") == (["y"], "done")
            for process in family(other):
                with contextlib.suppress(psutil.NoSuchProcess):  # it may have ended with its parent
                    process.kill()
        assert ask(other, "y", source=source, name="f") == (["y"], "done")


def test_it_says_how_a_server_ended(box, monkeypatch):
    with Sandbox(box.way) as other:
        family(other)[-1].kill()
        assert other._server.how_it_ended() == "was ended by SIGKILL"
        monkeypatch.setattr(server_process, "_BOOT", "import sys; sys.exit('no room')")
        with pytest.raises(SandboxError, match=r"\(it ended with exit status 1: no room\).*--resume"):
            ask(other, "1 + 1")
    with pytest.raises(SandboxError, match=r"\(\w+: it ended with exit status 1: no room\). Install"):
        Sandbox(box.way)


@pytest.mark.skipif(not shutil.which("bwrap"), reason="no bubblewrap: install the system's package")
def test_in_bubblewrap_python_may_be_installed_below_tmp(monkeypatch):
    """Then /tmp holds its libraries, and is not what is emptied after each job."""
    folders = stage.library_folders()
    with tempfile.TemporaryDirectory(dir="/tmp") as private:
        library = Path(private) / "site-packages"
        library.mkdir()
        (library / "lies_below_tmp.py").write_text("HERE = 1\n")
        monkeypatch.setattr(stage, "library_folders", lambda: [*folders, library])
        with Sandbox("bubblewrap") as box:
            for _ in range(2):
                assert ask(box, "import lies_below_tmp", "open('x', 'x')")[0] == ["succeeded"] * 2


def family(sandbox):
    server = psutil.Process(sandbox._server.pid)
    return [server, *server.children(recursive=True)]


LEFT_BEHIND = {
    "a locked folder": "os.mkdir('locked'); open('locked/x', 'w').write('x'); os.mkdir('locked/more', 0)",
    "a folder made without rights": "os.mkdir('dark', 0)",
    "nested folders": "[(os.mkdir('d' * 200), os.chdir('d' * 200)) for _ in range(300)]",
    "many files": "[open(f'f{i}', 'w').close() for i in range(1500)]",
    "as much as there is room for": "[open(f'f{i}', 'wb').write(b'x' * 15 * 2**20) for i in range(4)]",
    "names that are no text": "[open(bytes([i]) + b'x', 'w').close() for i in range(128, 256)]",
    "a pipe": "os.mkfifo('pipe')",
    "no umask": "os.umask(0o777); os.mkdir('m'); open('n', 'w').close()",
}


@pytest.mark.parametrize("what", LEFT_BEHIND)
def test_the_next_one_finds_nothing_of_the_last_and_has_all_the_room(box, what):
    ask(box, LEFT_BEHIND[what])
    room = "[open(f'g{i}', 'wb').write(b'x' * 15 * 2**20) for i in range(4)]"
    source = SOURCE + "\ndef look(line):\n    return os.listdir('.'), attempt(line)\n"
    assert ask(box, room, source=source, name="look") == ([([], "succeeded")], "done")


def test_a_full_scratch_folder_ends_its_owner_only(box):
    flood = "[open(f'{i}', 'wb').write(b'x' * 15 * 2**20) for i in range(10**4)]"
    said, ended = ask(box, flood)
    assert said == ["OSError"] if box.way == "bubblewrap" else ended == "killed"
    assert ask(box, "1 + 1") == (["succeeded"], "done")


def test_a_log_file_in_the_working_folder_can_be_written(box):
    assert ask(box, "open('log.txt', 'w').write('x')", "open('log.txt').read()") == (
        ["succeeded"] * 2,
        "done",
    )


def test_files_outside_keep_their_mode_their_time_and_their_end(box):
    before = box.secret.stat()
    lines = [f"os.chmod({str(box.secret)!r}, 0)", f"os.utime({str(box.secret)!r}, (0, 0))", f"os.truncate({str(box.secret)!r}, 0)",
             f"os.chown({str(box.secret)!r}, 1, 1)", f"os.rename({str(box.secret)!r}, 'x')", f"os.link({str(box.secret)!r}, 'x')",
             f"os.setxattr({str(box.secret)!r}, 'user.x', b'x')", f"os.symlink({str(box.secret)!r}, 'x')"]  # fmt: skip
    assert "succeeded" not in ask(box, *lines)[0]
    after = box.secret.stat()
    assert (before.st_mode, before.st_mtime_ns, before.st_size, before.st_uid, before.st_nlink) == (
        after.st_mode,
        after.st_mtime_ns,
        after.st_size,
        after.st_uid,
        after.st_nlink,
    )


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
        numbers = [pair[column] for pair in seccomp.ALLOWED.values() if pair[column] is not None]
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


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("staged")
    stage.copy_package(folder)
    return folder


def test_no_solution_is_staged(staged):
    engine = {path.name for path in (staged / "coursekit" / "exercises" / "engine").iterdir()}
    assert {"__init__.py", "todo.py", "running.py"} <= engine
    assert not engine & {"judge.py", "registry.py", "checking.py", "helping.py", "notebooks.py"}
    assert not {"judge.py", "private.py", "gradebook.py"} & {
        p.name for p in (staged / "coursekit" / "grading").iterdir()
    }
    assert "solution=" not in "".join(path.read_text() for path in staged.rglob("*.py"))


def test_no_formula_that_is_asked_for_is_staged(staged):
    """Neither of the exercise itself nor of what it may be copied from: each such function only raises."""
    names = {name for exercise in everything().values() for name in references(exercise)}
    found = 0
    for path in staged.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            body = node.body if isinstance(node, ast.Module | ast.ClassDef) else ()
            for function in [n for n in body if isinstance(n, ast.FunctionDef) and n.name in names]:
                found += 1
                assert ast.unparse(function.body[-1]).startswith("raise Withheld("), (path, function.name)
                assert len(function.body) <= 4
    assert found > 50


def test_what_is_staged_can_be_used_but_for_what_is_asked(box):
    """An answer to another exercise may call the formula, whole; one that opens the source finds none."""
    source = "from coursekit import numpy_backend as ck\nimport numpy as np\ndef f(p, y): return ck.mse(p, y), ck.mse_grad(p, y)"
    read = "import coursekit.numpy_backend.losses as m\ndef f(p, y):\n    s = {}\n    exec(open(m.__file__).read(), s)\n    return s['mse'](p, y)"
    p = np.ones((2, 3))
    for text, refused, answered in ((source, [], True), (source, ["mse"], False), (read, [], False)):
        cells = [("cell 1", text, tuple(range(len(ast.parse(text).body))))]
        reply = box.run(job_for("f", cells) | {"refused": refused, "names": None}, encode([(p, 3 * p)]))
        _, outcome = map(decode, reply.messages)
        if answered:
            assert outcome["output"][0] == 4
        else:
            assert outcome["failure"]["type"] == "Withheld"


def test_the_questions_of_others_are_not_in_its_memory(box):
    """Each child is given its own questions alone, after its definitions."""
    mark = 4242.125
    ask(box, mark, source="def attempt(x): return x")
    source = "import gc\ndef f(x):\n    return [o.tolist() for o in gc.get_objects() if type(o).__name__ == 'ndarray'], 4242.0 + x in gc.get_objects()\n"
    ((arrays, seen),), _ = ask(box, 0.125, source=source, name="f")
    assert not seen
    assert not arrays
