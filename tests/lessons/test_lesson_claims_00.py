"""The numbers and verdicts in the prose of lesson 00 agree with what its own cells compute."""

import numpy as np
import pytest
from lesson_cells import names_of

from coursekit import numpy_backend as ck
from coursekit import plots, widgets


@pytest.fixture(scope="module")
def lesson():
    return names_of("00_forward_pass")


def test_neuron_1_by_hand(lesson):
    products = lesson["W"][0] * lesson["x"]
    np.testing.assert_allclose(products, [0.4, -0.15, -1.2, 0.2, -0.18])
    assert lesson["z1"] == pytest.approx(-0.83)
    assert ck.sigmoid(lesson["z1"]) == pytest.approx(0.304, abs=5e-4)


def test_a_second_layer_by_hand(lesson):
    a = ck.sigmoid(lesson["W"] @ lesson["x"] + lesson["b"])
    assert a == pytest.approx([0.304, 0.127], abs=5e-4)
    z = np.array([2, -1]) @ a + 0.5
    assert (z, ck.sigmoid(z)) == pytest.approx((0.981, 0.727), abs=1e-3)


def test_the_weights_of_four_pixels_compare_rows_and_columns():
    rows, columns = np.array([1, 1, -1, -1]), np.array([1, -1, 1, -1])
    image = np.array([[0.9, 0.7], [0.1, 0.8]])  # x₁, x₂ are the top row
    assert rows @ image.ravel() == pytest.approx(image[0].sum() - image[1].sum())
    assert columns @ image.ravel() == pytest.approx(image[:, 0].sum() - image[:, 1].sum())


def test_reshape_is_silent_and_wrong(lesson):
    W, x, table = (lesson[name] for name in ("W", "x", "table"))
    np.testing.assert_allclose(x @ table, W @ x)
    np.testing.assert_allclose(table.T @ x, W @ x)
    assert not np.allclose(table.reshape(2, 5) @ x, W @ x)


def test_counts(lesson):
    count = lesson["count"]
    assert (lesson["per_image"], count([5, 2]), count([64, 32, 10])) == (2368, 12, 2410)
    assert (count([2, 2]), count([2, 16, 16, 16, 2])) == (6, 626)
    large = count([784, 600, 600, 10])
    assert (784 * 600, 600 * 600) == (470_400, 360_000)
    assert (470_400 + 360_000) / large > 0.98  # "almost all of the parameters"
    assert count([64, 64, 10]) == pytest.approx(2 * count([64, 32, 10]), rel=0.01)  # "almost exactly"


def test_random_weights_guess(lesson):
    assert 5 < lesson["right"] < 20
    assert lesson["output"][1].argmax() != lesson["digits"].label[1]  # the image shown


def test_no_activation_of_the_lesson_but_the_identity_is_affine():
    """An affine function has a constant slope; layers with such an activation merge."""
    z = np.linspace(-3, 3, 13)
    for f in (ck.sigmoid, ck.tanh, ck.relu):
        assert np.ptp(np.diff(f(z)) / np.diff(z)) > 0.1
    assert np.ptp(np.diff(ck.identity(z)) / np.diff(z)) < 1e-12


def test_layers_with_an_affine_activation_merge():
    rng = np.random.default_rng(0)
    V, W, b, d, x = (rng.normal(size=shape) for shape in ((2, 4), (4, 3), 4, 2, (3, 5)))
    stack = V @ (2 * (W @ x + b[:, None]) + 1) + d[:, None]
    np.testing.assert_allclose(stack, 2 * V @ W @ x + (V @ (2 * b + 1) + d)[:, None])


def test_two_relu_units_compute_the_absolute_value():
    x = np.linspace(-3, 3, 13)
    np.testing.assert_array_equal(ck.relu(x) + ck.relu(-x), abs(x))


def test_two_tanh_steps_make_a_ridge():
    z = np.array([-6.0, 0, 6])
    far, middle, other = np.tanh(z + 1) - np.tanh(z - 1)
    assert middle == pytest.approx(1.5, abs=0.05)
    assert max(far, other) < 0.01


def test_the_linear_stack_is_one_map(lesson):
    assert lesson["straight"]
    assert lesson["same"]


