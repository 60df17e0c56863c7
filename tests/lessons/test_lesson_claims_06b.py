"""The numbers and verdicts in the prose of lesson 06b agree with what its own cells compute."""

import numpy as np
import pytest
from lesson_cells import names_of

from coursekit import initializers
from coursekit import numpy_backend as ck
from coursekit.exercises.optimization import training_plan, warmup_then_cosine


@pytest.fixture(scope="module")
def lesson():
    return names_of("06b_optimization")


def test_networks_come_to_the_edge_of_stability_from_both_sides(lesson):
    """lr · λ_max / 2 approaches 1 from below at a small rate and from above at a large one, over 20 networks."""
    slow, fast = np.moveaxis(lesson["ratio"], -1, 0)
    assert fast.shape == (11, 20)
    assert fast[0].mean() == pytest.approx(1.4, abs=0.1)
    assert fast[2:].mean(axis=1) == pytest.approx(1.0, abs=0.04)
    assert slow[0].mean() == pytest.approx(0.70, abs=0.06)
    assert slow[-1].mean() == pytest.approx(0.95, abs=0.04)
    assert (slow[-1] > slow[1]).all()
    rises = (np.diff(lesson["loss_by_step"][..., 1], axis=0) > 0).sum(axis=0)
    assert rises.mean() == pytest.approx(620, abs=80)
    assert (lesson["loss_by_step"][-1] < 0.1 * lesson["loss_by_step"][0]).all()


def test_beyond_the_limit_the_first_steps_jump_across_and_become_longer(lesson):
    rng = np.random.default_rng(0)
    net = ck.mlp([64, 16, 10], ck.tanh, rng=rng, ensemble=(20, 1), init=initializers.glorot)
    optimizer, places = ck.SGD(net.parameters(), lr=4.0), []
    for _ in range(8):
        ck.fit(net, lesson["few_x"], lesson["few_y"], loss=ck.mse, optimizer=optimizer, epochs=1)
        places.append(np.concatenate([value.reshape(20, -1) for value in net.parameters().values()], axis=-1))
    moves = np.diff(places, axis=0)  # (7 steps, 20 networks, 1210)
    lengths = np.linalg.norm(moves, axis=-1)
    turns = (moves[1:] * moves[:-1]).sum(axis=-1) / (lengths[1:] * lengths[:-1])  # cosine; -1: straight back
    assert turns.mean(axis=1)[1:].max() < -0.4
    assert lengths.mean(axis=1)[4] > 1.2 * lengths.mean(axis=1)[0]


def test_adam_sees_axes_and_no_mixtures(lesson):
    assert lesson["far"]["along the axes"] < 0.2 < 0.8 < lesson["far"]["turned"]
    assert lesson["arrival"] == {"along the axes": 52, "turned": 307}  # at the best of 25 rates
    best = 2 / (1 + 0.001)
    assert np.log(0.05 / 1.55) / np.log(1 - best * 0.001) == pytest.approx(1700, rel=0.02)  # gradient descent
    np.testing.assert_allclose(lesson["moves"], -0.01, rtol=1e-4)
    assert lesson["first_step"] == pytest.approx(
        10 / 31.6 * 10, rel=0.01
    )  # "m is 10, √v is 31.6 times too small"


def test_two_steps_of_adam_by_hand(lesson):
    """Gradients 2 and -2: the moments of the text, a first step of one rate and a second of 5 % of it."""
    w, m, v = lesson["adam"](1.0, 0.0, 0.0, 1, 2.0, 0.01, 0.9, 0.999, 0.0)
    assert (w, m, v) == (pytest.approx(0.99), pytest.approx(0.2), pytest.approx(0.004))
    assert m / np.sqrt(v) == pytest.approx(3.16, abs=0.01)
    second, m, v = lesson["adam"](w, m, v, 2, -2.0, 0.01, 0.9, 0.999, 0.0)
    assert (m, v) == (pytest.approx(-0.02), pytest.approx(0.007996))
    assert (m / (1 - 0.9**2), v / (1 - 0.999**2)) == (pytest.approx(-0.105, abs=5e-4), pytest.approx(4))
    assert (second - w) / 0.01 == pytest.approx(0.05, abs=0.005)


def test_gradients_of_one_layer_differ_by_a_factor_of_a_thousand(lesson):
    assert lesson["lit"][-1] / lesson["lit"][0] > 1000
    assert lesson["lit"].size == 61


def test_every_optimizer_walks_the_same_path_as_torch(lesson):
    assert len(lesson["same_paths"]) == 6
    assert all(lesson["same_paths"].values())


def test_the_ravine_starts_at_the_distance_of_the_text(lesson):
    for _, path in lesson["paths"].values():
        assert np.linalg.norm(path[0]) == pytest.approx(1.55, abs=0.005)


