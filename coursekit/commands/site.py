"""`coursekit site`: the lessons as a website."""

import argparse


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Describe `coursekit site`."""
    command = commands.add_parser(
        "site",
        help="write the lessons as a static site",
        description="Run the lessons and write them as HTML with a search; sliders work there without a kernel. A lesson "
        "that was run before is not run again unless it or the package has changed.",
    )
    command.add_argument("lessons", nargs="*", metavar="LESSON", help="numbers or names (default: all)")
    command.add_argument(
        "-o",
        "--out",
        default="site",
        metavar="DIR",
        help="the folder to write to (default: %(default)s)",
    )
    command.add_argument(
        "--address",
        metavar="URL",
        help="where the site will be (default: the GitHub Pages of the repository in pyproject.toml, if it names one)",
    )
    command.add_argument(
        "--lite",
        default="",
        metavar="PATH",
        help="link each lesson to the site of `coursekit lite` at this address, for example lite/",
    )
    command.add_argument("--cache", metavar="DIR", help="where executed lessons are kept")
    command.add_argument(
        "--jobs", type=int, default=2, metavar="N", help="run N lessons at a time (default: %(default)s)"
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run `coursekit site`."""
    from coursekit.site import write_site

    print(
        write_site(
            options.out,
            options.lessons,
            address=options.address,
            lite=options.lite,
            cache=options.cache,
            jobs=options.jobs,
        )
    )
