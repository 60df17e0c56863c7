"""The numbers and verdicts in the prose of lesson 02 agree with what its own cells compute."""

import numpy as np
import pytest
from lesson_cells import names_of


@pytest.fixture(scope="module")
def lesson():
    return names_of("02_loss_functions")


def test_the_rise_over_the_bowl_is_quadratic(lesson):
    assert lesson["far"] / lesson["near"] == pytest.approx(4)


def test_one_hundred_steps_train_the_line(lesson):
    least_squares = np.polyfit(lesson["x"], lesson["y"], 1)
    assert lesson["my_slope"] == pytest.approx(least_squares[0], rel=1e-6)
    assert lesson["my_intercept"] == pytest.approx(least_squares[1], rel=1e-6)


def test_a_saturated_neuron_learns_late_with_squared_error(lesson):
    paths = lesson["paths"]
    assert paths["squared error"][-1] == pytest.approx(0.964, abs=5e-3)
    assert paths["cross-entropy"][-1] == pytest.approx(0.041, abs=5e-3)
    assert lesson["weaker"] == pytest.approx(56.6, abs=0.1)


def test_the_careful_classifier_has_the_lower_loss_and_the_lower_accuracy(lesson):
    assert lesson["loss_A"] < lesson["loss_B"]
    assert np.mean(lesson["A"] > 0.5) < np.mean(lesson["B"] > 0.5)


def test_each_loss_has_its_valley_inside_the_grid_a_factor_of_ten_apart(lesson):
    rates, best = lesson["rates"], lesson["best"]
    assert rates[best["cross-entropy"]] == pytest.approx(1)
    assert rates[best["squared error"]] == pytest.approx(10)
    error = {name: values.mean(axis=1) for name, values in lesson["error"].items()}
    at = {round(float(rate), 1): i for i, rate in enumerate(rates)}
    assert error["squared error"][at[0.3]] > error["cross-entropy"][at[0.3]] + 20  # "by a landslide"
    assert error["cross-entropy"][at[10.0]] > 85  # "learns nothing at all"
    late = lesson["histories"]["cross-entropy"].train[-1][:, at[3.0]]
    assert np.median(late) == pytest.approx(np.log(10), abs=0.1)  # "collapses to guessing"


def test_cross_entropy_keeps_a_small_lead_that_some_splits_reverse(lesson):
    gap = lesson["gap"]
    assert gap.size == 20
    assert 0 < gap.mean() < 1  # "a fraction of a percentage point on average"
    assert (gap < 0).any()


def test_cross_entropy_is_off_the_ground_first(lesson):
    epochs = {}
    for name, i in lesson["best"].items():
        accuracy = lesson["histories"][name].metrics["accuracy"][:, :, i].mean(axis=1)
        epochs[name] = int(np.argmax(accuracy > 0.9))
    assert epochs["cross-entropy"] < epochs["squared error"]
