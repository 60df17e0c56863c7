"""The autograder in the layout of folders that Gradescope has: unpacked, run, its results read."""

import json
import os
import subprocess
import sys
import zipfile

import pytest
from classes import needs_a_sandbox
from zoo import IMPORT, RIGHT, WRONG, lesson, notebook, stored

from coursekit.commands import main as cli
from coursekit.exercises.engine.notebooks import solved

pytestmark = needs_a_sandbox
METADATA = {
    "id": 777,
    "created_at": "2026-12-05T10:00:00.000000-08:00",
    "users": [{"id": 1, "email": "ada@example.org", "name": "Ada Lovelace"}],
}


@pytest.fixture(scope="module")
def autograder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("autograder")
    (folder / "private").mkdir()
    (folder / "private" / "mine.py").write_text(
        "import numpy as np\nfrom coursekit.exercises import Property\n"
        "PROPERTIES = {'02.1': [Property('ones', 1, lambda rng: [(np.ones((2, 3)), np.zeros((2, 3)))])]}\n"
    )
    (folder / "hw.toml").write_text(
        'exercises = ["02.1", "02.2"]\nprivate = "private"\ndue = 2026-12-04T23:59:00-08:00\n'
        "[late]\nper_day = 0.25\n"
    )
    assert cli.main(["gradescope", "--assignment", str(folder / "hw.toml"), "-o", str(folder / "a.zip")]) == 0
    with zipfile.ZipFile(folder / "a.zip") as zipped:
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in zipped.infolist()}
        zipped.extractall(folder / "source")
    assert (modes["setup.sh"], modes["run_autograder"]) == (0o755, 0o755)
    return folder


def run(autograder, root, files, metadata=METADATA):
    """Run run_autograder in a layout of its own; returns (the process, the results)."""
    (root / "submission").mkdir(parents=True)
    (root / "source").symlink_to(autograder / "source")
    (root / "submission_metadata.json").write_text(json.dumps(metadata))
    for name, content in files.items():
        (root / "submission" / name).write_bytes(content)
    done = subprocess.run(
        ["bash", str(autograder / "source" / "run_autograder")],
        env={**os.environ, "AUTOGRADER": str(root), "AUTOGRADER_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        cwd=root,
    )
    results = root / "results" / "results.json"
    return done, json.loads(results.read_text()) if results.exists() else None


def test_a_submission_is_graded_with_private_properties_and_lateness(autograder, tmp_path):
    done, results = run(autograder, tmp_path / "right", {"hw.ipynb": stored(solved(lesson()))})
    assert done.returncode == 0, done.stderr
    assert [(test["number"], test["score"], test["max_score"]) for test in results["tests"]] == [
        ("02.1", 4, 4),
        ("02.2", 3, 3),
    ]
    assert results["score"] == 5.25  # one day late
    _, results = run(autograder, tmp_path / "wrong", {"hw.ipynb": notebook(IMPORT, WRONG)})
    assert "Recognized: sums instead of averaging." in results["tests"][0]["output"]


def test_a_submission_without_a_notebook_says_so(autograder, tmp_path):
    _, results = run(autograder, tmp_path / "root", {"essay.pdf": b"%PDF"})
    assert results["score"] == 0
    assert "no notebook" in results["output"]


@pytest.mark.slow
def test_the_same_seed_is_used_each_time(autograder, tmp_path):
    seeds = json.loads((autograder / "source" / "settings.json").read_text())["seed"]
    files = {"hw.ipynb": notebook(IMPORT, RIGHT)}
    assert run(autograder, tmp_path / "a", files)[1] == run(autograder, tmp_path / "b", files)[1]
    assert isinstance(seeds, int)


def test_setup_installs_what_grading_needs_and_no_notebook_server(autograder):
    required = (autograder / "source" / "requirements.txt").read_text().splitlines()
    names = {line.split(">")[0] for line in required}
    assert {"numpy", "jinja2", "tqdm", "scikit-learn"} <= names
    assert not {"jupyterlab", "torch"} & names
    subprocess.run(["bash", "-n", str(autograder / "source" / "setup.sh")], check=True)
