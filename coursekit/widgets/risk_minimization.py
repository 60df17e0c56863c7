"""Lesson 01: a sample drawn again and again, intervals with their exact errors, the robot's curve."""

import functools

import numpy as np

from coursekit import data, risk
from coursekit.plots.risk_minimization.risk_drawings import CurveFit, IntervalFit, SampleError
from coursekit.widgets.base import controls
from coursekit.widgets.base.explorer import Explorer

RULES = ("free", "link or money", "free, winner, money, click or link", "meeting")
SIZES = [10, 20, 30, 50, 100, 200, 400]
FIRST_CURVE = 3  # the seed of the sample that the robot's panel opens on: a typical one


def spam_sample() -> Explorer:
    """Choose a rule and a sample's size, and draw again: the empirical error moves, the true error does not."""
    mail = data.spam(1, np.random.default_rng(0))
    task, column = mail.distribution, mail.feature_names.index
    rules = {name: name.replace(" or", ",").split(", ") for name in RULES}
    guesses = {name: task.x[:, list(map(column, words))].max(axis=1) for name, words in rules.items()}

    def model(m, rule, draw):
        wrong = []
        for seed in range(max(0, draw - 100), draw + 1):
            point, label = task.sample(m, np.random.default_rng(seed))
            wrong.append(int((guesses[rule][point] != label).sum()))
        return {"true": task.true_error(guesses[rule]), "wrong": wrong, "m": m, "name": rule}

    return Explorer(
        SampleError(smallest=SIZES[0], earlier=True),
        {
            "m": controls.scale("sample size m", SIZES, 50),
            "rule": controls.choice("spam if it says", {name: name for name in rules}, "link or money"),
            "draw": controls.Again("draw another sample"),
        },
        model=model,
    )


def interval_erm(most: int = 16) -> Explorer:
    """Choose how many intervals the class allows, and draw again: the fit, its exact true error, its empirical one.

    The truth is three intervals on [0, 1]; labels are flipped with the probability "noise".
    """
    truth = data.intervals(1, np.random.default_rng(0)).distribution.intervals

    @functools.lru_cache(maxsize=8)
    def sample(m, noise, draw):
        task = risk.IntervalDistribution(truth, noise)
        x, label = task.sample(m, np.random.default_rng(draw))
        path = risk.interval_erm_path(x, label, most)
        true = np.array([h.true_error(task) for h, _ in path])
        return {"task": task, "x": x, "label": label, "path": path, "true": true}

    return Explorer(
        IntervalFit(most),
        {
            "k": controls.slider("intervals k", 0, most, 3, 1),
            "m": controls.scale("sample size m", SIZES, 100),
            "noise": controls.scale("noise", [0.0, 0.05, 0.1, 0.2, 0.3], 0.1),
            "draw": controls.Again("draw another sample"),
        },
        model=lambda k, m, noise, draw: {**sample(m, noise, draw), "k": k},
    )


def robot_curve(most: int = 15) -> Explorer:
    """Choose the degree of the polynomial that maps the robot's sensor to its motor, and draw again."""

    def model(degree, m, draw):
        task = risk.CurveTask()
        x, y = task.sample(m, np.random.default_rng(FIRST_CURVE + draw))
        return {"task": task, "x": x, "y": y, "degree": degree}

    return Explorer(
        CurveFit(most),
        {
            "degree": controls.slider("degree", 0, most, 3, 1),
            "m": controls.scale("sample size m", SIZES[1:], 30),
            "draw": controls.Again("draw another sample"),
        },
        model=model,
    )
