"""Grading against nbgrader: the same 30 submissions in one run, and the grader's memory from 100 to 5,000.

    python tests/benchmarks/grading.py [--submissions 30] [--jobs 2] [--no-nbgrader] [--no-memory]

The submissions are nbgrader's own release of an assignment with the first three exercises of lesson 02, filled in
right, wrong and not at all in turn; no two are the same text. Whole commands are timed, start-up included; `coursekit grade` runs before and after nbgrader. Its rate without
start-up is the time that ten times as many submissions take longer. Targets: 100 x the throughput of
`nbgrader autograde` on two cores; memory flat. Needs nbgrader: pip install -c constraints.txt -e ".[nbgrader]".
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from coursekit.exercises.engine.notebooks import solved, wrong
from coursekit.exercises.engine.registry import exercises
from coursekit.grading.assignment import of_lessons
from coursekit.grading.nbgrader import course, nbgrader_notebook

NAME = "02_loss_functions"
EXERCISES = 3
FILLINGS = (solved, wrong, lambda notebook: notebook)
MAIN = "from coursekit.commands.main import main; import sys; status = main(); print(open('/proc/self/status').read(), file=sys.stderr)"


def main():
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        if not options.no_nbgrader:
            _against_nbgrader(folder / "course", options)
        if not options.no_memory:
            _memory(folder, options.jobs)


def _against_nbgrader(folder, options):
    (source,) = course(folder, ["02"])
    asked = [key for key in exercises() if key[:2] == "02"][:EXERCISES]
    nbformat.write(nbgrader_notebook(of_lessons(asked), "# Lesson 02"), source)
    _nbgrader(folder, "generate_assignment")
    release = nbformat.read(folder / "release" / NAME / f"{NAME}.ipynb", 4)
    count, jobs = options.submissions, options.jobs
    hand_in(release, folder / "submitted", count)
    hand_in(release, folder.parent / "many", 11 * count)
    ours = [_coursekit(folder / "submitted", jobs)[0]]
    theirs = _nbgrader(folder, "autograde")
    ours.append(_coursekit(folder / "submitted", jobs)[0])
    longer = _coursekit(folder.parent / "many", jobs)[0] - min(ours)
    whole, each = sum(ours) / 2, longer / 10 / count
    print(f"{count} submissions of {EXERCISES} exercises, {jobs} jobs")
    print(f"nbgrader autograde      {theirs:7.1f} s  {theirs / count:8.3f} s each")
    print(f"coursekit grade, whole  {whole:7.2f} s  {whole / count:8.4f} s each  {theirs / whole:6.0f} x")
    print(f"without start-up                   {each:8.4f} s each  {theirs / count / each:6.0f} x")


def _memory(folder, jobs):
    """Peak memory of the grading process for 100 and 5,000 submissions of its own text each."""
    stub = json.dumps({"cells": [_code("import numpy as np"), _code("def mse(p, y):\n    d = p - y + {}\n"
                       "    return np.mean(d**2), 2 * d / d.size")], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})  # fmt: skip
    for count in (100, 5000):
        source = folder / f"class-{count}"
        source.mkdir()
        for i in range(count):
            (source / f"s{i:04}.ipynb").write_text(stub.replace("{}", str(i), 1))
        seconds, peak = _coursekit(source, jobs)
        print(f"{count:5} submissions: peak {peak:.0f} MB, {seconds:.1f} s")


def _code(source):
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}


def hand_in(release, folder, count):
    for i in range(count):
        path = folder / f"student{i:04}" / NAME
        path.mkdir(parents=True)
        notebook = FILLINGS[i % 3](release)
        for cell in notebook.cells:
            if cell.source.startswith("def "):
                cell.source += f"\n    # student {i}"
        nbformat.write(notebook, path / f"{NAME}.ipynb")


def _coursekit(source, jobs):
    """(seconds, peak megabytes) of `coursekit grade`."""
    with tempfile.TemporaryDirectory() as out:
        command = [
            sys.executable,
            "-c",
            MAIN,
            "grade",
            str(source),
            "--lesson",
            "02",
            "-o",
            out,
            "--jobs",
            str(jobs),
        ]
        start = time.perf_counter()
        done = subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        seconds = time.perf_counter() - start
    return seconds, int(re.search(r"VmHWM:\s+(\d+)", done.stderr)[1]) / 1000


def _nbgrader(folder, command):
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]]),
    }
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "nbgrader", command, NAME],
        cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return time.perf_counter() - start


def _options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=30)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--no-nbgrader", action="store_true")
    parser.add_argument("--no-memory", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
