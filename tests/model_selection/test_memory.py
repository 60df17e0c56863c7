"""A search splits its ensemble by an estimate of memory, and the scores do not depend on it."""

import numpy as np
import pytest
import small_networks

from coursekit import numpy_backend, torch_backend
from coursekit.model_selection import memory, random_search, search
from coursekit.model_selection.search_space import log_uniform


def found(monkeypatch=None, bytes_available=None):
    parts = []
    original = search._Candidates.part
    if monkeypatch is not None:
        monkeypatch.setattr(memory, "memory_of", lambda net: bytes_available)
        monkeypatch.setattr(
            search._Candidates, "part", lambda self, at: parts.append(at) or original(self, at)
        )
    result = random_search(
        numpy_backend, small_networks.build, *small_networks.sines(), {"lr": log_uniform(1e-2, 1e-1)}, 7,
        k=3, rng=np.random.default_rng(0), epochs=3, **small_networks.SETTINGS,
    )  # fmt: skip
    return result, len(parts)


def test_scores_do_not_depend_on_the_parts_that_the_memory_asks_for(monkeypatch):
    whole, _ = found()
    net, _ = small_networks.build((3, 1, 7))
    needed = memory.bytes_to_train(net, small_networks.SETTINGS["batch_size"])
    split, parts = found(monkeypatch, needed / memory.SHARE / 2.5)
    assert parts == 3
    np.testing.assert_allclose(split.scores, whole.scores, rtol=1e-10)


@pytest.mark.parametrize("ck", [numpy_backend, torch_backend], ids=["numpy", "torch"])
def test_the_estimate_grows_with_members_and_batch(ck):
    rng = np.random.default_rng(0)
    one, ten = (ck.mlp([4, 8, 2], ck.relu, rng=rng, ensemble=(n,), dtype="float64") for n in (1, 10))
    assert memory.bytes_to_train(ten, 5) == 10 * memory.bytes_to_train(one, 5)
    assert memory.bytes_to_train(one, 500) > memory.bytes_to_train(one, 5)
    assert memory.parts_needed(one, 5) == 1