def test_without_an_activation_depth_gains_nothing_with_one_it_does(lesson):
    one, four, bent = (lesson[name] for name in ("one", "four", "bent"))
    gap = one - four
    assert abs(gap.mean()) < 1.5  # "by less than 1.5 percentage points"
    assert abs(gap.mean()) < gap.std(ddof=1)
    assert (gap > 0).any()
    assert (gap < 0).any()  # "on some data sets one network is better, on others the other"
    assert [one.mean(), four.mean()] == pytest.approx([12, 12], abs=0.7)  # "about 12 %"
    assert bent.mean() < 2
    assert (one - bent > 0).all()


def test_each_network_on_the_moons_has_its_best_rate_inside_or_at_the_end_of_a_flat_range(lesson):
    rates = {name: rate for name, (_, _, rate) in (lesson["flat"] | lesson["bumps"]).items()}
    tried = (0.1, 0.3, 1, 3), (0.003, 0.01, 0.03, 0.1), (0.03, 0.1, 0.3, 1), *[(0.1, 0.3, 1, 3)] * 3
    for (name, rate), several in zip(rates.items(), tried, strict=True):
        assert rate in several
        if name != "four layers, no activation":  # whose errors hardly depend on the rate
            assert several[0] < rate < several[-1], name


def test_six_hidden_units_are_enough_for_two_moons(lesson):
    three, six = lesson["three"], lesson["six"]
    assert lesson["equal"]
    assert six.mean() < three.mean()
    assert three.std(ddof=1) > 2 * six.std(ddof=1)  # "more than twice that of six units"
    assert np.median(three) < three.mean()  # most runs find the bends, some do not


def test_hidden_units_respond_to_several_digits(lesson):
    assert 2 <= lesson["typical"] <= 8
    assert lesson["activation"].shape == (797, 32)


def test_untrained_units_also_respond_to_some_digits(lesson):
    hidden, label = lesson["layers"][0][1], lesson["digits"].label
    means = np.stack([hidden[label == digit].mean(axis=0) for digit in range(10)])
    assert (means > 0.5).any(axis=0).sum() > 16  # "too, have mean activations above ½ for some digits"


def test_trained_digits_are_read_in_more_than_nine_of_ten_cases(lesson):
    assert lesson["accuracy"].shape == (20, 20)
    assert 40 < lesson["accuracy"][0].mean() < 62  # "After the first epoch it is about half of them"
    assert lesson["accuracy"][-1].min() > 90
    assert lesson["accuracy"][-1].mean() == pytest.approx(95.7, abs=0.7)


def test_the_images_named_as_wrong_are_wrong():
    drawing = widgets.digit_through_network().drawing
    for index in (52, 54):
        drawing.update(index=index)
        assert "which is wrong" in plots.alt(drawing.figure)


def test_outputs_of_the_untrained_network_are_no_probabilities(lesson):
    assert lesson["output"][1].sum() > 2


def test_the_panel_s_weight_must_grow_by_one(lesson):
    """Input 4, neuron 2: at steps of 0.1 the activation first exceeds ½ at + 1.0."""
    W, b, x = (lesson[name] for name in ("W", "b", "x"))
    assert W[1] @ x + b[1] == pytest.approx(-1.93)
    assert 1.93 / x[3] == pytest.approx(0.965)
    z = W[1] @ x + b[1] + x[3] * np.array([0.9, 1.0])
    assert z[0] < 0 < z[1]


def test_the_other_answers_to_the_panel_s_questions(lesson):
    W, batch = lesson["W"], lesson["batch"]
    assert W[0, 2] == 0.8
    parts = W[1] * batch[2]  # neuron 2, sample 3
    assert parts.argmax() == 4
    assert parts[4] == pytest.approx(0.81)


def test_one_product_agrees_with_one_sample_at_a_time(lesson):
    W, b, batch = (lesson[name] for name in ("W", "b", "batch"))
    np.testing.assert_allclose(batch @ W.T + b, lesson["one_by_one"], rtol=1e-12)


def test_exp_overflows_where_the_text_says():
    assert np.log10(np.finfo(float).max) == pytest.approx(308, abs=0.3)
    assert np.finfo(np.float32).max == pytest.approx(3.4e38, rel=0.01)


def test_one_form_of_the_sigmoid_only_warns_and_the_other_is_not_a_number():
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert 1 / (1 + np.exp(np.array([1000.0]))) == 0  # z = −1000
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(np.array([1000.0]))
        assert np.isnan(e / (e + 1))


def test_one_design_fits_and_bends(lesson):
    assert lesson["best"] == "784 → 12 → 10, ReLU"
