"""Every lesson runs in a Python without threads, processes, sockets and PyTorch, as a browser's is: blank, solved, wrong.

The exercises of a lesson are left blank, solved and answered wrongly in turn, so that one run shows all three. What
only a browser can show is in tests/browser/test_lite.py.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from coursekit.exercises.engine.notebooks import exercise_cells, solved, wrong
from coursekit.lesson_files import lessons_folder

HELPERS = Path(__file__).parents[1] / "helpers"
LESSONS = sorted(lessons_folder().glob("*.ipynb"))
OUTCOMES = ("unanswered", "passed", "wrong")
SECONDS = 300


def poor_python(*arguments, **options):
    """Run Python with the helpers of the tests on its path; its home folder cannot be written."""
    environment = {**os.environ, "PYTHONPATH": str(HELPERS), "HOME": os.devnull, "MPLBACKEND": "agg"}
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        **options,
    )


def in_turn(notebook, first):
    """The notebook with its exercises blank, solved and wrong in turn, and {id: outcome}."""
    kinds = {"unanswered": notebook, "passed": solved(notebook), "wrong": wrong(notebook)}
    expected = {}
    for number, (exercise, place) in enumerate(exercise_cells(notebook)):
        expected[exercise.id] = OUTCOMES[(first + number) % 3]
        notebook.cells[place] = kinds[expected[exercise.id]].cells[place]
    return notebook, expected


@pytest.mark.slow
@pytest.mark.parametrize(("number", "path"), list(enumerate(LESSONS)), ids=[path.stem for path in LESSONS])
def test_a_lesson_runs_without_what_a_browser_lacks(number, path, tmp_path):
    notebook, expected = in_turn(nbformat.read(path, as_version=4), number)
    nbformat.write(notebook, tmp_path / path.name)
    done = poor_python("-m", "as_in_a_browser", tmp_path / path.name, tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert found["errors"] == []
    assert found["warnings"] == []
    assert {verdict["exercise"]: verdict["outcome"] for verdict in found["verdicts"]} == expected
    tried = {"passed", "wrong"} & set(expected.values())
    assert (tmp_path / "progress.sqlite").is_file() == bool(tried)
