"""JupyterLab on the learner's folder: one server for each folder, on this machine only, and quiet."""

import contextlib
import json
import os
import signal
import socket
import sys
import urllib.error
import urllib.request
from pathlib import Path

from coursekit.commands.base.errors import CommandError
from coursekit.commands.base.learner_folder import shadowing_files

WORKSPACE = "coursekit"  # the layout of JupyterLab's window; the reader's own is another one
STARTUP = Path(__file__).parent / "kernel_startup.py"
LONGEST_SOCKET = 100  # characters of a socket's path that every system accepts


def start_jupyterlab(folder: Path, page: str, port: int | None, *, browser: bool) -> None:
    """Start JupyterLab on a folder, open a page of it, and return when it is shut down.

    Raises CommandError if JupyterLab is not installed.
    """
    try:
        from jupyterlab.labapp import LabApp
    except ModuleNotFoundError as error:
        raise CommandError(
            f"JupyterLab cannot be started ({error}). Install it: pip install jupyterlab"
        ) from None
    from jupyter_core.paths import jupyter_runtime_dir

    os.environ.update(kernel_environment(dict(os.environ), hidden=bool(shadowing_files(folder))))
    open_table_of_contents()
    arguments = server_arguments(folder, page, port, browser, Path(jupyter_runtime_dir()))
    end_on_interrupt_without_a_terminal()
    LabApp.launch_instance(arguments)


def end_on_interrupt_without_a_terminal() -> None:
    """Let SIGINT end the server as SIGTERM does, where Jupyter does not handle it itself.

    Without a terminal SIGINT would be Python's KeyboardInterrupt, which can be lost, for instance in a destructor.
    """
    if os.name == "posix" and not (sys.stdin and sys.stdin.isatty()):
        signal.signal(signal.SIGINT, lambda *_: signal.raise_signal(signal.SIGTERM))


def kernel_environment(environment: dict[str, str], *, hidden: bool) -> dict[str, str]:
    """What every kernel of the server gets: the startup file that explains errors of a notebook's surroundings.

    hidden: whether a file in the folder hides one of Python's own modules. With a types.py a kernel could not even start,
    so Python is asked to look into the folder last.
    """
    given = environment.get("PYTHONSTARTUP")
    before = {"COURSEKIT_PYTHONSTARTUP": given} if given and given != str(STARTUP) else {}
    safe = {"PYTHONSAFEPATH": "1"} if hidden else {}
    return {**before, **safe, "PYTHONSTARTUP": str(STARTUP)}


def open_table_of_contents() -> None:
    """Give JupyterLab a workspace whose side bar shows the table of contents, unless there is one already."""
    from jupyterlab.commands import get_workspaces_dir
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    left = {
        "collapsed": False,
        "visible": True,
        "current": "@jupyterlab/toc:plugin",
        "widgets": ["filebrowser", "running-sessions", "@jupyterlab/toc:plugin"],
    }
    data = {"layout-restorer:data": {"left": left, "relativeSizes": [0.18, 0.82, 0]}}
    workspace = {"data": data, "metadata": {"id": WORKSPACE}}
    with contextlib.suppress(OSError, ValueError):  # without it the side bar is as JupyterLab has it
        manager = WorkspacesManager(get_workspaces_dir())
        if not manager.load(WORKSPACE)["data"]:
            manager.save(WORKSPACE, json.dumps(workspace))


def server_arguments(folder: Path, page: str, port: int | None, browser: bool, runtime: Path) -> list[str]:
    """JupyterLab's arguments. Its token stays on, it listens on this machine only, and it asks nobody about news."""
    arguments = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/workspaces/{WORKSPACE}/tree/{page}",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.answer_yes=True",  # Ctrl-C stops it without a question
        "--ServerApp.log_level=WARN",
        "--LabApp.log_level=WARN",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]
    if can_use_ipc(runtime):
        arguments.append("--KernelManager.transport=ipc")  # files that only this user can open, no TCP ports
    if port is not None:
        arguments += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if not browser:
        arguments.append("--ServerApp.open_browser=False")
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container
        arguments.append("--ServerApp.allow_root=True")
    return arguments


def can_use_ipc(runtime: Path) -> bool:
    """Whether kernels can be reached by files in the runtime folder: not on Windows, and only if its path is short."""
    longest = runtime / "kernel-00000000-0000-0000-0000-000000000000-ipc-5"
    return os.name == "posix" and len(os.fsencode(longest)) <= LONGEST_SOCKET


def running_server(folder: Path) -> dict | None:
    """What Jupyter knows about a server that runs on this very folder and answers; None if there is none."""
    try:
        from jupyter_server.serverapp import list_running_servers
    except ModuleNotFoundError:
        return None
    for server in list_running_servers():
        with contextlib.suppress(OSError, KeyError, ValueError):
            if Path(server["root_dir"]).samefile(folder) and _answers(server):
                return server
    return None


def page_address(server: dict, page: str) -> str:
    """The address of a page of a running server, with its token."""
    return f"{server['url']}lab/workspaces/{WORKSPACE}/tree/{page}?token={server['token']}"


def check_port_is_free(port: int) -> None:
    """Raise CommandError if something else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name == "posix")
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"port {port} cannot be used ({getattr(error, 'strerror', None) or error}). "
                "Leave --port out to take a free one, or name a different one."
            ) from None


def _answers(server):
    request = urllib.request.Request(f"{server['url']}api/status?token={server['token']}")
    try:
        with urllib.request.urlopen(request, timeout=3) as reply:
            return "started" in json.load(reply)
    except (urllib.error.URLError, TimeoutError, ValueError):
        return False
