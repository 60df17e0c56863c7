"""What `transfer` compares starts alike and differs in what it says."""

import numpy as np
import pytest

from coursekit import numpy_backend, torch_backend
from coursekit.experiments import transfer


@pytest.mark.parametrize("ck", [numpy_backend, torch_backend], ids=["numpy", "torch"])
@pytest.mark.parametrize("task", [transfer.to_new_classes, transfer.to_parity])
def test_three_ways_give_one_error_a_seed(ck, task):
    errors = task(ck, 2, examples=10, loss=ck.softmax_cross_entropy, batch_size=10)
    assert list(errors) == ["from scratch", "fine-tuned", "frozen"]
    for values in errors.values():
        assert values.shape == (2,)
        assert (values < 90).all()
    assert len({tuple(values) for values in errors.values()}) == 3


def test_training_sets_and_test_sets_share_no_image():
    order = transfer._shuffled(np.ones(1797, dtype=bool), 3)
    assert all(len(set(row)) == 1797 for row in order)
