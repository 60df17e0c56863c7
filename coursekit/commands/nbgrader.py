"""`coursekit nbgrader`: a course folder for nbgrader's own commands."""

import argparse
from pathlib import Path


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Describe `coursekit nbgrader`."""
    command = commands.add_parser(
        "nbgrader",
        help="write a course folder for nbgrader",
        description="Write a course folder that nbgrader's own commands accept, with one assignment for each lesson.",
    )
    command.add_argument("folder", metavar="FOLDER", help="a new folder, or one that this command wrote")
    command.add_argument(
        "--lesson", action="append", metavar="LESSON", help="number of a lesson (default: all)"
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run `coursekit nbgrader`."""
    from coursekit.grading.nbgrader import course

    written = course(Path(options.folder), options.lesson)
    print(f"{options.folder}: {', '.join(path.stem for path in written)}")
    print(f"cd {options.folder} && nbgrader generate_assignment {written[0].parent.name}")