def test_adam_cancels_the_decay_and_adamw_does_not(lesson):
    """Three steps at rate 0.1 from 1 with gradient 100: 0.700 without decay, and with Adam and L2 as well."""
    assert lesson["decayed"]["Adam with L2"] == pytest.approx(0.700, abs=5e-4)
    assert lesson["decayed"]["AdamW"] == pytest.approx(0.673, abs=5e-4)
    w = 1.0
    for expected in (0.89, 0.781, 0.673):
        w = 0.99 * w - 0.1
        assert w == pytest.approx(expected, abs=5e-4)


def test_the_valleys_of_five_optimizers(lesson):
    places = {"RMSprop": 0.01, "RMSprop, corrected": 0.03, "Adam": 0.03, "momentum 0.9": 0.1, "SGD": 0.3}
    for name, place in places.items():
        assert lesson["best_rate"][name] == pytest.approx(place, rel=0.1)
    mean = {name: loss.mean(axis=1) for name, loss in lesson["final"].items()}
    lowest = {"SGD": 0.31, "momentum 0.9": 0.18, "RMSprop": 0.31, "RMSprop, corrected": 0.18, "Adam": 0.18}
    for name, low in lowest.items():
        assert mean[name].min() == pytest.approx(low, abs=0.05)
    assert min(values[-1] for values in mean.values()) > 2.2  # at the right end none is better than guessing
    assert 1 / np.sqrt(1 - 0.99 ** np.array([1, 20])) == pytest.approx(
        [10, 2.3], abs=0.1
    )  # RMSprop's first epoch
    assert {name: int(np.sum(m < 0.5)) for name, m in mean.items()} == {
        "SGD": 1,
        "momentum 0.9": 2,
        "RMSprop": 2,
        "RMSprop, corrected": 2,
        "Adam": 3,
    }
    assert mean["SGD"][-1] == pytest.approx(np.log(10), abs=0.1)
    assert lesson["best_rate"]["momentum 0.9"] / (1 - 0.9) == pytest.approx(1, rel=0.1)  # its effective rate
    assert lesson["rates"][6] == pytest.approx(0.96, abs=0.01)
    assert mean["SGD"][6] > 0.5


def test_at_rate_3_every_hidden_unit_is_dead(lesson):
    rng = np.random.default_rng(0)
    net = ck.mlp([64, 16, 10], ck.relu, rng=rng, ensemble=(20,))
    sgd = ck.SGD(net.parameters(), lr=3.0)
    x, y = lesson["X"], lesson["Y"]
    ck.fit(net, x, y, loss=ck.softmax_cross_entropy, optimizer=sgd, epochs=6, batch_size=25, rng=rng)
    hidden = ck.relu(net.layers[0].forward(x)[0])  # (20 networks, 500 images, 16 units)
    assert (hidden.max(axis=-2) == 0).mean() > 0.99


def test_constant_rates_have_a_floor_that_schedules_go_through(lesson):
    late = {name: e[-10:].mean() for name, e in lesson["excess"].items()}
    assert late["constant 0.1"] / late["constant 0.01"] == pytest.approx(100, rel=0.6)
    end = {name: np.median(e[-1]) for name, e in lesson["excess"].items()}
    for name in ("step decay", "1/t", "cosine"):
        assert end[name] < end["constant 0.01"] / 3
    assert lesson["factor"] > 200
    assert max(end[name] for name in ("step decay", "1/t", "cosine")) < 2 * end["cosine"]
    one_over_t, *slower = (lesson["medians"][name] for name in ("1/t", "step decay", "cosine"))
    assert np.mean(one_over_t[1:] < np.minimum(*slower)[1:]) > 0.7  # ahead for most of the run
    for name in ("step decay", "1/t", "cosine"):
        assert lesson["plans"][name](lesson["steps"] - 1) < 0.01


def test_a_warm_up_helps_next_to_the_cliff_only(lesson):
    plain, warm = lesson["endings"]["constant"], lesson["endings"]["warm-up"]
    assert warm[2].mean() / plain[2].mean() == pytest.approx(0.5, abs=0.15)
    saved = plain - warm  # the same seeds: initial weights and batches are equal
    error = saved.std(axis=1, ddof=1) / np.sqrt(20)
    assert (saved[2].mean(), error[2]) == (pytest.approx(0.32, abs=0.05), pytest.approx(0.08, abs=0.02))
    assert (saved[3].mean(), error[3]) == (pytest.approx(0.26, abs=0.05), pytest.approx(0.17, abs=0.02))
    for i in (0, 1):
        assert abs(warm[i].mean() - plain[i].mean()) < 0.1
    assert np.mean(warm[4] > 2) >= 0.75
    assert np.mean(plain[4] > 2) >= 0.75


