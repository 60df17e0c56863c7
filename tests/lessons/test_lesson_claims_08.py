"""The numbers and verdicts in the prose of lesson 08 agree with what its own cells and the table compute."""

import numpy as np
import pytest
from lesson_cells import names_of

from coursekit import numpy_backend as ck
from coursekit.experiments import greedy_comparison, grids
from coursekit.experiments.pretraining import greedy_supervised
from coursekit.training.members import named_parameters

ROWS = grids.read(greedy_comparison.TABLE)


@pytest.fixture(scope="module")
def lesson():
    return names_of("08_greedy_layerwise_training")


@pytest.fixture(scope="module")
def errors():
    return greedy_comparison.errors_at_best()


def row(recipe, depth, optimizer, rate):
    (found,) = [
        r
        for r in ROWS
        if (r["recipe"], r["depth"], r["optimizer"], r["rate"]) == (recipe, depth, optimizer, rate)
    ]
    return found


def below(recipe, depth, optimizer, limit):
    """The rates at which the mean validation error is below `limit`."""
    return {
        r["rate"] for r in ROWS
        if (r["recipe"], r["depth"], r["optimizer"]) == (recipe, depth, optimizer) and r["mean"] < limit
    }  # fmt: skip


def in_standard_errors(differences):
    """The mean difference, seed by seed, in units of its standard error."""
    return differences.mean() / (differences.std(ddof=1) / np.sqrt(len(differences)))


class TestSignal:
    def test_each_layer_passes_on_about_a_seventh(self, lesson):
        assert lesson["part"] == pytest.approx(1 / 2600, rel=0.15)  # "2,600 times smaller"
        hidden = lesson["signal"].mean(axis=1)[:-1]
        np.testing.assert_allclose(hidden[1:] / hidden[:-1], 7, rtol=0.1)
        assert np.sqrt(1 / 3) / 4 == pytest.approx(0.144, abs=0.001)


class TestRateOrDepth:
    def test_a_shallow_network_learns_at_a_rate_at_which_a_deep_one_does_not(self):
        assert row("plain", 1, "SGD", 0.5)["test"] == pytest.approx(5, abs=0.3)
        assert row("plain", 4, "SGD", 0.5)["test"] > 89

    def test_at_three_layers_it_is_the_rate(self, lesson):
        slow, fast = lesson["plain_3"]
        assert slow.mean() == pytest.approx(72, abs=4)
        assert fast.mean() == pytest.approx(6.2, abs=0.7)
        assert fast.max() < 12

    def test_the_plateau_ends_earlier_at_the_higher_rate(self, lesson):
        cost = lesson["plain_cost"]
        ends = (cost < 2).argmax(axis=0)  # the first epoch below 2, (2 rates, 20 seeds)
        assert np.median(ends[0]) > 50
        assert np.median(ends[1]) < 20
        mean = cost.mean(axis=2)  # the mean curves leave the plateau after about 10 and about 70 epochs
        assert 5 < (mean[:, 1] < 2.25).argmax() < 15
        assert 60 < (mean[:, 0] < 2.25).argmax() < 80
        assert np.median(cost[-1, 0]) > 1

    @pytest.mark.slow
    def test_with_four_times_the_epochs_the_low_rate_gets_there(self, lesson):
        net = ck.mlp([64, 32, 32, 32, 10], ck.sigmoid, rng=np.random.default_rng(0), ensemble=(8,),
                     init=lesson["small_uniform"], dtype="float32")  # fmt: skip
        ck.fit(net, lesson["X"][:8], lesson["Y"][:8], optimizer=ck.SGD(net.parameters(), lr=0.5), epochs=400,
               rng=np.random.default_rng(1), **lesson["settings"])  # fmt: skip
        rows = lesson["test"][:8]
        guess = ck.predict(net, lesson["digits"].x[rows]).argmax(axis=-1)
        assert 100 * np.mean(guess != lesson["digits"].label[rows]) == pytest.approx(
            6.8, abs=1
        )  # "about 7 %"

    def test_the_valley_of_sgd_narrows_with_depth(self):
        assert below("plain", 1, "SGD", 5) == {0.5, 1, 2, 3, 5}
        assert below("plain", 3, "SGD", 10) == {2, 3}
        assert below("plain", 4, "SGD", 30) == set()
        assert below("plain", 5, "SGD", 85) == set()
        assert min(r["mean"] for r in ROWS if r["recipe"] == "plain" and r["depth"] == 5
                   and r["optimizer"] == "momentum") > 85  # fmt: skip

    def test_some_networks_of_depth_four_learn_with_sgd_and_others_do_not(self):
        best = greedy_comparison.best("plain")[4, "SGD"]
        assert best["test"] == pytest.approx(32, abs=4)
        assert best["test_sd"] > 20

    def test_adam_learns_at_every_depth_and_depth_costs_a_little(self, errors):
        lowest = [greedy_comparison.best("plain")[depth, "Adam"]["test"] for depth in (1, 3, 4, 5)]
        np.testing.assert_allclose(lowest, [4.0, 5.4, 6.1, 7.5], atol=0.3)
        assert below("plain", 1, "Adam", 10) > below("plain", 4, "Adam", 10) > below("plain", 5, "Adam", 10)


