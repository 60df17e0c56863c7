"""The numbers and verdicts in the prose of lesson 09 agree with what its own cells compute."""

import numpy as np
import pytest
from lesson_cells import names_of, solved_names_of

from coursekit import capstone, data, initializers, numpy_backend
from coursekit.capstone import rate_grid
from coursekit.capstone.fashion import BASELINE
from coursekit.experiments import grids


@pytest.fixture(scope="module")
def lesson():
    return names_of("09_capstone")


@pytest.fixture(scope="module")
def solved():
    """The same, with the recipe of the solution in place of the blank one."""
    return solved_names_of("09_capstone")


def test_wrong_labels_are_learned_last(lesson):
    wrong, right, hidden = (
        np.mean(lesson["share"][name], axis=1)
        for name in ("wrong labels reproduced", "right labels reproduced", "hidden images misread")
    )
    assert (wrong[:6] < 6).all()  # "about 4 %. This is even less than the 10 % of a guess"
    assert right[5] > 90
    assert wrong[-1] == pytest.approx(67, abs=5)  # "about two thirds"
    assert hidden.min() == pytest.approx(13, abs=1.5)
    assert hidden[-1] > 1.8 * hidden.min()  # "doubled"
    assert len(lesson["draws"]) == 20


def test_ten_percent_measure_37(lesson):
    assert 100 * capstone.noisy_error(0.1) == pytest.approx(30 + 2 / 3 * 10)
    np.testing.assert_allclose(1.5 * (np.array([0.38, 0.36]) - 0.3), [0.12, 0.09])  # "Check yourself" 2
    np.testing.assert_allclose(capstone.noisy_error([0.12, 0.09]), [0.38, 0.36])


def test_sixty_epochs_can_be_paid(lesson):
    assert capstone.BUDGET // lesson["price"] == 58
    assert capstone.BUDGET // (2 * lesson["price"]) == 29
    assert 3 * 19 * lesson["price"] <= capstone.BUDGET  # "19 epochs of three networks"
    assert (
        capstone.BUDGET < 50 * 3 * (64 * 128 + 128 * 10) * 600
    )  # "128 units for 50 epochs are too expensive"


def test_small_weights_lose_the_signal_only_in_the_deep_network(lesson):
    signal = lesson["signal"]
    assert signal["N(0, 0.01²)", 4] < 1e-4  # "about a hundred-thousandth"
    assert signal["N(0, 0.01²)", 1] == pytest.approx(1 / 20, rel=0.3)  # "about 20 times smaller"
    for name in ("He", "Glorot"):
        for layers in (1, 4):
            assert 0.2 < signal[name, layers] < 5  # "of similar size"


def test_only_the_deep_network_with_small_weights_cannot_memorize_ten_images(lesson):
    ck, x, y = numpy_backend, lesson["x"][:10], lesson["y"][:10]
    share = y.mean(axis=0)[y.any(axis=0)]
    entropy = -(
        share * np.log(share)
    ).sum()  # the loss of a network that knows only how often each label occurs
    for name, init in lesson["starts"].items():
        for layers in (1, 4):
            ends = []
            for rate in (0.02, 0.05, 0.1, 0.2, 0.5):
                net = ck.mlp([64, *[64] * layers, 10], ck.relu, rng=np.random.default_rng(0), init=init)
                optimizer = ck.SGD(net.parameters(), lr=rate, momentum=0.9)
                ends.append(
                    ck.fit(net, x, y, loss=ck.softmax_cross_entropy, optimizer=optimizer, epochs=100).train[
                        -1
                    ]
                )
            if (name, layers) == ("N(0, 0.01²)", 4):
                np.testing.assert_allclose(ends, entropy, atol=0.12)  # "it stays near 1.7"
                assert ends[1] == pytest.approx(1.7, abs=0.05)
            else:
                assert min(ends) < 0.01
                assert ends[1] < 0.1


@pytest.mark.slow
def test_with_one_hidden_layer_a_larger_rate_makes_up_for_small_weights():
    def small(rng, shape):
        return rng.normal(0, 0.01, shape)

    rates = (0.01, 0.02, 0.04, 0.08)
    he, tiny = (capstone.held_out_errors(rates, init=init).mean(axis=1) for init in (initializers.he, small))
    assert abs(he.min() - tiny.min()) < 0.5  # "the initial weights hardly matter here"
    assert tiny[0] > he[0] + 10  # "a larger learning rate makes up for it"


def test_the_example_measures_what_the_formula_expects(lesson):
    assert (lesson["by_split"].mean() - 30) * 3 / 2 == pytest.approx(28, abs=5)


def test_the_spread_of_a_measured_error():
    np.testing.assert_allclose(100 * np.sqrt(np.array([0.1 * 0.9, 0.37 * 0.63]) / 150), [2.4, 3.9], atol=0.06)
    assert len(data.digits()) == 1797
    assert capstone.draw_task(np.random.default_rng(0)).x.shape[0] / 1797 == pytest.approx(
        1 / 3, abs=0.01
    )  # "about a third of the hidden images are among the 600"


def test_most_disagreements_are_wrong_labels(lesson):
    task, differ, sure = lesson["task"], lesson["differ"], lesson["sure"]
    assert task.wrong[sure[:20]].all()  # "In all twenty cases the label is wrong"
    assert task.wrong[differ].mean() > 0.8  # "more than four in five"
    assert task.wrong[differ].sum() > 0.95 * task.wrong.sum()  # "almost all of the 180"
    assert task.wrong.sum() == 180


