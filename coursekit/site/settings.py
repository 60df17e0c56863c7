"""What the site knows about where it will be: its repository, its own address, the notebooks that run in the browser."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from coursekit.lesson_files import lessons_folder

COLAB = "https://colab.research.google.com/github/{repository}/blob/main/lessons/{file}"
BINDER = "https://mybinder.org/v2/gh/{repository}/HEAD?urlpath=lab/tree/lessons/{file}"
PROBLEM = "https://github.com/{repository}/issues/new?title={file}"


@dataclass(frozen=True)
class Settings:
    """repository: OWNER/NAME on GitHub. address: of the site, ending in "/". lite: of the JupyterLite site, from the
    first page. Each may be empty; what needs it is then left out.
    """

    repository: str = ""
    address: str = ""
    lite: str = ""

    def launchers(self, file: str, up: str = "../") -> list[tuple[str, str]]:
        """(label, address) of every way to run the notebook `file`, and to report a problem with it.

        up: the way from its page to the first page.
        """
        ways = []
        if self.lite:
            start = self.lite if "//" in self.lite else up + self.lite
            ways.append(("Run in this browser", f"{start}{file.removesuffix('.ipynb')}.html"))
        if self.repository:
            ways.append(("Open in Colab", COLAB.format(repository=self.repository, file=file)))
            ways.append(("Launch on Binder", BINDER.format(repository=self.repository, file=file)))
            ways.append(("Report a problem", PROBLEM.format(repository=self.repository, file=file)))
        return ways


def settings(address: str | None = None, lite: str = "") -> Settings:
    """The settings of a checkout: the repository from pyproject.toml, and the address of its GitHub Pages.

    address: another address, or "" for none. In a wheel there is no repository and no address unless it is given.
    """
    repository = _repository(lessons_folder().parent)
    if address is None and repository:
        owner, _, name = repository.partition("/")
        address = f"https://{owner.lower()}.github.io/{name}/"
    address = f"{address.rstrip('/')}/" if address else ""
    return Settings(repository, address, f"{lite.rstrip('/')}/" if lite else "")


def _repository(root: Path) -> str:
    """OWNER/NAME of [tool.coursekit] in pyproject.toml; empty while the owner is."""
    file = root / "pyproject.toml"
    if not file.exists():
        return ""
    its = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("coursekit", {})
    return f"{its['owner']}/{its['repository']}" if its.get("owner") else ""
