"""`coursekit progress`: what is done in each lesson, in the terminal or as a page to keep."""

import argparse
from pathlib import Path

from coursekit.commands.base.errors import CommandError


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Describe `coursekit progress`."""
    command = commands.add_parser(
        "progress",
        help="show which exercises you have passed, and what comes next",
        description="Show what is done in each lesson, as `progress()` does in a lesson, or write a page to keep.",
    )
    command.add_argument("lesson", nargs="?", metavar="LESSON", help="number or name (default: all lessons)")
    command.add_argument(
        "--html", metavar="FILE", type=Path, help="write a page about the whole course instead"
    )
    command.add_argument("--name", default="", help="your name, for the title of that page")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run `coursekit progress`."""
    from coursekit.exercises import progress
    from coursekit.exercises.engine.progress_page import write_progress_page

    if options.html is None:
        try:
            progress(options.lesson)
        except ValueError as error:
            raise CommandError(str(error).removeprefix("progress: ")) from None
        return
    try:
        write_progress_page(options.html, options.name)
    except OSError as error:
        raise CommandError(f"{options.html} cannot be written: {error.strerror}.") from None
    print(options.html)
