"""Lesson 08's interactives: what holds for them alone."""

import re

import numpy as np
import pytest
from looking import alt, bring, made

from coursekit import widgets
from coursekit.plots.greedy_training.greedy_stages import plan

STAGES = [np.array([[40.0, 60.0], [8.0, 12.0]]), np.array([[20.0, 20.0], [9.0, 11.0]])]
WRONG = np.random.default_rng(0).random((4, 3, 200)) < 0.2


def test_every_step_tells_what_becomes_of_the_layers():
    panel = made(lambda: widgets.greedy_stages(STAGES, STAGES[1], (4, 3, 2)))
    for step, (stage, action) in enumerate(plan(2), start=1):
        bring(panel, step=step)
        assert f"Step {step} of 8, stage {stage}: {action}." in alt(panel)
    assert "hidden 1 trains, hidden 2 trains, output trains" in alt(panel)


def test_playing_goes_through_the_steps():
    panel = made(lambda: widgets.greedy_stages(STAGES, STAGES[1], (4, 3, 2)))
    (play,) = [w for w in panel.panel.children[0].children if hasattr(w, "interval")]
    play.value = 4
    assert panel.state == {"step": 5}


def test_the_depth_follows_the_rule_and_the_others_are_not_looked_at_for_it():
    panel = made(lambda: widgets.depth_choice({"a": WRONG}))
    bring(panel, images=100, draw=1)
    state = panel._model(**panel.state)
    mean = state["wrong"].mean(axis=1)
    limit = mean.min() + np.sqrt(mean.min() * (1 - mean.min()) / 100)
    chosen = 1 + next(d for d, m in enumerate(mean) if m <= limit)
    assert f"chosen: depth {chosen}," in alt(panel)
    np.testing.assert_allclose(100 * mean + state["others"], 200 * WRONG[:, 1].mean(axis=1))  # halves


def test_fewer_images_have_a_larger_standard_error():
    panel = made(lambda: widgets.depth_choice({"a": np.random.default_rng(0).random((2, 3, 800)) < 0.2}))
    errors = []
    for images in (25, 400):
        bring(panel, images=images)
        mean, se = map(float, re.search(r"depth 1 ([\d.]+) ± ([\d.]+)", alt(panel)).groups())
        assert se == pytest.approx(np.sqrt(mean * (100 - mean) / images), abs=0.06)
        errors.append(se)
    assert errors[0] > 2 * errors[1]


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="at least 2"):
        widgets.greedy_stages(STAGES[:1], STAGES[1])
    with pytest.raises(ValueError, match="bools"):
        widgets.depth_choice({"a": WRONG.astype(float)})
