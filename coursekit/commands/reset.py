"""`coursekit reset LESSON`: a lesson as it was at the beginning; the learner's file is kept beside it."""

import argparse
from pathlib import Path

from coursekit.commands.base.learner_folder import DEFAULT_FOLDER, reset_lesson


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Describe `coursekit reset`."""
    command = commands.add_parser(
        "reset",
        help="put a lesson back to how it was at the beginning",
        description="Put a fresh copy of a lesson into your folder. Your file is kept beside it.",
    )
    command.add_argument("lesson", metavar="LESSON", help="number or name")
    command.add_argument(
        "--dir",
        default=DEFAULT_FOLDER,
        metavar="FOLDER",
        help="the folder with your copies of the lessons (default: %(default)s)",
    )
    command.add_argument(
        "--progress", action="store_true", help="also forget points, tries and guesses of the lesson"
    )
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run `coursekit reset`."""
    from coursekit.exercises.engine.lesson_sources import find_notebook
    from coursekit.exercises.engine.next_step import forget_lesson

    notebook = find_notebook(options.lesson)
    name = notebook.name
    folder = Path(options.dir).expanduser().absolute()
    also = " and forget your points, tries and guesses of this lesson" if options.progress else ""
    if not options.yes and not _agreed(f"Put a fresh copy of {name} into {folder}{also}?"):
        print("Nothing was changed.")
        return 1
    old = reset_lesson(notebook, folder)
    print(f"{folder / name} is as at the beginning." + (f" Your file is kept as {old.name}." if old else ""))
    if options.progress:
        forget_lesson(name)
        print("Points, tries and guesses of this lesson are forgotten.")
    return 0


def _agreed(question: str) -> bool:
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False
