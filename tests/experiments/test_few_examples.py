"""More examples, and examples from a generator: tasks, generators, and the tables of lesson 07b."""

import numpy as np
import pytest

from coursekit.experiments import few_examples, grids
from coursekit.experiments.grids.seeds import results


@pytest.fixture(scope="module")
def tables():
    return {name: grids.read(name) for name in ("learning_curve", "synthetic_data")}


def test_no_best_rate_is_at_the_edge_of_its_grid(tables):
    for table in tables.values():
        assert not grids.at_the_edge(table, "contender")


@pytest.mark.parametrize("task", few_examples.TASKS)
def test_a_task_has_as_many_examples_for_each_seed(task):
    found = few_examples.TASKS[task](seeds=3)
    assert found.x.shape[:2] == found.y.shape[:2]
    assert len(found.x) == 3
    for x, y in (found.validation, found.test):
        assert x.shape[:2] == y.shape[:2] == (3, 400)
    np.testing.assert_array_equal(found.y.sum(axis=-1), 1)


@pytest.mark.parametrize("generator", few_examples.GENERATORS)
def test_a_generator_keeps_the_examples_and_the_shares_of_the_classes(generator):
    task = few_examples.gaussian_classes(seeds=2, amount=20)
    x, y = few_examples.GENERATORS[generator](task.x, task.y, 4, np.random.default_rng(0))
    assert x.shape == (2, 100, 10)
    np.testing.assert_array_equal(x[:, :20], task.x)
    np.testing.assert_array_equal(y.mean(axis=1), task.y.mean(axis=1))


def test_the_gaussian_generator_has_the_means_and_the_covariance_of_the_examples():
    task = few_examples.gaussian_classes(seeds=1, amount=40)
    x, y = few_examples.gaussian_generator(task.x, task.y, 500, np.random.default_rng(0))
    new_x, new_y = x[0, 40:], y[0, 40:]
    for c in range(2):
        mine, made = task.x[0][task.y[0, :, c] == 1], new_x[new_y[:, c] == 1]
        se = made.std(axis=0) / np.sqrt(len(made))
        assert (np.abs(made.mean(axis=0) - mine.mean(axis=0)) < 5 * se).all()
    centered = task.x[0] - task.y[0] @ np.stack(
        [task.x[0][task.y[0, :, c] == 1].mean(axis=0) for c in range(2)]
    )
    made = new_x - new_y @ np.stack([new_x[new_y[:, c] == 1].mean(axis=0) for c in range(2)])
    expected = centered.T @ centered / 40 + 0.01 * np.eye(10)
    np.testing.assert_allclose(made.T @ made / len(made), expected, atol=0.6)


@pytest.mark.slow
def test_the_tables_are_what_the_experiments_give(tables):
    for found in (
        results(tables["synthetic_data"]),
        results(few_examples.synthetic(("Gaussian classes", "two moons"))),
    ):
        for task, sign in (("Gaussian classes", -1), ("two moons", 1)):
            gap = sign * (found[f"{task}: Gaussian"] - found[f"{task}: as they are"])
            assert gap.mean() > 2 * gap.std(ddof=1) / np.sqrt(20), task
    for found in (results(tables["learning_curve"]), results(few_examples.curve((100, 800)))):
        assert found["100 images"].mean() / found["800 images"].mean() == pytest.approx(3.1, abs=0.8)
