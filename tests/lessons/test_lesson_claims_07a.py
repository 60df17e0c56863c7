"""The numbers and verdicts in the prose of lesson 07a agree with what its own cells compute, and with its tables."""

import numpy as np
import pytest
from lesson_cells import names_of

from coursekit import initializers, numpy_backend
from coursekit.experiments import clinic, grids


@pytest.fixture(scope="module")
def lesson():
    return names_of("07a_deep_network_difficulties")


def standard_error(row):
    return row["sd"] / np.sqrt(row["seeds"])


def apart(a, b):
    """By how many standard errors the mean of row a is below that of row b."""
    return (b["mean"] - a["mean"]) / np.hypot(standard_error(a), standard_error(b))


# Eight training runs


def test_four_patients_end_at_the_loss_of_guessing(lesson):
    for name in "ABFG":
        assert lesson["logs"][name]["train_loss"][-1] == pytest.approx(np.log(10), abs=0.15)
    assert lesson["stuck"] == 6


def test_each_patient_shows_its_symptom(lesson):
    logs = lesson["logs"]
    assert logs["C"]["val_loss"][-1] < 0.4
    assert min(logs["E"]["val_loss"]) < 0.95 * logs["E"]["val_loss"][-1]
    assert 12 < np.argmin(logs["E"]["val_loss"]) < 28  # "about halfway" of 40 epochs
    assert logs["D"]["start_loss"][0] > 1e4
    assert not np.isfinite(logs["D"]["train_loss"][0])
    assert logs["D"]["active_fraction"] == 0  # its weights are not finite, so this means nothing
    assert max(logs["F"]["train_loss"]) > 10
    for name in "ABG":
        assert max(logs[name]["train_loss"]) < 2.6
    h = np.array(logs["H"]["train_loss"])
    assert np.median(h) > np.log(10)
    assert (np.diff(h) > 0).mean() > 1 / 3


@pytest.mark.slow
def test_one_of_four_needs_a_larger_rate_and_one_different_weights():
    for name in "ABFG":
        faster = clinic.gain(numpy_backend, name, "rate × 30", seeds=5).mean()
        redrawn = clinic.gain(numpy_backend, name, "Glorot initialization", seeds=5).mean()
        assert (faster > 40) == (name == "A"), name
        assert (redrawn > 40) == (name == "G"), name


# Difficulty 1


@pytest.mark.parametrize(
    ("design", "low", "high"),
    [
        ("sigmoid, heuristic", 0.135, 0.1443),
        ("sigmoid, Glorot", 0.225, 0.25),
        ("tanh, Glorot", 0.9, 1.0),
        ("ReLU, heuristic", 0.39, 0.42),
        ("ReLU, He", 0.97, 1.03),
    ],
)
def test_factors_are_those_of_theory(lesson, design, low, high):
    g = lesson["norms"][design]
    factor = (g[1] / g[-2]) ** (1 / (len(g) - 3))
    assert low < factor.mean() < high


def test_histograms_narrow_forward_and_wander_backward(lesson):
    tanh = lesson["layer_activations"]["tanh,\nheuristic"]
    assert tanh[1].std() > 0.2
    assert 3e-4 < tanh[10].std() < 3e-3
    assert tanh[20].std() < 1e-4
    assert (tanh[20].std() / tanh[15].std()) ** 0.2 == pytest.approx(np.sqrt(1 / 3), abs=0.05)
    glorot = lesson["layer_activations"]["tanh,\nGlorot"]
    assert glorot[20].std() / glorot[1].std() == pytest.approx(0.25, abs=0.1)  # "to about a quarter"
    sigmoid = np.concatenate([a.ravel() for a in lesson["layer_activations"]["sigmoid,\nheuristic"].values()])
    assert (np.quantile(sigmoid, [0.01, 0.99]) > [0.25, 0.5]).all()
    assert np.quantile(sigmoid, 0.99) < 0.75
    relu = lesson["layer_activations"]["ReLU,\nHe"]
    for a in relu.values():
        assert (a == 0).mean() == pytest.approx(0.5, abs=0.12)
    assert relu[20].std() > relu[1].std() / 3
    assert 1e-22 < lesson["typical"] < 1e-19
    assert 1e-5 < np.median(np.abs(lesson["layer_deltas"]["sigmoid,\nheuristic"][20])) < 1e-3


def test_a_uniform_draw_of_glorots_variance_does_the_same_to_the_signal(lesson):
    def uniform(rng, shape):
        limit = np.sqrt(6 / sum(shape[-2:]))
        return rng.uniform(-limit, limit, shape)

    rng = np.random.default_rng(1)
    net = numpy_backend.mlp([64, *[64] * 20, 10], numpy_backend.tanh, rng=rng, ensemble=(20,), init=uniform)
    g = numpy_backend.delta_norms(
        net, lesson["batch"], lesson["targets"], loss=numpy_backend.softmax_cross_entropy
    )
    factor, normal = (
        (norms[1] / norms[-2]) ** (1 / (len(norms) - 3)) for norms in (g, lesson["norms"]["tanh, Glorot"])
    )
    assert factor.mean() == pytest.approx(normal.mean(), abs=0.015)


