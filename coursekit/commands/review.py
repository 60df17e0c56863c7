"""`coursekit review`: the questions that are due today, in the terminal."""

import argparse


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Describe `coursekit review`."""
    command = commands.add_parser(
        "review",
        help="answer the questions that are due today",
        description="Ask again what you missed: questions come back after 1, 3, 7 and 21 days, with fresh numbers.",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run `coursekit review`."""
    from coursekit.review import review

    review()
