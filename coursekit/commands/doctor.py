"""`coursekit doctor`: what is installed, what does not fit, and how to fix each problem.

The report is plain text to paste into a bug report. It names versions and sizes, but none of your files.
"""

import argparse
import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from coursekit import DISTRIBUTION, __version__

PYTHONS = ((3, 11), (3, 13))  # the oldest and the newest version that coursekit supports
MEGABYTES = 1000  # free memory that a lesson may need


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Describe `coursekit doctor`."""
    command = commands.add_parser(
        "doctor",
        help="show what is installed and how to fix each problem",
        description="Show what is installed and how to fix each problem, as text to paste into a bug report.",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run `coursekit doctor`."""
    return doctor()


@dataclass(frozen=True)
class Finding:
    """One line of the report. fix: what to do, if something is wrong; a `note` reports no problem."""

    about: str
    says: str
    fix: str = ""
    note: str = ""


def doctor() -> int:
    """Print the report; returns the number of problems."""
    found = findings()
    print(report(found))
    return sum(bool(finding.fix) for finding in found)


def report(found: list[Finding]) -> str:
    """The findings as text: one line each, and below it what to do."""
    width = max(len(finding.about) for finding in found)
    lines = []
    for finding in found:
        lines.append(f"{'✗' if finding.fix else '✓'} {finding.about:<{width}}  {finding.says}")
        lines += [f"  {'':<{width}}  {text}" for text in (finding.fix, finding.note) if text]
    problems = sum(bool(finding.fix) for finding in found)
    lines.append("No problem found." if not problems else f"Problems: {problems}, each with its fix above.")
    return "\n".join(lines)


def findings() -> list[Finding]:
    """The results of all examinations, in the order of the report."""
    looks = (
        python,
        packages,
        other_coursekit,
        device,
        matrix_products,
        memory,
        progress_store,
        hidden_modules,
        terminal,
        slider_extension,
    )
    return [look() for look in (*looks, grading_sandbox, chromium)]


def python() -> Finding:
    """The interpreter and the system."""
    (low, high), version = PYTHONS, sys.version_info[:2]
    says = f"{platform.python_version()} on {platform.system()} {platform.release()}, {platform.machine()}"
    if version < low:
        return Finding("Python", says, f"coursekit needs Python {low[0]}.{low[1]} or newer.")
    note = "" if version <= high else f"coursekit was tested up to Python {high[0]}.{high[1]}."
    return Finding("Python", says, note=note)


def tested_versions() -> dict[str, str]:
    """{package: version} of constraints.txt: the set of versions that the tests ran with."""
    package = Path(__file__).parents[1]
    file = next(f for f in (package / "constraints.txt", package.parent / "constraints.txt") if f.exists())
    return dict(re.findall(r"^([\w.-]+)==(\S+)$", file.read_text(), re.MULTILINE))


def packages() -> Finding:
    """Every package that coursekit needs: is it missing, or of a different version than the tested one?"""
    tested = {_normal(name): version for name, version in tested_versions().items()}
    missing, other, count = [], [], 0
    try:
        requirements = importlib.metadata.requires(DISTRIBUTION) or ()
    except importlib.metadata.PackageNotFoundError:
        return Finding(
            "packages", f"{DISTRIBUTION} is not installed", "Install it in its folder: pip install -e ."
        )
    for requirement in requirements:
        if "extra ==" in requirement:
            continue
        name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
        count += 1
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
            continue
        if version.partition("+")[0] != tested.get(_normal(name)):
            other.append(f"{name} {version} (tested: {tested.get(_normal(name), 'no version')})")
    says = f"coursekit {__version__} and {count - len(missing)} of {count} packages"
    fix = f"Missing: {', '.join(missing)}. Install them: pip install {DISTRIBUTION}" if missing else ""
    note = f"Different from the tested version: {', '.join(other)}." if other else ""
    return Finding("packages", says, fix, note)


def other_coursekit() -> Finding:
    """Another project's package of the same import name: on PyPI the name coursekit is not ours."""
    ours = Finding("import name", "coursekit is this course")
    try:
        version = importlib.metadata.version("coursekit")
        scripts = importlib.metadata.distribution("coursekit").entry_points
    except importlib.metadata.PackageNotFoundError:
        return ours
    if any(script.value.startswith("coursekit.commands.") for script in scripts):
        return ours  # installed under its first name
    fix = (
        f"Another project's package is installed into the same folder. Remove both, then install the course again: "
        f"pip uninstall coursekit {DISTRIBUTION}; pip install {DISTRIBUTION}"
    )
    return Finding("import name", f"the package coursekit {version} from PyPI is not this course", fix)


def _normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def device() -> Finding:
    """Where the torch backend computes, if PyTorch is installed."""
    if importlib.util.find_spec("torch") is None:
        note = f'The NumPy backend works without it. To install it: pip install "{DISTRIBUTION}[torch]"'
        return Finding("device", "PyTorch is not installed", note=note)
    try:
        import torch
    except Exception as error:  # a broken build of torch fails in many ways
        fix = f"torch cannot be imported ({type(error).__name__}: {error}). Install it again; the NumPy backend works without."
        return Finding("device", "unknown", fix)
    place = describe_device()
    note = "" if not place.startswith("cpu") else "No GPU is seen by torch; every lesson is made for a CPU."
    return Finding("device", f"{place}; torch {torch.__version__}", note=note)


