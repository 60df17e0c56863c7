"""Optuna, as lesson 07b and coursekit.model_selection.bayesian recommend it: their own lines, run."""

import re
import textwrap

import nbformat
import numpy as np
import pytest

from coursekit import data
from coursekit import numpy_backend as ck
from coursekit.lesson_files import lessons_folder
from coursekit.model_selection import bayesian, search

optuna = pytest.importorskip("optuna", reason='no Optuna: pip install -c constraints.txt -e ".[optuna]"')
LESSON = "07b_deep_network_difficulties.ipynb"


@pytest.fixture(autouse=True)
def quiet():
    optuna.logging.set_verbosity(optuna.logging.WARNING)


def test_the_lessons_search_ends_between_random_trials_and_the_gaussian_process():
    cells = {cell.id: cell.source for cell in nbformat.read(lessons_folder() / LESSON, as_version=4).cells}
    lesson = {"np": np, "seeds": 20}
    exec(cells["07b-bayes-run"], lesson)
    (code,) = re.findall(r"```python\n(.*?)```", cells["07b-optuna"], re.DOTALL)
    ends = []
    for seed in range(20):
        names = {"branin": lesson["branin"]}
        exec(code.replace("seed=0", f"seed={seed}"), names)
        assert len(names["study"].trials) == 30
        ends.append(names["study"].best_value)
    assert np.median(ends) == pytest.approx(0.3, abs=0.1)  # "ends 0.3 above the minimum"
    random, process = (np.median([run[-1] for run in lesson["runs"][how]]) for how in ("random", "Bayesian"))
    assert process < np.median(ends) < random


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
