"""Wheels: this course as one, made from what is installed, and packages in pure Python from pip."""

import hashlib
import importlib.metadata
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from email.parser import HeaderParser
from pathlib import Path

import coursekit
from coursekit.lesson_files import lessons_folder
from coursekit.lite.errors import LiteError

WHEEL = "Wheel-Version: 1.0\nGenerator: coursekit\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def course_wheel(folder: Path) -> Path:
    """Write this installed course as a wheel, from a checkout as from an installation, and return its path.

    Its name has a build number from a hash of its content, so that no cache of a browser takes an earlier wheel for it.
    """
    name, version = coursekit.DISTRIBUTION.replace("-", "_"), coursekit.__version__
    information = f"{name}-{version}.dist-info"
    files = {f"coursekit/{path}": content for path, content in _package()}
    metadata = importlib.metadata.distribution(coursekit.DISTRIBUTION).read_text("METADATA")
    files |= {f"{information}/METADATA": str(metadata).encode(), f"{information}/WHEEL": WHEEL.encode()}
    record = "".join(f"{path},,\n" for path in [*files, f"{information}/RECORD"])
    files[f"{information}/RECORD"] = record.encode()
    digest = hashlib.sha256(b"".join(path.encode() + content for path, content in sorted(files.items())))
    wheel = folder / f"{name}-{version}-0_{digest.hexdigest()[:8]}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(files.items()):
            archive.writestr(
                zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED
            )  # without the time: reproducible
    return wheel


def _package() -> Iterator[tuple[str, bytes]]:
    """Every file of the package; also the lessons and the tested versions, which are beside it in a checkout."""
    package = Path(coursekit.__file__).parent
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package)
        if path.is_file() and not {"__pycache__", ".ipynb_checkpoints", "lessons"} & set(inside.parts):
            yield inside.as_posix(), path.read_bytes()
    if (tested := package.parent / "constraints.txt").is_file():
        yield "constraints.txt", tested.read_bytes()
    for path in sorted(lessons_folder().iterdir()):
        if path.suffix in (".ipynb", ".md"):
            yield f"lessons/{path.name}", path.read_bytes()


def download(pins: Sequence[str], folder: Path, python: str) -> None:
    """Let pip download the pure Python wheels of these pins ("comm==0.2.3"). Raises LiteError with what pip says."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--platform=any", "--implementation=py", f"--python-version={python}"]
    done = subprocess.run([*command, "--dest", folder, *pins], capture_output=True, text=True)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or [
            done.stderr.strip()
        ]
        raise LiteError(
            f"pip could not download {', '.join(pins)} as wheels in pure Python: {' '.join(said[-2:])}\nBuilding the site "
            "needs a package index; the finished site needs none."
        )


def requirements_of(wheel: Path) -> list[str]:
    """What the wheel requires, as its METADATA says."""
    with zipfile.ZipFile(wheel) as archive:
        path = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(archive.read(path).decode()).get_all("Requires-Dist") or []


def modules_of(wheel: Path) -> list[str]:
    """The names that can be imported from the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        first = {name.split("/")[0] for name in archive.namelist()}
    return sorted(name.removesuffix(".py") for name in first if not name.endswith((".dist-info", ".data")))


def sha256(path: Path) -> str:
    """The hash by which Pyodide knows the file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
