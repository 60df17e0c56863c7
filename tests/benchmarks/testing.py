"""How long README's test command takes on a quiet machine, and which of its items take longest.

    python tests/benchmarks/testing.py [--rounds 3] [--slow]      # --slow: `pytest -m slow`, once

On a machine with more cores it is held to two of them, where the system allows it. Printed, as Markdown: the seconds of
each round and their median, what passed and skipped, and the ten slowest items of the median round.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


def one_round(arguments):
    """(seconds, output) of pytest with these arguments; raises RuntimeError if a test fails."""
    command = [Path(sys.executable).parent / "pytest", "--durations", "10", *arguments]
    start = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(f"the tests are not green, so their time says nothing:\n{done.stdout[-4000:]}")
    return seconds, done.stdout


def slowest(output):
    """[(seconds, phase, item), …] of pytest's list of durations."""
    rows = re.findall(r"^([\d.]+)s (call|setup|teardown) +(\S.*)$", output, re.MULTILINE)
    return [(float(seconds), phase, item) for seconds, phase, item in rows]


def main():
    """Run the rounds and print the section for RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="number of rounds (default: %(default)s)")
    parser.add_argument("--slow", action="store_true", help="the slow tests, once")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    rounds, arguments = (1, ["-m", "slow"]) if options.slow else (options.rounds, [])
    results = []
    for number in range(1, rounds + 1):
        results.append(one_round(arguments))
        summary = re.findall(r"^=* ?(\d+ passed.*? in [\d.]+s)", results[-1][1], re.MULTILINE)[-1]
        print(f"round {number} of {rounds}: {results[-1][0]:.0f} s ({summary})", flush=True)
    results.sort(key=lambda result: result[0])
    median = statistics.median_low([seconds for seconds, _ in results])
    output = next(text for seconds, text in results if seconds == median)
    print(f"\nMedian: {median:.0f} s.\n\n| seconds | item |\n| --- | --- |")
    for seconds, phase, item in slowest(output):
        print(f"| {seconds:.1f} | `{item}`{'' if phase == 'call' else f' ({phase})'} |")


if __name__ == "__main__":
    main()
