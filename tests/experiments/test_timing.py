"""Timing takes turns, warms up, and compares the fastest runs."""

import sys

import numpy as np
import pytest
import threadpoolctl

from coursekit import numpy_backend
from coursekit.experiments import timing


def test_actions_take_turns_after_a_run_to_warm_up():
    calls = []
    seconds = timing.runs_of({name: (lambda name=name: calls.append(name)) for name in "ab"}, runs=3)
    assert calls == list("ab" * 4)
    assert {name: runs.shape for name, runs in seconds.items()} == {"a": (3,), "b": (3,)}
    assert all((runs > 0).all() for runs in seconds.values())


def test_the_gain_is_that_of_the_fastest_runs():
    seconds = {"slow": np.array([9.0, 6.0, 50.0]), "fast": np.array([40.0, 2.0, 3.0])}
    assert timing.gain(seconds, "slow", "fast") == 3


def test_an_action_can_be_repeated():
    calls = []
    timing.repeated(lambda: calls.append(0), 4)()
    assert len(calls) == 4


def test_small_batches_take_longer():
    """500 steps against one: far more than the noise of a machine."""
    seconds = timing.runs_of({f"{n}": timing.one_epoch(numpy_backend, n) for n in (1, 500)}, runs=3)
    assert timing.gain(seconds, "1", "500") > 3


def test_a_product_leaves_the_number_of_threads_as_it_was():
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    timing.product(8, before + 1)()
    assert torch.get_num_threads() == before


def test_a_product_without_torch_restores_the_threads_of_numpy(monkeypatch):
    def threads():
        return [
            library["num_threads"]
            for library in threadpoolctl.threadpool_info()
            if library["user_api"] == "blas"
        ]

    monkeypatch.setitem(sys.modules, "torch", None)
    before = threads()
    timing.product(8, before[0] + 1)()
    assert threads() == before