def test_the_lead_of_the_falling_rate_belongs_to_the_rate(lesson):
    assert lesson["shared"] == pytest.approx(4.8, abs=0.6)  # "almost 5 points"
    assert lesson["change"] == "disappears"
    rate, epochs = lesson["examples"]
    assert rate.finding == epochs.finding == "no difference measured"
    assert rate.gain.size == 20
    assert lesson["own"] == pytest.approx(-0.4, abs=0.05)  # "that of the table, −0.4 points"
    for decision in (rate, epochs):  # "a difference of less than about 0.7 points goes unnoticed"
        assert 2 * decision.gain.std(ddof=1) / np.sqrt(20) == pytest.approx(0.7, abs=0.15)
    assert lesson["best"] == {
        name: row["rate"] for name, row in grids.best(grids.read("capstone_rates"), "contender").items()
    }


def test_the_falling_rate_is_good_over_a_wider_range():
    rows = grids.read("capstone_rates")
    near = {
        name: sum(row["mean"] < best["mean"] + 2 for row in rows if row["contender"] == name)
        for name, best in grids.best(rows, "contender").items()
    }
    assert near["falling rate"] >= near["fixed rate"] + 2


def test_the_table_holds_no_best_rate_at_its_edge_and_the_differences_of_the_text():
    rows = grids.read("capstone_rates")
    assert {row["contender"] for row in rows} == set(rate_grid.CONTENDERS)
    assert grids.at_the_edge(rows, "contender") == []
    mean = {name: row["mean"] for name, row in grids.best(rows, "contender").items()}
    for name in ("falling rate, 128 units", "falling rate, Glorot's weights"):
        assert abs(mean[name] - mean["falling rate"]) < 0.5  # "the same to within half a point"
    assert mean["falling rate, batch norm"] - mean["falling rate"] == pytest.approx(
        2, abs=0.6
    )  # "about two points"


def test_the_baseline_of_the_second_task():
    below = BASELINE - 2 * capstone.FashionResult(BASELINE, 10_000, 0.0, "").standard_error
    assert below == pytest.approx(9.4)
    assert capstone.FashionResult(below - 0.05, 10_000, 0.0, "").verdict == "better than the baseline"


def test_nothing_is_downloaded_and_no_decision_is_written_for_the_learner(lesson):
    assert lesson["clothes"] is None
    assert lesson["decisions"] == []
    assert (lesson["author"], lesson["title"], lesson["summary"]) == ("", "", "")


@pytest.mark.slow
def test_the_exam(solved):
    standings = solved["standings"]
    assert standings.recipe is solved["my_recipe"]
    assert all(errors.size == 20 for errors in standings.errors.values())
    means = {name: errors.mean() for name, errors in standings.errors.items()}
    assert means["early stopping"] > means["short and decaying"] > means["dropped units"]
    assert standings.order[1:] == list(capstone.RECIPES)[::-1]  # "the best of the five"


class AtASmallRate:
    """The backend, except that every optimizer has the fixed rate 0.01."""

    def __getattr__(self, name):
        return getattr(numpy_backend, name)

    def SGD(self, parameters, lr, **others):
        return numpy_backend.SGD(parameters, lr=0.01, **others)


@pytest.mark.slow
def test_the_fixed_rates_of_the_references_are_too_large(lesson):
    usual, small = (capstone.standings(lesson["first_try"], ck=ck).errors for ck in (None, AtASmallRate()))
    for name, before, after in (
        ("shrunk weights", 12, 9),
        ("early stopping", 14, 12),
        ("to the end", 29, 11),
    ):
        assert (usual[name].mean(), small[name].mean()) == pytest.approx((before, after), abs=0.8)


@pytest.mark.slow
def test_the_plain_recipe_loses_less_to_the_short_one_at_its_own_best_rate(lesson):
    """ "1.1 points more … at its own best rate, 0.02, … only 0.4 points more"."""

    class Slower:
        """The backend, except that a falling rate starts at another height."""

        def __init__(self, rate):
            self.rate = rate

        def __getattr__(self, name):
            return getattr(numpy_backend, name)

        def cosine(self, rate, steps):
            return numpy_backend.cosine(self.rate, steps)

    def errors(recipe, rate):
        tasks = [capstone.draw_task(np.random.default_rng([2026, i])) for i in range(20)]  # those of the exam
        return np.array([
            capstone.error(recipe, task, Slower(rate), np.random.default_rng(i)) for i, task in enumerate(tasks)
        ])  # fmt: skip

    plain = {rate: errors(lesson["first_try"], rate) for rate in (0.01, 0.02, 0.03, 0.05)}
    short = {rate: errors(capstone.RECIPES["short and decaying"], rate) for rate in (0.03, 0.05, 0.08)}
    assert (plain[0.05] - short[0.05]).mean() == pytest.approx(1.1, abs=0.3)
    assert ((plain[0.05] - short[0.05]) > 0).sum() >= 16
    assert min(plain, key=lambda rate: plain[rate].mean()) == 0.02
    assert min(errors.mean() for errors in short.values()) > short[0.05].mean() - 0.1  # "suits 15 epochs"
    assert (plain[0.02] - short[0.05]).mean() == pytest.approx(0.4, abs=0.3)


@pytest.mark.slow
def test_what_beats_dropout_uses_a_first_network(solved):
    gap, se = solved["standings"].gap("yours", "dropped units")  # of the solution
    assert solved["standings"].rank("yours") == 1
    assert gap < -2 * se


@pytest.mark.slow
def test_the_page_is_about_this_run(solved):
    assert "It trains twice:" in solved["page"].html
    assert "2 networks side by side with 64 hidden units" in solved["page"].html
    assert "my_recipe" in solved["page"].html
    assert set(capstone.questions(solved["standings"]).settings) == {
        "trainings",
        "networks",
        "dropout",
        "epochs",
        "relabeled",
    }
