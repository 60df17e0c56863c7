"""Run strangers' code: start a sandboxed server, test that it holds, hand it jobs, read its replies as data.

Three ways, from the strongest:

    bubblewrap    own user, pid, mount, ipc and network namespaces, plus Landlock and a seccomp filter
    landlock      Landlock and seccomp alone, where namespaces are forbidden
    none          limits of time and memory only, for files one trusts; never chosen, only asked for

What cannot be protected is refused with the remedy.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.grading import stage
from coursekit.grading.errors import GradingError, require_linux
from coursekit.grading.inside import scratch
from coursekit.grading.inside.confine import Limits
from coursekit.grading.inside.server import CLEAN, CODE, PARSE, PREPARE, PROBE, REQUEST, RUN, STATUS
from coursekit.grading.inside.wire import END, WireError, decode, encode, split
from coursekit.grading.server_process import ServerProcess

WAYS = ("bubblewrap", "landlock", "none")
PREFIX = ".sandbox-"  # of the folder with the package's copy
MOST_MESSAGES = 10_000  # read of one reply
LONGEST_REPLY = 16 * 2**20  # bytes of a reply to a job
LONGEST_PARSED = 32 * 2**20  # bytes of what the parser says of a notebook
START = 60  # seconds for Python and NumPy to load on a busy machine, and for each step until it is ready
GRACE = 15.0  # seconds after which a server that does not end its child, on a busy machine, is itself ended
PAUSE = 0.005  # seconds between looks at what a child has written: a look for each outcome would cost more than judging it
HALF_FULL = 2**15  # bytes found in a pipe that suggest a child that writes faster than that
STARTS = 3  # tries to replace a server that has gone
REMEDY = (
    "Install bubblewrap (Debian, Ubuntu: apt install bubblewrap) and allow user namespaces, or use Linux ≥ 5.13 with "
    "Landlock. In Docker: --security-opt seccomp=unconfined --security-opt systempaths=unconfined. Only for files "
    "that are your own: --sandbox none."
)


class SandboxError(GradingError):
    """Submissions cannot be run safely; the text says why and what to do."""


class _ServerGone(SandboxError):
    """The server ended, or does not answer."""


@dataclass(frozen=True)
class SandboxReply:
    """What came back from a job: complete messages as bytes, and how its process ended.

    ended: "done", "timeout" or "killed".
    """

    messages: list[bytes]
    ended: str


class Sandbox:
    """A running server; `run` gives it a job. Use it as a context manager, from one thread."""

    def __init__(
        self, way: str | None = None, *, folder: Path | None = None, limits: Limits | None = None,
        secret: Iterable[str | Path] = (), wait: bool = True,
    ):  # fmt: skip
        """Start and test it; `way` None takes the strongest that holds.

        folder: where it may keep its copy of the package; secret: files it must not reach. Without `wait` it is
        only launched: call `ready` before its first job. Its server ends with the thread that launched it.
        Raises SandboxError, with the remedy, if none holds.
        """
        require_linux()
        self.limits, self.notes = limits or Limits(), ()
        self._secret = [str(Path(path).absolute()) for path in (*secret, *stage.solutions())]
        self._folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder)).absolute()
        self._scratch = self._folder / "scratch"  # for ways without a file system of their own
        self._server: Any = None  # a ServerProcess, while one runs
        self._control: Any = None  # its socket
        self._clean = False  # whether the server has said that it is ready for another job
        self._prepared: list[bytes] = []  # what each server is given first
        self._open, self._lock = True, threading.Lock()
        stage.copy_package(self._folder)
        self._scratch.mkdir(mode=0o700)
        self.way, *self._weaker = [way] if way else WAYS[:2]
        self._launch()
        if wait:
            self.ready()

    def ready(self) -> None:
        """Wait until it has started and passed its test; fall back to a weaker way, or raise SandboxError."""
        while True:
            try:
                return self._greet()
            except SandboxError as error:
                self._stop()
                self.notes += (f"{self.way}: {error}",)
                if not self._weaker:
                    self.close()
                    words = "; ".join(self.notes).rstrip(".")
                    raise SandboxError(f"no sandbox holds here ({words}). {REMEDY}") from None
                self.way, *self._weaker = self._weaker
                self._launch()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self) -> None:
        """End the server and whatever runs in it; from any thread."""
        with self._lock:
            self._open = False
            self._stop()
        if self._scratch.is_dir():
            scratch.empty(str(self._scratch))
        shutil.rmtree(self._folder, ignore_errors=True)

    def prepare(self, cells: list[str]) -> None:
        """Let each server look at cells that most notebooks have, so that its children need not. Before `ready`."""
        self._prepared.append(encode(cells))

    def run(self, job: dict, questions: bytes, seconds: float | None = None) -> SandboxReply:
        """Have a child run the job on encoded questions, for at most `seconds` seconds.

        A server that dies of it is replaced, and the job is tried once more: it may have died of something else.
        """
        return self.run_together([(job, questions)], seconds)[0]

    def run_together(
        self, jobs: list[tuple[dict, bytes]], seconds: float | None = None
    ) -> list[SandboxReply]:
        """Have one child run several jobs, each on questions of its own, one after another.

        A function that one of them may not use is refused to all. Returns the replies of the jobs that were begun.
        """
        refused = sorted({name for job, _ in jobs for name in job["refused"]})
        message = encode({"jobs": [job for job, _ in jobs], "refused": refused})
        message += b"".join(questions for _, questions in jobs)
        return _by_job(self._job(RUN, message, seconds or self.limits.seconds))

    def parse(self, job: dict, content: bytes, seconds: float) -> SandboxReply:
        """Have a child parse a notebook's bytes."""
        return self._job(PARSE, encode(job | {"seconds": seconds}) + content, seconds + 1, LONGEST_PARSED)

    def _job(self, kind, message, seconds, longest=LONGEST_REPLY):
        for _ in range(2):
            try:
                self._await_clean()
                return self._exchange(kind, message, seconds, longest)
            except _ServerGone:
                self._replace()
        return SandboxReply([], "killed")

    def _replace(self):
        with self._lock:
            if not self._open:
                raise SandboxError("it was closed") from None
            self._stop()
            if self._scratch.is_dir() and not scratch.empty(str(self._scratch), seconds=60.0):
                raise SandboxError(
                    f"the folder {self._scratch} cannot be emptied. Remove it, then use --resume."
                )
            for left in reversed(range(STARTS)):
                try:
                    self._launch()
                    return self._greet()
                except SandboxError as error:
                    self._stop()
                    if not left:
                        raise SandboxError(
                            f"the sandbox could not be started again ({error}). What was graded is kept: continue with --resume."
                        ) from None

    def _gone(self):
        """The error that says how the server ended."""
        return _ServerGone(f"its server {self._server.how_it_ended()}")

    def _await_clean(self):
        """Wait until the server has put away what the last job left; it ends if it cannot."""
        if self._clean:
            return
        self._control.settimeout(2 * GRACE)
        try:
            self._clean = self._control.recv(len(CLEAN)) == CLEAN
        except OSError:
            self._clean = False
        if not self._clean:
            raise self._gone()

    def _give(self, kind, message):
        """Give the server something to keep."""
        self._exchange(kind, message, START, LONGEST_REPLY)
        self._await_clean()

    def _exchange(self, kind, message, seconds, longest):
        job_end, to_child = os.pipe()
        from_child, reply_end = os.pipe()
        self._clean = False
        try:
            self._control.settimeout(GRACE)
            socket.send_fds(self._control, [REQUEST.pack(kind, seconds)], [job_end, reply_end])
        except OSError:
            os.close(to_child)
            os.close(from_child)
            raise self._gone() from None
        finally:
            os.close(job_end)
            os.close(reply_end)
        deadline = time.monotonic() + seconds + GRACE
        stream = bytearray()
        try:
            with (
                open(to_child, "wb", buffering=0) as to_child,
                open(from_child, "rb", buffering=0) as from_child,
            ):
                _write(to_child, message)
                to_child.close()
                stream = self._collected(from_child, longest, deadline)
        finally:  # each job's status is read before the next job
            ended = self._status(deadline)
        return SandboxReply(split(stream, MOST_MESSAGES), "killed" if len(stream) > longest else ended)

    def _collected(self, from_child, longest, deadline):
        """What the child writes until the server reports its end, or a little more than `longest` bytes of it."""
        os.set_blocking(from_child.fileno(), False)
        stream, pause = bytearray(), PAUSE
        while True:
            ended = _is_readable(self._control, pause) or time.monotonic() >= deadline
            before = len(stream)
            while len(stream) <= longest and (chunk := from_child.read(2**20)):
                stream += chunk
            if ended or len(stream) > longest:
                return stream
            pause = 0 if len(stream) - before >= HALF_FULL else PAUSE

    def _status(self, deadline):
        """How the child ended, from the server."""
        self._control.settimeout(max(deadline - time.monotonic(), 0.1))
        try:
            status = self._control.recv(STATUS.size)
        except OSError:
            status = b""
        if len(status) != STATUS.size:
            raise self._gone()
        status, time_up, _ = STATUS.unpack(status)
        signal_number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        if time_up or signal_number in (signal.SIGALRM, signal.SIGXCPU):
            return "timeout"
        return "killed" if signal_number else "done"

    def _launch(self):
        with contextlib.suppress(FileNotFoundError):  # `_greet` says so
            self._server = ServerProcess(self.way, self._folder, self._scratch, self.limits)
            self._control = self._server.control

    def _greet(self):
        if not self._server:
            raise SandboxError("bubblewrap is not installed")
        self._control.settimeout(START)
        try:
            greeting = self._control.recv(1000)
        except TimeoutError:
            raise SandboxError(f"it had not started after {START} s") from None
        if not greeting:
            raise SandboxError(f"it {self._server.how_it_ended()}")
        self._clean = True  # nothing has run yet
        self._check(json.loads(greeting))
        self._give(CODE, encode(stage.withheld_code()))
        for cells in self._prepared:
            self._give(PREPARE, cells)

    def _check(self, held):
        """Refuse a sandbox that does not hold what it promises, then try to break out of it."""
        if self.way == "none":
            return
        if not held["seccomp"]:
            raise SandboxError("the kernel takes no seccomp filter here")
        if not held["landlock"] and self.way == "landlock":
            raise SandboxError("the kernel has no Landlock")
        job = encode({"secret": self._secret, "parent": os.getpid()})
        reply = self._exchange(PROBE, job, START, LONGEST_REPLY)
        self._await_clean()
        try:
            (breaches,) = map(decode, reply.messages)
        except (ValueError, WireError):
            raise SandboxError(f"its self-test did not end well ({reply.ended})") from None
        if breaches:
            raise SandboxError(f"its self-test could {', '.join(map(str, breaches))}")

    def _stop(self):
        if self._server:
            self._server.close()
        self._server = self._control = None


def _by_job(reply):
    """The reply to each job that was begun. The child writes END after each that it completes."""
    found, messages = [], []
    for message in reply.messages:
        if message == END:
            found.append(SandboxReply(messages, "done"))
            messages = []
        else:
            messages.append(message)
    if messages or not found or reply.ended != "done":
        found.append(SandboxReply(messages, reply.ended))
    return found


def _write(pipe, message):
    """Write all of it, unless the reader has gone; one that does not read is ended by its server."""
    view = memoryview(message or b"")
    with contextlib.suppress(BrokenPipeError):
        while view:
            view = view[pipe.write(view) :]


def _is_readable(control, seconds):
    """Whether the server has sent something, or hung up, within some seconds."""
    return bool(select.select([control], [], [], seconds)[0])
