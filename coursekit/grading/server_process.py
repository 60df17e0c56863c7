"""Start the server of a sandbox, and say how it ended.

In bubblewrap the server has a file system of its own: libraries read-only, the package's copy at /stage, and an empty
folder in memory, SCRATCH, that is emptied after each job. /tmp leads to it, unless Python or its libraries are
installed below /tmp: then /tmp holds these, read-only.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from coursekit.grading import stage
from coursekit.grading.inside.confine import Limits

STAGE, SCRATCH = Path("/stage"), Path("/scratch")  # in bubblewrap
SCRATCH_SIZE = 64 * 2**20  # bytes
MOST_WORDS = 500  # characters of what a server said before it ended
_BOOT = "import sys; sys.path[:0] = sys.argv.pop(1).split(chr(10)); from coursekit.grading.inside.server import main; main()"


class ServerProcess:
    """A running server. `control` is this end of the socket at its standard input."""

    def __init__(self, way: str, folder: Path, scratch: Path, limits: Limits):
        """Launch it. folder: holds the package's copy; scratch: where its children write, if the way has no file
        system of its own. Raises FileNotFoundError without bubblewrap.
        """
        inside = way == "bubblewrap"
        package, work = (STAGE, SCRATCH) if inside else (folder, scratch)
        command = _python(package, work, limits, confined=way != "none", on_disk=not inside)
        if inside:
            program = shutil.which("bwrap")
            if program is None:
                raise FileNotFoundError("bubblewrap is not installed")
            command = [program, *bubblewrap_options(folder), *command]
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=_environment(str(work)),
                cwd="/",
            )
        self.pid = self._process.pid

    def how_it_ended(self, patience: float = 5.0) -> str:
        """ "ended with exit status 1: …" or "was ended by SIGKILL", or that it runs, in words that follow "its server"."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        status = self._process.returncode
        if status is None:
            return "still runs, but does not answer. Is the machine overloaded?"
        number = (
            -status if status < 0 else status - 128
        )  # bubblewrap passes on its child's signal as 128 + number
        if number in set(signal.Signals):
            how = f"was ended by {signal.Signals(number).name}"
        else:
            how = f"ended with exit status {status}"
        words = self.last_words()
        return f"{how}: {words}" if words else how

    def last_words(self) -> str:
        """The last line that it wrote to its standard error. Only the server writes there, never what it runs."""
        stream = self._process.stderr
        if stream is None or stream.closed:
            return ""
        os.set_blocking(stream.fileno(), False)
        lines = (stream.read() or b"").decode(errors="replace").strip().split("\n")
        return lines[-1].strip()[:MOST_WORDS]

    def close(self) -> None:
        """End it, if it still runs."""
        self.control.close()
        self._process.kill()
        self._process.wait()
        if self._process.stderr:
            self._process.stderr.close()


def _python(package, work, limits, *, confined, on_disk):
    """The command that runs the server, whose configuration is its last argument."""
    readable, listable = stage.without(stage.readable_paths(), stage.hidden_folders())
    configuration = {
        "confined": confined,
        "limits": asdict(limits),
        "readable": [str(path) for path in (*readable, package, "/dev/urandom")],
        "listable": [str(path) for path in listable],
        "writable": ["/dev/null", str(work)],
        "scratch": str(work),
        "scratch_on_disk": on_disk,
    }
    search = "\n".join(map(str, [package, *stage.library_folders()]))
    return [os.path.abspath(sys.executable), "-s", "-P", "-c", _BOOT, search, json.dumps(configuration)]


def bubblewrap_options(folder: Path) -> list[str]:
    """Namespaces of its own, no network, no privileges, and a file system with what Python reads."""
    command = ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-net", "--unshare-uts"]
    command += ["--unshare-cgroup-try", "--uid", "65534", "--gid", "65534", "--hostname", "sandbox"]
    command += ["--die-with-parent", "--new-session", "--cap-drop", "ALL", "--dev", "/dev", "--proc", "/proc"]
    command += ["--size", str(SCRATCH_SIZE), "--tmpfs", str(SCRATCH)]
    readable, links = stage.readable_paths(), stage.links()
    for path in readable:
        command += ["--ro-bind", str(path), str(path)]
    for link, target in links.items():
        command += ["--symlink", target, str(link)]
    if not any(path.is_relative_to("/tmp") for path in (*readable, *links)):
        command += ["--symlink", str(SCRATCH), "/tmp"]
    for path in stage.hidden_folders():
        if path.is_dir() and any(path.is_relative_to(other) for other in readable):
            command += ["--tmpfs", str(path)]
    return [*command, "--ro-bind", str(folder), str(STAGE), "--remount-ro", "/dev", "--remount-ro", "/"]


def _environment(folder):
    """No variable of the instructor's reaches a submission. One thread: the children share the cores; and strings
    are hashed alike each day."""
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM")}
    return {
        "PATH": "",  # no program may be started: torch for CUDA would look for a compiler, and for a folder to write to
        "LANG": "C.UTF-8",
        "HOME": folder,
        "TMPDIR": folder,
        "MPLBACKEND": "agg",
        "PYTHONHASHSEED": "0",
        **threads,
    }
