"""The numbers and verdicts in the prose of lesson 01 agree with what its own cells compute."""

import re
from math import comb, erfc, exp, sqrt

import numpy as np
import pytest
from lesson_cells import names_of, printed_by

from coursekit import data, risk
from coursekit.widgets.risk_minimization import FIRST_CURVE


@pytest.fixture(scope="module")
def lesson():
    return names_of("01_risk_minimization")


def test_the_opening_filter_is_wrong_about_four_of_forty_and_a_fifth_of_all_messages(lesson):
    mail, cols = lesson["mail"], lesson["columns"]["link, money"]
    assert (mail.x[:, cols].max(axis=1) != mail.label).sum() == 4
    free = lesson["columns"]["free"]
    third = lesson["columns"]["free, winner, money, click, link"]
    assert (mail.x[:, third].max(axis=1) != mail.label).sum() == 4  # "both make four mistakes"
    better = lesson["world"].true_error(lesson["world"].x[:, third].max(axis=1))
    assert better < 0.18  # "truly better than the second"
    unlucky = risk.empirical_error(mail.x[:, free].max(axis=1).astype(int), mail.label)
    assert unlucky > lesson["world"].true_error(lesson["world"].x[:, free].max(axis=1).astype(int))
    assert lesson["world"].true_error(lesson["world"].x[:, cols].max(axis=1)) == pytest.approx(
        0.202, abs=5e-4
    )
    assert lesson["world"].probability[lesson["world"].label == 1].sum() == pytest.approx(0.4)


def test_free_and_link_are_equally_frequent_in_spam_and_differ_in_ham(lesson):
    chances = lesson["chances"]
    assert chances["free"][1] == pytest.approx(0.5)  # "each occur in half of all spam"
    assert chances["link"][1] == pytest.approx(0.5)
    assert chances["link"][0] > 2 * chances["free"][0]  # "more common in ham"
    assert lesson["best"] == "free"
    assert lesson["world"].bayes_error == pytest.approx(0.091, abs=5e-4)


def test_for_a_fixed_hypothesis_the_empirical_error_is_right_on_average(lesson):
    world = lesson["world"]
    guess = world.x[:, lesson["columns"]["link, money"]].max(axis=1)
    errors = []
    for seed in range(2000):
        point, label = world.sample(40, np.random.default_rng(seed))
        errors.append(np.mean(guess[point] != label))
    standard_error = np.std(errors, ddof=1) / np.sqrt(len(errors))
    assert abs(np.mean(errors) - world.true_error(guess)) < 3 * standard_error
    assert np.percentile(errors, [2.5, 97.5]) == pytest.approx([0.10, 0.33], abs=0.026)
    assert (
        0.40 < np.mean(np.array(errors) < world.true_error(guess)) < 0.65
    )  # below and above are both common
    exact = sum(_binomial(40, mistakes, world.true_error(guess)) for mistakes in range(5))
    assert exact == pytest.approx(0.07, abs=0.005)  # "a probability of about 7 %"
    standard_error = np.sqrt(exact * (1 - exact) / len(errors))
    assert abs(np.mean(np.array(errors) < 4.5 / 40) - exact) < 3 * standard_error
    assert 40 * world.true_error(guess) == pytest.approx(8, abs=0.2)  # "about eight mistakes"
    assert len(world.x) == len(world.label) == 2 * 256
    pairs = {(*x, label) for x, label in zip(world.x.tolist(), world.label.tolist(), strict=True)}
    assert len(pairs) == 512  # each pair of message and label once


def _binomial(m, mistakes, p):
    return comb(m, mistakes) * p**mistakes * (1 - p) ** (m - mistakes)


def test_the_interval_of_the_first_filter_is_wide_and_misses_more_often_than_one_time_in_twenty():
    def limits(mistakes, m):
        L_S = mistakes / m
        half = 1.96 * np.sqrt(L_S * (1 - L_S) / m)
        return L_S - half, L_S + half

    low, high = limits(4, 40)
    assert (low, high) == pytest.approx((0.01, 0.19), abs=0.005)
    assert high < 0.202 < high + 0.02  # "just outside"
    outside = [k for k in range(41) if not limits(k, 40)[0] <= 0.202 <= limits(k, 40)[1]]
    assert sum(_binomial(40, k, 0.202) for k in outside) > 0.05

    def wilson(mistakes, m, z=1.96):
        L_S = mistakes / m
        half = z * np.sqrt(L_S * (1 - L_S) / m + z**2 / (4 * m**2))
        return np.array([L_S + z**2 / (2 * m) - half, L_S + z**2 / (2 * m) + half]) / (1 + z**2 / m)

    assert wilson(4, 40) == pytest.approx([0.04, 0.23], abs=0.005)
    beyond = [k for k in range(41) if not wilson(k, 40)[0] <= 0.202 <= wilson(k, 40)[1]]
    assert sum(_binomial(40, k, 0.202) for k in beyond) < 0.05  # "better"


