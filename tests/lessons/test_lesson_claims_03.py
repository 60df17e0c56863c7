"""The numbers and verdicts in the prose of lesson 03 agree with what its own cells compute."""

from itertools import pairwise

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
    for layers in (
        [64, 32, 10],
        [4, 2, 2, 1],
        [100] * 12,
    ):  # n_l n_(l-1) per layer; nothing is sent back to the input
        forward = [n * m for m, n in pairwise(layers)]
        assert 1 < (sum(forward) + sum(forward[1:])) / sum(forward) < 2
    assert lesson["forward"] == 64 * 32 + 32 * 10
    assert lesson["backward"] == lesson["forward"] + 32 * 10
    assert lesson["trying"] / lesson["forward"] == 2 * 2410 == 4820
    assert lesson["backward"] / lesson["forward"] == pytest.approx(1.14, abs=5e-3)
    assert lesson["trying"] / (lesson["forward"] + lesson["backward"]) == pytest.approx(2260, abs=5)


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


def test_weights_near_zero_begin_on_a_plateau(lesson):
    """ "At most about one eightieth": 0.05 times the steepest slope, 1/4. The best linear answer to XOR is 1/2."""
    rng, ratios = np.random.default_rng(0), []
    for _ in range(100):
        w_hi, w_kh = rng.uniform(-0.05, 0.05, (2, 2)), rng.uniform(-0.05, 0.05, 2)
        o_h = bb.sigmoid(lesson["xor_x"] @ w_hi.T)
        ratios.append(np.abs(o_h * (1 - o_h) * w_kh).max())
    assert max(ratios) <= 1 / 80 + 1e-12
    inputs = np.column_stack([lesson["xor_x"], np.ones(4)])
    best = np.linalg.lstsq(inputs, lesson["xor_t"][:, 0], rcond=None)[0]
    assert inputs @ best == pytest.approx([0.5] * 4)
    assert 0.27 < np.median(lesson["curves"]["2 hidden, ±0.05"][100]) < 0.3  # "a little below 0.3"


def test_two_units_that_begin_near_zero_grow_alike(lesson):
    rng, x, t = np.random.default_rng(0), lesson["xor_x"], lesson["xor_t"]
    net = ck.mlp([2, 2, 1], ck.sigmoid, rng=rng, ensemble=(40,), output=ck.sigmoid)
    for p in net.parameters().values():
        p[...] = rng.uniform(-0.05, 0.05, p.shape)
    optimizer = ck.SGD(net.parameters(), lr=1.0)
    ck.fit(net, x, t, loss=ck.mse, epochs=100, batch_size=1, optimizer=optimizer, rng=rng)
    assert np.mean((ck.predict(net, x) - t) ** 2, axis=(1, 2)) == pytest.approx(np.full(40, 0.25), abs=5e-3)
    ck.fit(net, x, t, loss=ck.mse, epochs=100, batch_size=1, optimizer=optimizer, rng=rng)
    W, b = (net.parameters()[name] for name in ("0.W", "0.b"))
    o_h = bb.sigmoid(x @ W.mT + b)
    range_of_a_unit = np.ptp(o_h, axis=1).max(axis=-1)
    between_units = np.abs(o_h[..., 0] - o_h[..., 1]).max(axis=1)
    assert np.median(between_units / range_of_a_unit) < 0.1
    small = lesson["curves"]["2 hidden, ±0.05"]
    assert np.median(small[150]) > 0.23  # "falls after about 200 epochs"
    assert np.median(small[299]) < 0.21
    assert 1 / 6 < np.median(small[-1]) < 0.19  # "a little above ⅙"


def test_one_hidden_unit_has_an_error_of_a_sixth_at_best(lesson):
    """Its output is monotone in one weighted sum: the best monotone answers, along every direction of the plane."""
    errors = []
    for angle in np.linspace(0.01, 2 * np.pi, 100):
        order = np.argsort(lesson["xor_x"] @ [np.cos(angle), np.sin(angle)])
        target = lesson["xor_t"][order, 0]
        for cuts in ((), (1,), (2,), (3,), (1, 2), (1, 3), (2, 3), (1, 2, 3)):
            blocks = np.split(target, cuts)
            answers = [block.mean() for block in blocks]
            if answers == sorted(answers):
                errors.append(sum(((block - block.mean()) ** 2).sum() for block in blocks) / 4)
    assert min(errors) == pytest.approx(1 / 6)
    answers = np.array([0, 2 / 3, 2 / 3, 2 / 3])  # for (0, 0), and for the three others
    assert np.mean((answers - lesson["xor_t"][:, 0]) ** 2) == pytest.approx(1 / 6)


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
    assert lesson["dW3"][0] == pytest.approx([-0.53, -0.70], abs=5e-3)  # "about −0.53 and −0.70"


