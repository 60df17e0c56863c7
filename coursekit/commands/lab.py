"""`coursekit lab`: the lessons in a folder of the learner's own, opened in JupyterLab."""

import argparse
import webbrowser
from pathlib import Path

from coursekit.commands.base.learner_folder import DEFAULT_FOLDER, copy_lessons, report


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Describe `coursekit lab`."""
    command = commands.add_parser(
        "lab",
        help="open the lessons in JupyterLab",
        description="Copy the lessons to a folder of yours and open them there. What you changed is kept.",
    )
    command.add_argument(
        "lesson",
        nargs="?",
        metavar="LESSON",
        help="number or name (default: the lesson you last worked on, or the start page)",
    )
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


def lab(
    lesson: str | int | None = None,
    folder: str | Path = DEFAULT_FOLDER,
    port: int | None = None,
    browser: bool = True,
) -> None:
    """Copy the lessons to `folder`, open one there in JupyterLab, and return when it is shut down.

    lesson: number, name or part of the name; None opens the lesson last worked on, or the start page on the first day.
    port: None takes the first free one from 8888 upward. If a server already runs on the folder, the page is opened
    there. Raises CommandError or LessonNotFound for an unknown lesson, a port in use, a folder that cannot be
    written, a missing JupyterLab.
    """
    from coursekit.commands.base import jupyter_server, start_page
    from coursekit.exercises.engine.lesson_sources import find_notebook

    name = find_notebook(lesson).name if lesson is not None else None
    folder = Path(folder).expanduser().absolute()
    server = jupyter_server.running_server(folder)
    if server is None and port is not None:
        jupyter_server.check_port_is_free(port)
    copies = copy_lessons(folder)
    print("\n".join(report(folder, copies)), flush=True)
    start_page.write_start_page(folder, copies)
    name = name or start_page.first_page(folder)
    if server is None:
        print("Ctrl-C stops JupyterLab.", flush=True)
        jupyter_server.start_jupyterlab(folder, name, port, browser=browser)
        return
    address = jupyter_server.page_address(server, name)
    print(f"JupyterLab already runs on this folder: {address}")
    if browser:
        webbrowser.open(address)