class TestStages:
    def test_budgets(self, lesson):
        assert [len(stage) for stage in lesson["by_stage"]] == [25] * 4
        assert lesson["fine_tuning"].shape == (25, 20)
        assert lesson["frozen"].shape == lesson["tuned"].shape == (4, 20)

    def test_a_random_layer_makes_the_error_jump(self, lesson):
        assert lesson["before"] == pytest.approx(4.1, abs=0.4)  # "about 4 %"
        assert 5 < lesson["first"] < 15
        starts = np.array([stage[0].mean() for stage in lesson["by_stage"]])
        ends = np.array([stage[-1].mean() for stage in lesson["by_stage"]])
        assert (starts[1:] > ends[:-1] + 1.5).all()  # "by about two percentage points or more"
        assert 0.2 < ends[3] - ends[0] < 0.9  # "about half a point above"

    def test_after_the_stages_the_signal_no_longer_vanishes(self, lesson):
        arrives = lesson["signal_4"].mean(axis=1)
        assert arrives[0] / arrives[-1] == pytest.approx(2, abs=0.3)  # "twice as large as at the output"
        first = lesson["fine_tuning"].mean(axis=1)
        assert first[0] == pytest.approx(60, abs=6)  # "to about 60 %", the largest jump
        assert first[-1] == pytest.approx(4.2, abs=0.2)

    @pytest.mark.slow
    def test_a_lower_rate_fine_tunes_without_the_jump_and_ends_alike(self, lesson):
        net = greedy_supervised(
            ck, lesson["X"], lesson["Y"], lesson["sizes"](4), ck.sigmoid, optimizer=lesson["sgd"], epochs=25,
            rng=np.random.default_rng(0), **lesson["networks"], **lesson["settings"],
        )  # fmt: skip
        for layer in (1, 2, 3):  # the hidden layers above the first: "about five times as large"
            weights = named_parameters(net)[f"{2 * layer}.W"]
            assert weights.std() * np.sqrt(3 * 32) == pytest.approx(4.7, abs=0.5)
        weights = named_parameters(net)["0.W"]
        assert weights.std() * np.sqrt(3 * 64) == pytest.approx(6, abs=0.5)
        history = ck.fit(
            net, lesson["X"], lesson["Y"], optimizer=ck.SGD(net.parameters(), lr=1.0), epochs=25,
            rng=np.random.default_rng(1), **lesson["watched"], **lesson["settings"],
        )  # fmt: skip
        error = 100 * history.metrics["error"].mean(axis=1)
        assert error.argmax() == 0
        assert error[0] == pytest.approx(6, abs=0.5)
        assert error[-1] == pytest.approx(4.2, abs=0.2)

    def test_wherever_the_first_stage_learns_the_fourth_ends_higher(self):
        compared = 0
        for r in ROWS:
            if r["recipe"] == "greedy, frozen" and r["depth"] == 1 and r["mean"] < 7:
                assert row("greedy, frozen", 4, r["optimizer"], r["rate"])["mean"] > r["mean"]
                compared += 1
        assert compared >= 15

    def test_the_trained_output_layer_is_better_kept(self, lesson):
        assert lesson["difference"].mean() / lesson["standard_error"] > 2

    def test_stages_work_over_a_wide_range_of_rates(self):
        for depth in (1, 2, 3, 4):
            assert below("greedy, frozen", depth, "SGD", 10) >= {0.5, 1, 2, 3, 5}


