"""Pruning with and without retraining: the table of lesson 07b, and the memory that is left."""

import itertools

import numpy as np
import pytest

from coursekit.experiments import grids, pruning, weights
from coursekit.experiments.grids.seeds import results


@pytest.fixture(scope="module")
def table():
    return grids.read("pruning")


def test_no_best_rate_is_at_the_edge_of_its_grid(table):
    tried = [row for row in table if row["rate"] > 0]  # a network that is not retrained has no rate
    assert not grids.at_the_edge(tried, "contender")


def test_a_small_network_has_as_many_weights_as_are_left_at_90_percent():
    sizes = [64, pruning.SMALL, pruning.SMALL, 10]
    small = sum(m * n for m, n in itertools.pairwise(sizes))
    assert small == 935
    assert small == pytest.approx(0.1 * (64 * 64 + 64 * 64 + 64 * 10), rel=0.1)


def test_memory_counts_the_places_of_the_weights():
    assert pruning.bytes_per_weight(0, 32) == 4
    assert pruning.bytes_per_weight(0.5, 8) == (0.5 * 8 + 1) / 8
    assert (
        pruning.bytes_per_weight(0.5, 32, 32) == 4
    )  # half of the weights, and as much again for their indices
    assert pruning.bytes_per_weight(0.9, 32) < pruning.bytes_per_weight(0.9, 32, 32) < 1


def test_the_middle_matrix_is_trained_alone():
    parts = pruning.split()
    net = pruning.trained(parts, pruning.HIDDEN, (0.05,), 1)
    before = weights.parameters_of(pruning.ck, net)
    retrain, error, W = pruning.middle_matrix(net, parts, seed=3, epochs=1)
    np.testing.assert_array_equal(W, before["2.W"][0, 3])
    assert error(W) == pruning.errors(net, parts[1])[0, 3]
    assert (retrain(W) != W).any()
    assert error(W) == pruning.errors(net, parts[1])[0, 3]  # retraining has changed nothing else
    for key, value in weights.parameters_of(pruning.ck, net).items():
        np.testing.assert_array_equal(value, before[key])


@pytest.mark.slow
def test_the_table_is_what_the_experiment_gives(table):
    again = pruning.grid(fractions=(0.0, 0.7, 0.9))
    for found in (results(table), results(again)):
        mean = {name: errors.mean() for name, errors in found.items()}
        assert mean["at random, 70 %"] > mean["smallest, 70 %"] + 30
        assert mean["smallest, 70 %"] > mean["smallest, 70 %, retrained"] + 4
        assert mean["smallest, 70 %, retrained"] < mean["smallest, 0 %"] + 1
        gap = found["smallest, 90 %, retrained"] - found["small network"]
        assert abs(gap.mean()) < 1.5 + gap.std(ddof=1) / np.sqrt(20)
