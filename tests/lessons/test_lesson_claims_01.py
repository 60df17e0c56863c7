"""The numbers and verdicts in the prose of lesson 01 agree with what its own cells compute."""

import numpy as np
import pytest
from lesson_cells import names_of

from coursekit import data, risk


@pytest.fixture(scope="module")
def lesson():
    return names_of("01_risk_minimization")


def test_the_opening_filter_errs_on_four_of_forty_and_on_a_fifth_of_all_mail(lesson):
    mail, cols = lesson["mail"], lesson["columns"]["link, money"]
    assert (mail.x[:, cols].max(axis=1) != mail.label).sum() == 4
    assert lesson["world"].true_error(lesson["world"].x[:, cols].max(axis=1)) == pytest.approx(
        0.202, abs=5e-4
    )
    assert lesson["world"].probability[lesson["world"].label == 1].sum() == pytest.approx(0.4)


def test_free_is_the_best_single_word_and_no_filter_is_below_the_bayes_error(lesson):
    assert lesson["best"] == "free"
    assert lesson["world"].bayes_error == pytest.approx(0.091, abs=5e-4)


def test_for_a_fixed_hypothesis_the_empirical_error_strays_to_both_sides(lesson):
    world = lesson["world"]
    guess = world.x[:, lesson["columns"]["link, money"]].max(axis=1)
    errors = []
    for seed in range(2000):
        point, label = world.sample(50, np.random.default_rng(seed))
        errors.append(np.mean(guess[point] != label))
    below = np.mean(np.array(errors) < world.true_error(guess))
    assert 0.45 < below < 0.65  # "about equally often"
    assert np.mean(errors) == pytest.approx(world.true_error(guess), abs=3e-3)  # "right on average"


def test_the_minimizer_flatters(lesson):
    gaps = lesson["gaps"]
    assert gaps.size == 500
    assert np.mean(gaps > 0) > 0.75
    assert gaps.mean() == pytest.approx(0.089, abs=0.015)


def test_the_memorizer_learns_nothing():
    sample = data.intervals(1000, np.random.default_rng(0))
    h = risk.memorizer(sample.x, sample.label)
    fresh = data.intervals(2000, np.random.default_rng(1))
    assert not h(sample.x + 1e-7).any()  # "it says 0 to whatever is new"
    assert risk.empirical_error(h(sample.x), sample.label) == 0
    assert risk.empirical_error(h(fresh.x), fresh.label) == pytest.approx(0.46, abs=0.04)


def test_intervals_make_a_u(lesson):
    true, empirical = np.empty((2, 17, 200))
    for s in range(200):
        sample = data.intervals(100, np.random.default_rng(s))
        path = risk.interval_erm_path(sample.x, sample.label, 16)
        empirical[:, s] = [mistakes / 100 for _, mistakes in path]
        true[:, s] = [h.true_error(sample.distribution) for h, _ in path]
    assert np.median(true, axis=1).argmin() == 3
    np.testing.assert_allclose(true.mean(axis=1)[[0, 3, 16]], [0.460, 0.147, 0.197], atol=0.006)
    np.testing.assert_allclose(empirical.mean(axis=1)[[0, 3, 16]], [0.456, 0.085, 0.0], atol=0.006)
    assert 190 <= (true[3] < true[16]).sum() < 200  # not in every sample


def test_with_few_examples_the_u_may_fail_to_show():
    turned = 0
    for s in range(200):
        sample = data.intervals(40, np.random.default_rng(s))
        path = risk.interval_erm_path(sample.x, sample.label, 16)
        turned += path[3][0].true_error(sample.distribution) < path[16][0].true_error(sample.distribution)
    assert 0.55 < turned / 200 < 0.85


def test_polynomials_make_a_u_whose_mean_is_of_no_use(lesson):
    true, empirical = lesson["fits_D"], lesson["fits_S"]
    medians = np.median(true, axis=1)
    assert medians.argmin() == 3
    np.testing.assert_allclose(medians[[3, 12, 15]], [0.107, 0.70, 42], rtol=0.05)
    assert true[15].mean() > 100_000
    assert (np.diff(empirical, axis=0) < 1e-9).all()  # "falls in every sample"


def test_one_curve_is_ruined_and_the_other_a_little_worse_over_training_time(lesson):
    zero_one, log = np.median(lesson["time_D"], axis=1), np.median(lesson["log_D"], axis=1)
    epochs = lesson["epochs"]
    assert (epochs[zero_one.argmin()], epochs[log.argmin()]) == (45, 30)
    assert zero_one.min() == pytest.approx(0.241, abs=0.01)
    assert 0.02 < zero_one[-1] - zero_one.min() < 0.06  # "a few points"
    assert log.min() == pytest.approx(0.57, abs=0.02)
    assert lesson["factor"] == pytest.approx(2.9, abs=0.4)
    assert np.median(lesson["time_S"], axis=1)[-1] < 0.05


def test_double_descent(lesson):
    median, features = lesson["median"], lesson["features"]
    at = dict(zip(features.tolist(), median, strict=True))
    assert median.argmax() in (5, 6)  # at 100 or 110 features for 100 examples
    assert at[110] > 20 * at[25]
    assert at[2000] == median.min()
    assert at[2000] == pytest.approx(0.032, abs=0.003)
    assert at[25] == pytest.approx(0.073, abs=0.006)
    assert (lesson["double_D"][-1] < lesson["double_D"][1]).all()


def test_random_labels_are_learned_by_heart(lesson):
    for curve in lesson["curves"].values():
        assert curve.shape == (80, 20)
        assert curve[-1].max() == 0
    assert lesson["unseen"]["true labels"].mean() == pytest.approx(11, abs=1.5)
    assert lesson["unseen"]["random labels"].mean() > 85


def test_the_bound_is_never_broken_and_loose(lesson):
    deviations, bound = lesson["deviations"], np.array(lesson["bound"])
    assert not (deviations > bound[:, None]).any()
    np.testing.assert_allclose(deviations.mean(axis=1), [0.024, 0.071, 0.085, 0.088], atol=0.003)
    np.testing.assert_allclose(bound, [0.136, 0.173, 0.204, 0.230], atol=5e-4)
    assert lesson["needed"](0.05, 0.05) == 738
    assert 4 < lesson["ratio"] < 6


def test_the_bound_is_too_careful_for_20_examples_and_right_for_200(lesson):
    found = lesson["found"]
    for m, sign in ((20, 1), (50, 1), (100, -1), (200, -1)):
        _, bound, fit, _ = found[m]
        gap = bound - fit
        assert sign * gap.mean() > 2 * gap.std(ddof=1) / np.sqrt(gap.size)
    assert np.mean(found[20][0] == 0) == pytest.approx(0.5, abs=0.15)  # "often no interval at all"
    assert np.mean(found[200][0] == 3) > 0.95
