"""`coursekit override`: change a mark by hand, or comment on it; the decision lasts over every later grading."""

import argparse
from pathlib import Path


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Describe `coursekit override`."""
    command = commands.add_parser(
        "override",
        help="change a mark by hand, or comment on it",
        description="Write down points, a reason or a comment, and write all reports again. The decision is kept when "
        "the class is graded again, and the student reads it in the feedback.",
    )
    command.add_argument("results", metavar="RESULTS", help="the folder that `coursekit grade` wrote")
    command.add_argument("student", nargs="?", metavar="STUDENT", help="name or number, as in grades.csv")
    command.add_argument(
        "question",
        nargs="?",
        metavar="QUESTION",
        help='an exercise ("02.1"), a question in words, "late", or "all"',
    )
    command.add_argument(
        "points", nargs="?", type=float, metavar="POINTS", help="leave out for a comment only"
    )
    command.add_argument("--why", default="", metavar="TEXT", help="the reason, which the student reads")
    command.add_argument("--comment", default="", metavar="TEXT", help="a comment to the student")
    command.add_argument("--remove", action="store_true", help="let the grader's own points hold again")
    command.add_argument("--marks", metavar="CSV", help="take the marks that marking.html saved")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run `coursekit override`; without a student it lists the decisions."""
    from coursekit.grading.errors import GradingError, require_linux

    require_linux()
    from coursekit.grading.overrides import ALL, Decisions

    if options.student and not options.question:
        raise GradingError('name the question too: an exercise such as "02.1", "late", or "all".')
    with Decisions(Path(options.results)) as decisions:
        if options.marks:
            print(f"{decisions.take_marks(Path(options.marks))} marks taken from {options.marks}")
        elif not options.student:
            for one in decisions.listed():
                points = "" if one.points is None else f"{one.points:g} points"
                print(
                    "\t".join([one.student, one.number, one.question or ALL, points, one.reason, one.comment])
                )
        else:
            if options.remove:
                grade = decisions.remove(options.student, options.question)
            else:
                grade = decisions.decide(
                    options.student,
                    options.question,
                    options.points,
                    reason=options.why,
                    comment=options.comment,
                )
            print(f"{grade.record.student}: {grade.points:g} of {grade.out_of:g} points")
