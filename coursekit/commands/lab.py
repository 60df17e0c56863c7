"""`coursekit lab`: the lessons in a folder of the learner's own, opened in JupyterLab."""

import argparse
import os
import socket
from pathlib import Path

from coursekit.commands.base.errors import CommandError
from coursekit.commands.base.learner_folder import DEFAULT_FOLDER, copy_lessons, report
from coursekit.lesson_files import find_lesson


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Describe `coursekit lab`."""
    command = commands.add_parser(
        "lab",
        help="open the lessons in JupyterLab",
        description="Copy the lessons to a folder of yours and open them there. What you changed is kept.",
    )
    command.add_argument("lesson", nargs="?", metavar="LESSON", help="number or name (default: the first)")
    command.add_argument(
        "--dir",
        default=DEFAULT_FOLDER,
        metavar="FOLDER",
        help="the folder for your copies of the lessons (default: %(default)s)",
    )
    command.add_argument(
        "--port", type=int, help="of the server (default: the first free one from 8888 upward)"
    )
    command.add_argument("--no-browser", action="store_true", help="print the address and open no browser")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run `coursekit lab`."""
    lab(options.lesson, options.dir, options.port, browser=not options.no_browser)


def lab(lesson=None, folder=DEFAULT_FOLDER, port=None, browser=True):
    """Copy the lessons to `folder`, open `lesson` there in JupyterLab, and return when it is shut down.

    lesson: number, name or part of the name; None opens the first.
    port: None takes the first free one from 8888 up.
    Raises CommandError for an unknown lesson, a taken port, a folder that can't be written, a missing JupyterLab.
    """
    name = find_lesson(lesson)
    start = _jupyterlab()
    if port is not None:
        _check_free(port)
    folder = Path(folder).expanduser().absolute()
    print("\n".join(report(folder, copy_lessons(folder))), flush=True)
    start(_arguments(folder, name, port, browser))


def _jupyterlab():
    """The function that runs JupyterLab on a list of arguments."""
    try:
        from jupyterlab.labapp import LabApp
    except ModuleNotFoundError as error:
        raise CommandError(
            f"JupyterLab can't be started ({error}). Install it: pip install jupyterlab"
        ) from None
    return LabApp.launch_instance


def _check_free(port):
    """Raise CommandError if something else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name == "posix")
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"port {port} can't be used ({getattr(error, 'strerror', None) or error}). "
                "Leave --port out to take a free one, or name another."
            ) from None


def _arguments(folder, name, port, browser):
    """JupyterLab's own. Its token stays on; it listens on this machine only, and nothing leaves it."""
    arguments = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{name}",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.answer_yes=True",  # Ctrl-C stops it without a question
        "--ServerApp.log_level=WARN",
        "--LabApp.log_level=WARN",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]
    if port is not None:
        arguments += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if not browser:
        arguments.append("--ServerApp.open_browser=False")
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container
        arguments.append("--ServerApp.allow_root=True")
    return arguments
