"""What is installed: light to import, whole in the wheel, at versions that were tested."""

import itertools
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]


def python(code, **options):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, **options
    ).stdout


@pytest.mark.parametrize("module", ["coursekit", "coursekit.cli", "coursekit.server_extension"])
def test_importing_it_loads_neither_torch_nor_matplotlib(module):
    loaded = json.loads(python(f"import json, sys, {module}; print(json.dumps(list(sys.modules)))"))
    assert module in loaded
    assert not {"torch", "matplotlib"} & set(loaded)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_every_module_lesson_and_document(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    lessons = {f"coursekit/{path.relative_to(ROOT)}" for path in ROOT.glob("lessons/*.ipynb")}
    package = {
        str(path.relative_to(ROOT))
        for path in ROOT.glob("coursekit/**/*")
        if path.suffix in {".py", ".md", ".js", ".css", ".html"}
    }
    assert lessons
    assert "coursekit/notation.md" in package
    assert lessons | package | {"coursekit/constraints.txt"} <= held
    assert not [name for name in held if name.startswith("tests/") or "checkpoints" in name]


def test_lessons_are_found_in_an_unpacked_wheel(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    found = python(
        "from coursekit import lab; print(lab.lessons_folder())",
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert Path(found.strip()) == tmp_path / "coursekit" / "lessons"


def test_every_dependency_is_pinned_to_a_version_it_allows():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    pins = {pin.name.lower(): pin for pin in map(Requirement, lines)}
    wanted = itertools.chain(project["dependencies"], *project["optional-dependencies"].values())
    for requirement in map(Requirement, wanted):
        (exact,) = pins[requirement.name.lower()].specifier
        assert exact.operator == "=="
        assert requirement.specifier.contains(exact.version), requirement


def test_no_file_speaks_of_one_machine():
    private = re.compile(r"/(?:root|work|home/\w+|Users/\w+)/")
    skipped = {".git", ".venv", "__pycache__", ".hypothesis", ".pytest_cache", ".ruff_cache", "build", "dist"}
    files = [
        path for path in ROOT.rglob("*") if path.is_file() and not skipped & set(path.relative_to(ROOT).parts)
    ]
    assert Path(__file__) in files
    mentions = [path for path in files if private.search(path.read_text(errors="replace"))]
    assert not mentions
