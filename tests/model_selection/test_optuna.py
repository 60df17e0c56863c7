"""Optuna, as lesson 07b and coursekit.model_selection.bayesian recommend it: their own lines, run."""

import re
import textwrap
import warnings

import nbformat
import numpy as np
import pytest

from coursekit import data
from coursekit import numpy_backend as ck
from coursekit.experiments import searches
from coursekit.lesson_files import lessons_folder
from coursekit.model_selection import bayesian, search

optuna = pytest.importorskip("optuna", reason='no Optuna: pip install -c constraints.txt -e ".[optuna]"')
LESSON = "07b_deep_network_difficulties.ipynb"


@pytest.fixture(autouse=True)
def quiet():
    optuna.logging.set_verbosity(optuna.logging.WARNING)


def test_the_lessons_lines_search_for_the_settings_of_a_network():
    cells = {cell.id: cell.source for cell in nbformat.read(lessons_folder() / LESSON, as_version=4).cells}
    (code,) = re.findall(r"```python\n(.*?)```", cells["07b-optuna"], re.DOTALL)
    task, tried = searches.Task(seed=0), []

    def validation_error(rate, momentum):
        found = task.search(search.grid_search, {"lr": [rate], "momentum": [momentum]}, epochs=searches.FULL)
        tried.append(100 * float(found.scores[0]))
        return tried[-1]

    names = {"validation_error": validation_error}
    with warnings.catch_warnings(), np.errstate(all="ignore"):  # the largest rates diverge
        warnings.simplefilter("ignore", RuntimeWarning)
        exec(code, names)
    assert len(names["study"].trials) == len(tried) == searches.TRIALS
    assert names["study"].best_value == min(tried) < 10


def test_the_recipe_for_ensembles_finds_a_rate():
    lines = bayesian.__doc__.split("\n\n")[-1]
    digits, rng = data.digits(), np.random.default_rng(0)
    X, y = digits.x[:200], data.one_hot(digits.label[:200], 10)

    def build(ensemble, config):
        net = ck.mlp([64, 10], ck.relu, rng=rng, ensemble=ensemble)
        return net, ck.SGD(net.parameters(), lr=config["lr"])

    settings = {"k": 2, "epochs": 3, "batch_size": 20, "loss": ck.softmax_cross_entropy}
    names = {"optuna": optuna, "grid_search": search.grid_search, "ck": ck, "build": build, "X": X, "y": y}
    names |= {"rng": rng, "settings": settings}
    exec(textwrap.dedent(lines).replace("...", "**settings"), names)
    study, scores = names["study"], names["found"].scores
    assert study.best_value == pytest.approx(np.nanmin(scores))
    assert study.best_params["lr"] == names["rates"]["lr"][int(np.nanargmin(scores))]
