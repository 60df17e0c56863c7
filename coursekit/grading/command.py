"""The subcommand `coursekit grade`: its options, and what it prints."""

import sys
from pathlib import Path

from coursekit.exercises.engine.registry import everything
from coursekit.grading import tables
from coursekit.grading.errors import GradingError, require_linux
from coursekit.grading.gradebook import Gradebook


def grade(options) -> None:
    """Grade as the command line says, then print the grades in the format that was asked for."""
    require_linux()
    from coursekit.grading.grade import GRADEBOOK  # needs what only Linux has
    from coursekit.grading.grade import grade as grade_class

    try:
        done = grade_class(
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
        raise GradingError("stopped. What was graded is kept: go on with --resume.") from None
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
