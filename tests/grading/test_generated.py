"""What the notebook says is what the grade says, on notebooks made at random."""

import json
import os
import subprocess
import sys
from pathlib import Path

import generated
import pytest
from classes import needs_a_sandbox, run
from zoo import notebook

from coursekit.grading.grade import GRADEBOOK
from coursekit.grading.gradebook import Gradebook

pytestmark = needs_a_sandbox


def said_by_notebooks(notebooks, folder):
    """Each notebook's own points, found in another process in which IPython runs them."""
    path = folder / "notebooks.json"
    path.write_text(json.dumps(notebooks), encoding="utf-8")
    own = {"COURSEKIT_HOME": str(folder), "IPYTHONDIR": str(folder), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, Path(generated.__file__), path],
        cwd=folder,
        env=os.environ | own,
        stdout=subprocess.PIPE,
        check=True,
    )
    results = next(line for line in done.stdout.decode().split("\n") if line.startswith("RESULTS "))
    return json.loads(results.removeprefix("RESULTS "))


def disagreements(seeds, folder):
    """The notebooks whose grade is less than what they say themselves, or more, without a finding about it."""
    notebooks = [generated.notebook_of(seed) for seed in seeds]
    own = said_by_notebooks(notebooks, folder)
    source = folder / "in"
    source.mkdir()
    for one in notebooks:
        (source / f"n{one['seed']:05}.ipynb").write_bytes(notebook(*one["cells"]))
    done = run(source, folder / "out", jobs=2)
    with Gradebook(folder / "out" / GRADEBOOK) as book:
        records = {record.student: record for record in book.records(done.run)}
    found = []
    for one, said in zip(notebooks, own, strict=True):
        record = records[f"n{one['seed']:05}"]
        graded = next(v.points for v in record.verdicts if v.exercise == "02.1")
        expected = said["points"] if said["points"] is not None else said["defined"]
        about_it = [f for f in record.findings if "02.1" in f and "missing" not in f]
        if graded != (expected or 0) and not about_it:
            found.append((one["seed"], one["parts"], expected, graded, record.findings))
    return found


def test_some_are_right_and_some_are_wrong():
    parts = [generated.notebook_of(seed)["parts"] for seed in range(500)]
    assert 150 < sum("right" in part for part in parts) < 350
    assert len({(state, form) for state, form, *_ in parts}) > 350


nightly = pytest.mark.nightly
PARTS = [0, *(pytest.param(part, marks=nightly) for part in range(1, 5))]  # by day the first hundred


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_notebook_and_grade_agree_on_five_hundred(tmp_path, part):
    assert disagreements(range(1000 + 100 * part, 1100 + 100 * part), tmp_path) == []
