"""Speed of training: coursekit against scikit-learn, idiomatic torch and the bare matrix products, in one run.

    python tests/benchmarks/training.py [S M L SWEEP] [--rounds 5] [--json FILE]

Contenders take turns (A B C A B C …) after one warm-up each, every turn in a process of its own with the default
thread settings, so that no library's threads or memory meet another's. Printed: the median seconds of each, its peak
memory, and its ratio to the NumPy backend, round by round (median): above 1, the NumPy backend is that many times faster.
Import and data set-up are not timed.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

ONE_TURN = """
import resource, sys, time
sys.path.insert(0, sys.argv[1])
import workloads
w, contender = workloads.workload(sys.argv[2]), getattr(workloads, sys.argv[3])
if sys.argv[3] in ("dataloader", "sliced", "coursekit_torch"):
    import torch
small = workloads.dataclasses.replace(w, x=w.x[:200], label=w.label[:200], epochs=1)
if sys.argv[3] != "scikit_learn":
    contender(small)
start = time.perf_counter()
contender(w)
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def turn(workload, contender):
    """(seconds, peak megabytes) of one contender on one workload, in a fresh process."""
    command = [sys.executable, "-c", ONE_TURN, str(Path(__file__).parent), workload, contender]
    out = subprocess.run(command, capture_output=True, text=True)
    if out.returncode:
        raise RuntimeError(f"{contender} on {workload} failed:\n{out.stderr[-2000:]}")
    seconds, peak = map(float, out.stdout.split()[-2:])
    return seconds, peak


def measure(workload, rounds):
    """{contender: {"seconds": median, "ratio": median ratio to the NumPy backend, "peak_mb": …}}"""
    from tqdm import tqdm
    from workloads import CONTENDERS, SCALE

    names = [f.__name__ for f in CONTENDERS[workload]]
    times, peaks = {name: [] for name in names}, {}
    with tqdm(total=rounds * len(names), desc=workload, unit="turn") as bar:
        for _ in range(rounds):
            for name in names:
                seconds, peaks[name] = turn(workload, name)
                times[name].append(seconds * SCALE.get((workload, name), 1))
                bar.update()
    ours = times["coursekit_numpy"]
    return {
        name: {
            "seconds": statistics.median(times[name]),
            "ratio": statistics.median(t / o for t, o in zip(times[name], ours, strict=True)),
            "peak_mb": peaks[name],
        }
        for name in names
    }


def table(results):
    """The results as a Markdown table."""
    lines = [
        "| workload | contender | seconds | ratio to coursekit_numpy | peak MB |",
        "| --- | --- | --- | --- | --- |",
    ]
    for workload, rows in results.items():
        for name, row in rows.items():
            lines.append(
                f"| {workload} | {name} | {row['seconds']:.3g} | {row['ratio']:.2f} | {row['peak_mb']:.0f} |"
            )
    return "\n".join(lines)


def main(arguments=None):
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="coursekit bench", description=__doc__.split("\n")[0])
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help="S, M, L, SWEEP (default: all)")
    parser.add_argument(
        "--rounds", type=int, default=5, help="turns of each contender (default: %(default)s)"
    )
    parser.add_argument("--json", type=Path, help="also write the results here")
    options = parser.parse_args(arguments)
    results = {name: measure(name, options.rounds) for name in options.workloads or ("S", "M", "L", "SWEEP")}
    print(table(results))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
