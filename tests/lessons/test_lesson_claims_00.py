"""The numbers and verdicts in the prose of lesson 00 agree with what its own cells compute."""

import numpy as np
import pytest
from lesson_cells import names_of


@pytest.fixture(scope="module")
def lesson():
    return names_of("00_forward_pass")


def test_neuron_1_by_hand(lesson):
    products = lesson["W"][0] * lesson["x"]
    np.testing.assert_allclose(products, [0.4, -0.15, -1.2, 0.2, -0.18])
    assert lesson["z1"] == pytest.approx(-0.83)


def test_reshape_is_silent_and_wrong(lesson):
    W, x, table = (lesson[name] for name in ("W", "x", "table"))
    np.testing.assert_allclose(x @ table, W @ x)
    assert not np.allclose(table.reshape(2, 5) @ x, W @ x)


def test_counts(lesson):
    count = lesson["count"]
    assert (lesson["per_image"], count([5, 2]), count([64, 32, 10])) == (2368, 12, 2410)
    assert (count([2, 2]), count([2, 16, 16, 16, 2])) == (6, 626)
    assert 600 * 600 == 360_000
    assert count([64, 64, 10]) == pytest.approx(2 * count([64, 32, 10]), rel=0.01)  # "twice the parameters"


def test_random_weights_guess(lesson):
    assert 5 < lesson["right"] < 20
    assert lesson["output"][1].argmax() != lesson["digits"].label[1]  # the image shown


def test_the_linear_stack_is_one_map(lesson):
    assert lesson["straight"]
    assert lesson["same"]


def test_without_an_activation_depth_gains_nothing_with_one_it_does(lesson):
    one, four, bent = (lesson[name] for name in ("one", "four", "bent"))
    gap = one - four
    assert abs(gap.mean()) < 1.5  # "the small difference": within its own spread
    assert abs(gap.mean()) < gap.std(ddof=1)
    assert (gap > 0).any()
    assert (gap < 0).any()  # "either may come out ahead"
    assert one.mean() > 8
    assert bent.mean() < 4
    assert (one - bent > 0).all()


def test_trained_digits_are_read_in_more_than_nine_of_ten_cases(lesson):
    assert lesson["accuracy"].shape == (20, 20)
    assert lesson["accuracy"][-1].min() > 90
    assert lesson["accuracy"][-1].mean() == pytest.approx(95.7, abs=0.7)


def test_one_design_fits_and_bends(lesson):
    assert lesson["best"] == "784 → 12 → 10, ReLU"