def test_the_range_test_has_a_slope_and_a_cliff(lesson):
    """The best rate is near 0.5; the networks differ most near 0.9; above 2 all of them guess."""
    many, mean = lesson["many"], lesson["short_test"].mean(axis=1)
    assert many[mean.argmin()] == pytest.approx(0.51, rel=0.4)
    assert lesson["short_test"][many > 2].min() > 2.2
    assert np.isfinite(lesson["short_test"]).all()
    spread, best = lesson["short_test"].std(axis=1, ddof=1), mean.argmin()
    assert many[spread.argmax()] == pytest.approx(
        0.93, rel=0.1
    )  # "a little to the right of the lowest point"
    assert spread.max() / spread[best] == pytest.approx(2, rel=0.35)
    widest = lesson["short_test"][spread.argmax()]
    assert (widest < 1).sum() > 1
    assert (widest > 2).sum() == 1


def test_the_budgets_and_targets_of_the_exercise():
    tasks = (training_plan.GENEROUS, training_plan.TIGHT, training_plan.VERY_TIGHT)
    assert [target for target, _ in tasks] == [0.1, 0.15, 0.4]
    millions = [[budget / 1e6 for budget in budgets] for _, budgets in tasks]
    assert np.round(millions[0]).tolist() == [15, 17]
    assert np.round(millions[1]).tolist() == [8, 8]
    assert np.round(millions[2]).tolist() == [3, 3]


def test_the_price_of_an_epoch():
    examples = 300 * 2528
    assert examples + 10 * 1210 == 770_500
    assert examples + 300 * 3630 == 1_847_400
    assert (15_000_000 // 770_500, 15_000_000 // 1_847_400) == (19, 8)


def test_one_over_t_ends_at_a_fortieth(lesson):
    plan, last = lesson["plans"]["1/t"], lesson["steps"] - 1
    assert plan(0) / plan(last) == pytest.approx(40, rel=0.1)
    assert lesson["rates"][1:] / lesson["rates"][:-1] == pytest.approx(3, rel=0.06)


def test_the_example_of_a_schedule():
    rates = [warmup_then_cosine.warmup_then_cosine(t, 10, 2, 1.0) for t in (*range(5), 10, 11)]
    assert np.round(rates, 2).tolist() == [0.5, 1, 1, 0.96, 0.85, 0, 0]


def test_in_a_ravine_the_lower_loss_can_be_further_away():
    loss = lambda w: (w[0] ** 2 + 100 * w[1] ** 2) / 2
    assert (loss((3, 0)), loss((0, 1))) == (4.5, 50)


def test_one_valley_from_one_start_and_a_ridge_between_two(lesson):
    same, two = lesson["half_way"].values()
    assert same.size == two.size == 20
    assert np.median(same) < 0.1
    assert (same > 0.2).sum() == 2  # "two pairs have a small ridge"
    assert two.mean() == pytest.approx(0.90, abs=0.15)
    assert max(ends.max() for ends in lesson["ends"].values()) < 0.05
    assert sum(value[0].size for value in lesson["corners"][0].values()) == 1210


def test_both_ends_classify_all_images_correctly_and_larger_weights_lower_the_loss(lesson):
    """The plane is lowest beyond both ends; at them every training image is right already."""
    side, loss = lesson["side"], lesson["loss"]
    up, across = np.unravel_index(loss.argmin(), loss.shape)
    assert side[up] + side[across] > 1.1
    x, digit = lesson["plane_x"], lesson["plane_y"].argmax(axis=-1)
    for corner in lesson["corners"][1:]:
        losses = []
        for scale in (1.0, 1.1):
            net = lesson["build"]((20,))
            for name, value in net.parameters().items():
                value[...] = scale * corner[name]
            outputs = ck.predict(net, x)
            assert (outputs.argmax(axis=-1) == digit).all()
            losses.append(ck.softmax_cross_entropy(outputs, lesson["plane_y"]))
        assert np.all(np.asarray(losses[1]) < np.asarray(losses[0]))


def test_the_lowest_point_was_good_and_three_times_it_is_over_the_cliff(lesson):
    thirtieth, third, lowest, _ = (loss.mean() for loss in lesson["verdict"].values())
    assert lowest < third < lowest + 0.15
    assert (lesson["verdict"]["three times it"] > 2).all()
    _, slow, good, _ = lesson["history"].val.mean(axis=1).T
    assert 30 / (1 + np.argmax(good <= slow[-1])) == pytest.approx(2, abs=0.5)  # "twice as many epochs"
    assert thirtieth > 1


def test_the_answers_to_check_yourself(lesson):
    gradients, zero = np.array([0.01, 10.0]), np.zeros(2)
    moved = -lesson["adam"](zero, zero, zero, 1, gradients, 0.001, 0.9, 0.999, 1e-8)[0]
    np.testing.assert_allclose(moved, 0.001, rtol=1e-5)
    np.testing.assert_allclose(0.001 * gradients, [0.00001, 0.01])
