"""A task and standings that the tests of the capstone share."""

import numpy as np
import pytest
from small_recipes import nearest_mean, one_net, twice

from coursekit import capstone


@pytest.fixture(scope="session")
def task():
    return capstone.draw_task(np.random.default_rng(0))


@pytest.fixture(scope="session")
def table():
    return capstone.standings(nearest_mean, draws=3)


@pytest.fixture(scope="session")
def trained():
    return capstone.standings(one_net, draws=2)


@pytest.fixture(scope="session")
def trained_twice():
    return capstone.standings(twice, draws=2)
