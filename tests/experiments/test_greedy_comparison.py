"""The comparison of lesson 08: its laws, its tables, and a part of the grid trained again."""

import numpy as np
import pytest

from coursekit import data
from coursekit import numpy_backend as ck
from coursekit.experiments import greedy_comparison, grids
from coursekit.experiments.pretraining import greedy_supervised

ROWS = grids.read(greedy_comparison.TABLE)
NEVER_LEARNS = 80  # %: where the best rate is still at guessing, no rate is the best


def test_each_contender_has_a_best_rate_inside_its_grid():
    best = grids.best(ROWS, "contender")
    at_the_edge = [name for name in grids.at_the_edge(ROWS, "contender") if best[name]["mean"] < NEVER_LEARNS]
    assert not at_the_edge
    assert not grids.at_the_edge(grids.read(greedy_comparison.ENCODER_TABLE), "contender")


def test_every_recipe_was_tried_at_every_rate_with_every_optimizer_on_twenty_seeds():
    tried = {}
    for row in ROWS:
        assert row["n"] == 20
        tried.setdefault((row["recipe"], row["depth"], row["optimizer"]), set()).add(row["rate"])
    for (recipe, depth, optimizer), rates in tried.items():
        assert rates == set(greedy_comparison.rates_of(recipe, optimizer)), (recipe, depth, optimizer)
    names = {"greedy, frozen", "greedy, fine-tuned", *greedy_comparison.RECIPES} - {"greedy"}
    for depth in (1, 2, 3, 4):
        for optimizer in greedy_comparison.OPTIMIZERS:
            assert {recipe for recipe, d, name in tried if (d, name) == (depth, optimizer)} == names


def test_the_seeds_are_those_of_the_best_rows():
    errors = greedy_comparison.errors_at_best()
    for recipe, by_depth in errors.items():
        for depth, values in enumerate(by_depth, start=1):
            rows = [row for key, row in greedy_comparison.best(recipe).items() if key[0] == depth]
            lowest = min(rows, key=lambda row: row["mean"])
            assert values.mean() == pytest.approx(lowest["test"], abs=0.01)
            assert values.std(ddof=1) == pytest.approx(lowest["test_sd"], abs=0.01)


def test_the_splits_of_a_seed_are_disjoint_and_all_recipes_have_one_budget():
    for parts in zip(*greedy_comparison.split(3), strict=True):
        assert sorted(np.concatenate(parts)) == list(range(1797))
    assert [greedy_comparison.epochs(depth) for depth in (1, 4)] == [50, 125]
    for depth in greedy_comparison.DEPTHS:  # something is left for fine-tuning
        assert greedy_comparison.ENCODER_EPOCHS * depth < greedy_comparison.epochs(depth)


def test_fine_tuning_a_stage_does_not_change_the_stages_after_it():
    found = greedy_comparison.train(ck, "greedy", 2, "SGD", [2.0], seeds=2)
    shown, _, test = greedy_comparison.split(2)
    digits = data.digits()
    net = greedy_supervised(
        ck, digits.x[shown], digits.y[shown], greedy_comparison.sizes(2), ck.sigmoid, epochs=25, batch_size=30,
        optimizer=lambda p: ck.SGD(p, lr=2.0), rng=np.random.default_rng(0), ensemble=(1, 2), dtype="float32",
        init=greedy_comparison.small_uniform, loss=ck.softmax_cross_entropy,
    )  # fmt: skip
    guess = ck.predict(net, digits.x[test]).argmax(axis=-1)
    alone = 100 * np.mean(guess != digits.label[test], axis=-1)
    np.testing.assert_allclose(found["greedy, frozen", 2].test, alone, atol=0.3)


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="recipe"):
        greedy_comparison.train(ck, "deep", 1, "SGD", [0.5], 2)
    with pytest.raises(ValueError, match="name"):
        greedy_comparison.train(ck, "plain", 1, "AdamW", [0.5], 2)
    with pytest.raises(ValueError, match="no recipe named 'deep'"):
        greedy_comparison.best("deep")


def again(recipe, depth, optimizer, rates):
    """Trained again on 20 seeds: {(recipe, depth): Outcome}."""
    return greedy_comparison.train(ck, recipe, depth, optimizer, rates, 20)


def agrees(outcome, recipe, depth, optimizer, rates):
    """The mean test error at each rate is within three standard errors of a difference of the one in the table."""
    table = {
        row["rate"]: row
        for row in ROWS
        if (row["recipe"], row["depth"], row["optimizer"]) == (recipe, depth, optimizer)
    }
    for rate, values in zip(rates, outcome.test, strict=True):
        spread = np.hypot(values.std(ddof=1), table[rate]["test_sd"]) / np.sqrt(20)
        assert abs(values.mean() - table[rate]["test"]) < 3 * spread + 0.1, (recipe, depth, optimizer, rate)


