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
        "--lesson",
        action="append",
        default=[],
        metavar="LESSON",
        help="number of a lesson or exercise; several: --lesson 02,07a,03.1",
    )
    command.add_argument("--assignment", metavar="FILE", help="an assignment file, in place of --lesson")
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
    command.add_argument("--roster", metavar="CSV", help="a table of everyone who is expected")
    command.add_argument(
        "--pattern", metavar="REGEX", help="of file names: groups (?P<name>...) and (?P<number>...)"
    )
    command.add_argument("--own", action="append", default=[], metavar="FOLDER", help="lessons of your own")
    command.add_argument("--moodle-worksheet", metavar="CSV", help="Moodle's worksheet, to be filled in")
    command.add_argument("--grade-column", metavar="TITLE", help="its column of grades (default: Grade)")
    command.add_argument("--comment-column", metavar="TITLE", help="(default: Feedback comments)")
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
    from coursekit.exercises.engine.lesson_sources import add_folder
    from coursekit.grading import report, tables
    from coursekit.grading.assignment import of_lessons, read_assignment
    from coursekit.grading.errors import GradingError, require_linux
    from coursekit.grading.gradebook import Gradebook

    require_linux()
    from coursekit.grading.grade import grade  # needs what only Linux has

    for folder in options.own:
        add_folder(folder)
    if bool(options.lesson) == bool(options.assignment):
        raise GradingError("say what is graded: either --lesson or --assignment.")
    try:
        done = grade(
            Path(options.submissions),
            read_assignment(options.assignment) if options.assignment else of_lessons(options.lesson),
            Path(options.output),
            jobs=options.jobs,
            resume=options.resume,
            seed=options.seed,
            private=options.private and Path(options.private),
            roster=options.roster and Path(options.roster),
            pattern=options.pattern,
            sandbox=options.sandbox,
            seconds=options.seconds,
            cluster=options.cluster,
        )
    except KeyboardInterrupt:
        raise GradingError("stopped. What was graded is kept; continue with --resume.") from None
    notes = list(done.notes)
    with Gradebook(done.folder / report.GRADEBOOK) as book:
        marking = report.marking_of(book, done.run)
        if options.moodle_worksheet:
            notes += _fill(options, done.folder, report.grades_of(book, done.run, marking))
        if options.format == "json":
            print(tables.as_json(report.grades_of(book, done.run, marking)))
        elif options.format == "csv":
            print((done.folder / "grades.csv").read_text(encoding="utf-8-sig"), end="")
        else:
            print(tables.as_table(report.grades_of(book, done.run, marking), marking.assignment))
    for note in notes:
        print(f"coursekit grade: {note}", file=sys.stderr)
    print(f"coursekit grade: {done.count} graded; see {done.folder / 'class.html'}", file=sys.stderr)


def _fill(options, folder, grades):
    """Fill in Moodle's worksheet; gives notes on who is only in one of the two."""
    from coursekit.grading import worksheet
    from coursekit.grading.report import write_whole

    columns = options.grade_column or worksheet.GRADE, options.comment_column or worksheet.COMMENTS
    filled = worksheet.fill_worksheet(Path(options.moodle_worksheet), grades, *columns)
    write_whole(folder / "moodle_worksheet.csv", filled.text)
    yield f"Moodle's worksheet, filled in: {folder / 'moodle_worksheet.csv'}"
    if filled.not_in_worksheet:
        yield f"not in the worksheet: {', '.join(filled.not_in_worksheet)}"
    if filled.not_graded:
        yield f"rows of the worksheet without a hand-in, left as they were: {filled.not_graded}"
