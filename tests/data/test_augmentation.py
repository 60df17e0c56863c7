"""Laws of augmentation: nothing is invented, and what moves out is lost."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from coursekit import data
from coursekit.data import augmentation

IMAGES = data.digits().x[:6]


def test_a_shift_moves_every_row_or_column():
    moved = augmentation.shift(IMAGES, 1, 0).reshape(-1, 8, 8)
    assert_array_equal(moved[:, :, 1:], IMAGES.reshape(-1, 8, 8)[:, :, :-1])
    assert_array_equal(moved[:, :, 0], 0)
    assert_array_equal(
        augmentation.shift(IMAGES, 0, -2).reshape(-1, 8, 8)[:, :-2], IMAGES.reshape(-1, 8, 8)[:, 2:]
    )
    assert_array_equal(augmentation.shift(IMAGES, 0, 0), IMAGES)


def test_shifts_stand_beside_the_originals():
    more = augmentation.with_shifts(IMAGES[None])
    assert more.shape == (1, 30, 64)
    assert_array_equal(more[0, :6], IMAGES)
    for i, step in enumerate(augmentation.STEPS, start=1):
        assert_array_equal(more[0, 6 * i : 6 * i + 6], augmentation.shift(IMAGES, *step))


def test_made_examples_lie_between_two_of_their_class():
    rng = np.random.default_rng(0)
    y = np.eye(2)[[[0, 0, 1, 1], [0, 1, 1, 0]]]
    x = np.where(y[..., :1] == 1, rng.uniform(0, 1, (2, 4, 3)), rng.uniform(5, 6, (2, 4, 3)))
    more, targets = augmentation.between_pairs(x, y, 3, rng)
    assert more.shape == (2, 16, 3)
    assert_array_equal(more[:, :4], x)
    assert_array_equal((more < 2).all(axis=-1), targets[..., 0] == 1)
    assert len(np.unique(more[..., 0])) > 10


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="a square image"):
        augmentation.shift(np.ones((2, 10)), 1, 0)
    with pytest.raises(ValueError, match="times"):
        augmentation.between_pairs(IMAGES[None], np.ones((1, 6, 2)), 0, np.random.default_rng(0))