@pytest.mark.slow
def test_three_plain_layers_have_a_narrow_valley_of_good_rates():
    rates = [0.5, 2, 3, 5]
    outcome = again("plain", 3, "SGD", rates)["plain", 3]
    agrees(outcome, "plain", 3, "SGD", rates)
    mean = outcome.test.mean(axis=1)
    assert mean[0] > 60
    assert mean[1:3].max() < 9
    assert outcome.validation.mean(axis=1).argmin() == 2


@pytest.mark.slow
def test_four_plain_layers_fail_with_sgd_in_many_runs_and_learn_with_adam():
    failing = again("plain", 4, "SGD", [3, 5])["plain", 4].test
    assert (failing.mean(axis=1) > 20).all()
    rates = [0.01, 0.02, 0.03]
    outcome = again("plain", 4, "Adam", rates)["plain", 4]
    agrees(outcome, "plain", 4, "Adam", rates)
    assert outcome.test[1].mean() < 9


@pytest.mark.slow
def test_autoencoders_need_a_rate_of_their_own_and_then_do_better_than_stages_with_labels():
    low, good = greedy_comparison.encoder_rows(ck, [4], [0.002, greedy_comparison.ENCODER_RATE])
    assert low["test"] > good["test"] + 2
    rates = [0.3, 0.5, 0.7]
    outcome = again("autoencoders", 4, "momentum", rates)["autoencoders", 4]
    agrees(outcome, "autoencoders", 4, "momentum", rates)
    gain = greedy_comparison.errors_at_best()["greedy, fine-tuned"][3] - outcome.test[1]
    assert gain.mean() > 2 * gain.std(ddof=1) / np.sqrt(20)


@pytest.mark.slow
def test_two_rates_for_stages_with_labels_do_not_change_the_verdict_on_labels():
    """Stages with Adam at 0.05, fine-tuned with Adam at 0.01: "4.3 %", still above the autoencoders."""
    shown, _, test = greedy_comparison.split(20)
    digits = data.digits()
    X, y = digits.x[shown], digits.y[shown]
    settings = {"loss": ck.softmax_cross_entropy, "epochs": 25, "batch_size": 30}
    net = greedy_supervised(
        ck, X, y, greedy_comparison.sizes(4), ck.sigmoid, optimizer=lambda p: ck.Adam(p, lr=0.05), ensemble=(20,),
        rng=np.random.default_rng(0), dtype="float32", init=greedy_comparison.small_uniform, **settings,
    )  # fmt: skip
    ck.fit(net, X, y, optimizer=ck.Adam(net.parameters(), lr=0.01), rng=np.random.default_rng(1), **settings)
    guess = ck.predict(net, digits.x[test]).argmax(axis=-1)
    errors = 100 * np.mean(guess != digits.label[test], axis=-1)
    assert errors.mean() == pytest.approx(4.3, abs=0.2)
    gap = errors - greedy_comparison.errors_at_best()["autoencoders"][3]
    assert gap.mean() > 2 * gap.std(ddof=1) / np.sqrt(20)


@pytest.mark.slow
def test_greedy_training_is_better_than_plain_training_at_four_layers():
    rates = [0.01, 0.02, 0.03]
    found = again("greedy", 4, "Adam", rates)
    for name in ("greedy, frozen", "greedy, fine-tuned"):
        agrees(found[name, 4], name, 4, "Adam", rates)
    gain = greedy_comparison.errors_at_best()["plain"][3] - found["greedy, fine-tuned", 4].test[1]
    assert gain.mean() > 2 * gain.std(ddof=1) / np.sqrt(20)


def test_the_best_of_all_optimizers_and_rates_is_kept_seed_by_seed():
    def outcome(*validation):  # one error per rate, the same for both seeds
        errors = np.repeat(np.array(validation)[:, None], 2, axis=1)
        return greedy_comparison.Outcome(errors, errors + np.array([1, 2]), errors / 10)

    found = [
        ("SGD", [0.5, 1.0], {("plain", 3): outcome(8.0, 6.0)}),
        ("Adam", [0.01], {("plain", 3): outcome(7.0)}),
    ]
    kept = greedy_comparison.rows_at_best(found)
    assert [(row["optimizer"], row["rate"], row["seed"], row["test"]) for row in kept] == [
        ("SGD", 1.0, 0, 7.0),
        ("SGD", 1.0, 1, 8.0),
    ]


def test_the_table_by_seed_agrees_with_the_table_of_means():
    by_setting = {}
    for row in grids.read(greedy_comparison.SEEDS_TABLE):
        key = row["recipe"], row["depth"], row["optimizer"], row["rate"]
        by_setting.setdefault(key, []).append(row["test"])
    means = {
        (row["recipe"], row["depth"], row["optimizer"], row["rate"]): row["test"]
        for row in [*ROWS, *grids.read(greedy_comparison.ENCODER_TABLE)]
    }
    compared = {key: np.mean(tests) for key, tests in by_setting.items() if key in means}
    assert len(compared) >= 20
    for key, mean in compared.items():
        assert mean == pytest.approx(means[key], abs=0.05), key