class TestDepth:
    def test_greedy_training_is_better_than_plain_from_three_layers_on(self, errors):
        gains = errors["plain"] - errors["greedy, fine-tuned"]
        np.testing.assert_allclose(gains.mean(axis=1), [0.2, 0.2, 1.0, 1.6, 2.5], atol=0.25)
        assert all(in_standard_errors(gain) > 4 for gain in gains[2:])
        tuned = errors["greedy, fine-tuned"].mean(axis=1)
        np.testing.assert_allclose(tuned[[0, 4]], [3.8, 5.0], atol=0.05)  # "from 3.8 % to 5.0 %"

    def test_adam_is_the_best_optimizer_of_plain_training_at_every_depth(self):
        best = greedy_comparison.best("plain")
        for depth in range(1, 6):
            errors = {name: best[depth, name]["mean"] for name in greedy_comparison.OPTIMIZERS}
            assert min(errors, key=errors.get) == "Adam"

    def test_depth_does_not_pay_on_digits(self, errors):
        tuned = errors["greedy, fine-tuned"]
        assert tuned.mean(axis=1).argmin() == 0
        assert (np.diff(tuned.mean(axis=1)) > 0).all()
        assert (np.diff(errors["greedy, frozen"].mean(axis=1)) > 0).all()
        assert in_standard_errors(tuned[3] - tuned[0]) > 4

    def test_fine_tuning_adds_a_little_at_the_best_rate_and_more_at_a_low_one(self, errors):
        gain = errors["greedy, frozen"][3] - errors["greedy, fine-tuned"][3]
        assert gain.mean() == pytest.approx(0.3, abs=0.15)
        assert 2 < in_standard_errors(gain) < 4
        low = row("greedy, frozen", 4, "SGD", 0.5)["test"] - row("greedy, fine-tuned", 4, "SGD", 0.5)["test"]
        assert low == pytest.approx(1.3, abs=0.3)

    def test_the_rule_chooses_one_layer_more_often_than_the_minimum_does(self, lesson):
        assert (lesson["chosen"] == 1).sum() >= 14
        assert (lesson["lowest"] == 1).sum() < (lesson["chosen"] == 1).sum()
        assert 6 <= (lesson["lowest"] == 1).sum() <= 14  # "for only about half of them"
        assert lesson["wrong"]["frozen"].shape == (4, 20, 1197)

    def test_multiplications(self, lesson):
        np.testing.assert_allclose(lesson["one_run"], [126.4, 126.4, 152.0, 177.6])
        assert lesson["one_run"][1] / 25 * 1000 == 5056
        assert lesson["afresh"][1] / 75 * 1000 == pytest.approx(8128)
        np.testing.assert_allclose(lesson["afresh"], [252.8, 609.6, 1120.0, 1784.0])
        grown, scratch = lesson["one_run"].sum(), lesson["afresh"].sum()
        fine_tuning = sum(
            25 * all_layers / (25 * (d + 1)) for d, all_layers in enumerate(lesson["afresh"], 1)
        )
        assert scratch / grown == pytest.approx(6.5, abs=0.05)
        assert scratch / (grown + fine_tuning) == pytest.approx(2.4, abs=0.05)
        assert lesson["afresh"][3] / grown == pytest.approx(3, abs=0.1)  # "three times as many"


