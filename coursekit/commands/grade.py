"""`coursekit grade`: grade the submissions of a class, and print the grades."""

import argparse
import os
import sys
from pathlib import Path


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Describe `coursekit grade`."""
    command = commands.add_parser(
        "grade",
        help="grade a folder of notebooks, safely",
        description="Grade notebooks in a sandbox: a gradebook, CSV, and a page for each student and the class.",
    )
    command.add_argument(
        "submissions",
        metavar="SUBMISSIONS",
        help="a folder of notebooks or of student folders, or a zip archive",
    )
    command.add_argument(
        "--lesson", action="append", required=True, metavar="LESSON", help="number; several: --lesson 02,03"
    )
    command.add_argument("-o", "--output", required=True, metavar="FOLDER", help="the folder for the results")
    command.add_argument(
        "--jobs",
        type=int,
        default=os.cpu_count(),
        metavar="N",
        help="submissions graded at a time (default: one per core)",
    )
    command.add_argument("--resume", action="store_true", help="resume a run that was interrupted")
    command.add_argument(
        "--seed", type=int, metavar="N", help="seed of the questions (default: drawn, secret, kept)"
    )
    command.add_argument("--format", choices=("table", "csv", "json"), default="table", help="what to print")
    command.add_argument("--private", metavar="FOLDER", help="a folder of your own properties")
    command.add_argument(
        "--cluster", metavar="ADDRESS", help="the address of a Dask scheduler whose workers grade"
    )
    command.add_argument(
        "--seconds", type=float, default=10.0, metavar="S", help="limit for one answer (default: %(default)g)"
    )
    command.add_argument(
        "--sandbox",
        choices=("bubblewrap", "landlock", "none"),
        help="(default: the strongest that works here)",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run `coursekit grade`: grade, then print the grades in the format that was asked for."""
    from coursekit.exercises.engine.registry import everything
    from coursekit.grading import tables
    from coursekit.grading.errors import GradingError, require_linux
    from coursekit.grading.gradebook import Gradebook

    require_linux()
    from coursekit.grading.grade import GRADEBOOK, grade  # needs what only Linux has

    try:
        done = grade(
            Path(options.submissions),
            [lesson for given in options.lesson for lesson in given.split(",")],
            Path(options.output),
            jobs=options.jobs,
            resume=options.resume,
            seed=options.seed,
            private=options.private and Path(options.private),
            sandbox=options.sandbox,
            seconds=options.seconds,
            cluster=options.cluster,
        )
    except KeyboardInterrupt:
        raise GradingError("stopped. What was graded is kept; continue with --resume.") from None
    asked = [e for e in everything().values() if e.id[:2] in done.run.asked["lessons"]]
    with Gradebook(done.folder / GRADEBOOK) as book:
        records = book.records(done.run)
        if options.format == "json":
            print(tables.as_json(records))
        elif options.format == "csv":
            print((done.folder / "grades.csv").read_text(encoding="utf-8"), end="")
        else:
            print(tables.as_table(records, asked))
    for note in done.notes:
        print(f"coursekit grade: {note}", file=sys.stderr)
    print(f"coursekit grade: {done.count} graded; see {done.folder / 'class.html'}", file=sys.stderr)
