"""The numbers and verdicts in the prose of lesson 05 agree with what its own cells compute."""

import numpy as np
import pytest
from lesson_cells import names_of
from scipy.stats import binomtest, norm

from coursekit import data
from coursekit import numpy_backend as ck
from coursekit.model_selection import cross_validate
from coursekit.widgets import sweep


@pytest.fixture(scope="module")
def lesson():
    return names_of("05_model_selection")


def test_the_tumors():
    tumors = data.breast_cancer()
    assert (len(tumors), tumors.x.shape[1], tumors.label.sum()) == (569, 30, 212)
    assert tumors.label.mean() == pytest.approx(0.37, abs=0.005)


def test_with_all_measurements_there_is_little_to_look_at():
    tumors, rng = data.breast_cancer(), np.random.default_rng(0)

    def scaled(x, y):
        return lambda rows: (rows - x.mean(axis=0)) / x.std(axis=0)

    def build(ensemble):
        net = ck.mlp([30, 8, 1], ck.tanh, rng=rng, ensemble=ensemble)
        return net, ck.SGD(net.parameters(), lr=0.3)

    arguments = {"loss": ck.sigmoid_cross_entropy, "metrics": {"error": ck.zero_one_loss}, "epochs": 40}
    history = cross_validate(
        ck, build, tumors.x, tumors.y, k=5, prepare=scaled, rng=rng, batch_size=32, **arguments
    )
    assert history.metrics["error"][-1].mean() < 0.05


def test_four_in_five_are_right_and_a_quarter_of_the_malignant_are_missed(lesson):
    label, val = lesson["label"], lesson["val"]
    assert lesson["accuracy"] == pytest.approx(0.8, abs=0.04)
    assert (len(val), label[val].sum(), len(lesson["test"])) == (143, 51, 142)
    assert label[lesson["test"]].mean() == pytest.approx(0.40, abs=0.005)
    assert label[lesson["train"]].mean() < 0.5  # the answer where the measurements say little: "benign"
    tpr = lesson["tpr"]
    assert tpr == pytest.approx(0.73, abs=0.05)  # "about three quarters of the cancers"
    assert 1 - tpr > 1 - lesson["accuracy"]  # more mistakes among the malignant than among all
    assert (round(tpr, 2), round(lesson["fpr"], 2)) == (0.73, 0.13)  # of the screening counted by hand
    assert np.sqrt(tpr * (1 - tpr) / 51) == pytest.approx(0.06, abs=0.005)  # "six points"
    assert lesson["precision"] == pytest.approx(0.05, abs=0.01)  # at 1 in 100
    assert 0.01 * tpr + 0.99 * (1 - lesson["fpr"]) < 0.99  # less accurate than calling everything benign


def test_the_tumors_and_screenings_counted_by_hand():
    label, called = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]), np.array([1, 1, 1, 0, 0, 0, 0, 0, 1, 1])
    (tn, fp), (fn, tp) = ck.confusion_matrix(label, called, classes=[0, 1])
    assert (tp, fn, tn, fp) == (3, 1, 4, 2)
    assert (ck.recall(label, called), ck.precision(label, called)) == (3 / 4, 3 / 5)
    assert 1 - ck.specificity(label, called) == pytest.approx(2 / 6)
    assert ck.f1(label, called) == pytest.approx(2 / 3)
    ten = np.ones(10, int)
    assert ck.f1(ten, np.arange(10) < 1) == pytest.approx(0.18, abs=0.005)  # precision 1, recall 0.1
    tested, alarms = np.repeat([1, 0], [100, 9900]), np.repeat([1, 0, 1, 0], [73, 27, 1287, 8613])
    assert alarms.sum() == 1360
    assert 1 / ck.precision(tested, alarms) == pytest.approx(19, abs=0.5)


def test_a_common_mean_reveals_the_held_out_row():
    training = np.array([1, 2, 3])
    np.testing.assert_array_equal(training - training.mean(), [-1, 0, 1])
    np.testing.assert_array_equal(training - np.append(training, 10).mean(), [-3, -2, -1])


