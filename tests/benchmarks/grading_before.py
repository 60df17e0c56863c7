"""What grading a submission costs, against an earlier version of coursekit, both in the same run.

    git worktree add /tmp/before COMMIT
    python tests/benchmarks/grading_before.py /tmp/before [--rounds 6] [--more 180]

The submissions are those of grading.py: the first three exercises of lesson 02, right, wrong and blank in turn, no two
of the same text. Each version grades 20 of them and then `--more` more; what one costs is the difference divided by that
number, so that start-up does not count. The versions take turns. CPU time is read from the kernel, of the grader and of the servers with
all their children: on a busy machine it says more than the clock, which counts waiting too.
"""

import argparse
import contextlib
import copy
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from grading import EXERCISES, NAME, hand_in

from coursekit.exercises.engine.notebooks import stub
from coursekit.exercises.engine.registry import everything, exercises
from coursekit.grading.assignment import of_lessons
from coursekit.grading.nbgrader import nbgrader_notebook

FEW = 20
TICKS = os.sysconf("SC_CLK_TCK")
MAIN = """
import importlib.metadata
try:
    from coursekit.commands.main import main
except ImportError:  # until 27 November 2026, which asks for its version, and may not be installed
    importlib.metadata.version = lambda name: "before"
    from coursekit.cli import main
raise SystemExit(main())
"""


def main():
    options = _options()
    versions = {"before": options.before.resolve(), "now": Path(__file__).parents[2]}
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder) / "few", Path(folder) / "many"
        for source, count in ((few, FEW), (many, FEW + options.more)):
            hand_in(copy.deepcopy(_release()), source, count)
        ratios = []
        for number in range(options.rounds):
            costs = {}
            for name in sorted(versions, reverse=bool(number % 2)):
                less, more = (_graded(versions[name], source, options.jobs) for source in (few, many))
                costs[name] = [1000 * (b - a) / options.more for a, b in zip(less, more, strict=True)]
            ratios.append(_ratios(*(costs[name] for name in versions)))
            for name, (seconds, own, servers) in costs.items():
                print(
                    f"{name:7} {seconds:5.1f} ms, CPU {own:4.1f} ms in the grader, {servers:5.1f} in the sandbox"
                )
    clock, cpu = (statistics.median(column) for column in zip(*ratios, strict=True))
    print(f"now / before, medians of {options.rounds} rounds: clock {clock:.2f}, CPU {cpu:.2f}")


def _release():
    """The notebook that students get."""
    asked = [key for key in exercises() if key[:2] == "02"][:EXERCISES]
    notebook, blanks = nbgrader_notebook(of_lessons(asked), "# Lesson 02"), iter(asked)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = stub(everything()[next(blanks)])
    return notebook


def _ratios(before, now):
    return now[0] / before[0], sum(now[1:]) / sum(before[1:])


def _graded(version, source, jobs):
    """(seconds, CPU seconds of the grader, CPU seconds of its servers and all that these started)."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-c", MAIN, "grade", source, "--lesson", "02", "-o", out, "--jobs", jobs]
        start, before = time.perf_counter(), _own()
        process = subprocess.Popen(
            list(map(str, command)), cwd=version, env=os.environ | {"PYTHONPATH": str(version)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        servers, used = set(), {}
        while process.poll() is None:
            time.sleep(0.02)
            servers = servers if len(servers) == jobs else _servers(process.pid)
            used |= {pid: seconds for pid in servers if (seconds := _with_children(pid))}
        seconds = time.perf_counter() - start
    if process.returncode or len(used) != jobs:
        sys.exit(f"{version} could not grade {NAME} in {jobs} sandboxes")
    return seconds, _own() - before, sum(used.values())


def _own():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _servers(grader):
    """The numbers of the servers: Python processes of the grader or of a bubblewrap, not those that a server forked."""
    found = set()
    with contextlib.suppress(psutil.Error):
        for process in psutil.Process(grader).children(recursive=True):
            if process.name().startswith("python") and (
                process.ppid() == grader or psutil.Process(process.ppid()).name() == "bwrap"
            ):
                found.add(process.pid)
    return found


def _with_children(pid):
    """The CPU seconds of a process and of its children that have ended, None if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return sum(map(int, fields[11:15])) / TICKS


def _options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path, help="a checkout of the earlier version")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--more", type=int, default=180)
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
