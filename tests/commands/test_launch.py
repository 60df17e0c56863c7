"""Ways to launch: links that lead to the repository where it has an address, one cell for Colab, one command in a container."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
import types
from pathlib import Path

import nbformat
import pytest
import repository
from packaging.requirements import Requirement

from coursekit import DISTRIBUTION, widgets
from coursekit.lesson_files import lessons_folder
from coursekit.widgets.base.access import VIEW

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LESSONS = [pytest.param(path, id=path.stem) for path in sorted(lessons_folder().glob("*.ipynb"))]
COLAB = "https://colab.research.google.com/github/{}/blob/main/lessons/{}"
BINDER = "https://mybinder.org/v2/gh/{}/HEAD?urlpath=lab/tree/lessons/00_forward_pass.ipynb"
# What Colab does not bring, of what coursekit asks for: only commands need it, and there are none in Colab.
NOT_IN_COLAB = {"jupyterlab"}
ADA = "ada-lovelace-of-the-analytical-engine/notes"


def links(folder):
    """OWNER/NAME of every link and command that leads to the repository itself."""
    files = [folder / "README.md", folder / "pyproject.toml", *(folder / "lessons").iterdir()]
    text = "\n".join(path.read_text() for path in files if path.is_file())
    hosts = r"(?:mybinder\.org/v2/gh|colab\.research\.google\.com/github|git\+https://github\.com)"
    named = re.findall(r'[rR]epository = \\?"https://github\.com/([\w./-]+)', text)
    return [*named, *re.findall(hosts + r"/([\w.-]+/[\w.-]+)", text)]


def command(name, text):
    """The command below `<!-- command: NAME -->`."""
    return re.search(rf"<!-- command: {name} -->\n```bash\n(.+)\n```", text)[1]


def copied(folder):
    """The files of this checkout that may name the repository."""
    shutil.copytree(ROOT / "lessons", folder / "lessons", ignore=shutil.ignore_patterns(".*"))
    (folder / "coursekit").mkdir()
    for name in ("README.md", "pyproject.toml", "coursekit/__init__.py"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def published(tmp_path):
    """A copy whose repository has an address."""
    assert repository.main(ADA.split("/"), copied(tmp_path)) == 0
    return tmp_path


def colab_cell(path):
    cells = nbformat.read(path, as_version=4).cells
    (place,) = [i for i, cell in enumerate(cells) if "colab" in cell.metadata.get("tags", ())]
    return cells[place], cells[place + 1]


def test_every_place_says_what_pyproject_says():
    assert repository.main(["--check"]) == 0
    its = repository.names()
    assert (DISTRIBUTION, its.distribution) == (PROJECT["name"], PROJECT["name"])
    assert set(links(ROOT)) == ({its.place} if its.owner else set())


def test_no_page_shows_a_placeholder():
    pages = [
        *ROOT.glob("*.md"),
        *ROOT.glob("lessons/*"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("jupyterhub/*.md"),
    ]
    assert not [path for path in pages if path.is_file() and re.search(r"OWNER\b", path.read_text())]


def test_pip_is_asked_for_our_distribution():
    files = [*ROOT.glob("*.md"), *ROOT.glob("*/*.md"), *ROOT.glob("coursekit/**/*.py")]
    asked = [
        name
        for path in files
        for name in re.findall(r"pip install [\"']?(coursekit[\w-]*)", path.read_text())
    ]
    assert set(asked) <= {PROJECT["name"]}


def test_one_command_gives_every_place_its_address_and_takes_it_again(published):
    assert set(links(published)) == {ADA}
    assert (
        len(links(published)) == 2 * len(LESSONS) + 3
    )  # a link and a cell each, two badges, the index's page
    readme = (published / "README.md").read_text()
    badges = dict(re.findall(r"\[!\[([^]]+)\]\([^)]+\)\]\(([^)]+)\)", readme))
    assert badges["Launch lesson 00 on Binder"] == BINDER.format(ADA)
    assert badges["Open lesson 00 in Google Colab"] == COLAB.format(ADA, "00_forward_pass.ipynb")
    assert repository.main([""], published) == 0
    for path in (published / "lessons").iterdir():
        assert path.read_text() == (ROOT / "lessons" / path.name).read_text()
    assert (published / "README.md").read_text() == (ROOT / "README.md").read_text()


def test_a_lesson_opens_in_colab(published):
    table = (published / "lessons" / "README.md").read_text()
    for path in (published / "lessons").glob("*.ipynb"):
        assert f"({COLAB.format(ADA, path.name)})" in table
        cell, after = colab_cell(path)
        assert cell.metadata == {"tags": ["colab"], "jupyter": {"source_hidden": True}}
        assert cell.id == f"{path.stem.split('_')[0]}-colab"
        assert max(map(len, cell.source.splitlines())) <= 100  # nor does a long name leave the page
        assert "from coursekit import numpy_backend as ck" in after.source


@pytest.mark.parametrize("in_colab", [False, True])
@pytest.mark.parametrize("installed", [["numpy"], ["numpy", "coursekit"], ["numpy", PROJECT["name"]]])
def test_the_cell_installs_only_in_colab_and_only_what_is_missing(
    published, monkeypatch, in_colab, installed
):
    """A foreign package named coursekit is not ours."""
    calls = []
    shell = types.SimpleNamespace(system=calls.append)
    there = [types.SimpleNamespace(name=name) for name in installed]
    monkeypatch.setattr("importlib.metadata.distributions", lambda: there)
    if in_colab:
        monkeypatch.setitem(sys.modules, "google.colab", object())
    cell, _ = colab_cell(published / "lessons" / "00_forward_pass.ipynb")
    exec(cell.source, {"get_ipython": lambda: shell})
    install = f"pip install -q --no-deps git+https://github.com/{ADA}"
    assert calls == ([install] if in_colab and PROJECT["name"] not in installed else [])


def test_in_colab_a_panel_names_the_widget_manager(monkeypatch):
    manager = types.SimpleNamespace(_installed_url="https://example.org/manager.js")
    output = types.SimpleNamespace(enable_custom_widget_manager=lambda: None, _widgets=manager)
    monkeypatch.setitem(sys.modules, "google.colab.output", output)
    for shown in (widgets.logit(), widgets.predict("Which?", ["a", "b"])):
        data, metadata = shown._repr_mimebundle_()
        assert VIEW in data
        assert metadata == {VIEW: {"colab": {"custom_widget_manager": {"url": manager._installed_url}}}}


@pytest.mark.slow
def test_what_colab_does_not_bring_is_not_imported_by_a_lesson():
    """Else `--no-deps` would not do."""
    assert {Requirement(line).name for line in PROJECT["dependencies"]} >= NOT_IN_COLAB
    imports = "".join(
        line + "\n"
        for path in (parameter.values[0] for parameter in LESSONS)
        for cell in nbformat.read(path, as_version=4).cells
        if cell.id.endswith("-setup")
        for line in cell.source.splitlines()
        if "import" in line
    )
    code = f"{imports}\nfrom coursekit import torch_backend\nimport json, sys\nprint(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert {"coursekit.widgets", "torch", "anywidget"} <= loaded
    assert not NOT_IN_COLAB & loaded


def test_the_container_is_made_by_the_command_of_the_front_page():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    install, _, opens = command("lab", (ROOT / "README.md").read_text()).rpartition(" && ")
    assert container["postCreateCommand"] == install
    assert opens == ".venv/bin/coursekit lab"
    assert container["image"].endswith(
        (ROOT / "binder" / "runtime.txt").read_text().strip().replace("-", ":")
    )
