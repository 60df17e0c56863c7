"""What grading costs on a cluster, piece by piece, and what 100,000 submissions would take; one machine is enough.

    python tests/benchmarks/cluster.py [--submissions 120] [--kilobytes 300] [--paper 100000]

The submissions are lesson 02, solved, with a mistake in each exercise, and blank in turn; no two have the same text, and
each carries that many kilobytes of outputs. Pieces are CPU seconds of the process that does them, so that other work on the
machine counts little; scheduler and workers are processes of their own. Needs: pip install -c constraints.txt -e ".[cluster]".
"""

import argparse
import contextlib
import copy
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import psutil

from coursekit.cluster import connected
from coursekit.exercises.engine.notebooks import solved, wrong
from coursekit.grading import notebook, report
from coursekit.grading.assignment import of_lessons
from coursekit.grading.cluster import MOST, _batches
from coursekit.grading.grade import grade
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.inbox import submissions
from coursekit.grading.pool import no_warnings, sandboxes
from coursekit.grading.settings import RunSettings
from coursekit.grading.submission import grade_one, load
from coursekit.lesson_files import lessons_folder

LESSON = "02_loss_functions"
WORKERS = (1, 8, 32, 128, 512)
ROUNDS = 3


def main():
    options = _options()
    with tempfile.TemporaryDirectory() as folder, no_warnings():
        source = _hand_in(Path(folder) / "in", options.submissions, options.kilobytes)
        settings = RunSettings(of_lessons(["02"]).exercises, 5, {}, 10.0, None)
        pieces = _on_one_machine(source, Path(folder), settings)
        with _machines(folder) as (address, scheduler):
            pieces |= _calls(source, address, scheduler, settings)
            for name, value in pieces.items():
                print(f"{name:42} {value:12,.3f}")
            _paper(pieces, options.paper)
            _whole(source, Path(folder), address)


def _on_one_machine(source, folder, settings):
    """What client and worker do without any cluster."""
    handed_in, found = submissions(source), {}
    count = len(handed_in)
    with _cpu() as used:
        works = [load(one) for one in handed_in]
    found["client: read and hash, ms"] = 1e3 * used() / count
    found["bytes sent, kB"] = len(pickle.dumps(works)) / count / 1e3
    with _cpu() as used:
        for work in works:
            notebook.parse_notebook(work.files[0].content)
    found["worker: parse, ms"] = 1e3 * used() / count
    start = time.perf_counter()
    exercises = settings.graded_exercises()
    with _cpu() as used, sandboxes(1, settings, exercises) as (box,):
        found["worker: start, s of wall time"] = time.perf_counter() - start
        found["worker: start, s"] = used()
        with _cpu() as used:
            records = [grade_one(work, exercises, box, settings) for work in works]
            found["worker: grade, parsing included, ms"] = 1e3 * used() / count
    found["bytes returned, kB"] = len(pickle.dumps(records)) / count / 1e3
    with Gradebook(folder / "book.sqlite") as book:
        run = book.begin("", 5, {}, of_lessons(["02"]).as_dict())
        with _cpu() as used:
            for record in records:
                book.keep(run, record)
        found["client: gradebook, ms"] = 1e3 * used() / count
        with _cpu() as used:
            report.write(book, run, folder)
        found["client: pages and tables, ms"] = 1e3 * used() / count
        found["client: disk, kB"] = (
            sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / count / 1e3
        )
        found["client: disk, kB"] -= _size(source) / count / 1e3
    return found


def _calls(source, address, scheduler, settings):
    """What a call costs that brings a batch to a worker, and does nothing there."""
    works = [load(one) for one in submissions(source)]
    calls = [("name", settings, batch) for batch in _batches(works, MOST)]
    with connected(address) as cluster:
        list(cluster.results(_nothing, calls[:2]))
        before, start = _cpu_of(scheduler), time.process_time()
        list(cluster.results(_nothing, calls))
        return {
            "client: sending, ms": 1e3 * (time.process_time() - start) / len(works),
            "scheduler, ms": 1e3 * (_cpu_of(scheduler) - before) / len(works),
            "submissions in a call": len(works) / len(calls),
        }


