"""The command `coursekit`: put the subcommands together, run one, and report its errors in a sentence."""

import argparse
import importlib
import sys
from collections.abc import Sequence

from coursekit import __version__
from coursekit.commands.base import terminal
from coursekit.commands.base.errors import expected_errors

COMMANDS = (  # in the order of the help; each is a module of this package
    "lab",
    "progress",
    "review",
    "reset",
    "check",
    "solve",
    "doctor",
    "assign",
    "grade",
    "override",
    "nbgrader",
    "gradescope",
    "site",
    "lite",
    "bench",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    0: done · 1: the command found problems, or could not run and has said why on stderr · 2: not a valid command line
    (raised by argparse as SystemExit).
    """
    terminal.accept_any_text()
    parser = build_parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    try:
        problems = options.run(options) or 0
        sys.stdout.flush()
        return min(problems, 1)
    except BrokenPipeError:
        terminal.discard_output()
        return 1
    except expected_errors() as error:
        print(f"coursekit {options.command}: {error}", file=sys.stderr)
        return 1


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser(prog="coursekit", description="A course on training neural networks.")
    parser.add_argument("--version", action="version", version=f"coursekit {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name in COMMANDS:
        importlib.import_module(f"coursekit.commands.{name}").add_parser(commands)
    return parser
