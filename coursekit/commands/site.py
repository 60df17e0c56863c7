"""`coursekit site`: the lessons as a website."""

import argparse


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Describe `coursekit site`."""
    command = commands.add_parser(
        "site",
        help="write the lessons as a static site",
        description="Run the lessons and write them as HTML with a search; sliders work there without a kernel.",
    )
    command.add_argument("lessons", nargs="*", metavar="LESSON", help="numbers or names (default: all)")
    command.add_argument(
        "-o",
        "--out",
        default="site",
        metavar="DIR",
        help="the folder to write to (default: %(default)s)",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run `coursekit site`."""
    from coursekit.site import write_site

    print(write_site(options.out, options.lessons))
