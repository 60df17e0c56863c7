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
from lab_server import Server
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]


def python(code, **options):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, **options
    ).stdout


@pytest.mark.parametrize(
    "module", ["coursekit", "coursekit.commands.main", "coursekit.commands.server_extension"]
)
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
        if path.suffix in {".py", ".md", ".js", ".css", ".html", ".typed"}
    }
    assert lessons
    assert {"coursekit/notation.md", "coursekit/py.typed", "coursekit/templates/page.html"} <= package
    assert lessons | package | {"coursekit/constraints.txt"} <= held
    assert not [name for name in held if name.startswith("tests/") or "checkpoints" in name]


def test_lessons_are_found_in_an_unpacked_wheel(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    found = python(
        "from coursekit import lesson_files; print(lesson_files.lessons_folder())",
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert Path(found.strip()) == tmp_path / "coursekit" / "lessons"


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The scripts of an environment with the wheel in it, which borrows every other package from this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=os.name == "posix")
    its = {
        kind: Path(sysconfig.get_path(kind, "venv", {"base": str(folder)})) for kind in ("purelib", "scripts")
    }
    (its["purelib"] / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    pip = [sys.executable, "-m", "pip", "--python", its["scripts"] / Path(sys.executable).name, "install"]
    subprocess.run(
        [*pip, "--quiet", "--no-deps", "--no-index", "--ignore-installed", wheel],
        check=True,
    )
    return its["scripts"]


def without_this_checkout():
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def test_an_installed_wheel_enables_its_server_extension(installed, tmp_path):
    listed = subprocess.run(
        [installed / Path(sys.executable).name, "-m", "jupyter_server.extension.serverextension", "list"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=without_this_checkout(),
    )
    said = listed.stdout + listed.stderr
    mine = said.split(f"Config dir: {installed.parent}")[1].split("Config dir:")[0]
    assert re.search(r"coursekit\.commands\.server_extension \S*enabled", mine)
    assert re.search(r"coursekit\.commands\.server_extension\s+\S*OK", mine)


@pytest.mark.skipif(os.name != "posix", reason="JupyterLab's own files are borrowed by links")
def test_an_installed_wheel_opens_its_lessons(installed, tmp_path):
    share = Path("share", "jupyter", "lab")
    for its in ("schemas", "static", "themes"):
        (installed.parent / share / its).symlink_to(sys.prefix / share / its)
    folder = tmp_path / "ada"
    with Server(installed / "coursekit", folder, "0", cwd=tmp_path, env=without_this_checkout()) as server:
        assert server.page == "lab/workspaces/coursekit/tree/00_forward_pass.ipynb"
        settings = server.call("lab/api/settings/@jupyterlab/apputils-extension:notification", server.token)
        assert settings["schema"]["properties"]["fetchNews"]["default"] == "false"
    theirs = next(installed.parent.glob("lib/*/site-packages/coursekit/lessons"))
    lessons = {path.name for path in theirs.glob("*.ipynb")}
    assert {path.name for path in folder.glob("*.ipynb")} == lessons | {"start.ipynb"}


def test_every_dependency_is_pinned_to_a_version_it_allows():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    pins = {canonicalize_name(pin.name): pin for pin in map(Requirement, lines)}
    wanted = itertools.chain(project["dependencies"], *project["optional-dependencies"].values())
    for requirement in map(Requirement, wanted):
        (exact,) = pins[canonicalize_name(requirement.name)].specifier
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
