"""grid_search(..., parts, cluster): the results of one machine, whatever becomes of the workers."""

import functools
import os
import signal
import sys

import numpy as np
import pytest
from small_networks import M, sines

from coursekit import numpy_backend, torch_backend
from coursekit.cluster import ClusterError
from coursekit.model_selection import grid_search, hyperband, log_uniform, random_search

pytest.importorskip("distributed")

GRID = {"lr": [1e200, 0.3, 0.1, 0.03, 0.01], "momentum": [0.0, 0.8], "lam": [0.0, 1.0]}
BACKENDS = {"NumPy": numpy_backend, "torch": torch_backend}
RATES = {"lr": log_uniform(1e-3, 1)}


def search(ck=numpy_backend, method=grid_search, settings=(GRID,), network=None, **arguments):
    """By default 20 configurations, five folds, two seeds."""
    weights = np.random.default_rng(3)

    def build(ensemble, config):
        more = {"dtype": "float64", **(network or {})}
        net = ck.mlp([M, 6, 1], ck.tanh, rng=weights, ensemble=ensemble, **more)
        return net, ck.SGD(net.parameters(), **config)

    usual = {"rng": np.random.default_rng(0), "epochs": 4, "seeds": 2, "batch_size": 7}
    usual |= {"loss": ck.mse, "metrics": {"mae": ck.mae}, "penalty": ck.l2}
    return method(ck, build, *sines(), *settings, **usual | arguments)


def assert_same(found, wanted, rtol=0.0):
    for name in ("scores", "spread", "epochs", "curves"):
        np.testing.assert_allclose(getattr(found, name), getattr(wanted, name), rtol=rtol, err_msg=name)
    assert found.best_index == wanted.best_index
    assert found.runs == wanted.runs


class TestOnOneMachine:
    @pytest.mark.parametrize("ck", BACKENDS.values(), ids=BACKENDS)
    def test_scores_do_not_depend_on_the_parts(self, ck):
        """Beyond rounding: a wide product of other width may be summed in another order. There are at most 20."""
        whole = search(ck)
        assert np.isnan(whole.scores[:4]).all()
        for parts in (3, 100):
            assert_same(search(ck, parts=parts), whole, rtol=1e-10)

    @pytest.mark.parametrize("minimize", ["loss", "mae"])
    def test_nor_where_some_parts_stop_early(self, minimize):
        """Small rates learn for long, large ones soon get worse; a part that ends early has shorter curves."""
        X, y = sines()
        arguments = {"epochs": 60, "early_stopping": 3, "validation": (X, -y), "minimize": minimize}
        grid = {"lr": [0.5, 0.3, 1e-3, 1e-4]}
        whole = search(settings=(grid,), **arguments)
        alone = search(settings=({"lr": [0.5]},), **arguments)
        assert alone.epochs[0] < whole.epochs[0]
        assert_same(search(settings=(grid,), parts=4, **arguments), whole, rtol=1e-10)

    @pytest.mark.parametrize(
        ("change", "error", "message"),
        [
            ({"parts": 0}, ValueError, "parts"),
            ({"parts": 2, "checkpoint": "run.npz"}, TypeError, "checkpoint cannot be used with parts"),
            ({"method": hyperband, "settings": (RATES,), "R": 3, "parts": 2}, TypeError, "parts and cluster"),
        ],
    )
    def test_bad_input_is_named(self, change, error, message):
        if change.get("method") is hyperband:
            change = change | {"method": lambda *args, epochs, **rest: hyperband(*args, **rest)}
        with pytest.raises(error, match=message):
            search(**change)

    def test_without_dask_the_extra_is_named(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "distributed", None)
        with pytest.raises(ImportError, match=r'pip install "coursekit-nn\[cluster\]"'):
            search(cluster="tcp://127.0.0.1:1")


@pytest.mark.slow
class TestOnACluster:
    @pytest.mark.parametrize("ck", BACKENDS.values(), ids=BACKENDS)
    def test_the_same_parts_have_the_same_bits(self, machines, ck):
        """With dropout, too: the streams of its masks travel."""
        network = {"dropout": 0.3, "batch_norm": True}
        here = search(ck, network=network, parts=3)
        assert_same(search(ck, network=network, parts=3, cluster=machines.scheduler_address), here)

    def test_without_a_number_there_is_a_part_for_each_thread(self, machines):
        random = {"method": random_search, "settings": (RATES, 9)}
        assert_same(search(cluster=machines, **random), search(parts=2, **random))

    def test_a_worker_that_is_killed_while_it_trains_changes_nothing(self, machines, tmp_path):
        marker = tmp_path / "killed"
        before = set(machines.scheduler.workers)
        found = search(parts=4, cluster=machines, metrics={"deadly": functools.partial(deadly_once, marker)})
        assert marker.exists()
        assert not before <= set(machines.scheduler.workers)
        assert_same(found, search(parts=4))

    def test_a_part_that_ends_every_worker_is_an_error_with_a_mend(self, fragile):
        with pytest.raises(ClusterError, match=r"part \d ended each worker .* Use more and smaller parts"):
            search(
                parts=3, cluster=fragile, settings=({"lr": [0.1, 0.2, 1e200]},), metrics={"m": deadly_if_lost}
            )

    def test_what_a_worker_raises_is_raised_here(self, machines):
        with pytest.raises(ValueError, match=r"fit: epochs must be .*but is 0"):
            search(cluster=machines, epochs=0)


def deadly_once(marker, z, y):
    """A metric that ends the process of the first caller."""
    try:
        marker.touch(exist_ok=False)
    except FileExistsError:
        return np.zeros(z.shape[:-2])
    os.kill(os.getpid(), signal.SIGKILL)


def deadly_if_lost(z, y):
    """A metric that ends a process in which a network diverges."""
    if not np.isfinite(z).all():
        os.kill(os.getpid(), signal.SIGKILL)
    return np.zeros(z.shape[:-2])
