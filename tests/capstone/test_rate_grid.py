"""The table of the capstone's comparisons is what its experiment computes."""

import numpy as np
import pytest

from coursekit.capstone.rate_grid import CONTENDERS, RATES, SPLITS, TABLE, held_out_errors, rate_grid
from coursekit.experiments import grids


def test_the_table_has_every_contender_at_every_rate():
    rows = grids.read(TABLE)
    assert {(row["contender"], row["rate"]) for row in rows} == {
        (name, rate) for name in CONTENDERS for rate in RATES
    }
    assert {row["splits"] for row in rows} == {SPLITS}


def test_each_rate_trains_its_own_networks_on_the_same_splits():
    errors = held_out_errors((0.0, 0.05), width=16, epochs=5)
    assert errors.shape == (2, SPLITS)
    assert errors[0].mean() > 80  # a rate of 0 learns nothing
    assert errors[1].mean() < 60
    np.testing.assert_array_equal(errors, held_out_errors((0.0, 0.05), width=16, epochs=5))
    shrunk = held_out_errors((0.05,), width=16, epochs=5, lam=200.0)
    assert shrunk.mean() > errors[1].mean() + 5  # lam alone switches the L2 penalty on


@pytest.mark.slow
@pytest.mark.parametrize("name", list(CONTENDERS))
def test_the_best_rate_and_its_neighbors_come_out_again(name):
    rows = {row["rate"]: row for row in grids.read(TABLE) if row["contender"] == name}
    best = min(rows, key=lambda rate: rows[rate]["mean"])
    at = RATES.index(best)
    again = rate_grid([name], RATES[at - 1 : at + 2])
    for row in again:
        se = np.hypot(row["sd"], rows[row["rate"]]["sd"]) / np.sqrt(SPLITS)
        assert abs(row["mean"] - rows[row["rate"]]["mean"]) < 3 * se
