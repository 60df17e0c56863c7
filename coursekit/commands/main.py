"""The command `coursekit`: each subcommand is a sentence over a function that a notebook could call."""

import argparse
import importlib
import os
import sys

from coursekit import __version__
from coursekit import site as book
from coursekit.commands import bench, doctor, lab
from coursekit.exercises import progress
from coursekit.exercises.engine import notebook_files
from coursekit.exercises.engine.notebook_files import NotebookError
from coursekit.grading.errors import GradingError


def main(arguments=None):
    """Run the command line; returns the exit status: 0, or 1 after an error that is told on stderr.

    A command that finds something wrong returns how many things; that too is status 1.
    """
    options = _parser().parse_args(arguments)
    try:
        return min(options.run(options) or 0, 1)
    except (lab.LabError, bench.BenchError, book.BookError, NotebookError, GradingError) as error:
        print(f"coursekit {options.command}: {error}", file=sys.stderr)
        return 1


def _solve(options):
    out, filled = notebook_files.solve(options.notebook, options.out)
    print(f"{out}: solutions of {', '.join(filled)}")


def _book(options):
    print(book.book(options.out, options.lessons))


def _parser():
    parser = argparse.ArgumentParser(prog="coursekit", description="A course on training neural networks.")
    parser.add_argument("--version", action="version", version=f"coursekit {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    command = commands.add_parser(
        "lab",
        help="open the lessons in JupyterLab",
        description="Copy the lessons to a folder of yours and open them there. What you changed is kept.",
    )
    command.add_argument("lesson", nargs="?", metavar="LESSON", help="number or name (default: the first)")
    command.add_argument(
        "--dir",
        default=lab.DEFAULT_FOLDER,
        metavar="FOLDER",
        help="where your copies of the lessons live (default: %(default)s)",
    )
    command.add_argument("--port", type=int, help="(default: the first free one from 8888 up)")
    command.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    command.set_defaults(
        run=lambda options: lab.lab(options.lesson, options.dir, options.port, browser=not options.no_browser)
    )

    command = commands.add_parser(
        "check",
        help="check the exercises of a notebook",
        description="Print what `check` says to each exercise; the status is 0 only if all have passed.",
    )
    command.add_argument("notebooks", nargs="+", metavar="NOTEBOOK")
    command.set_defaults(run=_lazily("coursekit.commands.check", "command"))

    command = commands.add_parser(
        "solve",
        help="put the solutions into a copy of a notebook",
        description="Write a copy of a notebook with the solution in place of every answer.",
    )
    command.add_argument("notebook", metavar="NOTEBOOK")
    command.add_argument("-o", "--out", required=True, metavar="OUT", help="the new file, or a folder for it")
    command.set_defaults(run=_solve)

    command = commands.add_parser("progress", help="show which exercises you have passed")
    command.set_defaults(run=lambda options: progress())

    command = commands.add_parser(
        "book",
        help="write the lessons as a static site",
        description="Run the lessons and write them as HTML with a search; sliders work there without a kernel.",
    )
    command.add_argument("lessons", nargs="*", metavar="LESSON", help="numbers or names (default: all)")
    command.add_argument("-o", "--out", default="book", metavar="DIR", help="(default: %(default)s)")
    command.set_defaults(run=_book)

    command = commands.add_parser(
        "bench",
        help="measure training against scikit-learn, torch and the bare matrix products",
        description="Run the training benchmark of a checkout and print its table.",
        add_help=False,
    )
    command.add_argument("arguments", nargs=argparse.REMAINDER, help="S M L SWEEP --rounds N --json FILE")
    command.set_defaults(run=lambda options: bench.bench(options.arguments))

    command = commands.add_parser("doctor", help="what is installed, and what to do about each problem")
    command.set_defaults(run=lambda options: doctor.doctor())

    command = commands.add_parser(
        "grade",
        help="grade a folder of notebooks, safely",
        description="Grade notebooks in a sandbox: a gradebook, CSV, and a page for each student and the class.",
    )
    command.add_argument("submissions", help="a folder of notebooks or of student folders, or a zip archive")
    command.add_argument("--lesson", action="append", required=True, help="number; several: --lesson 02,03")
    command.add_argument("-o", "--output", required=True, metavar="FOLDER", help="for the results")
    command.add_argument("--jobs", type=int, default=os.cpu_count(), help="at a time (default: one a core)")
    command.add_argument("--resume", action="store_true", help="go on with a run that was cut off")
    command.add_argument("--seed", type=int, help="of the questions (default: drawn, secret, kept)")
    command.add_argument("--format", choices=("table", "csv", "json"), default="table", help="what to print")
    command.add_argument("--private", metavar="FOLDER", help="of your own properties")
    command.add_argument("--cluster", metavar="ADDRESS", help="of a Dask scheduler, whose workers grade")
    command.add_argument("--seconds", type=float, default=10.0, help="for an answer (default: %(default)g)")
    command.add_argument(
        "--sandbox",
        choices=("bubblewrap", "landlock", "none"),
        help="(default: the strongest that holds here)",
    )
    command.set_defaults(run=_lazily("coursekit.grading.command", "grade"))

    command = commands.add_parser(
        "nbgrader",
        help="write a course folder for nbgrader",
        description="Write a course folder that nbgrader's own commands accept, an assignment for each lesson.",
    )
    command.add_argument("folder", metavar="FOLDER", help="a new one, or one that this command made")
    command.add_argument("--lesson", action="append", help="number (default: all)")
    command.set_defaults(run=_lazily("coursekit.grading.nbgrader", "command"))
    return parser


def _lazily(module, function):
    """Import a command's module only where it is called."""
    return lambda options: getattr(importlib.import_module(module), function)(options)
