"""The numbers and verdicts in the prose of lesson 07b agree with what its own cells compute."""

import pytest
from lesson_cells import names_of


@pytest.fixture(scope="module")
def lesson():
    return names_of("07b_deep_network_difficulties")


def test_random_labels_are_learned_by_heart(lesson):
    errors = [curve[-1].mean() for curve in lesson["curves"].values()]
    assert max(errors) < 1
    assert lesson["tests"].mean(axis=0) == pytest.approx([8, 45, 90], abs=3)


def test_cures_of_overfitting_need_something_to_suppress(lesson):
    clean, noisy = ({k: v.mean() for k, v in lesson[name].items()} for name in ("clean", "noisy"))
    assert min(clean.values()) > clean["nothing"] - 0.5  # "nothing helps"
    assert clean["augmentation"] > clean["nothing"] + 0.5  # "do harm"
    for cure in ("dropout 0.5", "augmentation", "L2, λ = 3"):
        assert noisy[cure] < noisy["nothing"] - 1.5


def test_pruning_and_rounding(lesson):
    rise = {how: values.mean(axis=1) for how, values in lesson["rise"].items()}
    assert 0.2 < rise["smallest"][1] < 2  # "about a point"
    assert rise["at random"][1] > 30
    assert rise["smallest"][3] > 4 > rise["smallest, then 5 epochs"][3]
    two, _, four, _, eight = lesson["rounded"]["rounded"].mean(axis=1)
    assert abs(eight) < 0.3
    assert four < 2
    assert two > 40


def test_data_augmentation_and_transfer(lesson):
    assert 3.5 < lesson["curve"][-1].mean() < 6
    shifted = {name: values.mean() for name, values in lesson["shifted"].items()}
    assert shifted["as they are: moved test"] > 45
    assert shifted["with moved copies: moved test"] < 20
    assert shifted["with moved copies: centered test"] > shifted["as they are: centered test"]
    results = {name: values.mean() for name, values in lesson["results"].items()}
    assert results["5–9: fine-tuned"] > results["5–9: from scratch"]
    assert results["odd or even: fine-tuned"] < results["odd or even: from scratch"] - 2
    assert lesson["gap"].mean() < 0.5  # synthetic images do not help


def test_searches(lesson):
    assert lesson["hits"]["one matters"] < lesson["chance"] < lesson["hits"]["both matter"]
    assert lesson["last"] < 0.1
    found = {name: values.mean() for name, values in lesson["values"].items()}
    assert found["halving, 27 → 1"] < found["random, 3 × 27 epochs"]
    assert lesson["wins"] >= 11
