"""A comparison of ways to train gives every contender its own best learning rate, or says that it does not.

`comparisons.toml` lists each cell of a lesson that trains networks and says what kind of experiment it is. A new cell
that trains is not in the list, so a test fails until somebody has thought about its learning rates:

    "nothing"   it compares no ways to train: one network, or the same training of several data sets or backends
    "rates"     learning rates, or schedules of them, are what it compares
    "sweep"     the cell itself tries at least three rates for every contender
    "table"     every contender has the best rate of a table in coursekit/experiments/grids, which are tested below
    "tested"    `test` names a test that tries other rates for every contender
    "shared"    one rate for all; `says` is what the lesson tells the reader about it, word for word
"""

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest

from coursekit.experiments import grids
from coursekit.lesson_files import lessons_folder

LISTED = tomllib.loads((Path(__file__).parent / "comparisons.toml").read_text(encoding="utf-8"))
OPTIMIZERS = {"SGD", "Adam", "AdamW", "RMSprop"}
CAPSTONE = {"held_out_errors"}  # trains with settings that it is given
# modules of coursekit.experiments that train nothing themselves
WITHOUT_TRAINING = {
    "weights",
    "curvature",
    "landscape",
    "grids",
    "timing",
    "layer_signals",
    "batch_statistics",
}
TESTS = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("lessons", "experiments")
    for path in (Path(__file__).parents[1] / folder).glob("test_*.py")
)


def cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def source(cell):
    return "".join(cell["source"])


def names_that_train(code):
    """Names that a lesson imports from the experiments, and functions of the lesson that make an optimizer."""
    names = set()
    for node in ast.walk(code):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("coursekit.experiments"):
            module = node.module.removeprefix("coursekit.experiments").lstrip(".")
            names |= {
                alias.asname or alias.name
                for alias in node.names
                if (module or alias.name).split(".")[0] not in WITHOUT_TRAINING
            }
        if isinstance(node, ast.FunctionDef) and calls(node) & OPTIMIZERS:
            names.add(node.name)
    return names


def calls(node):
    """What is called within: the names of functions, and for f.g(...) both f and g."""
    found = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            parts = {part.attr for part in ast.walk(call.func) if isinstance(part, ast.Attribute)}
            found |= parts | {part.id for part in ast.walk(call.func) if isinstance(part, ast.Name)}
        elif isinstance(call, ast.Attribute) and call.attr in OPTIMIZERS:  # passed on, to be called there
            found.add(call.attr)
    return found


def training_cells(path):
    """{id: source} of the code cells of a lesson that train."""
    code = {cell["id"]: source(cell) for cell in cells(path) if cell["cell_type"] == "code"}
    trees = {key: ast.parse(re.sub(r"^[%!].*$", "", text, flags=re.MULTILINE)) for key, text in code.items()}
    names = (OPTIMIZERS | CAPSTONE).union(*map(names_that_train, trees.values()))
    return {key: code[key] for key, tree in trees.items() if calls(tree) & names}


TRAINING = {
    key: text
    for path in sorted(lessons_folder().glob("*.ipynb"))
    for key, text in training_cells(path).items()
}
WORDS = {
    path.name[:3].rstrip("_"): "\n".join(
        source(cell) for cell in cells(path) if cell["cell_type"] == "markdown"
    )
    for path in lessons_folder().glob("*.ipynb")
}


def of_kind(*kinds):
    listed = [key for key, entry in LISTED.items() if entry["kind"] in kinds]
    return pytest.mark.parametrize("key", listed)


def test_the_list_holds_every_cell_that_trains_and_no_other():
    assert set(LISTED) == set(TRAINING)
    kinds = set(re.findall(r'^    "(\w+)"', __doc__, re.MULTILINE))
    assert {entry["kind"] for entry in LISTED.values()} <= kinds


@of_kind("sweep")
def test_a_sweep_tries_at_least_three_rates(key):
    tried = 0
    for node in ast.walk(ast.parse(TRAINING[key])):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"geomspace", "logspace"}:
            tried = max(tried, ast.literal_eval(node.args[2]))
        if isinstance(node, ast.List | ast.Tuple):
            numbers = [entry for entry in node.elts if isinstance(entry, ast.Constant)]
            tried = max(tried, len(numbers))
    assert tried >= 3
    assert "rate" in TRAINING[key]


TABLES = {path.stem: grids.read(path.stem) for path in sorted(grids.FOLDER.glob("*.csv"))}
# tables with one rate for each contender: networks that were trained at their best rate before, and what searches found
ONE_RATE = {"pruning", "searches"}


@pytest.mark.parametrize(
    "name", [name for name, rows in TABLES.items() if {"rate", "mean"} <= rows[0].keys()]
)
def test_every_contender_of_a_table_has_its_best_rate_inside_the_grid(name):
    rows, contender = TABLES[name], next(iter(TABLES[name][0]))  # the first column
    for edge in grids.at_the_edge(rows, contender):
        means = [row["mean"] for row in rows if row[contender] == edge]
        # no rate works: all errors are alike
        assert len(means) > 2 or name in ONE_RATE, edge
        assert max(means) - min(means) < 3, (edge, means)


@of_kind("tested")
def test_the_test_that_tries_other_rates_exists(key):
    assert f"def {LISTED[key]['test']}(" in TESTS


@of_kind("shared")
def test_the_reader_is_told_of_a_shared_rate(key):
    says = LISTED[key]["says"]
    assert says in " ".join(WORDS[key.split("-")[0]].split())
    assert re.search(r"\brates?\b", says)