# Batch norm


def test_training_mode_on_new_images_harms_more_the_smaller_and_the_more_alike_the_batches(lesson):
    by_batch = {key: errors.mean() for key, errors in lesson["by_batch"].items()}
    running = lesson["running"].mean()
    assert 4 < running < 7.5
    assert by_batch["sorted", 20] == pytest.approx(75, abs=6)  # "about three quarters"
    assert by_batch["shuffled", 100] == pytest.approx(running, abs=1)
    shuffled = [by_batch["shuffled", size] for size in (100, 20, 5, 2)]
    assert (np.diff(shuffled) > 1).all()
    for size in (100, 20, 5, 2):
        assert by_batch["sorted", size] > by_batch["shuffled", size] + 20


def test_batch_norm_makes_gradients_grow_in_deep_relu_networks(lesson):
    g = lesson["with_norm"]["ReLU, He, batch norm"]
    factor = ((g[1] / g[-2]) ** (1 / (len(g) - 3))).mean()
    assert factor == pytest.approx(np.sqrt(np.pi / (np.pi - 1)), rel=0.03)
    assert lesson["grown"] > 10
    assert np.median(g[0] / g[1]) > 2  # the factor at layer 1: the weighted sums of the pixels vary less
    weights = initializers.he(np.random.default_rng(0), (64, 64))
    assert (lesson["batch"] @ weights.T).std(axis=0).mean() < np.sqrt((np.pi - 1) / np.pi)
    sigmoid = lesson["with_norm"]["sigmoid, Glorot, batch norm"]
    assert 0.85 < ((sigmoid[1] / sigmoid[-2]) ** (1 / (len(sigmoid) - 3))).mean() < 1.15


# The tables, each cure at its own best rate


def test_vanishing_what_fails_what_helps_in_part_and_what_cures(lesson):
    best = lesson["vanishing"]
    for name in ("sigmoid, heuristic", "sigmoid, Glorot", "sigmoid, momentum"):
        assert best[name]["mean"] > 88
    for name in ("sigmoid, Adam", "ReLU, heuristic"):
        assert 8 < best[name]["mean"] < 30
        assert best[name]["sd"] > 8
    for name in (
        "sigmoid, batch norm",
        "ReLU, He",
        "ReLU, He, batch norm",
        "tanh, Glorot",
        "tanh, heuristic",
    ):
        assert best[name]["mean"] < 7
    assert best["sigmoid, Adam"]["rate"] == 0.01
    learning = [
        row["rate"] for row in grids.read("vanishing_cures")
        if row["cure"] == "ReLU, heuristic" and row["mean"] < 30
    ]  # fmt: skip
    assert learning == [0.1, 0.2]
    shared = {row["cure"]: row["mean"] for row in grids.read("vanishing_cures") if row["rate"] == 0.02}
    assert shared["tanh, Glorot"] < 9
    assert shared["ReLU, heuristic"] > 85
    assert apart(best["tanh, Glorot"], best["tanh, heuristic"]) > 3
    assert apart(best["sigmoid, batch norm"], best["ReLU, He"]) > 4


def test_with_6000_steps_some_sigmoid_networks_learn_at_one_rate():
    rows = grids.read("vanishing_cures_long")
    learned = {(row["cure"], row["rate"]) for row in rows if row["mean"] < 70}
    assert learned == {("sigmoid, heuristic", 5), ("sigmoid, Glorot", 5)}
    best = grids.best(rows, "cure")
    assert apart(best["sigmoid, Glorot"], best["sigmoid, heuristic"]) > 2
    assert min(best["sigmoid, Glorot"]["sd"], best["sigmoid, heuristic"]["sd"]) > 20
    assert best["sigmoid, momentum"]["mean"] > 88


def test_exploding_at_its_own_rate_and_at_each_cures_best_rate(lesson):
    assert lesson["predicted"] == pytest.approx(2.8)
    assert lesson["d_signal"][0] / lesson["d_signal"][-1] == pytest.approx(2.8**8, rel=0.4)
    gains = {name: gain.mean() for name, gain in lesson["d_gains"].items()}
    assert gains["rate ÷ 10"] == 0
    assert gains["He initialization"] > gains["batch norm"] + 5 > gains["clipped gradient"] + 20
    assert gains["clipped gradient"] > gains["Glorot initialization"] > 5
    best = lesson["exploding"]
    for a, b in (
        ("He", "Glorot"), ("batch norm", "Glorot"), ("Glorot", "sigmoid, sd 0.7"), ("Glorot", "tanh, sd 0.7"),
        ("tanh, sd 0.7", "clipped at 1"), ("sigmoid, sd 0.7", "clipped at 1"), ("clipped at 1", "ReLU, sd 0.7"),
    ):  # fmt: skip
        assert apart(best[a], best[b]) > 2, (a, b)
    assert max(best["He"]["mean"], best["batch norm"]["mean"]) < 16
    assert best["Glorot"]["sd"] > 8
    assert best["ReLU, sd 0.7"]["rate"] == 5e-5


