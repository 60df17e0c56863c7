"""Lesson 00: a layer with its shapes and numbers, what depth adds, an image on its way through a network."""

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks, data
from coursekit import numpy_backend as ck
from coursekit.plots.forward_pass.deep_curves import ACTIVATIONS, DeepCurves
from coursekit.plots.forward_pass.digit_pass import DigitPass
from coursekit.plots.forward_pass.layer_view import LayerView
from coursekit.widgets.base import controls
from coursekit.widgets.base.explorer import Explorer

# The layer of the lesson: five inputs and two neurons, with three samples.
WEIGHTS = ((0.4, -0.3, 0.8, 0.1, -0.6), (-0.2, 0.5, 0.3, -0.7, 0.9))
BIASES = (0.1, -0.4)
SAMPLES = ((1.0, 0.5, -1.5, 2.0, 0.3), (0.2, -0.8, 1.1, 0.4, -1.0), (-0.6, 1.4, 0.7, -0.3, 0.9))


def shape_first(W: ArrayLike = WEIGHTS, b: ArrayLike = BIASES, x: ArrayLike = SAMPLES) -> Explorer:
    """Choose an input and a neuron, by control or on the network, and change their numbers: weight, shapes, product.

    W (n, m), b (n,), x (B, m): one decimal each. A switch turns the one sample into the whole batch; three sliders add
    to the chosen input, to the weight of the chosen connection and to the bias of the chosen neuron.
    """
    W, b, x = (
        checks.numeric("shape_first", name, v).astype(float) for name, v in (("W", W), ("b", b), ("x", x))
    )
    if W.ndim != 2 or b.shape != W.shape[:1] or x.ndim != 2 or x.shape[1] != W.shape[1]:
        raise ValueError(
            f"shape_first: W has shape {W.shape}, b {b.shape} and x {x.shape}; expected (n, m), (n,), (B, m)."
        )
    view = LayerView(W, b, x)
    steering = {
        "source": controls.slider("input", 1, W.shape[1], min(4, W.shape[1]), 1),
        "neuron": controls.slider("neuron", 1, len(W), min(2, len(W)), 1),
        "sample": controls.slider("sample", 1, len(x), 1, 1),
        "batch": controls.switch(f"the batch of all {len(x)} samples"),
        "add_to_x": controls.slider("add to x", -3.0, 3.0, 0.0, 0.1),
        "add_to_W": controls.slider("add to W", -2.0, 2.0, 0.0, 0.1),
        "add_to_b": controls.slider("add to b", -2.0, 2.0, 0.0, 0.1),
    }
    return Explorer(view, steering, click=lambda panel, x, y: view.hit(x, y))


def depth_and_activation() -> Explorer:
    """Choose how many layers, which activation and which random weights: the functions that come out."""
    return Explorer(
        DeepCurves(),
        {
            "layers": controls.slider("layers", 1, 12, 4, 1),
            "activation": controls.choice("activation", {name: name for name in ACTIVATIONS}, "none"),
            "draw": controls.Again("other random weights"),
        },
    )


def digit_through_network(images: int = 60, epochs: int = 15) -> Explorer:
    """Choose one of some test images of digits: hidden activations and probabilities of a trained network.

    The network is 64-32-10 with ReLU, trained on 1000 digits for this many epochs when the panel is made.
    """
    images = checks.positive_integer("digit_through_network", "images", images)
    digits, rng = data.digits(), np.random.default_rng(0)
    order = rng.permutation(len(digits))
    train, shown = order[:1000], order[1000 : 1000 + images]
    net = ck.mlp([64, 32, 10], ck.relu, rng=rng)
    ck.fit(
        net,
        digits.x[train],
        digits.y[train],
        loss=ck.softmax_cross_entropy,
        optimizer=ck.SGD(net.parameters(), lr=0.3),
        epochs=epochs,
        batch_size=50,
        rng=rng,
    )
    x, first = digits.x[shown], net.parameters()
    hidden = ck.relu(x @ first["0.W"].T + first["0.b"])
    drawing = DigitPass(
        x.reshape(-1, *(digits.image_shape or ())),
        hidden,
        ck.softmax(ck.predict(net, x)),
        digits.label[shown],
        digits.names,
    )
    return Explorer(drawing, {"index": controls.slider("image", 0, len(shown) - 1, 0, 1)})
