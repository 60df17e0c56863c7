"""What `transfer` compares starts alike and differs in what it says; the table is what the experiment gives."""

import numpy as np
import pytest

from coursekit import numpy_backend, torch_backend
from coursekit.experiments import grids, transfer
from coursekit.experiments.grids.seeds import results


@pytest.mark.parametrize("ck", [numpy_backend, torch_backend], ids=["numpy", "torch"])
@pytest.mark.parametrize("task", [transfer.to_new_classes, transfer.to_parity])
def test_three_ways_give_errors_at_each_rate_for_each_seed(ck, task, monkeypatch):
    monkeypatch.setattr(transfer, "STEPS", {"first task": 80, "second task": 20})
    errors = task(ck, 2, examples=20, rates=[0.01, 0.1])
    assert tuple(errors) == transfer.WAYS
    for validation, test in errors.values():
        assert validation.shape == test.shape == (2, 2)
        assert ((validation >= 0) & (test <= 100)).all()
    assert len({tuple(test.ravel()) for _, test in errors.values()}) == 3


def test_training_sets_and_test_sets_share_no_image():
    order = transfer._shuffled(np.ones(1797, dtype=bool), 3)
    assert all(len(set(row)) == 1797 for row in order)


@pytest.fixture(scope="module")
def table():
    return grids.read("transfer")


def test_no_best_rate_is_at_the_edge_of_its_grid(table):
    assert len({row["contender"] for row in table}) == 12
    assert not grids.at_the_edge(table, "contender")


@pytest.mark.slow
def test_the_table_is_what_the_experiment_gives(table):
    """With 20 images: which way is better, in standard errors, at each contender's own best rate."""
    again = transfer.grid(amounts=(20,))
    for found in (results(table), results(again)):
        for task, sign in (("odd or even", -1), ("digits 5–9", 1)):
            scratch = found[f"{task}, 20 images: from scratch"]
            for way in ("fine-tuned", "frozen"):
                gap = sign * (found[f"{task}, 20 images: {way}"] - scratch)
                assert gap.mean() > 2 * gap.std(ddof=1) / np.sqrt(20), (task, way)