def test_clipping_keeps_a_loss_finite_and_high(lesson):
    logs = lesson["treated_logs"]
    assert 10 < logs["clipped gradient"]["train_loss"][-1] < 1000
    assert logs["clipped gradient"]["train_loss"][-1] < logs["clipped gradient"]["start_loss"][0]
    for name in ("none", "rate ÷ 10"):
        assert not np.isfinite(logs[name]["train_loss"][-1])
    assert logs["batch norm"]["start_loss"][0] > 1e3
    assert max(logs[name]["train_loss"][-1] for name in ("batch norm", "He initialization")) < 2


# Difficulty 6


def test_clones_learn_as_one_unit(lesson):
    assert (lesson["clones"].spreads == 0).all()
    assert 1.3 < lesson["ends"] < 1.7
    assert lesson["apart"].losses[-50:].mean() < 0.2


# Difficulties 7 and 8


def test_the_loss_of_a_network_oscillates_or_blows_up(lesson):
    crossing, squared = lesson["crossing"], lesson["squared"]
    rises = (np.diff(crossing, axis=0) > 0).mean(axis=(0, 1))
    assert (np.diff(crossing[:, 0, 0]) < 0).all()  # rate 0.1, the network of the figure
    assert rises[4] > 0.5
    assert 0.3 < rises[3] < 0.5
    assert 25 < lesson["top"] < 100
    assert lesson["end"] > 10
    assert not (squared[-1, :, 4] < 1e50).any()
    growth = np.diff(np.log(squared[20:80, 0, 4]))
    assert growth.min() > 0
    assert growth.std() < 0.5 * growth.mean()


def test_slow_curves_bend_a_little_on_the_logarithmic_axis(lesson):
    for ratio in lesson["per_epoch"].values():
        assert (ratio < 1).all()
        assert ratio[-1] > ratio[0] + 0.005
    assert lesson["per_epoch"]["rate 0.1"][[0, -1]] == pytest.approx([0.864, 0.925], abs=6e-4)


def test_at_the_rate_that_is_too_high_momentum_is_a_null_result(lesson):
    at_two = {name: row["mean"] for name, row in lesson["at_two"].items()}
    for name in ("SGD", "momentum 0.9", "momentum 0.5"):
        assert at_two[name] > 88
    for name in ("halved after each third", "cosine"):
        assert 60 < at_two[name] < 90
    assert at_two["clipped at 1"] == pytest.approx(6.8, abs=0.05)
    assert at_two["inverse time"] == pytest.approx(7.5, abs=0.05)


def test_at_their_own_best_rates_no_cure_beats_sgd(lesson):
    best = lesson["own"]
    assert best["SGD"]["rate"] == 1
    assert best["momentum 0.9"]["rate"] == 0.2
    for name, row in best.items():
        if name != "inverse time":
            assert abs(apart(row, best["SGD"])) < 2, name
            assert standard_error(row) == pytest.approx(0.3, abs=0.1)
    assert apart(best["SGD"], best["inverse time"]) > 2
    rows = {(row["cure"], row["rate"]): row for row in grids.read("oscillation_cures")}
    for rate in (0.005, 0.01, 0.02, 0.05, 0.1):
        assert abs(apart(rows["momentum 0.9", rate], rows["SGD", 10 * rate])) < 2


def test_with_full_batches_momentum_helps_below_the_limit_and_not_above(lesson):
    plain, heavy = (np.median(lesson["by_beta"][beta][-1], axis=0) for beta in (0.0, 0.9))
    assert heavy[3] > 2 * plain[3]  # rate 2
    assert heavy[1] < 0.003  # rate 0.7
    assert 0.05 < plain[1] < 0.09


# Advanced, and the game


def test_shortcuts_keep_the_signal(lesson):
    assert lesson["kept"][False].mean() == pytest.approx(1e-9, rel=2)
    assert 5 < lesson["kept"][True].mean() < 40
    assert lesson["kept"][True].mean() ** (1 / 29) == pytest.approx(1.1, abs=0.018)  # below √1.25


@pytest.mark.slow
def test_what_a_good_plan_gains(lesson):
    plan = {
        "A": "rate × 30", "B": "batch norm", "C": "none", "D": "He initialization", "E": "dropout 0.5",
        "F": "rate ÷ 10", "G": "He initialization", "H": "batch norm",
    }  # fmt: skip
    gains = [clinic.gain(numpy_backend, *pair).mean() for pair in plan.items()]
    assert np.mean(gains) == pytest.approx(57, abs=2)
    assert 20 < lesson["score"] < 32
