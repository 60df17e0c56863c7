"""Break the code in ten places of ten packages and see whether the tests notice: `python tools/mutants.py`.

    python tools/mutants.py            # run the nearest tests on each mutant, then, if they pass, README's test command
    python tools/mutants.py --near     # only the nearest tests: what the slow tests do
    python tools/mutants.py --whole    # README's test command on each mutant; it takes up to five minutes for each

Every mutant is made in a copy of the repository, one at a time. The status is the number of mutants that survive.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ("coursekit", "tests", "tools", "examples", "lessons", "jupyter", "jupyterhub", "docs", "binder", ".ci", ".github",
          ".devcontainer", "conftest.py", "pyproject.toml", "constraints.txt", "README.md", "CONTRIBUTING.md",
          "CHANGELOG.md", "LICENSE")  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One line of code with a mistake in it, and the tests that mirror its file."""

    mistake: str
    file: str
    right: str
    wrong: str
    tests: str


MUTANTS = (
    Mutant("a sign in a gradient", "coursekit/numpy_backend/activations.py",
           "return 1 - np.tanh(z) ** 2", "return 1 + np.tanh(z) ** 2", "tests/numpy_backend/test_gradients.py"),
    Mutant("a loss whose twin differs", "coursekit/torch_backend/losses.py",
           "return torch.relu(1 - s * z)", "return torch.relu(1 + s * z)", "tests/torch_backend/test_parity.py"),
    Mutant("a validation row leaks into training", "coursekit/data/splits.py",
           "(order[fold != i], order[fold == i])", "(np.append(order[fold != i], order[fold == i][:1]), order[fold == i])",
           "tests/data/test_splits.py"),
    Mutant("the worst setting wins", "coursekit/model_selection/search.py",
           "np.nanargmin(scores)", "np.nanargmax(scores)", "tests/model_selection/test_search.py"),
    Mutant("the largest weights are pruned", "coursekit/experiments/compression.py",
           "np.argsort(np.abs(flat)", "np.argsort(-np.abs(flat)", "tests/experiments/test_compression.py"),
    Mutant("a wrong answer gets its points", "coursekit/exercises/engine/judge.py",
           "prop.points if won else 0", "prop.points", "tests/exercises/test_exercises.py"),
    Mutant("a sign in the error on wrong labels", "coursekit/capstone/task.py",
           "noise + (1 - noise", "noise - (1 - noise", "tests/capstone/test_capstone.py"),
    Mutant("a student's name is not escaped", "coursekit/html_page.py",
           "autoescape=True", "autoescape=False", "tests/test_html_page.py"),
    Mutant("an alt text has lost its numbers", "coursekit/plots/base/style.py",
           '" ".join(text.split())', '"A figure."', "tests/plots/test_every_figure.py"),
    Mutant("the bound forgets the two sides", "coursekit/risk.py",
           "math.log(2 * hypotheses)", "math.log(hypotheses)", "tests/test_risk.py"),
)  # fmt: skip


def mutate(mutant, root):
    """Put the mistake into the file below `root`."""
    file = root / mutant.file
    text = file.read_text(encoding="utf-8")
    if text.count(mutant.right) != 1:
        raise ValueError(
            f"{mutant.file} has {text.count(mutant.right)} times {mutant.right!r}; write the mutant again"
        )
    file.write_text(text.replace(mutant.right, mutant.wrong), encoding="utf-8")


def killed(mutant, paths):
    """Whether pytest on these paths (none: README's command) fails on the mutant."""
    with tempfile.TemporaryDirectory() as folder:
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, Path(folder) / name, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.exists():
                shutil.copy(source, folder)
        mutate(mutant, Path(folder))
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        environment = {**inherited, "PYTHONPATH": folder}  # before the installed package
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *paths]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(
            f"{mutant.mistake}: pytest could not run:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        )
    return done.returncode == 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--near", action="store_true", help="run only the nearest tests")
    parser.add_argument("--whole", action="store_true", help="run README's test command at once")
    options = parser.parse_args()
    runs = ([] if options.whole else [True]) + ([] if options.near else [False])
    survivors = 0
    for mutant in MUTANTS:
        begun = time.perf_counter()
        noticed = next((near for near in runs if killed(mutant, [mutant.tests] if near else [])), None)
        by = {True: "noticed by the nearest tests", False: "noticed by README's command", None: "SURVIVES"}[
            noticed
        ]
        survivors += noticed is None
        print(f"{mutant.mistake} ({mutant.file}): {by}, {time.perf_counter() - begun:.0f} s", flush=True)
    print(f"Mutants: {len(MUTANTS)}, noticed: {len(MUTANTS) - survivors}")
    return survivors


if __name__ == "__main__":
    sys.exit(main())
