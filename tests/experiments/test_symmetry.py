"""Clones stay clones wherever sums are taken in one order, and learn as one unit does."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from coursekit import data
from coursekit.experiments import symmetry

DIGITS = data.digits()
X, Y = DIGITS.x[:300], DIGITS.y[:300]


def trained(W, V, steps=100, **options):
    return symmetry.train(W, V, X, Y, steps=steps, rng=np.random.default_rng(0), **options)


def test_clones_stay_clones_bit_by_bit_and_learn_all_the_same():
    run = trained(np.full((7, 64), 0.1), np.full((10, 7), 0.1), steps=500)
    assert_array_equal(run.spreads, 0)
    assert_array_equal(run.W, np.tile(run.W[0], (7, 1)))
    assert np.ptp(run.W[0]) > 0.1  # weights of different inputs part
    assert run.losses[-20:].mean() < run.losses[:20].mean() - 0.1


def test_clones_are_one_unit_with_a_larger_outgoing_weight():
    """n clones with outgoing weights v are one unit with n·v; its incoming weights take steps n times smaller."""
    many, one = np.full((4, 64), 0.1), np.full((1, 64), 0.1)
    first = trained(many, np.full((10, 4), 0.05), steps=1).losses
    assert_allclose(first, trained(one, np.full((10, 1), 0.2), steps=1).losses)


def test_units_that_differ_keep_differing_and_both_products_agree():
    rng = np.random.default_rng(1)
    W, V = rng.normal(0, 0.3, (5, 64)), rng.normal(0, 0.3, (10, 5))
    ours, theirs = trained(W, V), trained(W, V, product=np.matmul)
    assert (ours.spreads > 0.1).all()
    assert_allclose(theirs.losses, ours.losses, rtol=1e-8)
    assert trained(W.astype(np.float32), V).W.dtype == np.float32
