"""What the processes below a hub hold, read beside it while it works (Linux)."""

import contextlib
import re
import threading
from collections import defaultdict
from pathlib import Path

import psutil

SERVER, KERNELS, RESIDENT = "server, resident", "kernels, resident", "server and kernels, resident"
SHARED, DATA = "server and kernels, shared pages by share", "largest data segment"
QUANTITIES = (SERVER, KERNELS, RESIDENT, SHARED, DATA)


class Meter:
    """While open, looks at every process below the hub; `students` and `whole` are the peaks so far, in megabytes.

    Resident memory is each process's own high-water mark and counts shared pages in full, as a container of one
    student's would. Shared pages by share: of a page that k processes hold, each has 1/k, so that the sum is what one
    machine needs for all of them. The data segment is what RLIMIT_DATA limits.
    """

    def __init__(self, hub, every=2.0):
        self.students = defaultdict(lambda: defaultdict(float))  # student: quantity: megabytes
        self.whole = 0.0  # of all students at once, shared pages by share
        self._hub, self._every, self._stop = psutil.Process(hub), every, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _watch(self):
        while not self._stop.wait(self._every):
            self._look()

    def _look(self):
        now = defaultdict(lambda: defaultdict(float))
        for process in self._hub.children(recursive=True):
            with contextlib.suppress(psutil.Error, OSError):  # it has ended
                student = process.environ().get("JUPYTERHUB_USER")
                if not student:  # the proxy, the culler
                    continue
                is_server = any(word.endswith("student_server.py") for word in process.cmdline())
                status = Path(f"/proc/{process.pid}/status").read_text()
                peak, data = (_megabytes(status, name) for name in ("VmHWM", "VmData"))
                mine = now[student]
                mine[SERVER if is_server else KERNELS] += peak
                mine[RESIDENT] += peak
                mine[SHARED] += process.memory_full_info().pss / 1e6
                mine[DATA] = max(mine[DATA], data)
        for student, quantities in now.items():
            for name, value in quantities.items():
                self.students[student][name] = max(self.students[student][name], value)
        self.whole = max(self.whole, sum(quantities[SHARED] for quantities in now.values()))


def _megabytes(status, name):
    return int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) / 1e3
