"""`coursekit gradescope`: an autograder for Gradescope, as one zip file."""

import argparse
from pathlib import Path


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Describe `coursekit gradescope`."""
    command = commands.add_parser(
        "gradescope",
        help="write an autograder for Gradescope",
        description="Write a zip file with setup.sh and run_autograder, to be uploaded as an autograder.",
    )
    command.add_argument(
        "-o", "--output", default="autograder.zip", metavar="ZIP", help="(default: %(default)s)"
    )
    command.add_argument("--lesson", action="append", default=[], metavar="LESSON", help="number of a lesson")
    command.add_argument("--assignment", metavar="FILE", help="an assignment file, in place of --lesson")
    command.add_argument(
        "--sandbox",
        choices=("landlock", "none"),
        help="of the autograder (default: the strongest that works there; none: students could read the solutions)",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run `coursekit gradescope`."""
    from coursekit.grading.assignment import of_lessons, read_assignment
    from coursekit.grading.errors import GradingError
    from coursekit.grading.gradescope import write_autograder

    if bool(options.lesson) == bool(options.assignment):
        raise GradingError("say what is graded: either --lesson or --assignment.")
    given = read_assignment(options.assignment) if options.assignment else of_lessons(options.lesson)
    print(write_autograder(given, Path(options.output), sandbox=options.sandbox))
