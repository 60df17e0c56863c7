"""Laws of building the site: the course as a wheel, the packages of a browser, and messages that say what is missing.

tests/browser/test_lite.py builds a whole site and opens it.
"""

import hashlib
import json
import subprocess
import sys
import zipfile
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from test_lessons_in_a_browser import poor_python

from coursekit import DISTRIBUTION
from coursekit.commands import main as cli
from coursekit.lite import wheels

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "capstone", "checks", "data", "exercises", "experiments", "html_page", "initializers", "lesson_files", "lite",
    "model_selection", "numpy_backend", "plots", "review", "risk", "training", "widgets",
)  # fmt: skip


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return wheels.course_wheel(tmp_path_factory.mktemp("wheel"))


# --------------------------------------------------------------------------------------------------------- the course
@pytest.mark.slow
def test_importing_needs_no_thread_process_socket_home_or_torch():
    modules = ", ".join(f"coursekit.{name}" for name in PACKAGES)
    done = poor_python(
        "-W", "error", "-c", f"import as_in_a_browser; as_in_a_browser.forbid(); import {modules}"
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_what_a_browser_lacks_is_not_required_there():
    requirements = map(Requirement, requires(DISTRIBUTION))
    browser = {"sys_platform": "emscripten", "extra": ""}
    needed = {r.name for r in requirements if not r.marker or r.marker.evaluate(browser)}
    assert not needed & {"torch", "jupyterlab", "jupyter-server", "jupyterlab-server", "pooch"}
    assert {"numpy", "matplotlib", "scikit-learn", "ipywidgets", "anywidget"} <= needed


def test_the_wheel_is_the_one_that_is_published(wheel, tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (published,) = tmp_path.glob("*.whl")
    ours, theirs = zipfile.ZipFile(wheel), zipfile.ZipFile(published)

    def files(archive):
        return {name for name in archive.namelist() if name.startswith("coursekit/")}

    assert files(ours) == files(theirs)
    assert all(ours.read(name) == theirs.read(name) for name in files(ours))


def test_the_wheel_is_reproducible_and_named_after_its_content(wheel, tmp_path, monkeypatch):
    again = wheels.course_wheel(tmp_path)
    assert (again.name, again.read_bytes()) == (wheel.name, wheel.read_bytes())
    monkeypatch.setattr(wheels, "_package", lambda: [("__init__.py", b"changed")])
    assert wheels.course_wheel(tmp_path).name != wheel.name


def test_pip_installs_the_wheel(wheel, tmp_path):
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        tmp_path,
    ]
    subprocess.run([*command, wheel], check=True)
    assert (tmp_path / "coursekit" / "lessons" / "02_loss_functions.ipynb").is_file()


# -------------------------------------------------------------------------------------------------------- the packages
class Pip:
    """Wheels that pip would download."""

    def __init__(self, requirements):
        self.requirements, self.pins = requirements, []

    def download(self, pins, folder, python):
        self.pins += pins
        for name, version in (pin.split("==") for pin in pins):
            with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
                metadata = "".join(f"Requires-Dist: {line}\n" for line in self.requirements.get(name, ()))
                archive.writestr(f"{name}-{version}.dist-info/METADATA", f"Name: {name}\n{metadata}")
                archive.writestr(f"{name}/__init__.py", "")


def distribution(folder, **packages):
    """A Pyodide distribution with these packages: (file name, depends, whether its wheel is there)."""
    from coursekit.lite.pyodide import Pyodide

    listed = {}
    for name, (file, depends, there) in packages.items():
        listed[name] = {"version": file.split("-")[1], "file_name": file, "depends": depends, "sha256": "?"}
        if there:
            (folder / file).write_bytes(name.encode())
    return Pyodide(folder, {"info": {"python": "3.14.2"}, "packages": listed})


@pytest.fixture
def collected(tmp_path, monkeypatch):
    """Collect for a course that requires `requirements`, with what Pyodide lists and pip has."""
    pytest.importorskip("packaging")
    from coursekit.lite import collecting

    def collect(requirements, packages, pip):
        course = tmp_path / "coursekit_nn-0.1.0-py3-none-any.whl"
        with zipfile.ZipFile(course, "w") as archive:
            lines = "".join(f"Requires-Dist: {line}\n" for line in requirements)
            archive.writestr("coursekit_nn-0.1.0.dist-info/METADATA", f"Name: x\n{lines}")
            archive.writestr("coursekit/__init__.py", "")
        theirs, site = tmp_path / "theirs", tmp_path / "site"
        theirs.mkdir(), site.mkdir()
        monkeypatch.setattr(collecting, "KERNEL", ())
        monkeypatch.setattr(wheels, "course_wheel", lambda folder: course)
        monkeypatch.setattr(wheels, "download", pip.download)
        monkeypatch.setattr(collecting, "_installed_version", lambda name: "1.0")
        return collecting.Collection(distribution(theirs, **packages), site), site

    return collect


WASM = "cp314-cp314-pyemscripten_2026_0_wasm32.whl"


def test_compiled_packages_come_from_pyodide_and_others_from_pip(collected):
    pip = Pip({"widgets": ["numpy>=2", "comm", "windows ; sys_platform == 'win32'", "jupyterlab_widgets"]})
    packages = {
        "numpy": (f"numpy-2.4-{WASM}", ["openblas"], True),
        "openblas": ("openblas-0.3.zip", [], True),
    }
    found, site = collected(["numpy", "widgets", "jupyterlab ; sys_platform != 'emscripten'"], packages, pip)
    assert found.missing == []
    assert pip.pins == ["widgets==1.0", "comm==1.0"]
    depends = {name: entry["depends"] for name, entry in found.entries.items()}
    assert depends == {
        "coursekit-nn": ["numpy", "widgets"],
        "numpy": ["openblas"],
        "widgets": ["numpy", "comm"],
        "openblas": [],
        "comm": [],
    }
    assert found.entries["coursekit-nn"]["imports"] == ["coursekit"]
    wheel = site / found.entries["widgets"]["file_name"]
    assert found.entries["widgets"]["sha256"] == hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert (site / f"numpy-2.4-{WASM}").read_bytes() == b"numpy"


def test_of_pyodides_core_pure_packages_come_from_pip_and_compiled_ones_are_missing(collected):
    pip = Pip({})
    packages = {
        "numpy": (f"numpy-2.4-{WASM}", [], False),
        "six": ("six-1.17-py2.py3-none-any.whl", [], False),
    }
    found, site = collected(["numpy", "six"], packages, pip)
    assert found.missing == ["numpy"]
    assert pip.pins == ["six==1.17"]  # the version that Pyodide lists
    assert found.entries["coursekit-nn"]["depends"] == ["six"]
    assert (site / found.entries["six"]["file_name"]).is_file()


def test_a_version_of_pyodide_that_does_not_fit_is_refused(collected):
    from coursekit.lite.errors import LiteError

    with pytest.raises(LiteError, match=r"coursekit-nn needs numpy>=2, but .* has version 1\.26"):
        collected(["numpy>=2"], {"numpy": (f"numpy-1.26-{WASM}", [], True)}, Pip({}))


def test_what_pip_cannot_download_is_named(tmp_path, monkeypatch):
    from coursekit.lite.errors import LiteError

    for name, value in {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(LiteError, match=r"(?s)pip could not download comm==0\.2\.3 .*needs a package index"):
        wheels.download(["comm==0.2.3"], tmp_path, "3.14")


# ---------------------------------------------------------------------------------------------------------- the command
def core(folder, python):
    from coursekit.lite.pyodide import CORE, LOCK

    for name in CORE:
        (folder / name).write_text("")
    (folder / LOCK).write_text(json.dumps({"info": {"python": python}, "packages": {}}))


def test_without_the_extra_the_command_says_how_to_install_it(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "jupyterlite_core", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert cli.main(["lite"]) == 1
    said = capsys.readouterr().err
    assert "jupyterlite_core is not installed" in said
    assert '-e ".[lite]"' in said


def test_a_missing_extension_of_jupyterlab_is_named():
    from coursekit.lite.build import LiteError, _extension

    assert (_extension("anywidget") / "package.json").is_file()
    with pytest.raises(LiteError, match="the JupyterLab extension nothing is in none of"):
        _extension("nothing")


def test_without_pyodide_the_command_says_where_it_comes_from(tmp_path, monkeypatch, capsys):
    pytest.importorskip("jupyterlite_pyodide_kernel", reason="no JupyterLite: the extra [lite]")
    monkeypatch.delenv("PYODIDE_DIST", raising=False)
    assert cli.main(["lite", "-o", str(tmp_path)]) == 1
    assert "PYODIDE_DIST" in capsys.readouterr().err
    assert cli.main(["lite", "-o", str(tmp_path), "--pyodide", str(tmp_path)]) == 1
    assert "has no pyodide.mjs" in capsys.readouterr().err
    core(tmp_path, "3.9.0")
    assert cli.main(["lite", "-o", str(tmp_path), "--pyodide", str(tmp_path)]) == 1
    assert "has Python 3.9.0, but" in capsys.readouterr().err
