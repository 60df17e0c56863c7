"""Speed of training: coursekit against scikit-learn, idiomatic torch and the bare matrix products, in one run.

    python tests/benchmarks/training.py [S M L SWEEP] [--rounds 5] [--threads 1] [--only CONTENDER ...] [--json FILE]

Contenders take turns (A B C A B C …) after one warm-up each, every turn in a process of its own, so that no library's
threads or memory meet another's. All have the same number of threads; scikit-learn's search has as many processes
instead. The seconds of a round are printed when it ends; at the end, the median seconds of each, its peak memory, and its
ratio to the NumPy backend, round by round (median): above 1, the NumPy backend is that many times faster. Import, data set-up and compilation are not timed. JAX takes part where it is installed.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ONE_TURN = """
import dataclasses, resource, sys, time
sys.path.insert(0, sys.argv[1])
import contenders, workloads
w, name = workloads.workload(sys.argv[2]), sys.argv[3]
contender = contenders.CONTENDERS[w.name][name]
if name in contenders.USING_TORCH:
    import torch
rows = slice(None) if name in contenders.COMPILED else slice(200)
if name != "scikit_learn":
    contender(dataclasses.replace(w, x=w.x[rows], label=w.label[rows], epochs=1))
start = time.perf_counter()
contender(w)
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def turn(workload, contender, threads=1):
    """(seconds, peak megabytes) of one contender on one workload, in a fresh process with this many threads."""
    counts = {f"{library}_NUM_THREADS": str(threads) for library in ("OMP", "OPENBLAS", "MKL")}
    counts["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={'true' if threads > 1 else 'false'}"
    command = [sys.executable, "-c", ONE_TURN, str(Path(__file__).parent), workload, contender]
    out = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **counts})
    if out.returncode:
        raise RuntimeError(f"{contender} on {workload} failed:\n{out.stderr[-2000:]}")
    seconds, peak = map(float, out.stdout.split()[-2:])
    return seconds, peak


def measure(workload, rounds, only=(), threads=1):
    """Take `rounds` turns of each contender and print them; returns
    {contender: {"seconds": median, "ratio": median ratio to the NumPy backend, "peak_mb": …}}"""
    from contenders import CONTENDERS, SCALE

    names = [name for name in CONTENDERS[workload] if not only or name in only]
    times, peaks = {name: [] for name in names}, {}
    for done in range(1, rounds + 1):
        for name in names:
            seconds, peaks[name] = turn(workload, name, threads)
            times[name].append(seconds * SCALE.get((workload, name), 1))
        taken = ", ".join(f"{name} {times[name][-1]:.3g} s" for name in names)
        print(f"{workload}, round {done} of {rounds}: {taken}", flush=True)
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
        "--threads", type=int, default=1, help="threads of every contender (default: %(default)s)"
    )
    parser.add_argument(
        "--rounds", type=int, default=5, help="turns of each contender (default: %(default)s)"
    )
    parser.add_argument(
        "--only", nargs="+", default=(), metavar="CONTENDER", help="these, and the NumPy backend"
    )
    parser.add_argument("--json", type=Path, help="also write the results here")
    options = parser.parse_args(arguments)
    from contenders import CONTENDERS

    names = options.workloads or tuple(CONTENDERS)
    if unknown := [name for name in names if name not in CONTENDERS]:
        parser.error(f"there is no workload {unknown[0]!r}; the workloads are {', '.join(CONTENDERS)}")
    known = sorted({contender for name in names for contender in CONTENDERS[name]})
    if unknown := [name for name in options.only if name not in known]:
        parser.error(f"there is no contender {unknown[0]!r} here; the contenders are {', '.join(known)}")
    only = {"coursekit_numpy", *options.only} if options.only else ()
    print(f"Threads of every contender: {options.threads}", flush=True)
    results = {name: measure(name, options.rounds, only, options.threads) for name in names}
    print(table(results))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
