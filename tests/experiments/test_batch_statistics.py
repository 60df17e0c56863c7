"""A network with batch norm, used in training mode: its answers depend on the batch."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from coursekit import data, numpy_backend, torch_backend
from coursekit.experiments import batch_statistics

DIGITS = data.digits()
X, Y = DIGITS.x[None, :40], DIGITS.y[None, :40]


@pytest.mark.parametrize("ck", [numpy_backend, torch_backend], ids=["numpy", "torch"])
def test_the_error_is_that_of_the_batches_and_the_weights_stay(ck):
    net = ck.mlp([64, 16, 10], ck.tanh, rng=np.random.default_rng(0), ensemble=(1,), batch_norm=True)
    before = {key: np.array(ck.to_numpy(value)) for key, value in dict(net.parameters() if ck is numpy_backend else net.named_parameters()).items()}  # fmt: skip
    whole = batch_statistics.error_in_batches(ck, net, X, Y, 40)
    net.train()
    outputs = ck.to_numpy(net(ck.asarray(X)))
    net.eval()
    assert_array_equal(whole, 100 * np.mean(outputs.argmax(-1) != Y.argmax(-1), axis=-1))
    assert not net.training
    after = dict(net.parameters() if ck is numpy_backend else net.named_parameters())
    for key, value in before.items():
        assert_array_equal(value, ck.to_numpy(after[key]))


@pytest.mark.parametrize("size", [1, 7])
def test_a_size_that_does_not_fit_is_named(size):
    net = numpy_backend.mlp([64, 10], numpy_backend.relu, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=rf"divide the number of rows, 40, but is {size}"):
        batch_statistics.error_in_batches(numpy_backend, net, X, Y, size)


def test_sorting_keeps_images_and_labels_together():
    x, y = batch_statistics.sorted_by_class(X, Y)
    assert (np.diff(y[0].argmax(-1)) >= 0).all()
    pairs = {(a.tobytes(), b.tobytes()) for a, b in zip(X[0], Y[0], strict=True)}
    assert {(a.tobytes(), b.tobytes()) for a, b in zip(x[0], y[0], strict=True)} == pairs
