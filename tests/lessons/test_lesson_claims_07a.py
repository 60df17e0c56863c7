"""The numbers and verdicts in the prose of lesson 07a agree with what its own cells compute."""

import numpy as np
import pytest
from lesson_cells import names_of

from coursekit import numpy_backend
from coursekit.experiments import clinic


@pytest.fixture(scope="module")
def lesson():
    return names_of("07a_deep_network_difficulties")


def test_four_patients_show_the_same_flat_line(lesson):
    for name in "ABFG":
        assert lesson["logs"][name]["train_loss"][-1] == pytest.approx(np.log(10), abs=0.15)
    assert lesson["stuck"] == 6


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


def test_batch_norm_makes_deep_relu_networks_explode(lesson):
    g = lesson["with_norm"]["ReLU, He, batch norm"]
    factor = ((g[1] / g[-2]) ** (1 / (len(g) - 3))).mean()
    assert factor == pytest.approx(np.sqrt(np.pi / (np.pi - 1)), rel=0.03)
    assert lesson["grown"] > 10


def test_he_and_batch_norm_cure_and_glorot_alone_does_not(lesson):
    cures = {name: values.mean() for name, values in lesson["cures"].items()}
    assert cures["sigmoid, heuristic"] > 85
    assert cures["… Glorot weights"] > 85
    assert cures["… ReLU"] > 60
    assert cures["… ReLU, He weights"] < 25
    assert max(cures["… batch norm"], cures["… ReLU, He, batch norm"]) < 15


def test_shortcuts_keep_the_signal(lesson):
    assert np.mean(lesson["left"][False]) < 1e-8
    assert 1 < np.mean(lesson["left"][True]) < 20


def test_clones_learn_as_one_unit(lesson):
    assert (lesson["clones"].spreads == 0).all()
    assert 1.3 < lesson["ends"] < 1.7
    assert lesson["apart"].losses[-50:].mean() < 0.2


def test_a_rate_ten_times_too_large_ends_at_guessing(lesson):
    assert lesson["last"] == pytest.approx(np.log(10), abs=0.3)


def test_slow_schedules_come_too_late_and_quick_ones_do_not(lesson):
    steady = {name: values.mean() for name, values in lesson["steady"].items()}
    assert steady["rate 2"] > 80
    assert min(steady["… halved every 5 epochs"], steady["… cosine to 0"]) > 40
    assert max(steady["… 2 / (1 + t/20)"], steady["… gradient clipped at 1"]) < 15
    assert steady["rate 0.05, momentum 0.9"] == pytest.approx(steady["rate 0.5"], abs=1)


@pytest.mark.slow
def test_what_a_good_plan_gains(lesson):
    plan = {
        "A": "rate × 30", "B": "batch norm", "C": "none", "D": "He initialization", "E": "dropout 0.5",
        "F": "rate ÷ 10", "G": "He initialization", "H": "batch norm",
    }  # fmt: skip
    gains = [clinic.gain(numpy_backend, *pair).mean() for pair in plan.items()]
    assert np.mean(gains) == pytest.approx(57, abs=2)
    assert 20 < lesson["score"] < 32