def test_five_examples_have_two_minimizers():
    x, label = np.array([0.2, 0.4, 0.5, 0.7, 0.9]), np.array([0, 1, 0, 1, 1])
    errors = {t: np.mean((x > t) != label) for t in (0, 0.3, 0.45, 0.6, 0.8, 1)}
    assert min(errors.values()) == errors[0.3] == errors[0.6] == 0.2


def test_the_minimizer_is_too_optimistic(lesson):
    gaps = lesson["gaps"]
    assert gaps.size == 500
    assert np.mean(gaps > 0) > 0.75  # "in most of them"
    assert gaps.mean() > 5 * gaps.std(ddof=1) / np.sqrt(gaps.size)


def test_the_best_of_1000_people_guesses_at_least_nine_of_ten_coin_tosses():
    nobody = (1 - (10 + 1) / 2**10) ** 1000
    assert nobody < 1e-4  # "almost certainly"


def test_the_memorizer_learns_nothing():
    sample = data.intervals(1000, np.random.default_rng(0))
    h = risk.memorizer(sample.x, sample.label)
    fresh = data.intervals(2000, np.random.default_rng(1))
    assert not h(sample.x + 1e-7).any()  # "for every new x it answers 0"
    assert risk.empirical_error(h(sample.x), sample.label) == 0
    assert risk.empirical_error(h(fresh.x), fresh.label) == pytest.approx(0.46, abs=0.04)
    assert risk.Intervals([]).true_error(sample.distribution) == pytest.approx(0.45 * 0.9 + 0.55 * 0.1)


def test_a_function_that_fits_the_sample_may_also_be_best_elsewhere():
    sample = data.intervals(1000, np.random.default_rng(0))
    truth = sample.distribution.intervals
    flipped = truth(sample.x) != sample.label
    assert flipped.any()
    assert len(np.unique(sample.x)) == 1000  # so the exceptions have probability 0
    assert truth.true_error(sample.distribution) == pytest.approx(0.1)


def test_degree_15_overfits_and_a_line_underfits_the_sample_that_is_shown():
    sample = data.curve(30, np.random.default_rng(FIRST_CURVE))
    fits = {d: risk.polynomial_erm(sample.x, sample.y, d) for d in (1, 3, 15)}
    L_S = {d: np.mean((h(sample.x) - sample.y) ** 2) for d, h in fits.items()}
    L_D = {d: sample.distribution.true_error(h) for d, h in fits.items()}
    assert L_S[15] < L_S[3] < L_S[1]
    assert L_D[3] < L_D[1] < L_D[15]
    assert L_D[1] < 1.5 * L_S[1]  # "about equally large on new examples"
    every = [
        s.distribution.true_error(risk.polynomial_erm(s.x, s.y, 15))
        for s in (data.curve(30, np.random.default_rng(seed)) for seed in range(200))
    ]
    assert np.percentile(every, 25) < L_D[15] < np.percentile(every, 75)  # a typical sample


def test_networks_overfit_much_less_than_the_polynomial(lesson):
    S, D = (
        {name: np.median(values) for name, values in lesson[key].items()}
        for key in ("network_S", "network_D")
    )
    small, middle, large = (f"{units} hidden units" for units in (2, 10, 100))
    assert all(values.size == 20 for values in lesson["network_D"].values())
    assert S[small] > S[middle] > S[large]
    assert D[small] < D[middle] < D[large]  # the larger networks overfit
    assert D[large] < 0.5  # "well below 1"
    assert lesson["polynomial_D"].shape == (20,)
    assert 8 < np.median(lesson["polynomial_D"]) < 13  # "about 10"
    assert (1 + 1) * 100 + 100 + 1 == 301  # weights and biases of the largest


def test_intervals_make_a_u(lesson):
    true, empirical = lesson["interval_D"], lesson["interval_S"]
    medians = np.median(true, axis=1)
    assert true.shape == (17, 200)
    assert medians.argmin() == 3
    assert medians[0] > medians[1] > medians[2] > medians[3]
    assert (np.diff(medians[3:]) > -0.002).all()  # "from k = 4 on" it rises
    assert (np.diff(empirical, axis=0) <= 0).all()  # "never rises"
    assert 190 <= (true[3] < true[16]).sum() < 200  # not in every sample


