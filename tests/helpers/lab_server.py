"""`coursekit lab`, started as a learner starts it: for tests that talk to it."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request


class Server:
    """`coursekit lab` in a process of its own, until the `with` ends.

    command: the path of an environment's `coursekit`; folder: for the lessons; more: arguments of Popen.
    """

    def __init__(self, command, folder, lesson="2", **more):
        self.log = folder.with_name("lab.log")
        command = [command, "lab", lesson, "--dir", folder, "--no-browser", "--port", str(free_port())]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **more)
        wait_for(lambda: "token=" in self.log.read_text() or self.process.poll() is not None)
        self.url, self.page, self.token = re.search(
            r"(http://127\S*?/)(lab\S*)\?token=(\w+)", self.log.read_text()
        ).groups()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def call(self, path, token, **request):
        headers = {"Authorization": f"token {token}"} if token else {}
        request = urllib.request.Request(self.url + path, headers=headers, **request)
        with urllib.request.urlopen(request, timeout=20) as reply:
            return json.load(reply)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