class TestToday:
    def test_the_network_trained_in_the_lesson_is_the_one_in_the_table(self, lesson):
        assert lesson["relu_now"].mean() == pytest.approx(lesson["row"]["test"], abs=0.4)

    def test_modern_recipes_need_no_pretraining(self, errors, lesson):
        assert lesson["better"] == ["batch norm"]
        tuned = errors["greedy, fine-tuned"][3]
        assert in_standard_errors(errors["batch norm"][3] - tuned) < -2
        assert abs(errors["ReLU + He"][3] - tuned).mean() < 1
        assert abs(in_standard_errors(errors["ReLU + He"][3] - tuned)) < 2
        assert in_standard_errors(errors["plain, Glorot"][3] - tuned) > 2
        assert errors["plain, Glorot"][3].mean() < errors["plain"][3].mean()

    def test_only_batch_norm_keeps_gaining_with_depth(self, errors):
        falling = {name for name, values in errors.items() if (np.diff(values.mean(axis=1)) < 0).all()}
        assert falling == {"batch norm"}
        np.testing.assert_allclose(errors["batch norm"].mean(axis=1)[[0, 3]], [4.4, 3.5], atol=0.15)
        assert errors["batch norm"].mean(axis=1).min() < errors["greedy, fine-tuned"].mean(axis=1).min()

    def test_errors_named_in_the_table_of_benefits(self, errors):
        assert greedy_comparison.best("greedy, fine-tuned")[4, "SGD"]["test"] == pytest.approx(4.7, abs=0.15)
        named = {
            "plain": 6.1, "greedy, fine-tuned": 4.5, "plain, Glorot": 5.0, "ReLU + He": 4.4, "batch norm": 3.5,
        }  # fmt: skip
        for name, value in named.items():
            assert errors[name][3].mean() == pytest.approx(value, abs=0.1), name

    def test_it_is_mostly_adam_and_glorot_helps_too(self):
        small, glorot = greedy_comparison.best("plain"), greedy_comparison.best("plain, Glorot")
        assert small[4, "Adam"]["test"] < glorot[4, "SGD"]["test"] < small[4, "SGD"]["test"]
        assert all(glorot[4, name]["test"] < small[4, name]["test"] for name in greedy_comparison.OPTIMIZERS)
        assert glorot[4, "SGD"]["test"] == pytest.approx(10, abs=1)
        assert glorot[4, "SGD"]["test_sd"] == pytest.approx(13, abs=1)
        assert small[4, "momentum"]["test"] > 60

    def test_stages_without_labels_do_better_and_do_not_get_worse_with_depth(self, errors):
        unlabeled, labeled = errors["autoencoders"], errors["greedy, fine-tuned"]
        gap = labeled[3] - unlabeled[3]
        assert gap.mean() == pytest.approx(0.65, abs=0.1)
        assert gap.std(ddof=1) / np.sqrt(20) == pytest.approx(0.17, abs=0.03)
        np.testing.assert_allclose(unlabeled.mean(axis=1)[[0, 3]], [3.9, 3.9], atol=0.1)
        assert abs(in_standard_errors(unlabeled[3] - unlabeled[0])) < 2

    def test_the_verdict_on_labels_depends_on_the_rate_of_the_autoencoders(self, errors):
        table = {r["rate"]: r for r in grids.read(greedy_comparison.ENCODER_TABLE) if r["depth"] == 4}
        assert min(table, key=lambda rate: table[rate]["mean"]) == greedy_comparison.ENCODER_RATE == 0.01
        assert table[0.002]["test"] == pytest.approx(7.5, abs=0.5)
        assert table[0.005]["test"] == pytest.approx(4.9, abs=0.2)
        assert table[0.005]["test"] > errors["greedy, fine-tuned"][3].mean() > table[0.01]["test"]

    def test_nothing_grown_is_clearly_better_than_one_hidden_layer(self, errors):
        shallow, *deeper = errors["greedy, fine-tuned"]
        assert all(in_standard_errors(values - shallow) > -2 for values in [*deeper, *errors["autoencoders"]])


class TestBenefits:
    def test_no_gain_in_generalization_at_two_layers(self, lesson):
        assert abs(lesson["difference_2"].mean()) < 2 * lesson["se_2"]

    def test_at_three_layers_both_fit_the_training_images_and_the_grown_network_errs_less(self, errors):
        seeds = [r for r in grids.read(greedy_comparison.SEEDS_TABLE) if r["depth"] == 3]
        cost = {name: np.median([r["cost"] for r in seeds if r["recipe"] == name])
                for name in ("plain", "greedy, fine-tuned")}  # fmt: skip
        assert max(cost.values()) < 0.001
        assert in_standard_errors(errors["plain"][2] - errors["greedy, fine-tuned"][2]) > 4

    def test_the_table_treats_both_recipes_fairly(self, lesson):
        judge, tried, lows = lesson["judge"], lesson["tried"], lesson["lows"]
        assert judge([125, 125], tried, lows) == [False, False]
        assert judge([125, 125], [r[:1] for r in tried], [e[:1] for e in lows]) == [True, True]
        assert [r[e.argmin()] for r, e in zip(tried, lows, strict=True)] == [5, 2]

    def test_the_second_decision_follows_the_rule(self, lesson):
        assert lesson["pick"] == 1
