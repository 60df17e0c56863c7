"""Clusters on this machine: a scheduler, and workers in processes of their own that a nanny starts again."""

import os
import signal
import subprocess
import sys
import time

import pytest


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory):
    distributed, dask = pytest.importorskip("distributed"), pytest.importorskip("dask")
    local = {"host": "127.0.0.1", "dashboard_address": ":0"}
    folder = str(tmp_path_factory.mktemp("workers"))
    # or LocalCluster gives up, after 15 s, a worker that its nanny has started again
    dask.config.set({"distributed.deploy.lost-worker-timeout": "1 day"})
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, local_directory=folder, **local)
    yield cluster
    cluster.close(timeout=60)


@pytest.fixture
def machines(two_workers):
    """A cluster with two workers; those that the last test ended have been started again."""
    wait_for(two_workers, 2)
    return two_workers


def wait_for(cluster, workers):
    give_up = time.monotonic() + 120
    while len(cluster.scheduler.workers) < workers:
        assert time.monotonic() < give_up
        time.sleep(0.05)


@pytest.fixture
def fragile(machines, monkeypatch):
    """The cluster, where a call that has ended one worker is given up."""
    monkeypatch.setattr(machines.scheduler, "allowed_failures", 0)
    return machines


@pytest.fixture
def kill_a_busy_worker(machines):
    """A function that kills a worker with calls in its queue, and gives back its address."""

    def kill():
        address = next(a for a, worker in machines.scheduler.workers.items() if worker.processing)
        nanny = next(nanny for nanny in machines.workers.values() if nanny.worker_address == address)
        os.kill(nanny.pid, signal.SIGKILL)
        return address

    return kill


@pytest.fixture
def lone_worker():
    """start(cluster, **environment): a worker started from the command line, once it is there."""
    started = []

    def start(cluster, **environment):
        count = len(cluster.scheduler.workers)
        module = ["-P", "-m", "distributed.cli.dask_worker"]
        command = [sys.executable, *module, cluster.scheduler_address, "--no-nanny", "--no-dashboard"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        started.append(subprocess.Popen(command, env=os.environ | environment, **quiet))
        wait_for(cluster, count + 1)

    yield start
    for process in started:
        process.kill()
        process.wait()