def test_with_few_examples_the_u_may_fail_to_show():
    turned = 0
    for s in range(200):
        sample = data.intervals(40, np.random.default_rng(s))
        path = risk.interval_erm_path(sample.x, sample.label, 16)
        turned += path[3][0].true_error(sample.distribution) < path[16][0].true_error(sample.distribution)
    assert 0.55 < turned / 200 < 0.85


def test_the_answers_to_what_the_panel_asks():
    def errors(m, noise):
        samples = [data.intervals(m, np.random.default_rng(s), noise=noise) for s in range(200)]
        paths = [risk.interval_erm_path(s.x, s.label, 16) for s in samples]
        true = [
            [h.true_error(s.distribution) for h, _ in path] for s, path in zip(samples, paths, strict=True)
        ]
        return np.array(true), np.array([[mistakes / m for _, mistakes in path] for path in paths])

    true, _ = errors(20, 0.1)
    assert 0.35 < np.mean(true.argmin(axis=1) == 3) < 0.5  # "in fewer than half of the samples"
    true, empirical = errors(400, 0.1)
    gap = np.median(true, axis=0) - np.median(empirical, axis=0)
    assert gap[3] == pytest.approx(0.01, abs=0.005)
    assert gap[16] == pytest.approx(0.09, abs=0.005)
    true, empirical = errors(100, 0.0)
    assert not empirical[:, 3:].any()
    assert (true[:, 3:] == true[:, 3:4]).all()


def test_bias_and_variance_and_noise_add_up_to_the_true_error(lesson):
    bias2, variance = lesson["bias2"], lesson["variance"]
    for degree in range(9):
        errors = [
            sample.distribution.true_error(risk.polynomial_erm(sample.x, sample.y, degree))
            for sample in (data.curve(30, np.random.default_rng(seed)) for seed in range(200))
        ]
        assert bias2[degree] + variance[degree] + 0.09 == pytest.approx(np.mean(errors), rel=0.05)
    assert bias2[1] > 5 * variance[1]  # "the straight lines scatter little compared with their bias"
    assert variance[8] > 5 * bias2[8]  # "the other way round"
    assert (np.diff(variance[3:]) > 0).all()
    assert variance[3] < variance[1] < variance[2]  # the exception that the text names
    assert variance[8] > 10 * variance[1]
    assert bias2[2] > 0.98 * bias2[1]  # x² contributes nothing to an odd function
    assert (bias2 + variance).argmin() == 3
    many_bias2, many_variance = lesson["many"]
    assert many_variance < variance[1] / 20
    assert many_bias2 > bias2[1] / 2


def test_the_guarantees_of_the_main_path(lesson):
    sizes = [risk.hoeffding_sample_size(0.05, 0.05, H) for H in (1, 10**6, 10**12)]
    assert sizes[:2] == [738, 3501]
    assert np.diff(sizes) == pytest.approx([2800, 2800], abs=50)
    assert risk.hoeffding_sample_size(0.05, 0.05, 2**256) == pytest.approx(36_000, abs=500)
    assert 4 < lesson["ratio"] < 6
    assert risk.hoeffding_deviation(200, 0.05) == pytest.approx(0.096, abs=5e-4)
    assert 4 * risk.hoeffding_sample_size(0.05, 0.05) == pytest.approx(
        risk.hoeffding_sample_size(0.025, 0.05), abs=4
    )


def test_the_guarantee_for_forty_messages_is_careful(lesson):
    assert risk.hoeffding_deviation(40, 0.05) == pytest.approx(0.215, abs=5e-4)
    within = [mistakes for mistakes in range(41) if abs(mistakes / 40 - 0.202) <= 0.215]
    assert sum(_binomial(40, mistakes, 0.202) for mistakes in within) > 0.99  # "more than 99 %"
    assert len(lesson["L_S_of_samples"]) == 2000
    assert lesson["inside"] > 0.99


def test_the_bound_asks_ten_million_examples_for_the_network_of_lesson_00():
    parameters = 64 * 32 + 32 + 32 * 10 + 10
    assert (parameters, 32 * parameters) == (2_410, 77_120)
    assert 10e6 < risk.hoeffding_sample_size(0.05, 0.05, 2 ** (32 * parameters)) < 11e6


