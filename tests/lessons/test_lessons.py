"""Every lesson as its author leaves it, and run on both backends: solved, with a mistake in every exercise, and blank.

Two of NumPy's runs are made elsewhere: blank by nbval, cell by cell and by the quick tests (lesson_notebook.py), and
with mistakes in a browser (browser/test_every_lesson.py). Here verdicts count, and what a run costs.
"""

import ast
import re

import nbformat
import numpy as np
import pytest
import torch
from lesson_cells import IMPORT, assert_told, exercises_of, run

from coursekit import lesson_files
from coursekit.exercises.engine.registry import everything

LESSONS = [pytest.param(path, id=path.stem) for path in sorted(lesson_files.lessons_folder().glob("*.ipynb"))]
RUNS = (("solved", "numpy"), ("solved", "torch"), ("blank and wrong", "torch"))
MEGABYTES = 1000  # what Binder grants; its torch is a CPU build
if torch.version.cuda or torch.version.hip:
    # 600 for the libraries of a build for graphics cards; with a card, its driver's own comes on top
    MEGABYTES = float("inf") if torch.cuda.is_available() else 1650


@pytest.mark.slow
@pytest.mark.parametrize("path", LESSONS)
@pytest.mark.parametrize(("filling", "backend"), RUNS)
def test_it_runs_without_an_error_in_bounds(path, filling, backend, record_property):
    done = run(path, filling, backend)
    memory = f"{done.megabytes:.0f} MB" if done.megabytes else "memory unknown"
    record_property("measured", f"{path.stem}, {filling}, {backend} backend: {done.seconds:.1f} s, {memory}")
    assert done.megabytes is None or done.megabytes < MEGABYTES


@pytest.mark.slow
@pytest.mark.parametrize("path", LESSONS)
@pytest.mark.parametrize(("filling", "backend"), RUNS)
def test_every_exercise_is_asked_and_told_what_it_is(path, filling, backend):
    assert_told(path, filling, run(path, filling, backend).verdicts)


def test_every_exercise_stands_in_one_notebook_of_its_lesson():
    paths = [parameter.values[0] for parameter in LESSONS]
    asked = sorted((key, path.name[:2]) for path in paths for key in exercises_of(path))
    begun = {path.name[:2] for path in paths}
    assert asked == [(key, key[:2]) for key in everything() if key[:2] in begun]


NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-−]?\d+)?"
SPREAD = re.compile(rf"([+−-]?{NUMBER})( ?%?) ± ({NUMBER})")  # 8.4 ± 1.6, 8.4 % ± 1.6


def values(text):
    """The numbers in a text."""
    return [float(n.replace(",", "").replace("−", "-")) for n in re.findall(rf"[+−-]?{NUMBER}", text)]


@pytest.mark.slow
@pytest.mark.parametrize("path", LESSONS)
def test_both_backends_print_the_same_words_and_come_to_the_same_results(path):
    """A mean differs by less than four standard errors of the difference.

    Of the numbers without a spread, at least 19 in 20 agree to 5 %: closed forms, data, untrained networks. The others
    are single ends of trainings, which rounding alone drives apart; test_parity.py compares the first steps of a run.
    """
    ours, theirs = (run(path, "solved", backend).printed for backend in ("numpy", "torch"))
    words = re.compile(rf"[+−-]?{NUMBER}")
    assert words.sub("#", ours).split() == words.sub("#", theirs).split()
    for (mean, _, sd), (other, _, other_sd) in zip(SPREAD.findall(ours), SPREAD.findall(theirs), strict=True):
        (mean, sd), (other, other_sd) = values(f"{mean} {sd}"), values(f"{other} {other_sd}")
        rounding = 0.01 * abs(mean) + 0.05  # the last printed digit
        assert abs(mean - other) <= 4 * np.hypot(sd, other_sd) / np.sqrt(20) + rounding, (
            mean,
            sd,
            other,
            other_sd,
        )
    ours, theirs = (np.array(values(SPREAD.sub("", text))) for text in (ours, theirs))
    near = np.isclose(theirs, ours, rtol=0.05, atol=1e-3)
    assert near.mean() >= 0.95, [*zip(ours[~near], theirs[~near], strict=True)]


@pytest.mark.parametrize("path", LESSONS)
def test_it_is_stored_clean(path):
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook, relax_add_props=False)
    assert (notebook.nbformat, notebook.nbformat_minor >= 5) == (4, True)
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    assert "widgets" not in notebook.metadata
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in notebook.cells:
        # a tag could let nbval pass over an error
        assert not {"raises-exception", "nbval-skip", "skip-execution"} & set(cell.metadata.get("tags", []))
        assert "NBVAL_" not in cell.source
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            assert len(cell.source.splitlines()) <= 25, cell.source
            assert all(len(line) <= 100 for line in cell.source.splitlines()), cell.id  # the page's width


@pytest.mark.parametrize("path", LESSONS)
def test_a_cell_that_uses_torch_imports_it(path):
    """Without PyTorch the shell skips a cell that imports it; a later cell would fail."""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            tree = ast.parse(cell.source)
            used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            assert "torch" not in used or "import torch" in cell.source, cell.id


@pytest.mark.parametrize("path", LESSONS)
def test_the_backend_is_named_in_one_line(path):
    cells = nbformat.read(path, as_version=4).cells
    lines = [line for cell in cells if cell.cell_type == "code" for line in cell.source.splitlines()]
    assert sum(line.startswith(IMPORT) for line in lines) == 1
