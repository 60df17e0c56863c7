"""The example that CONTRIBUTING.md prints passes as printed, and what it says about files is true."""

import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
import torch

from coursekit.numpy_backend import activations
from coursekit.torch_backend import activations as torch_activations

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
NUMPY, TORCH = (
    textwrap.dedent(block)
    for block in re.findall(r"^   ```python\n(.*?)^   ```", TEXT, re.MULTILINE | re.DOTALL)[:2]
)
EXPORTED = {"numpy_backend": ("swish", "swish_grad"), "torch_backend": ("swish",)}


def test_the_example_is_stable_has_its_gradient_and_its_twin():
    numpy_names, torch_names = dict(vars(activations)), dict(vars(torch_activations))
    numpy_names["gradient_for"] = lambda f: lambda f_grad: f_grad  # registers nothing
    exec(NUMPY, numpy_names)
    exec(TORCH, torch_names)
    swish, swish_grad = numpy_names["swish"], numpy_names["swish_grad"]
    z = np.array([-1e4, -30.0, -1.5, 0.0, 0.7, 30.0, 1e4])
    np.testing.assert_allclose(swish(z), torch_names["swish"](torch.tensor(z)).numpy(), rtol=1e-12)
    for x in z[1:-1]:
        slope = (swish(x + 1e-5) - swish(x - 1e-5)) / 2e-5
        np.testing.assert_allclose(swish_grad(np.array([x])), slope, rtol=1e-6, atol=1e-9)


@pytest.mark.slow
def test_the_example_passes_the_tests_that_its_name_brings_it(tmp_path):
    for name in ("coursekit", "tests", "tools", "examples", "lessons"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for name in ("conftest.py", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    for backend, source in (("numpy_backend", NUMPY), ("torch_backend", TORCH)):
        file, package = (
            tmp_path / "coursekit" / backend / name for name in ("activations.py", "__init__.py")
        )
        file.write_text(file.read_text() + "\n\n" + source)
        names = EXPORTED[backend]
        text = package.read_text()
        text = text.replace("    tanh,\n", "    tanh,\n" + "".join(f"    {name},\n" for name in names), 1)
        package.write_text(
            text.replace("__all__ = [", "__all__ = [" + ", ".join(f'"{n}"' for n in names) + ", ", 1)
        )
    tests = ["tests/numpy_backend/test_gradients.py", "tests/torch_backend/test_parity.py"]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", *tests, "-k", "swish"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:]
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) >= 4


def test_the_files_it_names_exist():
    for path in re.findall(r"`((?:tests|coursekit|lessons|tools|\.ci|\.github)/[\w./-]+)`", TEXT):
        if "NN" not in path:
            assert (ROOT / path).exists(), path
