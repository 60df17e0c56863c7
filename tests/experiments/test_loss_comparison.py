"""Laws of the comparison of losses: one convention for all, and an ensemble that equals its members."""

import numpy as np
import pytest

from coursekit import numpy_backend as ck
from coursekit.experiments.loss_comparison import CLASSES, CONTENDERS, compare_losses, split, training


@pytest.mark.parametrize("name", CONTENDERS)
def test_the_scaled_loss_has_the_gradient_of_a_cost_summed_over_outputs(name):
    loss, output, factor = CONTENDERS[name]
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(5, CLASSES)), np.eye(CLASSES)[rng.integers(0, CLASSES, 5)]
    sigmoid = 1 / (1 + np.exp(-z))
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) if name.startswith("softmax") else sigmoid
    expected = (p - y) * (p * (1 - p) if "squared" in name else 1) / 5
    f = ck.GRADIENTS[getattr(ck, loss)]
    found = f(sigmoid, y) * sigmoid * (1 - sigmoid) if output == "sigmoid" else f(z, y)
    np.testing.assert_allclose(factor * found, expected)


def test_no_image_is_in_two_parts_of_a_split():
    parts = np.concatenate(split(3), axis=1)
    assert (np.sort(parts, axis=1) == np.arange(1797)).all()
    assert [part.shape[1] for part in split(3)] == [1000, 400, 397]


def test_all_contenders_start_from_the_same_weights():
    first, *others = (training(ck, name, 1.0, 2)["net"].parameters() for name in CONTENDERS)
    for other in others:
        assert all(np.array_equal(first[key], other[key]) for key in first)


def test_errors_are_percentages_of_every_epoch_and_rate():
    found = compare_losses(ck, [0.25, 1.0], seeds=2, epochs=2)
    assert list(found) == list(CONTENDERS)
    for errors in found.values():
        assert errors.validation.shape == (2, 2, 2)
        assert errors.test.shape == (2, 2)
        assert ((errors.test >= 0) & (errors.test <= 100)).all()
        assert errors.test.min() < 60  # two epochs are enough to be better than guessing


def test_an_unknown_contender_is_named():
    with pytest.raises(ValueError, match="softmax, cross-entropy"):
        training(ck, "softmax", 1.0, 2)
