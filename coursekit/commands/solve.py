"""`coursekit solve`: a copy of a notebook with the solution in place of every answer."""

import argparse


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Describe `coursekit solve`."""
    command = commands.add_parser(
        "solve",
        help="write a copy of a notebook with the solutions in it",
        description="Write a copy of a notebook with the solution in place of every answer.",
    )
    command.add_argument("notebook", metavar="NOTEBOOK", help="the notebook to copy")
    command.add_argument("-o", "--out", required=True, metavar="OUT", help="the new file, or a folder for it")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run `coursekit solve`."""
    from coursekit.exercises.engine import notebook_files

    out, filled = notebook_files.solve(options.notebook, options.out)
    print(f"{out}: solutions of {', '.join(filled)}")
