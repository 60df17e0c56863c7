"""`coursekit assign`: read an assignment file, say what it asks, and write what students get."""

import argparse
from pathlib import Path


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Describe `coursekit assign`."""
    command = commands.add_parser(
        "assign",
        help="check an assignment file and write its handout",
        description="Read an assignment file and say what it asks. With -o, write the notebook for students.",
    )
    command.add_argument("file", metavar="FILE", help="a TOML file; docs/instructors.md describes its keys")
    command.add_argument("-o", "--output", metavar="HANDOUT", help="the folder for the notebook")
    command.add_argument(
        "--github", action="store_true", help="also write a GitHub Actions workflow that checks the notebook"
    )
    command.add_argument("--template", action="store_true", help="write a new FILE with every key explained")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run `coursekit assign`."""
    from coursekit.commands.base.errors import CommandError
    from coursekit.exercises.engine.registry import everything
    from coursekit.exercises.engine.wording import plural
    from coursekit.grading.assignment import TEMPLATE, read_assignment
    from coursekit.grading.handout import worth, write_handout

    path = Path(options.file)
    if options.template:
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(TEMPLATE.read_text(encoding="utf-8"))
        except OSError as error:
            raise CommandError(f"cannot write {path} ({error.strerror}).") from None
        print(f"{path}: change it, then run coursekit assign {path} -o HANDOUT")
        return
    assignment = read_assignment(path)
    print(f"{assignment.title}: {plural(worth(assignment), 'point')}")
    for key in assignment.exercises:
        exercise = everything()[key]
        print(f"  {key} {exercise.name}: {plural(assignment.points.get(key, exercise.points), 'point')}")
    for question in assignment.prose:
        print(
            f"  {question.id} in words: {plural(assignment.points.get(question.id, question.points), 'point')}"
        )
    if assignment.due:
        print(f"  due {assignment.due:%Y-%m-%d %H:%M}")
    if options.output:
        for written in write_handout(assignment, Path(options.output), github=options.github):
            print(written)
