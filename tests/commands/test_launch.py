"""Ways to launch: links that lead to the same repository, one cell for Colab, one command in a container."""

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
from packaging.requirements import Requirement

from coursekit import widgets
from coursekit.lesson_files import lessons_folder
from coursekit.widgets.base.access import VIEW

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LESSONS = [pytest.param(path, id=path.stem) for path in sorted(lessons_folder().glob("*.ipynb"))]
COLAB = "https://colab.research.google.com/github/{}/blob/main/lessons/{}"
BINDER = "https://mybinder.org/v2/gh/{}/HEAD?urlpath=lab/tree/lessons/00_forward_pass.ipynb"
# What Colab does not bring, of what coursekit asks for: only commands need it, and there are none in Colab.
NOT_IN_COLAB = {"jupyterlab", "latex2mathml"}


def repository(folder=ROOT):
    """OWNER/NAME, from the one place that says it."""
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    return re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+)", project["urls"]["Repository"])[1]


def links(folder):
    """OWNER/NAME of every link and command that leads to the repository itself."""
    files = [folder / "README.md", *(folder / "lessons").iterdir(), *folder.glob("jupyterhub/*")]
    text = "\n".join(path.read_text() for path in files if path.is_file())
    hosts = r"(?:mybinder\.org/v2/gh|colab\.research\.google\.com/github|git\+https://github\.com)"
    named = re.findall(r'repository = \\?"https://github\.com/([\w./-]+)', text)
    return [*named, *re.findall(hosts + r"/([\w.-]+/[\w.-]+)", text)]


def command(name, text):
    """The command below `<!-- command: NAME -->`."""
    return re.search(rf"<!-- command: {name} -->\n```bash\n(.+)\n```", text)[1]


def colab_cell(path):
    cells = nbformat.read(path, as_version=4).cells
    (place,) = [i for i, cell in enumerate(cells) if "colab" in cell.metadata.get("tags", ())]
    return cells[place], cells[place + 1]


def test_every_link_leads_to_the_same_repository():
    found = links(ROOT)
    assert len(found) >= 2 * len(LESSONS)  # a link and a cell each
    assert set(found) == {repository()}


@pytest.mark.skipif(not all(map(shutil.which, ("git", "perl", "xargs"))), reason="wants git, perl and xargs")
def test_one_command_gives_the_links_an_owner(tmp_path):
    for name in ("README.md", "CONTRIBUTING.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "lessons", tmp_path / "lessons")
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    publish = command("publish", (ROOT / "CONTRIBUTING.md").read_text())
    publish = publish.replace("YOU/REPOSITORY", "ada-lovelace-of-the-analytical-engine/notes")
    subprocess.run(["bash", "-c", publish], cwd=tmp_path, check=True)
    assert repository(tmp_path) == "ada-lovelace-of-the-analytical-engine/notes"
    assert set(links(tmp_path)) == {repository(tmp_path)}
    assert len(links(tmp_path)) == len(links(ROOT))
    for path in (tmp_path / "lessons").glob("*.ipynb"):  # nor does a long name leave the page
        assert max(map(len, colab_cell(path)[0].source.splitlines())) <= 100


def test_badges_and_links_of_the_front_page():
    text = (ROOT / "README.md").read_text()
    badges = dict(re.findall(r"\[!\[([^]]+)\]\([^)]+\)\]\(([^)]+)\)", text))
    assert set(badges) == {"Launch lesson 00 on Binder", "Open lesson 00 in Google Colab"}
    assert BINDER.format(repository()) in badges.values()
    assert COLAB.format(repository(), "00_forward_pass.ipynb") in badges.values()
    local = [target for target in re.findall(r"\]\(([^)#\s]+)", text) if not target.startswith("https://")]
    assert local
    assert not [target for target in local if not (ROOT / target).exists()]


@pytest.mark.parametrize("path", LESSONS)
def test_a_lesson_opens_in_colab(path):
    assert f"({COLAB.format(repository(), path.name)})" in (ROOT / "lessons" / "README.md").read_text()
    cell, after = colab_cell(path)
    assert cell.source == colab_cell(LESSONS[0].values[0])[0].source
    assert cell.metadata == {"tags": ["colab"], "jupyter": {"source_hidden": True}}
    assert cell.id == f"{path.stem.split('_')[0]}-colab"
    assert "from coursekit import numpy_backend as ck" in after.source


@pytest.mark.parametrize(("in_colab", "has_it"), [(False, True), (False, False), (True, True), (True, False)])
def test_the_cell_installs_only_in_colab_and_only_what_is_missing(monkeypatch, in_colab, has_it):
    calls = []
    shell = types.SimpleNamespace(system=calls.append)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: has_it and object())
    if in_colab:
        monkeypatch.setitem(sys.modules, "google.colab", object())
    exec(colab_cell(LESSONS[0].values[0])[0].source, {"get_ipython": lambda: shell})
    install = f"pip install -q --no-deps git+https://github.com/{repository()}"
    assert calls == ([install] if in_colab and not has_it else [])


def test_in_colab_a_panel_names_the_widget_manager(monkeypatch):
    manager = types.SimpleNamespace(_installed_url="https://example.org/manager.js")
    output = types.SimpleNamespace(enable_custom_widget_manager=lambda: None, _widgets=manager)
    monkeypatch.setitem(sys.modules, "google.colab.output", output)
    for shown in (widgets.logit(), widgets.predict("Which?", ["a", "b"])):
        data, metadata = shown._repr_mimebundle_()
        assert VIEW in data
        assert metadata == {VIEW: {"colab": {"custom_widget_manager": {"url": manager._installed_url}}}}


def test_what_colab_does_not_bring_is_not_imported_by_a_lesson():
    """Else `--no-deps` would not do."""
    assert {Requirement(line).name for line in PROJECT["dependencies"]} >= NOT_IN_COLAB
    imports = "".join(
        line + "\n"
        for path in (parameter.values[0] for parameter in LESSONS)
        for line in colab_cell(path)[1].source.splitlines()
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
