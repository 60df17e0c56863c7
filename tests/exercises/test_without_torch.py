"""Without PyTorch a cell that needs it says so in one sentence; all other cells run as they are."""

import ast
import os
import subprocess
import sys
import types
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import coursekit
from coursekit.exercises.engine.without_torch import SENTENCE, skip_torch_cells
from coursekit.lesson_files import find_lesson, lessons_folder

HELPERS = Path(__file__).parents[1] / "helpers"


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs a cell as a shell without torch would; returns what it prints."""
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(
        sys.modules, "coursekit.torch_backend", raising=False
    )  # an earlier test may have imported it
    monkeypatch.delattr(coursekit, "torch_backend", raising=False)
    shell = types.SimpleNamespace(ast_transformers=[])
    skip_torch_cells(shell)
    skip_torch_cells(shell)
    (transformer,) = shell.ast_transformers

    def run_cell(source):
        exec(compile(transformer.visit(ast.parse(source)), "<cell>", "exec"), {})
        return capsys.readouterr().out

    return run_cell


@pytest.mark.parametrize(
    "source",
    [
        "import torch",
        "import numpy as np, torch.nn as nn\nprint(nn)",
        "from torch import nn",
        "from coursekit import numpy_backend, torch_backend\nprint(torch_backend)",
        "import coursekit.torch_backend as tb",
        "from coursekit.torch_backend import fit",
        "def later():\n    import torch",
        "import torch\nx = torch.ones(2)\ny = x + 1\nfor _ in range(2):\n    print(y)",
    ],
)
def test_a_cell_that_needs_torch_says_so(run, source):
    assert run(source) == SENTENCE + "\n"


def test_the_lines_that_do_not_use_torch_are_run(run):
    source = (
        "from coursekit import numpy_backend, torch_backend\ndef helper():\n    return 'kept'\n"
        "for backend in (numpy_backend, torch_backend):\n    print('dropped')\nprint(helper())"
    )
    assert run(source) == f"kept\n{SENTENCE}\n"


@pytest.mark.parametrize("source", ["import numpy", "from coursekit import numpy_backend as ck", "torch = 1"])
def test_other_cells_run(run, source):
    assert run(source + "\nprint('ran')") == "ran\n"


def test_the_cell_that_chooses_the_backend_is_not_skipped_and_its_error_says_what_to_do(run):
    with pytest.raises(ImportError):
        run("from coursekit import torch_backend as ck")
    done = without_torch("from coursekit import torch_backend as ck")
    assert "torch_backend: PyTorch is not installed. Either install it" in done.stderr


def test_with_torch_nothing_is_changed():
    pytest.importorskip("torch")
    shell = types.SimpleNamespace(ast_transformers=[])
    skip_torch_cells(shell)
    assert shell.ast_transformers == []


def test_the_numpy_side_needs_no_torch():
    parts = "numpy_backend, data, plots, widgets, exercises, model_selection, experiments, review, capstone, grading"
    done = without_torch(
        f"from coursekit import {parts}\nfrom coursekit.commands import doctor\nprint(doctor.device())"
    )
    assert done.returncode == 0, done.stderr
    assert "PyTorch is not installed" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("number", ["02", "03", "09"])
def test_a_lesson_runs_without_torch(number, tmp_path):
    """Run All of the blank lesson: no error, and the cells that need torch say so."""
    startup = tmp_path / "startup.py"
    startup.write_text(f"import sys; sys.path.append({str(HELPERS)!r}); import no_torch")
    environment = {**os.environ, "PYTHONSTARTUP": str(startup), "COURSEKIT_HOME": str(tmp_path)}
    lesson = nbformat.read(lessons_folder() / find_lesson(number), as_version=4)
    NotebookClient(lesson, timeout=120, kernel_name="python3").execute(env=environment)
    printed = [output.get("text", "") for cell in lesson.cells for output in cell.get("outputs", ())]
    assert sum(SENTENCE in text for text in printed) >= 1


def without_torch(code):
    """Run the code in a Python that has no torch."""
    environment = {**os.environ, "PYTHONPATH": str(HELPERS)}
    command = [sys.executable, "-c", f"import no_torch\n{code}"]
    return subprocess.run(command, capture_output=True, text=True, env=environment)
