"""A class on a real JupyterHub: everybody signs in, opens a lesson, answers it, runs it, hands it in; then it is graded.

    python tests/hub/class_of_students.py [--students 20] [--at-once 4] [--lesson 02] [--backend numpy]

The answers are right, wrong and missing in turn. Prints what a class takes: seconds and memory, of each student and in
all. The run fails where a grade is not what the lesson's own checks said. Needs the extra `hub`, psutil and
configurable-http-proxy (one_machine.INSTALL).
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from memory_of_a_hub import QUANTITIES, Meter
from one_machine import hub, missing
from student import Student

from coursekit.exercises.engine.notebooks import exercise_cells, solved, wrong
from coursekit.lesson_files import find_lesson

FILLINGS = {"right": solved, "wrong": wrong, "blank": lambda notebook: notebook}
IMPORT = "from coursekit import numpy_backend as ck"
COURSEKIT = [sys.executable, "-c", "import sys; from coursekit.commands.main import main; sys.exit(main())"]


@dataclass(frozen=True)
class Visit:
    """What became of one student's hour: the answers, the points that the notebook showed, and what it took."""

    student: Student
    answers: str
    points: float
    out_of: float
    to_server: float
    to_run: float


def visit(running, number, lesson, *, backend="numpy", light=False):
    """All that one student does, from the form to the hand-in folder."""
    student = Student(running, f"student{number:02}")
    answers = list(FILLINGS)[number % len(FILLINGS)]
    start = time.perf_counter()
    student.sign_in()
    student.start_server()
    ready = time.perf_counter()
    path = f"coursekit-lessons/{find_lesson(lesson)}"
    notebook = FILLINGS[answers](student.open(path))
    if light:
        notebook.cells = _asked(notebook)
    for cell in notebook.cells:
        cell.source = cell.source.replace(IMPORT, IMPORT.replace("numpy", backend))
    opened = time.perf_counter()
    student.run_all(path, notebook)
    ran = time.perf_counter()
    student.save(path, notebook)
    student.copy(path, "hand-in")
    verdicts = _verdicts(notebook)
    return Visit(
        student, answers, sum(v["points"] for v in verdicts), sum(v["out_of"] for v in verdicts),
        ready - start, ran - opened,
    )  # fmt: skip


def grades(folder, lesson, out):
    """{student: points} of `coursekit grade` over what the class handed in."""
    command = [*COURSEKIT, "grade", str(folder), "--lesson", lesson[:2], "-o", str(out), "--format", "json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return {record["student"]: record["points"] for record in json.loads(done.stdout)}


def misgraded(visits, graded):
    """A line for each student who is missing or has different points than the notebook showed, and for each stranger."""
    shown = {visit.student.name: visit.points for visit in visits}
    return [
        f"{name}: the notebook said {shown.get(name)}, the grade is {graded.get(name)}"
        for name in sorted(shown | graded)
        if shown.get(name) != graded.get(name)
    ]


def _asked(notebook):
    """Its text, its imports, its exercises and their checks: what is graded, without what is shown."""
    answers = {index for _, index in exercise_cells(notebook)}
    return [
        cell
        for i, cell in enumerate(notebook.cells)
        if cell.cell_type != "code"
        or i in answers
        or cell.source.startswith("check(")
        or IMPORT in cell.source
    ]


def _verdicts(notebook):
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    errors = [output for output in outputs if output.output_type == "error"]
    if errors:
        raise RuntimeError("\n".join(errors[0].traceback))
    return [output.metadata["coursekit"] for output in outputs if "coursekit" in output.get("metadata", {})]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--at-once", type=int, default=4, help="who start and run at the same time")
    parser.add_argument("--lesson", default="02")
    parser.add_argument("--backend", choices=("numpy", "torch"), default="numpy")
    options = parser.parse_args()
    if lacks := missing():
        sys.exit(lacks)
    start = time.perf_counter()
    with hub() as running, Meter(running.process.pid) as meter, tempfile.TemporaryDirectory() as out:
        up = time.perf_counter() - start
        with ThreadPoolExecutor(options.at_once) as pool:
            one = lambda number: visit(running, number, options.lesson, backend=options.backend)
            visits = list(pool.map(one, range(options.students)))
        whole = time.perf_counter() - start - up
        start = time.perf_counter()
        graded = grades(running.hand_in, options.lesson, out)
        grading = time.perf_counter() - start
    _print(options, visits, meter, up, whole, grading)
    wrongs = misgraded(visits, graded)
    print("\n".join(wrongs) or f"{len(graded)} grades, each as the notebook said: {_points(visits)}")
    sys.exit(bool(wrongs))


def _print(options, visits, meter, up, whole, grading):
    print(
        f"lesson {options.lesson}, {options.backend} backend; {len(visits)} students, {options.at_once} at once"
    )
    print(f"hub answers after {up:.1f} s; the class took {whole:.0f} s, its grading {grading:.1f} s")
    rows = {
        "sign in to JupyterLab, s": [visit.to_server for visit in visits],
        "all cells, s": [visit.to_run for visit in visits],
        **{f"{name}, MB": [peaks[name] for peaks in meter.students.values()] for name in QUANTITIES},
    }
    print(f"{'of one student':45} {'min':>7} {'median':>7} {'max':>7}")
    for name, values in rows.items():
        print(f"{name:45} {min(values):7.0f} {statistics.median(values):7.0f} {max(values):7.0f}")
    print(f"{'all at once, shared pages by share, MB':45} {meter.whole:7.0f}")


def _points(visits):
    of = {answers: {v.points for v in visits if v.answers == answers} for answers in FILLINGS}
    return ", ".join(f"{name} {sorted(points)}" for name, points in of.items()) + f" of {visits[0].out_of:g}"


if __name__ == "__main__":
    main()
