"""`coursekit bench`: the training benchmark of a checkout, run in a process of its own."""

import argparse
import subprocess
import sys
from pathlib import Path

from coursekit.commands.base.errors import CommandError

SCRIPT = Path(__file__).parents[2] / "tests" / "benchmarks" / "training.py"


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Describe `coursekit bench`."""
    command = commands.add_parser(
        "bench",
        help="measure training against scikit-learn, torch and the bare matrix products",
        description="Run the training benchmark of a checkout and print its table.",
    )
    command.add_argument(
        "workloads", nargs="*", metavar="WORKLOAD", help="S, M, L or SWEEP (default: all four)"
    )
    command.add_argument(
        "--rounds", type=int, metavar="N", help="number of runs of each contender (default: 5)"
    )
    command.add_argument("--threads", type=int, metavar="N", help="threads of every contender (default: 1)")
    command.add_argument(
        "--only", nargs="+", default=(), metavar="CONTENDER", help="measure these and the NumPy backend"
    )
    command.add_argument("--json", metavar="FILE", help="also write the results to this file")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run `coursekit bench`."""
    arguments = list(options.workloads)
    arguments += ["--rounds", str(options.rounds)] if options.rounds is not None else []
    arguments += ["--threads", str(options.threads)] if options.threads is not None else []
    arguments += ["--only", *options.only] if options.only else []
    arguments += ["--json", options.json] if options.json else []
    bench(arguments)


def bench(arguments: list[str]) -> None:
    """Run tests/benchmarks/training.py with these command-line arguments; its output goes to the terminal.

    Raises CommandError where there is no checkout (the benchmarks are not part of the wheel), or if it fails.
    """
    if not SCRIPT.exists():
        raise CommandError(
            "the benchmarks are not part of the installed package. Clone the repository, install it with "
            'pip install -e ".[test]", and run coursekit bench there.'
        )
    status = subprocess.run([sys.executable, str(SCRIPT), *arguments]).returncode
    if status:
        raise CommandError(f"the benchmark ended with status {status}; its own message is above.")
