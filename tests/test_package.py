"""What is installed: light to import, whole in the wheel, at versions that were tested."""

import itertools
import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
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


def test_an_installed_wheel_enables_its_server_extension(wheel, tmp_path):
    """In an environment of its own that borrows every other package from this one."""
    venv.create(tmp_path, symlinks=os.name == "posix")
    its = {
        kind: Path(sysconfig.get_path(kind, "venv", {"base": str(tmp_path)}))
        for kind in ("purelib", "scripts")
    }
    (its["purelib"] / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    its_python = its["scripts"] / Path(sys.executable).name
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        its_python,
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
    ]
    subprocess.run([*pip, "--ignore-installed", wheel], check=True)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    listed = subprocess.run(
        [its_python, "-m", "jupyter_server.extension.serverextension", "list"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=environment,
    )
    mine = (listed.stdout + listed.stderr).split(f"Config dir: {tmp_path}")[1].split("Config dir:")[0]
    assert re.search(r"coursekit\.server_extension \S*enabled", mine)
    assert re.search(r"coursekit\.server_extension\s+\S*OK", mine)


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
    private = re.compile(r"/(?:root|work|home/(?!jovyan/)\w+|Users/\w+)/")  # jovyan: in every Jupyter image
    skipped = {".git", ".venv", "__pycache__", ".hypothesis", ".pytest_cache", ".ruff_cache", "build", "dist"}
    files = [
        path for path in ROOT.rglob("*") if path.is_file() and not skipped & set(path.relative_to(ROOT).parts)
    ]
    assert Path(__file__) in files
    mentions = [path for path in files if private.search(path.read_text(errors="replace"))]
    assert not mentions
