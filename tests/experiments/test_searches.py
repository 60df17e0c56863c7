"""Five searches with equal budgets: what they may spend, what they return, and the table of lesson 07b."""

import numpy as np
import pytest

from coursekit.experiments import grids, searches
from coursekit.experiments.grids.seeds import results, values


@pytest.fixture(scope="module")
def table():
    return {row["contender"]: row for row in grids.read("searches")}


def test_no_search_spends_more_than_its_budget_and_none_much_less(table):
    assert list(table) == list(searches.SEARCHES)
    for name, row in table.items():
        budget = searches.SMALL if "small" in name else searches.BUDGET
        assert 0.94 * budget < row["epochs"] <= budget


@pytest.mark.parametrize("name", ["grid, small budget", "random, small budget", "halving, small budget"])
def test_a_search_finds_settings_within_the_ranges(name):
    task = searches.Task(seed=0)
    found = searches.SEARCHES[name](task)
    assert found.epochs <= searches.SMALL
    assert searches.LOG_RATE[0] <= np.log10(found.settings["lr"]) <= searches.LOG_RATE[1]
    assert searches.MOMENTUM[0] <= found.settings["momentum"] <= searches.MOMENTUM[1]
    errors = searches.errors_of_new_networks(task, found.settings)
    assert errors.shape == (searches.NETWORKS,)


def test_the_three_parts_of_a_task_share_no_image():
    task = searches.Task(seed=1)
    rows = np.concatenate([part[0] for part in (task.train, task.validation, task.test)])
    assert len(np.unique(rows, axis=0)) == 1200


def test_the_table_holds_one_result_per_seed(table):
    for row in table.values():
        assert values(row).shape == values(row, "found").shape == values(row, "rates").shape == (20,)


@pytest.mark.slow
def test_the_table_is_what_the_searches_give(table):
    """With the small budget random search fails sometimes, halving never; with the large one they are alike."""
    names = ("random", "halving", "random, small budget", "halving, small budget")
    for found in (results(table.values()), results(searches.table(names))):
        assert (found["random, small budget"] > 15).any()
        assert (found["halving, small budget"] < 10).all()
        gap = found["random"] - found["halving"]
        assert abs(gap.mean()) < 3 * gap.std(ddof=1) / np.sqrt(20)