def test_the_answers_about_rare_positives_and_halved_scores(lesson):
    label, called = np.repeat([1, 0], [100, 99_900]), np.repeat([1, 0, 1, 0], [90, 10, 999, 98_901])
    assert label.mean() == 1 / 1000
    assert ck.precision(label, called) == pytest.approx(0.08, abs=0.005)  # "about 8 %"
    score, label = lesson["score"][lesson["val"]], lesson["label"][lesson["val"]]
    assert ck.auc(score / 2, label) == ck.auc(score, label)
    assert not (score / 2 >= 0.5).any()  # so the accuracy at this threshold changes


def test_the_six_tumors(lesson):
    fpr, tpr, thresholds = ck.roc_curve(lesson["six_scores"], lesson["six_labels"])
    np.testing.assert_allclose(thresholds, [np.inf, 0.9, 0.7, 0.6, 0.4, 0.1])
    np.testing.assert_allclose(fpr, [0, 0, 0, 1 / 3, 2 / 3, 1])
    np.testing.assert_allclose(tpr, [0, 1 / 3, 2 / 3, 2 / 3, 1, 1])
    assert lesson["six_area"] == pytest.approx(7.5 / 9)


def test_some_digits_are_much_harder_than_others(lesson):
    assert lesson["digit_accuracy"].mean() == pytest.approx(0.95, abs=0.008)  # "about 95 %"
    assert 797 * (1 - lesson["digit_accuracy"].mean()) == pytest.approx(40, abs=5)  # mistakes of one network
    assert np.ptp(lesson["digit_recall"]) > 0.1
    wrong = np.zeros((10, 10))
    off = lesson["answers"] != lesson["true_digit"]
    np.add.at(wrong, (lesson["true_digit"][off], lesson["answers"][off]), 1)
    assert np.sort(wrong.ravel())[::-1][:15].sum() > wrong.sum() / 2  # "fifteen of these cells"


def test_neither_count_falls_with_the_threshold_and_most_steps_raise_one_of_them_or_none(lesson):
    steps = lesson["steps"]
    assert (steps >= 0).all()
    assert (steps > 0).all(axis=1).mean() < 0.25


def test_the_area_is_the_share_of_pairs_in_order_and_ties_count_half(lesson):
    assert lesson["share_in_order"] == pytest.approx(lesson["area"], abs=0.005)
    assert lesson["area"] == lesson["squared"]
    assert lesson["area"] == pytest.approx(ck.auc(np.exp(lesson["score"][lesson["val"]]), lesson["y"]))
    areas = {name: np.trapezoid(tpr, fpr) for name, (fpr, tpr) in lesson["curves"].items()}
    assert max(areas, key=areas.get) == "network"
    middle = (lesson["most"] + lesson["least"]) / 2
    assert np.trapezoid(*lesson["tied_curves"]["ties share a point"][::-1]) == pytest.approx(middle)


def test_most_alarms_are_right_in_the_clinic_and_hardly_any_in_a_screening(lesson):
    fpr, tpr = (rate[np.argmax(lesson["rates_of_network"][1] >= 0.8)] for rate in lesson["rates_of_network"])
    clinic, screening = (share * tpr / (share * tpr + (1 - share) * fpr) for share in (51 / 143, 0.01))
    assert clinic > 0.5
    assert screening < 0.1


def test_the_labels_of_the_digits_repeat_one_form_and_the_blocks_begin_with_it():
    written = "".join(map(str, data.digits().label))
    form = written[:128]
    forms = written.count(form[30:46])  # the digits after three times 0 to 9
    assert len(written) / forms == pytest.approx(130, abs=3)
    for begin in (386, 776, 1029, 1415):
        assert written[begin : begin + 48] == form[:48]


