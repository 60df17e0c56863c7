"""A lesson's cells, run in a kernel: what its checks find, what it prints and takes, and the names it leaves behind.

A run is made once for all the tests of a process; conftest.py sends the tests of a lesson to the same one. The tests of
a lesson's claims use nbval's run of the blank notebook where there was one (lesson_notebook.py), else a solved run.
"""

import asyncio
import functools
import pickle
import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from coursekit.exercises.engine.notebooks import exercise_cells, solved, wrong

LESSONS = Path(__file__).parents[2] / "lessons"
IMPORT = "from coursekit import numpy_backend as ck"
SECONDS = 300  # a run is ended here, on however busy a machine; a lesson's own budget is far below
STRICT = "import warnings\nwarnings.simplefilter('error')"  # as in the tests of its claims
STATUS = 'print(open("/proc/self/status").read())'
# Some values, such as widgets, outlive no kernel.
LEAVE = """
def _leave(path):
    import contextlib, cloudpickle, pickle
    kept = {{}}
    for name, value in list(globals().items()):
        with contextlib.suppress(Exception):
            pickle.loads(cloudpickle.dumps(value))
            kept[name] = value
    with open(path, "wb") as file:
        cloudpickle.dump(kept, file)
_leave({path!r})"""


def in_turn(notebook):
    """A copy of the notebook whose answers are blank and wrong in turn."""
    filled = wrong(notebook)
    for _, place in exercise_cells(notebook)[::2]:
        filled.cells[place] = notebook.cells[place]
    return filled


FILLINGS = {"solved": solved, "blank and wrong": in_turn}


def exercises_of(path):
    """{id: exercise} of what a notebook asks; a lesson may be split over notebooks 07a, 07b."""
    return {exercise.id: exercise for exercise, _ in exercise_cells(nbformat.read(path, as_version=4))}


def assert_told(path, filling, verdicts):
    """Every exercise of the notebook was asked, and its check said what its filling deserves."""
    asked = exercises_of(path)
    assert {verdict["exercise"] for verdict in verdicts} == set(asked)
    blank = list(asked)[::2] if filling == "blank and wrong" else []
    for verdict in verdicts:
        assert verdict["out_of"] == asked[verdict["exercise"]].points
        if filling == "solved":
            assert (verdict["outcome"], verdict["points"]) == ("passed", verdict["out_of"])
        elif verdict["exercise"] in blank:
            assert (verdict["outcome"], verdict["points"]) == ("unanswered", 0)
        else:
            assert verdict["outcome"] == "wrong"
            assert verdict["points"] < verdict["out_of"]


@dataclass(frozen=True)
class Run:
    """An executed lesson: what its checks found, what it printed, what it took, and the names it left, if kept."""

    verdicts: tuple[dict, ...]
    printed: str
    seconds: float
    megabytes: float | None
    names: dict | None


@functools.cache
def run(path, filling, backend):
    """The lesson of this path with its answers filled in. No cell may fail; none may warn in the run that leaves its
    names: solved, on NumPy.
    """
    notebook = FILLINGS[filling](nbformat.read(path, as_version=4))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = cell.source.replace(IMPORT, IMPORT.replace("numpy", backend))
    leaves = (filling, backend) == ("solved", "numpy")
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "names"
        sources = (STRICT, STATUS, LEAVE.format(path=str(kept))) if leaves else ("", STATUS, "")
        strict, status, leave = map(nbformat.v4.new_code_cell, sources)
        notebook.cells = [strict, *notebook.cells, status, leave]
        seconds = _execute(notebook)
        names = pickle.loads(kept.read_bytes()) if kept.exists() else None
    outputs = [output for cell in notebook.cells if cell is not status for output in cell.get("outputs", [])]
    errors = ["\n".join(output.traceback) for output in outputs if output.output_type == "error"]
    assert not errors, "\n\n".join(errors)
    verdicts = [
        output.metadata["coursekit"] for output in outputs if "coursekit" in output.get("metadata", {})
    ]
    printed = [output.text for output in outputs if output.get("name") == "stdout"]
    printed += [output.data["text/plain"] for output in outputs if output.output_type == "execute_result"]
    told = "".join(output.get("text", "") for output in status.outputs)
    peak = re.search(r"VmHWM:\s+(\d+) kB", told)  # of the kernel; only Linux tells
    megabytes = int(peak[1]) / 1000 if peak else None
    return Run(tuple(verdicts), "\n".join(printed), seconds, megabytes, names)


def _execute(notebook):
    """Run all cells; the seconds until the last one, which is ours, begins."""
    starts = []
    client = NotebookClient(notebook, kernel_name="python3", timeout=None, allow_errors=True)
    client.on_cell_start = lambda **_: starts.append(time.perf_counter())
    begun = time.perf_counter()
    asyncio.run(asyncio.wait_for(client.async_execute(), SECONDS))
    return starts[-1] - begun


_blank_runs = {}  # lesson: (names, printed)


def keep_blank_run(path, names, printed):
    """Keep what a lesson's cells left behind (pickled) and printed, for the tests of its claims."""
    _blank_runs[path.stem] = pickle.loads(names), printed


def names_of(lesson):
    """The names that the cells of a lesson ("00_forward_pass") leave behind.

    No cell depends on the learner's answers, so the run may be nbval's, of the blank notebook. A test for which the
    answers matter calls `solved_names_of` instead and is slow.
    """
    return _blank_runs[lesson][0] if lesson in _blank_runs else solved_names_of(lesson)


def printed_by(lesson):
    """What they print."""
    return _blank_runs[lesson][1] if lesson in _blank_runs else _solved(lesson).printed


def solved_names_of(lesson):
    """The names that the cells of a lesson leave behind, its exercises solved."""
    return _solved(lesson).names


def _solved(lesson):
    return run(LESSONS / f"{lesson}.ipynb", "solved", "numpy")