def test_an_error_signal_with_numbers_as_in_the_text(lesson):
    assert lesson["delta2"] == pytest.approx([-0.293, 0.125], abs=5e-4)
    assert lesson["delta3"] == pytest.approx([-0.876], abs=5e-4)
    assert lesson["W2"][:, 0] == pytest.approx([1.2, 0.5])
    assert lesson["slope1"][0] == pytest.approx(0.132, abs=5e-4)
    of_the_text = (1.2 * -0.293 + 0.5 * 0.125) * 0.132
    assert of_the_text == pytest.approx(-0.038, abs=5e-4)
    assert lesson["delta1"][0] == pytest.approx(-0.038, abs=5e-4)
    small = lesson["b1"] + [1e-6, 0]  # raises the weighted input of the first unit of layer 1
    cost, rest = lesson["cost"], [lesson[name] for name in ("W2", "b2", "W3", "b3")]
    rate = (cost(lesson["W1"], small, *rest) - cost(lesson["W1"], lesson["b1"], *rest)) / 1e-6
    assert rate == pytest.approx(lesson["delta1"][0], rel=1e-4)
    sent_back = np.array([[2.0, -1.0]]) @ [0.1, 0.4]  # "Check yourself", question 2
    assert sent_back * lesson["sigmoid"](lesson["Value"](0)).made_from[0][1] == pytest.approx([-0.05])


def test_all_derivatives_have_the_factor_that_contains_the_target(lesson):
    """ "All derivatives change by the same factor" if the target changes, and of the forward pass only the cost does."""
    here, there = (bb.inspect(bb.WEIGHTS, bb.BIASES, bb.X, y, "linear", "none", 0) for y in (bb.Y, bb.Y + 2))
    s = lesson["s"][0]
    for ours, theirs in zip(here.back.dW + here.back.db, there.back.dW + there.back.db, strict=True):
        np.testing.assert_allclose(theirs, ours * (s - bb.Y - 2) / (s - bb.Y))


def test_a_forgotten_transpose_makes_only_the_first_layer_wrong(lesson):
    wrong, right = (
        bb.backward(bb.WEIGHTS, bb.forward(bb.WEIGHTS, bb.BIASES, bb.X, bb.Y, "linear"), bb.Y, "linear", bug)
        for bug in ("transpose forgotten", "none")
    )
    assert [np.allclose(a, b) for a, b in zip(wrong.dW, right.dW, strict=True)] == [False, True, True]


def test_a_bug_in_an_earlier_layer_leaves_the_last_one_intact(lesson):
    assert lesson["unseen"] >= 4
    assert lesson["early"].checks["cost falls"]  # "The error falls nevertheless"
    assert lesson["early"].wrong > 5


def test_in_other_networks_too_most_bugs_lower_the_cost(lesson):
    assert len(lesson["passing"]) == 20
    assert np.mean(lesson["passing"]) > 4


def test_the_nineteen_derivatives_and_one_step_answer_the_first_question(lesson):
    flat = {
        (name, *index): value
        for name, array in lesson["derivatives"].items()
        for index, value in np.ndenumerate(array)
    }
    assert len(flat) == 19
    ranked = sorted(flat, key=lambda key: -abs(flat[key]))
    assert ranked[:4] == [("b3", 0), ("W3", 0, 1), ("W3", 0, 0), ("b2", 0)]
    assert [flat[key] for key in ranked[:4]] == pytest.approx([-0.88, -0.70, -0.53, -0.29], abs=5e-3)
    assert ranked[-1] == ("W1", 0, 3)
    assert flat[ranked[-1]] == pytest.approx(-0.008, abs=5e-4)
    numbers = [lesson["stepped"][name] for name in ("W1", "b1", "W2", "b2", "W3", "b3")]
    assert lesson["answer"](*numbers) == pytest.approx(0.33, abs=5e-3)
    assert lesson["cost"](*numbers) < lesson["C"]
    assert all(
        np.all((numbers_after - lesson["before"][name]) * lesson["derivatives"][name] < 0)
        for name, numbers_after in lesson["stepped"].items()
    )  # each parameter moves against its derivative


def test_one_forward_sweep_serves_all_weights_of_a_unit(lesson):
    """ "One sweep per unit: five for our network, 42 for the digit network": the weights differ by the factor x_i."""
    for delta, into, derivative in (
        (lesson["delta1"], lesson["x"], lesson["dW1"]),
        (lesson["delta2"], lesson["a1"], lesson["dW2"]),
    ):
        np.testing.assert_allclose(derivative / into, np.broadcast_to(delta[:, None], derivative.shape))
    assert lesson["delta1"].size + lesson["delta2"].size + lesson["delta3"].size == 5
    assert lesson["h"] + lesson["n"] == 42


