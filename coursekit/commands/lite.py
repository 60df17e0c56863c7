"""`coursekit lite`: the lessons as notebooks that run in the browser."""

import argparse


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Describe `coursekit lite`."""
    command = commands.add_parser(
        "lite",
        help="write the lessons as a static site of notebooks that run in the browser",
        description="Write a JupyterLite site: every lesson with its exercises, panels and progress, on the NumPy backend, "
        "without an account or a server. The site brings Python along and asks no other host.",
    )
    command.add_argument(
        "-o", "--out", default="lite", metavar="DIR", help="the folder to write to (default: %(default)s)"
    )
    command.add_argument(
        "--pyodide",
        metavar="FOLDER",
        help="a full Pyodide distribution, unpacked (default: the environment variable PYODIDE_DIST)",
    )
    command.add_argument(
        "--incomplete",
        action="store_true",
        help="accept a Pyodide without NumPy, such as the npm package; the site starts, but the lessons do not run",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run `coursekit lite`."""
    from coursekit.lite.build import write_lite

    print(write_lite(options.out, options.pyodide, options.incomplete))