def describe_device() -> str:
    """A sentence about the torch backend's device: which hardware it is, and in which precisions it can compute."""
    import torch

    from coursekit import torch_backend

    where = torch_backend.device()
    if where == "cuda":
        card = torch.cuda.get_device_properties(where)
        tf32 = ", tf32" if card.major >= 8 else ""
        return f"{where}: {card.name}, {card.total_memory / 2**30:.0f} GiB; float64, float32{tf32}, bfloat16"
    if where == "mps":
        return "mps: Apple's GPU; float32, bfloat16 (it has no float64)"
    return (
        f"cpu: {torch.get_num_threads()} threads; no CUDA or MPS device was found; float64, float32, bfloat16"
    )


def matrix_products() -> Finding:
    """The library behind NumPy's matrix products, and settings that slow it down."""
    import numpy  # noqa: F401  its BLAS is what we ask about
    import threadpoolctl

    blas = next((b for b in threadpoolctl.threadpool_info() if b["user_api"] == "blas"), None)
    if blas is None:
        return Finding("matrix products", "unknown BLAS", note="NumPy may be slow here.")
    kernels = blas.get("architecture", "unknown kernels")
    says = f"{blas['internal_api']} {blas['version']}, {kernels}, {blas['num_threads']} threads, {os.cpu_count()} cores"
    note = ""
    if chosen := os.environ.get("OPENBLAS_CORETYPE"):
        note = f"OPENBLAS_CORETYPE={chosen} is set; another choice may be twice as fast, or fail on this processor."
    elif kernels in ("Prescott", "Core2", "Nehalem", "Haswell", "Zen") and _has_avx512():
        note = "These are not the widest kernels of this processor: try OPENBLAS_CORETYPE=SkylakeX for large networks."
    return Finding("matrix products", says, note=note)


def _has_avx512():
    try:
        return "avx512f" in Path("/proc/cpuinfo").read_text()
    except OSError:
        return False


def memory() -> Finding:
    """Memory that is free now, on systems that report it."""
    try:
        found = re.search(r"MemAvailable:\s+(\d+)", Path("/proc/meminfo").read_text())
    except OSError:  # only Linux has the file
        found = None
    if found is None:
        return Finding("memory", "not known on this system")
    available = int(found[1]) / 1000
    fix = ""
    if available < MEGABYTES:
        fix = f"A lesson takes up to {MEGABYTES} MB: shut down other kernels (in JupyterLab: Running Terminals and Kernels)."
    return Finding("memory", f"{available:.0f} MB free", fix)


def progress_store() -> Finding:
    """Whether your progress can be saved."""
    from coursekit.exercises.engine.progress_store import standings
    from coursekit.exercises.engine.store import store

    try:
        store().parent.mkdir(parents=True, exist_ok=True)
        writable = os.access(store() if store().exists() else store().parent, os.W_OK)
        tried = sum(row.tries > 0 for row in standings()) if store().exists() else 0
    except OSError:
        writable, tried = False, 0
    fix = "" if writable else "It cannot be written; set COURSEKIT_HOME to a folder you can write to."
    return Finding("progress", f"{tried} exercises tried", fix)


def hidden_modules() -> Finding:
    """Files here or in the learner's folder that have the name of a module of Python or of the course."""
    from coursekit.commands.base.learner_folder import DEFAULT_FOLDER, shadowing_files

    folders = dict.fromkeys((Path.cwd().resolve(), DEFAULT_FOLDER.expanduser().resolve()))
    found = dict.fromkeys(sentence for folder in folders for sentence in shadowing_files(folder))
    return Finding("file names", f"{len(found)} that hide a module", " ".join(found))


def terminal() -> Finding:
    """Whether this terminal can show the symbols of the course."""
    encoding = sys.stdout.encoding or "ascii"
    try:
        "✓∂".encode(encoding)
    except UnicodeEncodeError:
        note = "It lacks some symbols; plain ones are shown instead. PYTHONUTF8=1 switches to UTF-8."
        return Finding("terminal", encoding, note=note)
    return Finding("terminal", encoding)


def slider_extension() -> Finding:
    """Whether JupyterLab sends slider messages at once."""
    try:
        from jupyter_core.paths import jupyter_config_path
    except ImportError:
        return Finding("JupyterLab", "not installed", "Install it: pip install jupyterlab")
    version = importlib.metadata.version("jupyterlab")
    enabled = any(
        (Path(p) / "jupyter_server_config.d" / "coursekit.json").exists() for p in jupyter_config_path()
    )
    note = "" if enabled else "The quick-slider extension is not enabled; sliders work, a little slower."
    return Finding("JupyterLab", version, note=note)


def chromium() -> Finding:
    """A browser for the browser tests, which only contributors need."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    says = "found" if path else "not found"
    return Finding(
        "Chromium", says, note="" if path else "Only the browser tests need it; without it they are skipped."
    )


def grading_sandbox() -> Finding:
    """The strongest sandbox for `coursekit grade` that works here: it is started, and tries to break out."""
    from coursekit.grading.errors import GradingError

    try:
        from coursekit.grading.sandbox import Sandbox

        with Sandbox() as sandbox:
            note = f"Not the strongest: {'; '.join(sandbox.notes)}" if sandbox.notes else ""
            return Finding("grading", f"sandbox: {sandbox.way}", note=note)
    except (GradingError, ImportError) as error:  # only instructors need it
        return Finding("grading", "no sandbox", note=f"Only `coursekit grade` needs one: {error}")
