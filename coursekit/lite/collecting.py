"""Which packages the lessons need in a browser, and where each comes from.

A package that Pyodide lists comes from its folder, compiled for it. Any other must be pure Python and comes from pip,
in the version that is installed here. Both end up in the site's own list of packages, where the course depends on all
it needs: the first `import coursekit` in a notebook then loads everything, and no other host is asked.
"""

import importlib.metadata
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from coursekit import DISTRIBUTION
from coursekit.lite import wheels
from coursekit.lite.errors import LiteError
from coursekit.lite.pyodide import Pyodide

KERNEL = ("micropip", "comm", "ipython", "jedi", "traitlets")  # what the notebooks' kernel is made of
IN_THE_PAGE = (
    "widgetsnbextension",
    "jupyterlab-widgets",
)  # requirements of ipywidgets that are no Python there
PURE = "-none-any.whl"


class Collection:
    """Gathers the wheels of the lessons' packages in `folder`.

    entries: what the site's list of packages says of each. missing: packages that are compiled and not in Pyodide's
    folder, as in its core without packages.
    """

    def __init__(self, pyodide: Pyodide, folder: Path):
        self.pyodide, self.folder = pyodide, folder
        self.entries: dict[str, dict[str, Any]] = {}
        self.missing: list[str] = []
        python = pyodide.python
        self.environment = {
            **default_environment(),
            "sys_platform": "emscripten",
            "platform_system": "Emscripten",
            "platform_machine": "wasm32",
            "os_name": "posix",
            "python_full_version": python,
            "python_version": python.rpartition(".")[0],
            "extra": "",
        }
        self._gather()

    def _gather(self):
        course = wheels.course_wheel(self.folder)
        names = [*KERNEL, *self._add_wheel(DISTRIBUTION, course)]
        while names:
            new = [n for n in dict.fromkeys(names) if n not in self.entries and n not in self.missing]
            names = []
            from_pip = {}
            for name in new:
                if name in self.pyodide.packages:
                    listed = self.pyodide.packages[name]
                    names += map(canonicalize_name, listed["depends"])
                    self._add_listed(name, listed, from_pip)
                else:
                    from_pip[name] = _installed_version(name)
            for name, wheel in self._download(from_pip).items():
                if name in self.pyodide.packages:
                    self.entries[name] |= {"file_name": wheel.name, "sha256": wheels.sha256(wheel)}
                else:
                    names += self._add_wheel(name, wheel)
        for entry in self.entries.values():
            entry["depends"] = [name for name in entry["depends"] if canonicalize_name(name) in self.entries]

    def _add_listed(self, name, listed, from_pip):
        """A package of Pyodide's list, from its folder; if it is not there, from pip or not at all."""
        wheel = self.pyodide.folder / listed["file_name"]
        if not wheel.is_file() and not wheel.name.endswith(PURE):
            self.missing.append(name)
            return
        self.entries[name] = dict(listed)
        if wheel.is_file():
            shutil.copy(wheel, self.folder / wheel.name)
        else:
            from_pip[name] = listed["version"]

    def _add_wheel(self, name, wheel):
        """A wheel that Pyodide does not list; returns the names of what it requires."""
        requirements = [Requirement(line) for line in wheels.requirements_of(wheel)]
        requirements = [r for r in requirements if not r.marker or r.marker.evaluate(self.environment)]
        self._check_versions(name, requirements)
        names = [str(canonicalize_name(r.name)) for r in requirements]
        names = [required for required in names if required not in IN_THE_PAGE]
        self.entries[name] = {
            "name": name,
            "version": wheel.name.split("-")[1],
            "file_name": wheel.name,
            "install_dir": "site",
            "sha256": wheels.sha256(wheel),
            "package_type": "package",
            "imports": wheels.modules_of(wheel),
            "depends": names,
            "unvendored_tests": False,
        }
        return names

    def _check_versions(self, name: str, requirements: Iterable[Requirement]):
        for requirement in requirements:
            listed = self.pyodide.packages.get(canonicalize_name(requirement.name))
            if listed and not requirement.specifier.contains(listed["version"], prereleases=True):
                raise LiteError(
                    f"{name} needs {requirement}, but {self.pyodide.folder} has version {listed['version']}. Use a newer "
                    "Pyodide, with the jupyterlite-pyodide-kernel that belongs to it."
                )

    def _download(self, versions: dict[str, str]) -> dict[str, Path]:
        """The wheels of these packages, from pip."""
        if not versions:
            return {}
        pins = [f"{name}=={version}" for name, version in versions.items()]
        wheels.download(pins, self.folder, self.environment["python_version"])
        found = {
            str(canonicalize_name(path.name.split("-")[0])): path for path in self.folder.glob(f"*{PURE}")
        }
        return {name: found[name] for name in versions}


def _installed_version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        raise LiteError(
            f"the lessons need {name}, which is not installed here, so its version is not known. Install the course with "
            'its tested set of versions: pip install -c constraints.txt -e ".[lite]"'
        ) from None
