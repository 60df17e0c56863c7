"""Lesson 01's interactives: what holds for them alone."""

import numpy as np
import pytest
from looking import alt, bring

from coursekit import data, risk, widgets
from coursekit.plots.base.style import number


def test_the_true_error_of_the_fitted_intervals_is_exact():
    panel = widgets.interval_erm()
    for k, noise, draw in ((3, 0.1, 0), (9, 0.0, 2), (16, 0.3, 4)):
        bring(panel, k=k, noise=noise, draw=draw)
        truth = data.intervals(1, np.random.default_rng(0)).distribution.intervals
        task = risk.IntervalDistribution(truth, noise)
        x, label = task.sample(100, np.random.default_rng(draw))
        h, mistakes = risk.interval_erm(x, label, k)
        said = f"k = {k}: L_S = {number(mistakes / 100)}, L_D = {number(h.true_error(task))}"
        assert said in alt(panel)


def test_drawing_again_moves_the_empirical_error_and_not_the_true_one():
    panel = widgets.spam_sample()
    texts = []
    for draw in range(4):
        bring(panel, draw=draw)
        texts.append(alt(panel))
    assert len({text.partition("L_S = ")[2].partition(",")[0] for text in texts}) > 1
    assert all("L_D = 0.202" in text for text in texts)
    assert "mean of 4 samples" in texts[-1]


def test_a_larger_class_never_fits_worse():
    panel = widgets.robot_curve()
    for draw in range(3):
        errors = []
        for degree in range(16):
            bring(panel, degree=degree, draw=draw)
            errors.append(float(alt(panel).partition("empirical error ")[2].partition(",")[0]))
        assert np.all(np.diff(errors) <= 1e-3 * np.array(errors[:-1]))


@pytest.mark.parametrize("rule", ["free", "meeting"])
def test_a_rule_is_its_words(rule):
    panel = widgets.spam_sample()
    bring(panel, rule=rule)
    mail = data.spam(1, np.random.default_rng(0))
    guess = mail.distribution.x[:, mail.feature_names.index(rule)].astype(int)
    assert f"L_D = {number(mail.distribution.true_error(guess))}" in alt(panel)
