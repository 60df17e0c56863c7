"""`coursekit bench`: the training benchmark of a checkout, run in a process of its own."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "tests" / "benchmarks" / "training.py"


class BenchError(RuntimeError):
    """The benchmark cannot be run; its text says why and what to do."""


def bench(arguments=()):
    """Run tests/benchmarks/training.py with these command-line arguments; its progress and table go to the terminal.

    Raises BenchError where there is no checkout (the benchmarks are not part of the wheel), or if it fails.
    """
    if not SCRIPT.exists():
        raise BenchError(
            "the benchmarks are not part of the installed package. Clone the repository, install it with "
            'pip install -e ".[test]", and run coursekit bench there.'
        )
    status = subprocess.run([sys.executable, str(SCRIPT), *arguments]).returncode
    if status:
        raise BenchError(f"it ended with status {status}; its own message stands above.")
