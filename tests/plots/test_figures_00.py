"""Lesson 00's figures: an example of each, and what holds for them alone."""

import numpy as np
import pytest

from coursekit import numpy_backend as ck
from coursekit import plots
from coursekit.plots.forward_pass.deep_curves import ACTIVATIONS, bend, random_networks
from coursekit.plots.forward_pass.layer_view import LayerView

W = np.array([[0.4, -0.3, 0.8, 0.1, -0.6], [-0.2, 0.5, 0.3, -0.7, 0.9]])
B = np.array([0.1, -0.4])
X = np.array([[1.0, 0.5, -1.5, 2.0, 0.3], [0.2, -0.8, 1.1, 0.4, -1.0], [-0.6, 1.4, 0.7, -0.3, 0.9]])
RNG = np.random.default_rng(0)
IMAGES, HIDDEN, P = RNG.random((3, 8, 8)), np.array([[0, 2.0], [1, 0], [3, 4]]), np.eye(3) * 0.7 + 0.1

# Each figure: its arguments, and numbers worked out apart from it that its alt text must name.
FIGURES = {
    plots.network: (([5, 2],), ("5 → 2", "10 weights and 2 biases, 12 parameters")),
    plots.weight_table: ((W,), ("weight −0.7 from input 4 to neuron 2", "row 2, column 4 of the 2 × 5")),
    plots.layer_shapes: ((2, 5, 3), ("X 5 × 1", "x 3 × 5", "is z 3 × 2")),
    plots.activation_curves: (
        ({"sigmoid": ck.sigmoid, "ReLU": ck.relu}, np.linspace(-4, 4, 161)),
        ("sigmoid goes from 0.018 to 0.982", "ReLU goes from 0 to 4"),
    ),
    plots.layer_view: ((W, B, X), ("row 2, column 4: −0.7", "= −1.93", "= 0.127", "[Z] 2 × 1")),
    plots.labeled_layer: (
        (W, B, X[0]),
        ("0.5, −1.5", "bias −0.4", "z = −0.83 and a = 0.304", "z = −1.93 and a = 0.127"),
    ),
    plots.pixel_values: (
        (np.arange(6.0).reshape(2, 3) / 2,),
        ("2 × 3 pixels", "6 numbers, from 0 to 2.5", "0.0, 0.5, 1.0"),
    ),
    plots.weight_images: (
        (np.array([[1.0, -2], [3, 4]]), (1, 2)),
        ("2 units", "from −2 to 4", "75% of the weights"),
    ),
    plots.deep_curves: ((4,), ("4 layers", "at most 0 away from a straight line")),
    plots.digit_pass: (
        (IMAGES, HIDDEN, P, np.array([0, 1, 1])),
        ("truly 0", "1 of 2 hidden", "0.80", "right"),
    ),
}


def test_a_batch_has_a_row_of_outputs_for_each_sample():
    alt = plots.alt(plots.layer_view(W, B, X, batch=True))
    assert "[X] 5 × 3" in alt
    assert "x (3, 5) @ W.T (5, 2)" in alt
    for row in X @ W.T + B:
        assert "  ".join(f"{z:.2f}".replace("-", "−") for z in row).replace("  ", " ") in alt


@pytest.mark.parametrize(("source", "neuron"), [(1, 1), (5, 2), (3, 1)])
def test_the_same_weight_is_framed_in_the_table_and_in_its_transpose(source, neuron):
    view = LayerView(W, B, X)
    view.update(source=source, neuron=neuron, sample=1, batch=False)
    wide, high = view.frames[0].get_width(), view.frames[0].get_height()
    places = []
    for frame, (left, top) in zip(view.frames, (view.table, view.matrix), strict=True):
        x, y = frame.get_xy()
        places.append((round((top - y) / high) - 1, round((x - left) / wide)))
    (row, column), other = places
    assert (column, row) == other
    assert W[other] == W[neuron - 1, source - 1]


def test_a_click_finds_inputs_and_neurons():
    view = LayerView(W, B, X)
    assert view.hit(*view.inputs[2]) == {"source": 3}
    assert view.hit(*(view.neurons[1] + 1)) == {"neuron": 2}
    assert view.hit(80, 3) == {}


@pytest.mark.parametrize("layers", [1, 3, 12])
def test_without_an_activation_any_depth_is_a_straight_line(layers):
    for draw in range(20):
        assert bend(random_networks(layers, "none", np.random.default_rng(draw))).max() < 1e-12


@pytest.mark.parametrize("activation", sorted(set(ACTIVATIONS) - {"none"}))
def test_with_one_two_layers_bend(activation):
    bends = [bend(random_networks(2, activation, np.random.default_rng(draw))).max() for draw in range(20)]
    assert min(bends) > 0.01


def test_a_wrong_guess_is_called_wrong():
    assert "truly 1" in plots.alt(plots.digit_pass(IMAGES, HIDDEN, P, np.array([0, 1, 1]), index=2))
    assert "wrong" in plots.alt(plots.digit_pass(IMAGES, HIDDEN, P, np.array([0, 1, 1]), index=2))


def test_large_layers_are_abridged():
    few, many = (plots.network(sizes) for sizes in ([8, 3], [300, 3]))
    assert len(few.patches) == 8 + 3
    assert len(many.patches) == 6 + 3
    assert "300 → 3" in plots.alt(many)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.network([5]), "inputs and outputs"),
        (lambda: plots.network([5, 2], ["one"]), "one per layer"),
        (lambda: plots.weight_table(np.ones((7, 2))), "at most 6"),
        (lambda: plots.weight_table(W, neuron=3), "only 2"),
        (lambda: plots.layer_shapes(2, 50, 3), "at most 8"),
        (lambda: plots.activation_curves({}), "at least 1"),
        (lambda: plots.layer_view(W, B[:1], X), "expected"),
        (lambda: plots.layer_view(W, B, X, source=6), "only 5"),
        (lambda: plots.labeled_layer(W, B, X), "expected"),
        (lambda: plots.labeled_layer(W.T, np.zeros(5), np.zeros(2)), "at most"),
        (lambda: plots.pixel_values(np.ones((20, 20))), "at most"),
        (lambda: plots.weight_images(W, (2, 3)), "one row per unit"),
        (lambda: plots.deep_curves(0), "layers"),
        (lambda: plots.deep_curves(2, "swish"), "one of"),
        (lambda: plots.digit_pass(IMAGES, HIDDEN[:2], P, [0, 1, 1]), "shapes"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
