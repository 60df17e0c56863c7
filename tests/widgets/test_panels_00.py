"""Lesson 00's interactives: what holds for them alone."""

import numpy as np
import pytest
from looking import alt, bring

from coursekit import widgets


@pytest.fixture
def layer():
    return widgets.shape_first()


def test_the_layer_shows_the_chosen_weight_and_product(layer):
    bring(layer, source=2, neuron=1, sample=3)
    assert "row 1, column 2: −0.3" in alt(layer)
    W, b, x = np.array(layer.drawing.W), layer.drawing.b, layer.drawing.x
    assert f"= {W[0] @ x[2] + b[0]:.2f}".replace("-", "−") in alt(layer)


def test_the_batch_switch_changes_the_shapes_of_x_and_z_alone(layer):
    one = alt(layer)
    bring(layer, batch=True)
    batch = alt(layer)
    for text, columns in ((one, 1), (batch, 3)):
        assert f"[W] 2 × 5 @ [X] 5 × {columns} + [Bias] 2 × 1 = [Z] 2 × {columns}" in text


def test_input_weight_and_bias_can_be_changed(layer):
    bring(layer, source=4, neuron=2, sample=1, add_to_x=-1.5, add_to_W=1.0, add_to_b=0.4)
    W, b, x = (array.copy() for array in (layer.drawing.W, layer.drawing.b, layer.drawing.x[0]))
    x[3] -= 1.5
    W[1, 3] += 1.0
    b[1] += 0.4
    assert f"= {W[1] @ x + b[1]:.2f}".replace("-", "−") in alt(layer)
    assert "row 2, column 4: 0.3" in alt(layer)
    assert layer.drawing.W[1, 3] == -0.7


def test_other_layers_can_be_shown():
    panel = widgets.shape_first(W=np.ones((3, 2)), b=np.zeros(3), x=np.ones((4, 2)))
    bring(panel, batch=True)
    assert "x (4, 2) @ W.T (2, 3)" in alt(panel)
    with pytest.raises(ValueError, match="shape_first"):
        widgets.shape_first(W=np.ones((3, 2)), b=np.zeros(2), x=np.ones((4, 2)))


def test_most_images_are_read_right_and_some_are_not():
    panel = widgets.digit_through_network()
    right = 0
    for index in range(60):
        bring(panel, index=index)
        right += "which is right" in alt(panel)
    assert 50 <= right < 60  # "find one that it gets wrong"
