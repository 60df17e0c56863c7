"""The numbers and verdicts in the prose of lesson 03 agree with what its own cells compute."""

import numpy as np
import pytest
from lesson_cells import names_of, printed_by

from coursekit import numpy_backend as ck
from coursekit.plots.backpropagation import broken_backprop as bb


@pytest.fixture(scope="module")
def lesson():
    return names_of("03_backpropagation")


def test_a_backward_pass_costs_one_to_two_forward_passes(lesson):
    assert 1 < lesson["backward"] / lesson["forward"] < 2
    assert 64 * 32 + 32 + 32 * 10 + 10 == 2410


def test_the_network_of_the_lesson_is_that_of_the_panel(lesson):
    assert lesson["C"] == pytest.approx(0.384, abs=5e-4)  # "0.384"
    assert lesson["s"][0] == pytest.approx(0.12, abs=5e-3)  # "answers 0.12"
    for name, ours in (("W1", bb.WEIGHTS[0]), ("W2", bb.WEIGHTS[1]), ("W3", bb.WEIGHTS[2]), ("x", bb.X)):
        np.testing.assert_array_equal(lesson[name], ours)
    assert bb.flat(bb.WEIGHTS, bb.BIASES).size == 19


def test_four_ways_to_the_same_derivative(lesson):
    hand, recursion = lesson["by_hand"], lesson["dW1"][0, 2]
    assert hand == pytest.approx(recursion, rel=1e-12)
    assert lesson["by_trying"][0][0, 2] == pytest.approx(recursion, rel=1e-6)
    assert lesson["V1"][0][2].grad == pytest.approx(recursion, rel=1e-12)
    assert "torch: the same as the recursion: True" in printed_by("03_backpropagation")
    assert [v.grad for v in lesson["c2"]] == pytest.approx(lesson["delta2"])


def test_two_hidden_units_learn_xor_often_but_not_always(lesson):
    counts = lesson["counts"]
    assert 18 <= counts["2 hidden, ±1"] <= 34  # "and often do not"
    assert counts["2 hidden, ±0.05"] <= 4  # "almost none"
    assert counts["4 hidden, ±1"] >= 38
    assert counts["2 hidden, ±0.05"] <= lesson["solved_later"] <= 10  # "More time helps only a few of them"


def test_where_a_run_is_stuck_the_gradient_is_close_to_zero(lesson):
    name = "2 hidden, ±1"
    p = lesson["nets"][name].parameters()
    norms = []
    for member in range(40):
        theta = np.concatenate([a[member].ravel() for a in p.values()])

        def cost(theta):
            W, b, V, c = theta[:4].reshape(2, 2), theta[4:6], theta[6:8], theta[8]
            o = bb.sigmoid(bb.sigmoid(lesson["xor_x"] @ W.T + b) @ V + c)
            return np.mean((o - lesson["xor_t"][:, 0]) ** 2)

        norms.append(np.linalg.norm(ck.numerical_gradient(cost, theta)))
    stuck = lesson["curves"][name][-1] > 0.1
    assert np.median(np.array(norms)[stuck]) < 0.02
    assert lesson["curves"][name][-1][stuck].min() > 0.1  # "far above 0"


def test_three_units_find_eight_patterns_commonly_not_always(lesson):
    assert len(lesson["patterns"]) == 8
    assert lesson["right"].all()  # "All of them solve the task"
    assert 8 <= (lesson["distinct"] == 8).sum() <= 18


def test_the_two_paths_of_one_weight_have_opposite_signs(lesson):
    one, other = lesson["path_1"], lesson["path_2"]
    assert one > -other > 0  # "One path raises s and the other lowers it; together they raise it"
    assert lesson["W3"][0, 1] < 0
    assert lesson["slope1"][0] == pytest.approx(0.13, abs=5e-3)
    assert lesson["change"] < 0
    assert lesson["by_hand"] == pytest.approx(-0.03, abs=5e-3)  # "about −0.03"


def test_a_bug_in_an_earlier_layer_leaves_the_last_one_intact(lesson):
    assert lesson["unseen"] >= 4
    assert lesson["early"].checks["cost falls"]  # "The error falls all the same"
    assert lesson["early"].wrong > 5


def test_in_other_networks_too_most_bugs_lower_the_cost(lesson):
    assert len(lesson["passing"]) == 20
    assert np.mean(lesson["passing"]) > 4


def test_most_bugs_learn_and_only_differences_everywhere_catch_all_that_fit(lesson):
    assert lesson["still"] == 6
    for bug, checks in lesson["found"].items():
        assert False in (checks["shapes fit"], checks["every weight"]), bug
    assert lesson["found"]["transpose forgotten"]["shapes fit"]  # "a forgotten transpose goes through"
    assert lesson["found"]["biases forgotten"]["this weight"]
    assert not lesson["found"]["sign turned"]["cost falls"]


def test_the_best_step_lies_near_the_cube_root_of_the_round_off(lesson):
    assert 1e-7 < lesson["best"] < 1e-3


def test_the_cost_falls_on_while_validation_rises(lesson):
    history = lesson["history"]
    train, val = history.train.mean(axis=1), history.val.mean(axis=1)
    assert train[-1] < 0.75 * train[-50]  # "still falling"
    assert val[-1] > 1.2 * val.min()  # "has long been rising"
    assert 45 < lesson["lowest"].mean() < 95
    assert lesson["to_the_end"].mean() > lesson["stopped_early"].mean() + 5
    assert (lesson["to_the_end"] > lesson["stopped_early"]).all()


def test_in_float32_a_right_derivative_looks_wrong(lesson):
    assert lesson["off"] > 1e-3


def test_the_chain_of_two_units_has_the_numbers_of_its_text(lesson):
    f, x, w1, w2 = lesson["f"], 2.0, 0.5, -2.0
    a1 = f(w1 * x - 1)
    a2 = f(w2 * a1 + 1)
    assert lesson["link_values"] == pytest.approx([x, w1 * x - 1, a1, w2 * a1 + 1, a2, 0.5 * (a2 - 1) ** 2])
    assert lesson["link_slopes"] == pytest.approx([w1, a1 * (1 - a1), w2, a2 * (1 - a2), a2 - 1])
    assert lesson["chain_slope"] == pytest.approx(0.125)


def test_the_numbers_used_twice_have_the_gradients_of_their_text(lesson):
    assert [lesson[name].grad for name in "qruvw"] == pytest.approx([-1, -3, 1.5, -2, -3])
    assert lesson["result"].number == -6


def test_the_values_learn_xor(lesson):
    assert lesson["xor_costs"][0] > 0.4
    assert lesson["xor_costs"][-1] < 0.05


def test_the_plain_loops_and_fit_have_the_same_losses(lesson):
    np.testing.assert_allclose(lesson["torch_losses"], lesson["numpy_losses"], rtol=1e-9)
    printed = printed_by("03_backpropagation").splitlines()
    plain, fit = (
        next(line for line in printed if line.startswith(start)) for start in ("plain loop:", "fit: ")
    )
    assert plain.split(":")[1].split() == fit.split(":")[1].split()
    assert lesson["numpy_losses"][-1] < 0.5 * lesson["numpy_losses"][0]
