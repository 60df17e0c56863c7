"""Without PyTorch a cell that needs it says so in one sentence; all other cells run as they are."""

import ast
import subprocess
import sys
import types

import pytest

from coursekit.exercises.engine.without_torch import SENTENCE, skip_torch_cells


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs a cell as a shell without torch would; returns what it prints."""
    monkeypatch.setitem(sys.modules, "torch", None)
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
    ],
)
def test_a_cell_that_imports_torch_is_skipped_and_says_so(run, source):
    assert run(source) == SENTENCE + "\n"


@pytest.mark.parametrize("source", ["import numpy", "from coursekit import numpy_backend as ck", "torch = 1"])
def test_other_cells_run(run, source):
    assert run(source + "\nprint('ran')") == "ran\n"


def test_the_cell_that_chooses_the_backend_is_not_skipped_and_its_error_says_what_to_do(run):
    with pytest.raises(ImportError):
        run("from coursekit import torch_backend as ck")
    code = "import sys; sys.modules['torch'] = None\nfrom coursekit import torch_backend as ck"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "torch_backend: PyTorch is not installed. Either install it" in done.stderr


def test_with_torch_nothing_is_changed():
    pytest.importorskip("torch")
    shell = types.SimpleNamespace(ast_transformers=[])
    skip_torch_cells(shell)
    assert shell.ast_transformers == []


def test_the_numpy_side_loads_no_torch():
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from coursekit import numpy_backend, data, plots, widgets, exercises, model_selection, experiments, review"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
