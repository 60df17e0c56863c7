"""`coursekit nbgrader`: a course folder for nbgrader's own commands."""

import argparse
import sys
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
    command.add_argument("--assignment", metavar="FILE", help="an assignment file, in place of whole lessons")
    command.add_argument("--own", action="append", default=[], metavar="FOLDER", help="lessons of your own")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run `coursekit nbgrader`."""
    from coursekit.exercises.engine.lesson_sources import add_folder
    from coursekit.grading.assignment import read_assignment
    from coursekit.grading.nbgrader import course

    for folder in options.own:
        add_folder(folder)
    given = read_assignment(options.assignment) if options.assignment else None
    written = course(Path(options.folder), options.lesson, given)
    print(f"{options.folder}: {', '.join(path.stem for path in written)}")
    programs = Path(sys.executable).parent
    if (
        sys.prefix != sys.base_prefix
    ):  # nbgrader starts programs that are only found in an activated environment
        print(f"source {programs / 'activate'}")
    print(f"cd {options.folder} && nbgrader generate_assignment {written[0].parent.name}")
