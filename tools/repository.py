"""Write the repository's address into every place that links to it, or leave all of these places out.

    python tools/repository.py                      # as pyproject.toml says
    python tools/repository.py OWNER [REPOSITORY]   # set the owner in pyproject.toml first
    python tools/repository.py --check              # change nothing; fail if something would change

pyproject.toml is the one place that says owner and repository ([tool.coursekit]) and the distribution's name
([project]). While the owner is empty, there is no badge, no link to Colab, and no Colab cell in the lessons.
"""

import argparse
import json
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- links to the repository: tools/repository.py writes them -->", "<!-- end of links -->"
COLAB = "https://colab.research.google.com"
README_LINKS = """
[![Launch lesson 00 on Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/{place}/HEAD?urlpath=lab/tree/lessons/{first})
[![Open lesson 00 in Google Colab]({colab}/assets/colab-badge.svg)]({colab}/github/{place}/blob/main/lessons/{first})
"""
COLAB_CELL = """\
import sys  # In Google Colab this cell installs the course; anywhere else it does nothing.
from importlib.metadata import distributions
if "google.colab" in sys.modules and "{distribution}" not in {{d.name for d in distributions()}}:
    repository = "https://github.com/{place}"
    get_ipython().system(f"pip install -q --no-deps git+{{repository}}")"""


@dataclass(frozen=True)
class Names:
    """What pyproject.toml says."""

    owner: str
    repository: str
    distribution: str

    @property
    def place(self):
        """OWNER/REPOSITORY; empty while the owner is not set."""
        return f"{self.owner}/{self.repository}" if self.owner else ""


def names(root=ROOT) -> Names:
    """Owner, repository and distribution name, from pyproject.toml."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return Names(**settings["tool"]["coursekit"], distribution=settings["project"]["name"])


def with_owner(text, owner, repository=None):
    """The text of pyproject.toml with another owner, and another repository if one is given."""
    text = re.sub(r'(?m)^owner = "[^"]*"', f'owner = "{owner}"', text)
    return re.sub(r'(?m)^repository = "[^"]*"', f'repository = "{repository}"', text) if repository else text


def with_urls(text, its):
    """The text of pyproject.toml with the address that the package index shows, or without one."""
    text = re.sub(r"\[project\.urls\]\n(?:.+\n)*\n", "", text)
    urls = f'[project.urls]\nRepository = "https://github.com/{its.place}"\n\n' if its.place else ""
    return text.replace("[project.scripts]", urls + "[project.scripts]")


def with_links(text, links):
    """A page with `links` between the two markers."""
    return re.sub(f"{BEGIN}.*?{END}", lambda _: f"{BEGIN}{links}{END}", text, flags=re.DOTALL)


def with_colab_cell(text, its, number):
    """A lesson's JSON with the Colab cell below its title, or without one."""
    notebook = json.loads(text)
    cells = [cell for cell in notebook["cells"] if "colab" not in cell["metadata"].get("tags", ())]
    if its.place:
        source = COLAB_CELL.format(distribution=its.distribution, place=its.place)
        cell = {
            "cell_type": "code",
            "execution_count": None,
            "id": f"{number}-colab",
            "metadata": {"jupyter": {"source_hidden": True}, "tags": ["colab"]},
            "outputs": [],
            "source": source.splitlines(keepends=True),
        }
        cells.insert(1, cell)
    notebook["cells"] = cells
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def pages(root, its) -> dict[Path, str]:
    """Every file that names the repository: its path and what it should be."""
    lessons = sorted((root / "lessons").glob("*.ipynb"))
    first, place = lessons[0].name, its.place
    row = "- [{0}]({1}/github/{2}/blob/main/lessons/{0})\n"
    rows = "".join(row.format(lesson.name, COLAB, place) for lesson in lessons)
    below = f"\n## In Google Colab\n\nEach link opens a lesson in Google Colab, where your progress ends with the session.\n\n{rows}"
    package = root / "coursekit" / "__init__.py"
    new = {
        root / "pyproject.toml": lambda text: with_urls(text, its),
        root / "README.md": lambda text: with_links(
            text, README_LINKS.format(place=place, first=first, colab=COLAB) if place else "\n"
        ),
        root / "lessons" / "README.md": lambda text: with_links(text, below if place else "\n"),
        package: lambda text: re.sub(
            r'(?m)^DISTRIBUTION = "[^"]*"', f'DISTRIBUTION = "{its.distribution}"', text
        ),
    }
    for lesson in lessons:
        number = lesson.name.partition("_")[0]
        new[lesson] = lambda text, number=number: with_colab_cell(text, its, number)
    return {path: change(path.read_text(encoding="utf-8")) for path, change in new.items()}


def main(arguments=None, root=ROOT) -> int:
    """Write the files; returns the status of the command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("owner", nargs="?")
    parser.add_argument("repository", nargs="?")
    parser.add_argument("--check", action="store_true", help="change nothing; fail if something would change")
    options = parser.parse_args(arguments)
    project = root / "pyproject.toml"
    if options.owner is not None and not options.check:
        text = with_owner(project.read_text(encoding="utf-8"), options.owner, options.repository)
        project.write_text(text, encoding="utf-8")
    changed = {
        p: text for p, text in pages(root, names(root)).items() if p.read_text(encoding="utf-8") != text
    }
    for path, text in changed.items():
        print(f"{'differs' if options.check else 'written'}: {path.relative_to(root)}")
        if not options.check:
            path.write_text(text, encoding="utf-8")
    return 1 if options.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