def test_digits_of_unseen_writers_are_harder_in_every_run(lesson):
    shuffled, whole_forms = lesson["by_order"]
    assert shuffled.mean() == pytest.approx(6, abs=0.7)
    assert whole_forms.mean() - shuffled.mean() == pytest.approx(3.3, abs=0.8)
    assert (whole_forms > shuffled).mean() >= 0.95


def test_no_held_out_row_reaches_its_fit_unless_all_are_scaled_together(lesson):
    reached, held_out = lesson["reached"], lesson["held_out"]
    assert held_out.sum() == 30
    np.testing.assert_array_equal(reached["cross_validate"], ~held_out)
    assert reached["scaled before"].all()


def test_the_wrong_way_finds_order_in_noise(lesson):
    assert np.mean(lesson["wrong"]) < 0.03  # random labels look predictable
    assert 0.5 < np.mean(lesson["right"]) < 0.575  # no better than guessing, "slightly above ½"
    assert len(lesson["wrong"]) == 20
    assert lesson["noise_label"].sum() == 25


def test_with_independent_coin_tosses_the_right_way_is_not_above_one_half(lesson):
    rng, errors = np.random.default_rng(0), []
    for _ in range(100):
        x, y = rng.standard_normal((50, 300)), rng.integers(0, 2, 50)
        folds = data.kfold(50, 5, rng)
        errors.append(lesson["mine"](lesson["fit_chosen"], lesson["predict_chosen"], x, y, folds))
    assert np.mean(errors) == pytest.approx(0.5, abs=3 * np.std(errors, ddof=1) / 10)


def test_bias_and_spread_of_the_folds(lesson):
    assert norm.cdf(-1) == pytest.approx(0.16, abs=0.005)  # the lowest possible error
    assert lesson["truth"].min() > norm.cdf(-1)
    bias, estimated = lesson["bias"], lesson["estimated"]
    sd = {name: estimate.std(ddof=1) for name, estimate in estimated.items()}
    assert bias["the error on the training rows"] < -0.03
    assert bias["2 folds"] > 0.02
    assert 0 < bias["5 folds"] < 0.012
    assert abs(bias["50 folds (leave one out)"]) < 0.006  # "almost no bias"
    several = [sd[name] for name in ("5 folds", "10 folds", "50 folds (leave one out)")]
    assert max(several) < 1.1 * min(several)  # "hardly depends on the number of folds"
    assert sd["one fifth held out once"] == pytest.approx(2 * sd["5 folds"], rel=0.2)
    assert lesson["correlation"] == pytest.approx(0.2, abs=0.08)
    assert lesson["truth"].std() == pytest.approx(0.01, abs=0.003)


def test_the_best_of_many_coins(lesson):
    np.testing.assert_allclose(lesson["exact"], [0.5, 0.4232, 0.3752, 0.3393], atol=5e-5)
    np.testing.assert_allclose(lesson["lowest"].mean(axis=1), lesson["exact"], atol=0.012)
    models = lesson["models"]
    furthest = np.sqrt(np.log(models) / (2 * 100))  # the bound on the gap
    assert (0.5 - lesson["exact"] <= furthest + 1e-12).all()
    assert furthest[-1] == pytest.approx(0.19, abs=0.005)
    assert 0.5 - furthest[-1] == pytest.approx(0.31, abs=0.005)


def test_5_to_8_is_no_difference():
    assert binomtest(5, 13, 0.5).pvalue == pytest.approx(0.58, abs=0.005)


def test_the_winner_promises_19_and_delivers_26_errors_in_100(lesson):
    reported, delivered, nested = (lesson[name].mean() for name in ("reported", "delivered", "nested"))
    assert reported == pytest.approx(0.19, abs=0.01)
    assert delivered == pytest.approx(0.26, abs=0.01)
    assert np.sum(lesson["difference"] > 0) >= 17
    every = lesson["all_24"]  # over all configurations: no bias beyond its standard error
    assert abs(every.mean()) < every.std(ddof=1) / np.sqrt(20)
    difference = lesson["nested"] - lesson["delivered"]
    assert abs(nested - delivered) < difference.std(ddof=1) / np.sqrt(20)  # "less than its uncertainty"
    assert lesson["nested"].std(ddof=1) == pytest.approx(lesson["reported"].std(ddof=1), rel=0.3)
    assert lesson["unanimous"] <= 3  # "rarely agree"


