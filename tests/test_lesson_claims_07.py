"""Numbers and verdicts that stand in the prose of lessons 07a and 07b, held against what their own cells compute."""

from pathlib import Path

import nbformat
import numpy as np
import pytest

from coursekit import clinic, numpy_backend

LESSONS = Path(__file__).parent.parent / "lessons"


def names_of(notebook):
    """The names that its cells leave behind, run in this process from top to bottom."""
    names = {"display": lambda figure: None}
    for cell in nbformat.read(LESSONS / notebook, as_version=4).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, cell.id, "exec"), names)
    return names


@pytest.fixture(scope="module")
def signals():
    return names_of("07a_deep_network_difficulties.ipynb")


@pytest.fixture(scope="module")
def tuning():
    return names_of("07b_deep_network_difficulties.ipynb")


def test_four_patients_show_the_same_flat_line(signals):
    for name in "ABFG":
        assert signals["logs"][name]["train_loss"][-1] == pytest.approx(np.log(10), abs=0.15)
    assert signals["stuck"] == 6


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
def test_factors_are_those_of_theory(signals, design, low, high):
    g = signals["norms"][design]
    factor = (g[1] / g[-2]) ** (1 / (len(g) - 3))
    assert low < factor.mean() < high


def test_batch_norm_makes_deep_relu_networks_explode(signals):
    g = signals["with_norm"]["ReLU, He, batch norm"]
    factor = ((g[1] / g[-2]) ** (1 / (len(g) - 3))).mean()
    assert factor == pytest.approx(np.sqrt(np.pi / (np.pi - 1)), rel=0.03)
    assert signals["grown"] > 10


def test_he_and_batch_norm_cure_and_glorot_alone_does_not(signals):
    cures = {name: values.mean() for name, values in signals["cures"].items()}
    assert cures["sigmoid, heuristic"] > 85
    assert cures["… Glorot weights"] > 85
    assert cures["… ReLU"] > 60
    assert cures["… ReLU, He weights"] < 25
    assert max(cures["… batch norm"], cures["… ReLU, He, batch norm"]) < 15


def test_shortcuts_keep_the_signal(signals):
    assert np.mean(signals["left"][False]) < 1e-8
    assert 1 < np.mean(signals["left"][True]) < 20


def test_clones_learn_as_one_unit(signals):
    assert (signals["clones"].spreads == 0).all()
    assert 1.3 < signals["ends"] < 1.7
    assert signals["apart"].losses[-50:].mean() < 0.2


def test_a_rate_ten_times_too_large_ends_at_guessing(signals):
    assert signals["last"] == pytest.approx(np.log(10), abs=0.3)


def test_slow_schedules_come_too_late_and_quick_ones_do_not(signals):
    steady = {name: values.mean() for name, values in signals["steady"].items()}
    assert steady["rate 2"] > 80
    assert min(steady["… halved every 5 epochs"], steady["… cosine to 0"]) > 40
    assert max(steady["… 2 / (1 + t/20)"], steady["… gradient clipped at 1"]) < 15
    assert steady["rate 0.05, momentum 0.9"] == pytest.approx(steady["rate 0.5"], abs=1)


def test_what_a_good_plan_gains(signals):
    plan = {
        "A": "rate × 30", "B": "batch norm", "C": "none", "D": "He initialization", "E": "dropout 0.5",
        "F": "rate ÷ 10", "G": "He initialization", "H": "batch norm",
    }  # fmt: skip
    gains = [clinic.gain(numpy_backend, *pair).mean() for pair in plan.items()]
    assert np.mean(gains) == pytest.approx(57, abs=2)
    assert 20 < signals["score"] < 32


def test_random_labels_are_learned_by_heart(tuning):
    errors = [curve[-1].mean() for curve in tuning["curves"].values()]
    assert max(errors) < 1
    assert tuning["tests"].mean(axis=0) == pytest.approx([8, 45, 90], abs=3)


def test_cures_of_overfitting_need_something_to_suppress(tuning):
    clean, noisy = ({k: v.mean() for k, v in tuning[name].items()} for name in ("clean", "noisy"))
    assert min(clean.values()) > clean["nothing"] - 0.5  # "nothing helps"
    assert clean["augmentation"] > clean["nothing"] + 0.5  # "do harm"
    for cure in ("dropout 0.5", "augmentation", "L2, λ = 3"):
        assert noisy[cure] < noisy["nothing"] - 1.5


def test_pruning_and_rounding(tuning):
    rise = {how: values.mean(axis=1) for how, values in tuning["rise"].items()}
    assert 0.2 < rise["smallest"][1] < 2  # "about a point"
    assert rise["at random"][1] > 30
    assert rise["smallest"][3] > 4 > rise["smallest, then 5 epochs"][3]
    two, _, four, _, eight = tuning["rounded"]["rounded"].mean(axis=1)
    assert abs(eight) < 0.3
    assert four < 2
    assert two > 40


def test_data_augmentation_and_transfer(tuning):
    assert 3.5 < tuning["curve"][-1].mean() < 6
    shifted = {name: values.mean() for name, values in tuning["shifted"].items()}
    assert shifted["as they are: moved test"] > 45
    assert shifted["with moved copies: moved test"] < 20
    assert shifted["with moved copies: centered test"] > shifted["as they are: centered test"]
    results = {name: values.mean() for name, values in tuning["results"].items()}
    assert results["5–9: fine-tuned"] > results["5–9: from scratch"]
    assert results["odd or even: fine-tuned"] < results["odd or even: from scratch"] - 2
    assert tuning["gap"].mean() < 0.5  # synthetic images do not help


def test_searches(tuning):
    assert tuning["hits"]["one matters"] < tuning["chance"] < tuning["hits"]["both matter"]
    assert tuning["last"] < 0.1
    found = {name: values.mean() for name, values in tuning["values"].items()}
    assert found["halving, 27 → 1"] < found["random, 3 × 27 epochs"]
    assert tuning["wins"] >= 11