def _paper(pieces, count):
    """Seconds of each process by itself, for this many submissions: the largest is the bottleneck."""
    alone = {name.partition(",")[0]: ms for name, ms in pieces.items() if name.endswith("ms")}
    during = sum(alone[f"client: {what}"] for what in ("read and hash", "sending", "gradebook")) * count / 1e3
    after = alone["client: pages and tables"] * count / 1e3
    scheduler = alone["scheduler"] * count / 1e3
    sent = pieces["bytes sent, kB"] * count / 1e6
    print(
        f"\n{count:,} submissions: {sent:.0f} GB to send; client {during:.0f} s, scheduler {scheduler:.0f} s,"
    )
    print(
        f"network {8 * sent:.0f} s at 1 Gbit/s (into the scheduler and out of it at a time); pages {after:.0f} s after it"
    )
    for workers in WORKERS:
        each = pieces["worker: start, s"] + alone["worker: grade"] * count / 1e3 / workers
        share = {"workers": each, "client": during, "scheduler": scheduler, "network": 8 * sent}
        slowest = max(share, key=share.get)
        print(
            f"{workers:6} workers: {each:8.0f} s each; in all {share[slowest] + after:8.0f} s, bound by {slowest}"
        )


def _whole(source, folder, address):
    """The whole run on two workers and on two cores without a cluster, in turn."""
    seconds = {"here": [], "there": []}
    for i in range(ROUNDS):
        for where, options in (("here", {"jobs": 2}), ("there", {"cluster": address})):
            start = time.perf_counter()
            grade(source, ["02"], folder / f"{where}{i}", seed=5, progress=False, **options)
            seconds[where].append(time.perf_counter() - start)
    here, there = map(statistics.median, seconds.values())
    ratio = statistics.median(b / a for a, b in zip(*seconds.values(), strict=True))
    print(f"\nwhole runs: {here:.1f} s with --jobs 2, {there:.1f} s with two workers; ratio {ratio:.2f}")


@contextlib.contextmanager
def _machines(folder):
    """(address, process) of a scheduler with two workers of one thread."""
    dask = [sys.executable, "-m"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    file = f"{folder}/scheduler.json"
    local = ["--scheduler-file", file, "--no-dashboard", "--host", "127.0.0.1"]
    scheduler = subprocess.Popen([*dask, "distributed.cli.dask_scheduler", *local, "--port", "0"], **quiet)
    more = ["--nworkers", "2", "--nthreads", "1", "--local-directory", folder]
    worker = subprocess.Popen([*dask, "distributed.cli.dask_worker", *local, *more], **quiet)
    try:
        from distributed import Client

        while not os.path.exists(file):
            time.sleep(0.1)
        with Client(scheduler_file=file) as client:
            client.wait_for_workers(2)
            address = client.scheduler.address
        yield address, psutil.Process(scheduler.pid)
    finally:
        for process in (worker, scheduler):
            process.terminate()
            process.wait()


@contextlib.contextmanager
def _cpu():
    """A function that gives the CPU seconds of this process and of all its children since."""
    before = _cpu_of(psutil.Process())
    yield lambda: _cpu_of(psutil.Process()) - before


def _cpu_of(process):
    alive = [process, *process.children(recursive=True)]
    return sum(sum(one.cpu_times()[:4]) for one in alive)  # of the ended children, too


def _hand_in(folder, count, kilobytes):
    folder.mkdir()
    lesson = nbformat.read(lessons_folder() / f"{LESSON}.ipynb", 4)
    output = nbformat.v4.new_output("display_data", {"image/png": "A" * 1000 * kilobytes})
    forms = [solved(lesson), wrong(lesson), lesson]
    for i in range(count):
        one = copy.deepcopy(forms[i % 3])
        for cell in one.cells:
            if cell.source.startswith("def "):
                cell.source += f"\n    # student {i}"
        next(cell for cell in one.cells if cell.cell_type == "code").outputs = [output]
        nbformat.write(one, folder / f"s{i:06}.ipynb")
    return folder


def _nothing(name, terms, works):
    return len(works)


def _size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=120)
    parser.add_argument("--kilobytes", type=int, default=300)
    parser.add_argument("--paper", type=int, default=100_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