def test_one_standard_error_buys_no_accuracy_here(lesson):
    loss = -lesson["gain"]
    assert 0 < loss.mean() < 2 * loss.std(ddof=1) / np.sqrt(20)
    assert 3 <= lesson["lower_draws"] <= 12
    assert lesson["higher_draws"] >= 3
    simplest, lowest = lesson["by_rule"], lesson["mean"].argmin(axis=1)
    assert (simplest <= lowest).all()
    assert np.exp(np.mean(np.log(lesson["strengths"][simplest] / lesson["strengths"][lowest]))) > 4


def test_no_group_of_scores_departs_from_calibration(lesson):
    score, label, val = lesson["score"], lesson["label"], lesson["val"]
    assert label[val].mean() > 1 / 3  # "more than a third"
    for low, high in ((0, 1 / 6), (1 / 6, 1 / 2), (1 / 2, 1)):
        group = val[(score[val] >= low) & (score[val] < high)]
        p = score[group].mean()
        assert len(group) > 30
        assert abs(label[group].mean() - p) < 2 * np.sqrt(p * (1 - p) / len(group))


def test_the_price_asks_for_a_low_threshold(lesson):
    assert lesson["cheapest"] == 0.2
    t, cost = lesson["t"], lesson["cost"]
    assert 0.05 < t < 0.35
    assert (round(lesson["prices"][0.2]), round(lesson["prices"][0.5])) == (47, 57)
    score, label, val = lesson["score"], lesson["label"], lesson["val"]
    price = [np.where(label[val] == 1, 5 * (score[val] < limit), score[val] >= limit) for limit in (0.5, 0.2)]
    more = 100 * (price[0] - price[1])  # per tumor: "this difference of 10 has a standard error of 11"
    assert more.mean() == pytest.approx(10, abs=0.6)
    assert more.std(ddof=1) / np.sqrt(len(val)) == pytest.approx(11, abs=0.6)
    assert cost(lesson["val"], t) <= lesson["prices"][0.2]
    assert cost(lesson["val"], t) + 5 < cost(lesson["test"], t) < cost(lesson["test"], 0.5)
    errors = []
    for rows in (lesson["test"], lesson["val"]):
        each = np.where(label[rows] == 1, 5 * (score[rows] < t), score[rows] >= t)
        errors.append(100 * each.std(ddof=1) / np.sqrt(len(rows)))
    assert errors == pytest.approx([10, 9], abs=1.5)
    assert np.hypot(*errors) == pytest.approx(13, abs=1.5)
    assert t == pytest.approx(0.31, abs=0.005)
    saved = [cost(lesson[rows], 1 / 6) - cost(lesson[rows], t) for rows in ("val", "test")]
    assert saved[0] == pytest.approx(10, abs=1)  # "about 10 per 100 on the validation tumors"
    assert saved[1] < 0  # "nothing on the test tumors"
    difference = cost(lesson["test"], t) - cost(lesson["val"], t)
    assert 0.5 < difference / np.hypot(*errors) < 1.5  # "about as large as the difference itself"
    assert len(np.unique(score[lesson["val"]])) > 100


@pytest.mark.slow
def test_few_validation_images_flatter_the_winner_and_many_do_so_less():
    model, gaps = sweep(epochs=8)._model, {}
    for images in (20, 400):
        gaps[images] = []
        for draw in range(5):
            *_, end = model(images=images, draw=draw)
            winner = np.unravel_index(end["validation"][-1].argmin(), end["validation"][-1].shape)
            gaps[images].append(end["test"][-1][winner] - end["validation"][-1][winner])
    assert np.mean(gaps[20]) > 4
    assert np.mean(gaps[400]) < 3
