"""A throw-away JupyterHub with the shipped configuration, its users under a temporary folder."""

import contextlib
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import requests

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "jupyterhub" / "jupyterhub_config.py"
TEST_CONFIG = Path(__file__).with_name("hub_config.py")
INSTALL = "pip install -c constraints.txt -e '.[hub]' and npm install -g configurable-http-proxy"


def missing():
    """What a hub needs and this machine lacks, with the way to get it; None if nothing."""
    lacks = [name for name in ("jupyterhub.app", "jupyterhub_idle_culler", "nbgitpuller") if not _found(name)]
    if not _proxy():
        lacks.append("configurable-http-proxy")
    return f"no {', '.join(lacks)}: {INSTALL}" if lacks else None


@dataclass(frozen=True)
class Hub:
    """A hub that runs: its address, what every user signs in with, its process and its folders."""

    url: str
    password: str
    process: subprocess.Popen
    folder: Path

    @property
    def hand_in(self):
        return self.folder / "hand-in"

    @property
    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def home(self, student):
        return self.folder / "homes" / student


@contextlib.contextmanager
def hub(more=""):
    """Start a hub, yield it, stop it with all its servers. more: lines for its configuration."""
    with tempfile.TemporaryDirectory(prefix="coursekit-hub-", ignore_cleanup_errors=True) as folder:
        folder = Path(folder)
        config = folder / "config.py"
        config.write_text(f"load_subconfig({str(TEST_CONFIG)!r})\n{more}\n")
        public, inner, proxy = _free_ports(3)
        running = Hub(f"http://127.0.0.1:{public}", secrets.token_hex(16), None, folder)
        environment = {
            **os.environ,
            "PATH": os.pathsep.join(
                [str(Path(_proxy()).parent), str(Path(sys.executable).parent), os.environ["PATH"]]
            ),
            "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
            "COURSEKIT_HUB": str(folder),
            "COURSEKIT_HUB_CONFIG": str(CONFIG),
            "COURSEKIT_HUB_URL": running.url,
            "COURSEKIT_HUB_PORT": str(inner),
            "COURSEKIT_PROXY_URL": f"http://127.0.0.1:{proxy}",
            "COURSEKIT_HUB_PASSWORD": running.password,
        }
        for name in ("COURSEKIT_HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR"):
            environment.pop(name, None)  # every student has their own
        command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
        with open(folder / "log", "wb") as log:
            process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
            try:
                running = Hub(running.url, running.password, process, folder)
                _wait_until_it_answers(running)
                yield running
            finally:
                process.terminate()  # on SIGTERM the hub stops its servers and its proxy
                try:
                    process.wait(60)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _proxy():
    return os.environ.get("CONFIGURABLE_HTTP_PROXY") or shutil.which("configurable-http-proxy")


def _found(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _free_ports(count):
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def _wait_until_it_answers(running, seconds=60):
    deadline = time.monotonic() + seconds
    while running.process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(requests.ConnectionError):
            if requests.get(f"{running.url}/hub/health", timeout=5).ok:
                return
        time.sleep(0.1)
    raise RuntimeError(f"JupyterHub did not start:\n{running.log[-3000:]}")
