"""`coursekit progress`: which exercises are passed."""

import argparse


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Describe `coursekit progress`."""
    command = commands.add_parser(
        "progress",
        help="show which exercises you have passed",
        description="Show which exercises you have passed, as `progress()` does in a lesson.",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run `coursekit progress`."""
    from coursekit.exercises import progress

    progress()