def test_over_training_time_one_loss_gets_much_worse_and_the_other_a_little(lesson):
    zero_one, log = np.median(lesson["time_D"], axis=1), np.median(lesson["log_D"], axis=1)
    assert lesson["turned"] < 80
    assert 0.01 < zero_one[-1] - zero_one.min() < 0.08  # "only by a few percentage points"
    assert 2.5 < lesson["factor"] < 3.5  # "about three times as large"
    assert np.median(lesson["time_S"], axis=1)[-1] < 0.05
    assert log.min() > lesson["entropy"]
    assert (lesson["time_D"] >= 0.15 - 1e-9).all()
    assert -np.log([1 - 0.99, 1 - 0.6]) == pytest.approx([4.6, 0.9], abs=0.05)


def test_double_descent(lesson):
    median, features = lesson["double_median"], lesson["features"]
    at = dict(zip(features.tolist(), median, strict=True))
    assert features[median.argmax()] == 110  # "its peak at about 110 features"
    assert at[110] > 20 * at[25]
    assert at[2000] == median.min()
    assert (lesson["double_D"][-1] < lesson["double_D"][1]).all()
    fits = dict(zip(features.tolist(), lesson["double_S"], strict=True))
    assert (fits[100] > 1e-5).all()  # "exactly at q = 100 the fit is not yet perfect"
    assert np.median(fits[200]) < 1e-5


def test_at_the_peak_the_features_hardly_suffice_and_the_weights_are_extreme():
    digits, ranks, alive, norms = data.digits(), [], [], []
    for s in range(20):
        rng = np.random.default_rng(s)
        train = rng.permutation(1797)[:100]
        hidden = np.maximum(digits.x @ rng.normal(0, 1 / 8, (64, 2000)), 0)[train]
        ranks.append(np.linalg.matrix_rank(hidden[:, :100]))
        alive.append((hidden[:, :100] > 0).any(axis=0).sum())
        fits = (np.linalg.lstsq(hidden[:, :q], digits.y[train], rcond=None)[0] for q in (25, 110, 2000))
        norms.append([np.linalg.norm(w) for w in fits])
    assert max(ranks) < 100  # so that 100 features do not suffice
    assert np.mean(np.array(ranks) == alive) > 0.75  # "mainly because some features are 0 for all images"
    few, peak, many = np.median(norms, axis=0)
    assert peak > 5 * max(few, many)


def test_both_backends_report_the_same_errors():
    found = re.findall(r"_backend +on .*: L_S ([\d.]+), L_D ([\d.]+)", printed_by("01_risk_minimization"))
    numpy, torch = np.array(found, float)
    assert numpy == pytest.approx(torch, abs=2e-4)


def test_random_labels_are_memorized(lesson):
    for curve in lesson["training"].values():
        assert curve.shape == (80, 20)
        assert curve[-1].max() == 0
    assert 8 < lesson["unseen"]["true labels"].mean() < 14
    assert 86 < lesson["unseen"]["random labels"].mean() < 93  # "no better than guessing"


def test_the_bound_is_never_broken_and_loose(lesson):
    deviations, bound = lesson["deviations"], np.array(lesson["bound"])
    assert not (deviations > bound[:, None]).any()
    one, ten, hundred, thousand = deviations.mean(axis=1)
    for r in (2, 3, 5):  # "more than five times the probability that a normal distribution gives"
        assert 2 * exp(-(r**2) / 2) > 5 * erfc(r / sqrt(2))
    assert one < ten < hundred < thousand < 1.1 * hundred  # "hardly grows beyond a class of 100"
    assert (bound > 2 * deviations.mean(axis=1)).all()
    np.testing.assert_allclose(bound, [0.136, 0.173, 0.204, 0.230], atol=5e-4)


def test_the_bound_is_too_careful_for_20_examples_and_right_for_200(lesson):
    found = lesson["found"]
    for m, sign in ((20, 1), (50, 0), (100, -1), (200, -1)):
        _, _, bound, fit, _ = found[m]
        gap, standard_error = (bound - fit).mean(), (bound - fit).std(ddof=1) / np.sqrt(fit.size)
        assert sign * gap > 2 * standard_error if sign else abs(gap) < 2 * standard_error
    assert 0.5 < found[20][0].mean() < 1.5  # "only about one interval"
    assert np.mean(found[200][0] == 3) > 0.9
    assert 5 < found[100][1].mean() < 7  # "about six"
    assert 5 < found[200][1].mean() < 7
