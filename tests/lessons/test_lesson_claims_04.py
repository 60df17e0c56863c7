"""The numbers and verdicts in the prose of lesson 04 agree with what its own cells compute."""

import numpy as np
import pytest
from lesson_cells import names_of


@pytest.fixture(scope="module")
def lesson():
    return names_of("04_regularization")


def gains(lesson, condition):
    """Mean difference to "nothing", and in how many of the 20 splits it is below 0, of each method."""
    errors = lesson["results"][condition]
    return {
        name: ((e - errors["nothing"]).mean(), int((e < errors["nothing"]).sum()))
        for name, e in errors.items()
    }


def test_too_little_and_too_much_both_cost(lesson):
    seen, unseen = lesson["seen"], lesson["unseen"]
    assert unseen.shape == (20, 3)
    assert seen.mean(axis=0)[0] < 1 < seen.mean(axis=0)[1] < seen.mean(axis=0)[2]
    overfitted, fitting, ruined = unseen.mean(axis=0)
    assert fitting < overfitted - 2
    assert ruined == pytest.approx(50, abs=2)  # "says the same everywhere"


def test_a_gradient_step_on_either_penalty_never_arrives(lesson):
    paths = lesson["paths"]
    assert min(abs(np.array(paths["L1, gradient step"]))) > 1e-3
    assert paths["L2, gradient step"][-1] == pytest.approx(0.9**60)
    assert paths["L1, proximal step"][-1] == 0


def test_only_proximal_steps_give_exact_zeros(lesson):
    zeros = lesson["zeros"]
    assert zeros["L1, proximal steps"].size == 20
    assert zeros["L1, proximal steps"].mean() == pytest.approx(24.3, abs=0.8)
    assert zeros["L1, gradient steps"].max() == zeros["L2"].max() == 0
    nonzero = lesson["found"]["L1, proximal steps"][:, :5]
    assert (abs(nonzero) < abs(lesson["truth"][:5])).mean() > 0.9  # "all too close to 0"


def test_three_meanings_of_ten(lesson):
    length = {name: np.linalg.norm(w) for name, w in lesson["answers"].items()}
    ours = length["this exercise, λ = 10"]
    assert length["scikit-learn, alpha = 10"] == pytest.approx(ours)
    assert length["mse, weight_decay = 2 · 10 / 50"] == pytest.approx(ours, rel=1e-6)
    assert length["mse, weight_decay = 10"] < 0.5 * ours < ours < length["mse + 10 · ck.l2"]
    half = lesson["ridge_of"](lesson["x"], lesson["y"], 5)[0]
    assert length["mse + 10 · ck.l2"] == pytest.approx(np.linalg.norm(half), rel=1e-6)  # "twice our λ"


def test_early_stopping_is_ridge_within_a_fifth(lesson):
    gap, u = lesson["gap"], lesson["u"]
    assert gap.max() == pytest.approx(0.20363, abs=1e-5)  # between the two shrinkage factors
    assert u[gap.argmax()] == pytest.approx(2.513, abs=1e-3)
    assert gap.min() >= 0


def test_the_formula_of_early_stopping_is_what_training_does(lesson):
    np.testing.assert_allclose(
        lesson["ck"].predict(lesson["line"], np.eye(10))[:, 0], lesson["formula"], atol=1e-8
    )
    assert lesson["lost"] == ["s1", "s2"]


def test_wrong_labels_bring_the_lowest_validation_loss_forward(lesson):
    clean, redrawn = lesson["best"]
    assert redrawn.mean() < clean.mean() - 8
    assert np.mean(lesson["label"] != lesson["digits"].label[lesson["train"]]) == pytest.approx(
        0.18, abs=0.01
    )


def test_validation_chooses_a_strength_only_where_labels_are_wrong(lesson):
    val, training = lesson["of_val"].mean(axis=-1), lesson["of_train"].mean(axis=-1)
    assert lesson["chosen"] == 3
    assert (np.diff(training[1]) > 0).all()
    assert training[1, 3] == pytest.approx(18, abs=2)  # the share of wrong labels
    assert np.ptp(val[0, :3]) < 1  # "only a floor"
    assert val[0, -1] > 15  # "and then a wall"


def test_half_of_the_units_give_half_of_the_sum(lesson):
    assert lesson["half"].mean() == pytest.approx(lesson["h"] @ lesson["w"] / 2, rel=0.05)


def test_with_clean_labels_nothing_helps_and_too_much_hurts(lesson):
    for name, (mean, below) in gains(lesson, "clean labels").items():
        assert abs(mean) < 0.5, name
        assert below <= 14, name
    of_test = lesson["of_test"][0].mean(axis=-1)
    assert of_test[0] == pytest.approx(6.5, abs=0.7)
    assert of_test[-1] - of_test[0] == pytest.approx(20, abs=3)


def test_with_redrawn_labels_most_of_it_helps(lesson):
    found = gains(lesson, "20 % redrawn labels")
    for name in ("L2", "dropout"):
        assert found[name][0] == pytest.approx(-5, abs=1)
        assert found[name][1] >= 19
    assert found["early stopping"][0] == pytest.approx(-3.5, abs=0.9)
    assert found["shifted copies"][0] > found["early stopping"][0] + 1


def test_moved_images_are_read_by_the_network_trained_on_moved_images(lesson):
    moved = {name: e.mean() for name, e in lesson["results"]["moved test images"].items()}
    assert moved["nothing"] == pytest.approx(58.6, abs=2)
    assert moved["shifted copies"] == pytest.approx(10, abs=1.5)
    assert moved["dropout"] - moved["nothing"] == pytest.approx(-2, abs=1)
    for name in ("L2", "early stopping"):
        assert abs(moved[name] - moved["nothing"]) < 1.2


def test_adam_with_l2_does_not_decay_what_has_large_gradients(lesson):
    after, kinds, decayed = lesson["after"], lesson["kinds"], lesson["decayed"]
    assert after(3, kinds["Adam with L2"], (1, 1), 0.1, 0.1)[-1] == pytest.approx(0.700, abs=5e-4)
    assert after(3, kinds["AdamW"], (1, 1), 0.1, 0.1)[-1] == pytest.approx(0.673, abs=5e-4)
    np.testing.assert_allclose(decayed["AdamW"], 0.095, atol=1e-3)
    np.testing.assert_allclose(decayed["SGD with L2"], 0.095, atol=6e-3)
    assert decayed["Adam with L2"][-1] < 0.095 / 90


def test_what_is_shipped_is_the_pair_by_a_point_or_two(lesson):
    scores = {name: e.mean() for name, e in lesson["scores"].items()}
    assert lesson["winner"] == "shifted copies and L2"
    assert 0.5 < scores["shifted copies"] - scores[lesson["winner"]] < 3
    assert scores["shifted copies and dropout"] > scores["shifted copies"]
    assert scores["L2"] - scores["shifted copies"] == pytest.approx(45, abs=3)
