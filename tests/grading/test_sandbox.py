"""Each way to lock a submission in holds against what it promises to hold against."""

import sys
import time

import pytest
from boxes import SOURCE, ask

from coursekit.grading import stage
from coursekit.grading.inside import seccomp
from coursekit.grading.inside.confine import Limits
from coursekit.grading.sandbox import Sandbox

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
                  "import coursekit.grading.scoring", "import coursekit.grading.gradebook"],
}  # fmt: skip


CASES = [pytest.param(line, id=f"{what}: {line}") for what, lines in REFUSED.items() for line in lines]


ALLOWED = ["import scipy.special", "open(os.devnull, 'w').write('x')", "os.getpid()", "os.urandom(4)", "sorted(os.listdir('/usr'))",
           "threading.Thread(target=len, args=([],)).start()", "np.linalg.inv(np.eye(200))", "open(os.__file__).read()",
           "signal.raise_signal(signal.SIGCHLD)", "import coursekit.data"]  # fmt: skip


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


@pytest.mark.slow
def test_torch_can_be_used(box):
    pytest.importorskip("torch")
    source = "import torch\ndef double(x):\n    return 2 * torch.tensor([1.5])\n"
    said, ended = ask(box, "x", source=source, name="double")
    assert ended == "done"
    assert said[0] == [3.0]


def test_both_architectures_number_their_calls_apart():
    for column in (0, 1):
        numbers = [pair[column] for pair in seccomp.ALLOWED.values() if pair[column] is not None]
        assert len(numbers) == len(set(numbers))
        assert len(b"".join(seccomp._program(column, 1, 1))) % 8 == 0


def test_the_questions_of_others_are_not_in_its_memory(box):
    """Each child is given its own questions alone, after its definitions."""
    mark = 4242.125
    ask(box, mark, source="def attempt(x): return x")
    source = "import gc\ndef f(x):\n    return [o.tolist() for o in gc.get_objects() if type(o).__name__ == 'ndarray'], 4242.0 + x in gc.get_objects()\n"
    ((arrays, seen),), _ = ask(box, 0.125, source=source, name="f")
    assert not seen
    assert not arrays