def test_a_step_at_eighty_degrees_to_the_negative_gradient_lowers_the_cost():
    for degrees, falls in ((80, True), (100, False)):
        step = 0.01 * np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
        w = np.array([1.0, 0.0])  # the gradient of w·w/2 is w, so the direction of descent is -w
        assert (np.sum((w - step) ** 2) < np.sum(w**2)) == falls


def test_the_check_does_not_see_a_wrong_entry_far_below_the_largest():
    scale = np.array([1.0, 1e-6])
    wrong = lambda w: scale * [1.0, 2.0]
    assert ck.check_gradient(lambda w: w @ scale, np.ones(2), gradient=wrong) < 1e-5


def test_the_general_error_signal_of_an_output_unit(lesson):
    """ "∂C/∂a times f'(z)", here for a sigmoid output and the squared error."""
    f, z, t, h = lesson["f"], np.array([0.3, -1.2]), np.array([1.0, 0.0]), 1e-6
    cost = lambda z: 0.5 * np.sum((f(z) - t) ** 2)
    a = f(z)
    by_trying = [(cost(z + h * e) - cost(z - h * e)) / (2 * h) for e in np.eye(2)]
    assert (a - t) * a * (1 - a) == pytest.approx(by_trying, rel=1e-6)


def test_most_bugs_learn_and_only_differences_everywhere_catch_all_that_fit(lesson):
    assert lesson["still"] == 6
    for bug, checks in lesson["found"].items():
        assert False in (checks["shapes fit"], checks["every weight"]), bug
    fitting = [bug for bug, checks in lesson["found"].items() if checks["shapes fit"]]
    assert len(fitting) == 7  # "all seven bugs whose shapes fit"
    assert not lesson["found"]["x instead of a⁽¹⁾"]["shapes fit"]
    assert lesson["found"]["transpose forgotten"]["shapes fit"]  # "a forgotten transpose goes through"
    assert lesson["found"]["biases forgotten"]["this weight"]
    assert not lesson["found"]["sign turned"]["cost falls"]


def test_the_best_step_lies_near_the_cube_root_of_the_round_off(lesson):
    assert 1e-7 < lesson["best"] < 1e-3
    eps = np.finfo(float).eps
    assert eps == pytest.approx(2e-16, rel=0.15)
    assert eps ** (1 / 3) == pytest.approx(6e-6, rel=0.05)
    assert eps**0.5 == pytest.approx(1.5e-8, rel=0.05)
    forward = lesson["steps"][np.argmin(lesson["errors"]["forward"])]
    assert 1e-10 < forward < 1e-6
    assert forward < lesson["best"]


def test_the_errors_of_a_difference_are_those_of_its_taylor_formula():
    w, h = 0.7, 1e-3
    up, down, here = np.exp([w + h, w - h, w])  # every derivative of exp is exp
    assert (up - here) / h - here == pytest.approx(h / 2 * here, rel=1e-3)
    assert (up - down) / (2 * h) - here == pytest.approx(h**2 / 6 * here, rel=1e-3)
    parabola = lambda w: 3 * w**2
    assert (parabola(w + 0.5) - parabola(w - 0.5)) / 1 == pytest.approx(6 * w)  # exact at any step
    forward, central = (1.1**3 - 1) / 0.1, (1.1**3 - 0.9**3) / 0.2
    assert forward == pytest.approx(3.31)
    assert central == pytest.approx(3.01)


def test_a_difference_across_a_kink_mixes_both_slopes():
    relu, h = lambda z: max(z, 0.0), 1e-3
    mixed = [(relu(d + h) - relu(d - h)) / (2 * h) for d in np.linspace(-h, h, 5)]
    assert mixed == pytest.approx([0, 0.25, 0.5, 0.75, 1])


def test_the_wrong_sign_has_a_relative_error_of_two(lesson):
    assert "relative error 2 is above 1e-05" in printed_by("03_backpropagation")
    assert ck.check_gradient(lambda w: 0.0 * w.sum(), np.ones(3), gradient=lambda w: 0 * w) == 0


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
    assert np.finfo(np.float32).eps ** (1 / 3) == pytest.approx(5e-3, rel=0.05)


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


def test_backward_is_for_a_new_graph(lesson):
    """ "Call it once, on a new graph": a second call sends on what the first one left."""
    u = lesson["Value"](2)
    last = lesson["sigmoid"](lesson["sigmoid"](u))
    last.backward()
    once = u.grad
    last.backward()
    assert u.grad == pytest.approx(3 * once)


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
